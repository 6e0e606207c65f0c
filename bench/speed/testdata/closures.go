package main

import (
	"fmt"
	"time"
)

func work() any {
	adders := make([]func(int) int, 10)
	for i := range adders {
		n := i
		adders[i] = func(x int) int { return x + n }
	}
	v := 0
	for i := 0; i < 100000; i++ {
		v = adders[i%10](v)
	}
	return v
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
