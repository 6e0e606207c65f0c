package main

import (
	"fmt"
	"strings"
	"time"
)

func work() any {
	var b strings.Builder
	for i := 0; i < 50000; i++ {
		b.WriteByte(byte('a' + i%26))
	}
	return len(b.String())
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
