package main

import (
	"fmt"
	"time"
)

func work() any {
	const size, most = 120, 50
	inside := 0
	for py := 0; py < size; py++ {
		for px := 0; px < size; px++ {
			x0, y0 := float64(px)/size*3.5-2.5, float64(py)/size*2-1
			x, y, i := 0.0, 0.0, 0
			for ; i < most && x*x+y*y <= 4; i++ {
				x, y = x*x-y*y+x0, 2*x*y+y0
			}
			if i == most {
				inside++
			}
		}
	}
	return inside
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
