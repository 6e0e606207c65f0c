package main

import (
	"fmt"
	"strings"
	"time"
)

const text = "the quick brown fox jumps over the lazy dog while the other fox sleeps and the dog dreams of a quick brown bone"

func work() any {
	counts := map[string]int{}
	for i := 0; i < 2000; i++ {
		for _, word := range strings.Fields(text) {
			counts[word]++
		}
	}
	most, best := 0, ""
	for word, n := range counts {
		if n > most || n == most && word < best {
			most, best = n, word
		}
	}
	return fmt.Sprint(best, most)
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
