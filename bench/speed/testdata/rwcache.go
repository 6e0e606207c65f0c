package main

import (
	"fmt"
	"sync"
	"time"
)

type cache struct {
	mu sync.RWMutex
	m  map[string]int
}

func (c *cache) get(key string) (int, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.m[key]
	return v, ok
}

func (c *cache) set(key string, v int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = v
}

func work() any {
	c := &cache{m: map[string]int{}}
	keys := make([]string, 100)
	for i := range keys {
		keys[i] = fmt.Sprint("key", i)
		c.set(keys[i], 0)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			hits := 0
			for i := 0; i < 10000; i++ {
				if i%50 == 0 {
					c.set(keys[i%100], i)
				} else if _, ok := c.get(keys[i%100]); ok {
					hits++
				}
			}
			mu.Lock()
			total += hits
			mu.Unlock()
		}()
	}
	wg.Wait()
	return total
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
