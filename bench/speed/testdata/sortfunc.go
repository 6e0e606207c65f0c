package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

type person struct {
	name string
	age  int
}

func work() any {
	people := make([]person, 10000)
	x := 1
	for i := range people {
		x = (x*1103515245 + 12345) % 2147483648
		people[i] = person{string(rune('a' + x%26)), x % 100}
	}
	slices.SortFunc(people, func(a, b person) int {
		return cmp.Or(cmp.Compare(a.age, b.age), cmp.Compare(a.name, b.name))
	})
	sum := 0
	for i, p := range people {
		sum += i % 10 * p.age
	}
	return sum
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
