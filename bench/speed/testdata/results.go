package main

import (
	"fmt"
	"time"
)

func divide(a, b int) (quotient, remainder int, exact, negative bool) {
	return a / b, a % b, a%b == 0, a < 0
}

func work() any {
	sum := 0
	for i := 0; i < 200000; i++ {
		q, r, exact, negative := divide(i-100, 7)
		if exact && !negative {
			sum += q
		} else {
			sum += r
		}
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
