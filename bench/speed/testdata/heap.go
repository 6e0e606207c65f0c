package main

import (
	"cmp"
	"fmt"
	"time"
)

type heap[T cmp.Ordered] struct{ items []T }

func (h *heap[T]) push(v T) {
	h.items = append(h.items, v)
	i := len(h.items) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h.items[parent] <= h.items[i] {
			break
		}
		h.items[parent], h.items[i] = h.items[i], h.items[parent]
		i = parent
	}
}

func (h *heap[T]) pop() T {
	top, last := h.items[0], len(h.items)-1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && h.items[child+1] < h.items[child] {
			child++
		}
		if h.items[i] <= h.items[child] {
			break
		}
		h.items[i], h.items[child] = h.items[child], h.items[i]
		i = child
	}
	return top
}

func work() any {
	h := &heap[int]{}
	x := 1
	for i := 0; i < 20000; i++ {
		x = (x*1103515245 + 12345) % 2147483648
		h.push(x % 100000)
	}
	sum := 0
	for i := 0; i < 20000; i++ {
		sum += h.pop() * (i % 7)
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
