package main

import (
	"fmt"
	"time"
)

func work() any {
	values, done := make(chan int), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < 10000; i++ {
			values <- i
		}
	}()
	sum := 0
	timeout := time.NewTimer(time.Minute)
	defer timeout.Stop()
	for {
		select {
		case v := <-values:
			sum += v
		case <-done:
			return sum
		case <-timeout.C:
			return "late"
		}
	}
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
