package main

import (
	"fmt"
	"sort"
	"time"
)

func work() any {
	s := make([]int, 20000)
	for i := range s {
		s[i] = i * 7919 % 20011
	}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	return s[100]
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
