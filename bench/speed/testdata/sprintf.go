package main

import (
	"fmt"
	"strings"
	"time"
)

func work() any {
	var b strings.Builder
	for i := 0; i < 10000; i++ {
		b.WriteString(fmt.Sprintf("%d: %s = %.2f\n", i, "value", float64(i)/3))
	}
	return b.Len()
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
