package main

import (
	"fmt"
	"time"
)

func work() any {
	const size, most = 80, 40
	inside := 0
	for py := 0; py < size; py++ {
		for px := 0; px < size; px++ {
			c := complex(float64(px)/size*3.5-2.5, float64(py)/size*2-1)
			z := complex(0, 0)
			i := 0
			for ; i < most; i++ {
				z = z*z + c
				if real(z)*real(z)+imag(z)*imag(z) > 4 {
					break
				}
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
