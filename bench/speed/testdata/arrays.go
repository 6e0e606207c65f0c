package main

import (
	"fmt"
	"time"
)

func work() any {
	var d [8][8][8][8]int
	for round := 0; round < 20; round++ {
		for i := 0; i < 8; i++ {
			for j := 0; j < 8; j++ {
				for k := 0; k < 8; k++ {
					for l := 0; l < 8; l++ {
						d[i][j][k][l] += d[l][k][j][i] + i*j + k*l
					}
				}
			}
		}
	}
	return d[3][4][5][6] % 1000003
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
