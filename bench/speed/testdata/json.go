package main

import (
	"encoding/json"
	"fmt"
	"time"
)

type order struct {
	ID    int      `json:"id"`
	Items []string `json:"items"`
}

func work() any {
	n := 0
	for i := 0; i < 500; i++ {
		b, err := json.Marshal(order{i, []string{"a", "b"}})
		if err != nil {
			panic(err)
		}
		var o order
		if err := json.Unmarshal(b, &o); err != nil {
			panic(err)
		}
		n += o.ID
	}
	return n
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
