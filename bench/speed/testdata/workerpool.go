package main

import (
	"fmt"
	"sync"
	"time"
)

type job struct{ n int }

type result struct{ n, square int }

func worker(jobs <-chan job, results chan<- result, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		results <- result{j.n, j.n * j.n}
	}
}

func work() any {
	jobs, results := make(chan job, 64), make(chan result, 64)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go worker(jobs, results, &wg)
	}
	go func() {
		for i := 0; i < 10000; i++ {
			jobs <- job{i}
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	sum := 0
	for r := range results {
		sum += r.square % 1000
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
