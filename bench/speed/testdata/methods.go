package main

import (
	"fmt"
	"time"
)

type account struct {
	balance int
	log     []int
}

func (a *account) deposit(n int) {
	a.balance += n
	if n%1000 == 0 {
		a.log = append(a.log, n)
	}
}

func (a account) total() int { return a.balance }

func work() any {
	var a account
	for i := 0; i < 100000; i++ {
		a.deposit(i)
	}
	return a.total()
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
