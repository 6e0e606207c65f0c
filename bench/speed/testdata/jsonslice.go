package main

import (
	"encoding/json"
	"fmt"
	"time"
)

type person struct {
	Name  string            `json:"name"`
	Age   int               `json:"age"`
	Tags  []string          `json:"tags,omitempty"`
	Notes map[string]string `json:"notes,omitempty"`
}

func work() any {
	var people []person
	for i := 0; i < 100; i++ {
		people = append(people, person{fmt.Sprint("person", i), i, []string{"a", "b"}, map[string]string{"k": "v"}})
	}
	total := 0
	for i := 0; i < 20; i++ {
		data, err := json.Marshal(people)
		if err != nil {
			return err
		}
		var back []person
		if err := json.Unmarshal(data, &back); err != nil {
			return err
		}
		for _, p := range back {
			total += p.Age + len(p.Tags)
		}
	}
	return total
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
