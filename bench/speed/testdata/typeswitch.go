package main

import (
	"fmt"
	"time"
)

type num struct{ v int }

type add struct{ l, r any }

type mul struct{ l, r any }

func eval(e any) int {
	switch e := e.(type) {
	case num:
		return e.v
	case add:
		return eval(e.l) + eval(e.r)
	case mul:
		return eval(e.l) * eval(e.r)
	}
	return 0
}

func work() any {
	e := any(num{1})
	for i := 0; i < 8; i++ {
		e = add{mul{e, num{1}}, add{e, num{i}}}
	}
	sum := 0
	for i := 0; i < 100; i++ {
		sum += eval(e) % 1000
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
