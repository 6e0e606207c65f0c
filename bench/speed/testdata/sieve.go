package main

import (
	"fmt"
	"time"
)

func work() any {
	c := make([]bool, 300000)
	k := 0
	for i := 2; i < len(c); i++ {
		if !c[i] {
			k++
			for j := i * 2; j < len(c); j += i {
				c[j] = true
			}
		}
	}
	return k
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
