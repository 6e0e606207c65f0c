package main

import (
	"fmt"
	"time"
)

func work() any {
	a, b := make(chan int), make(chan int)
	go func() {
		for v := range a {
			b <- v + 1
		}
		close(b)
	}()
	v := 0
	for i := 0; i < 10000; i++ {
		a <- v
		v = <-b
	}
	close(a)
	return v
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
