package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func work() any {
	var (
		wg    sync.WaitGroup
		total atomic.Int64
	)
	count := func(n int) {
		defer wg.Done()
		total.Add(int64(n))
	}
	for i := range 20000 {
		wg.Add(2)
		go count(i)
		go func() {
			total.Add(1)
			wg.Done()
		}()
	}
	wg.Wait()
	return total.Load()
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
