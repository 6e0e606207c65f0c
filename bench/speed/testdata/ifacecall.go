package main

import (
	"fmt"
	"math"
	"time"
)

type shape interface {
	area() float64
	scale(f float64)
}

type square struct{ side float64 }

func (s *square) area() float64   { return s.side * s.side }
func (s *square) scale(f float64) { s.side *= f }

type circle struct{ r float64 }

func (c *circle) area() float64   { return math.Pi * c.r * c.r }
func (c *circle) scale(f float64) { c.r *= f }

func work() any {
	shapes := []shape{&square{2}, &circle{1}, &square{3}, &circle{2}}
	sum := 0.0
	for i := 0; i < 200000; i++ {
		s := shapes[i%4]
		sum += s.area()
		if i%1000 == 0 {
			s.scale(1.001)
		}
	}
	return int(sum)
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
