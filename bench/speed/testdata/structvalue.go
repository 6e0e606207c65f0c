package main

import (
	"fmt"
	"time"
)

type vec struct{ x, y, z float64 }

func (v vec) add(w vec) vec       { return vec{v.x + w.x, v.y + w.y, v.z + w.z} }
func (v vec) scale(f float64) vec { return vec{v.x * f, v.y * f, v.z * f} }
func (v vec) dot(w vec) float64   { return v.x*w.x + v.y*w.y + v.z*w.z }

func work() any {
	p, d := vec{}, vec{1, 2, 3}
	for i := 0; i < 100000; i++ {
		p = p.add(d.scale(0.01))
		if p.dot(p) > 1000 {
			p = vec{}
		}
	}
	return int(p.dot(d) * 1000)
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
