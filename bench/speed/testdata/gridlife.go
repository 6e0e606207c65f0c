package main

import (
	"fmt"
	"time"
)

type point struct{ x, y int }

func step(alive map[point]bool) map[point]bool {
	near := map[point]int{}
	for p := range alive {
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				if dx != 0 || dy != 0 {
					near[point{p.x + dx, p.y + dy}]++
				}
			}
		}
	}
	next := map[point]bool{}
	for p, n := range near {
		if n == 3 || n == 2 && alive[p] {
			next[p] = true
		}
	}
	return next
}

func work() any {
	alive := map[point]bool{{1, 0}: true, {2, 0}: true, {0, 1}: true, {1, 1}: true, {1, 2}: true}
	for i := 0; i < 60; i++ {
		alive = step(alive)
	}
	return len(alive)
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
