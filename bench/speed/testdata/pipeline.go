package main

import (
	"fmt"
	"time"
)

func stage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int, 16)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func work() any {
	source := make(chan int, 16)
	go func() {
		defer close(source)
		for i := 0; i < 10000; i++ {
			source <- i
		}
	}()
	c := stage(source, func(v int) int { return v + 1 })
	c = stage(c, func(v int) int { return v * 3 })
	c = stage(c, func(v int) int { return v % 1001 })
	c = stage(c, func(v int) int { return v ^ 5 })
	sum := 0
	for v := range stage(c, func(v int) int { return v - 1 }) {
		sum += v
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
