package admit

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// jain is Jain's index of fairness: 1 if all are equal, 1/n if one has all.
func jain(x []float64) float64 {
	var sum, squares float64
	for _, v := range x {
		sum += v
		squares += v * v
	}
	return sum * sum / (float64(len(x)) * squares)
}

// shares lets visitors compete for one slot for two minutes and returns the
// processor time that each group of them got, in seconds.
func shares(t *testing.T, groups [][]Visitor, kinds []program) []float64 {
	got := make([]float64, len(groups))
	simulate(t, 2, Config{Programs: 1, Rate: 1e6, Burst: 1e6}, func(c *crowd) {
		var mu sync.Mutex
		for i, group := range groups {
			for _, v := range group {
				c.wg.Go(func() {
					for c.ctx.Err() == nil {
						l, err := c.enter(v)
						if err != nil {
							continue
						}
						used := c.run(l, kinds[i])
						mu.Lock()
						got[i] += used.Seconds()
						mu.Unlock()
					}
				})
			}
		}
		time.Sleep(2 * time.Minute)
	})
	return got
}

func repeat(n int, v Visitor) []Visitor { return slices.Repeat([]Visitor{v}, n) }

func TestProcessorTimeIsSharedFairly(t *testing.T) {
	work := func(d time.Duration) program { return program{check: 10 * time.Millisecond, compute: d} }
	kinds := []program{work(40 * time.Millisecond), work(200 * time.Millisecond), work(800 * time.Millisecond)}
	many := make([]Visitor, 30)
	for i := range many {
		many[i] = reader(i)
	}
	tests := map[string][][]Visitor{
		"between clients, whatever their programs cost": {repeat(4, address(1)), repeat(4, address(2)), repeat(4, address(3))},
		"between clients, however many sessions":        {repeat(2, address(1)), repeat(2, address(2)), many},
		"between the sessions of a client":              {repeat(4, reader(1)), repeat(4, reader(2)), repeat(4, reader(3))},
		"between sessions, however many programs wait":  {repeat(2, reader(1)), repeat(20, reader(2)), repeat(2, reader(3))},
	}
	for name, groups := range tests {
		t.Run(name, func(t *testing.T) {
			got := shares(t, groups, kinds)
			if j := jain(got); j < 0.95 {
				t.Errorf("Jain's index is %.3f; the shares are %.1f s", j, got)
			}
		})
	}
}
