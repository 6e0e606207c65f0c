package main

import (
	"fmt"
	"time"
)

type shape interface{ area() float64 }

type square struct{ side float64 }

type circle struct{ r float64 }

func (s square) area() float64 { return s.side * s.side }

func (c circle) area() float64 { return c.r * c.r * 3 }

func work() any {
	shapes := []shape{square{2}, circle{3}}
	sum := 0.0
	for i := 0; i < 50000; i++ {
		sum += shapes[i%2].area()
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
