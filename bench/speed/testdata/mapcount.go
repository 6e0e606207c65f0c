package main

import (
	"fmt"
	"strings"
	"time"
)

func work() any {
	words := strings.Fields(strings.Repeat("to be or not to be that is the question ", 2000))
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	return count["be"]
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
