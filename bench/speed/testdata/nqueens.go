package main

import (
	"fmt"
	"time"
)

type board struct {
	cols, up, down []bool
}

func (b *board) place(row, n int) int {
	if row == n {
		return 1
	}
	found := 0
	for c := 0; c < n; c++ {
		if b.cols[c] || b.up[row+c] || b.down[row-c+n-1] {
			continue
		}
		b.cols[c], b.up[row+c], b.down[row-c+n-1] = true, true, true
		found += b.place(row+1, n)
		b.cols[c], b.up[row+c], b.down[row-c+n-1] = false, false, false
	}
	return found
}

func work() any {
	const n = 9
	b := &board{make([]bool, n), make([]bool, 2*n), make([]bool, 2*n)}
	return b.place(0, n)
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
