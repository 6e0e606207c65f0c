package schedule

import (
	"math/rand/v2"
	"testing"
)

// play lets a strategy choose: so many times, among so many.
func play(s Strategy, times, options int) (list []int) {
	for i := range times {
		tasks := make([]int, options)
		for t := range tasks {
			tasks[t] = t
		}
		list = append(list, s.Choose(Choice{Number: i, Options: options, Tasks: tasks}))
	}
	return list
}

// TestSearch: depth-first search meets each schedule once, up to its bound.
func TestSearch(t *testing.T) {
	for _, c := range []struct {
		bound, want int
		cut         bool
	}{{3, 27, false}, {2, 19, true}, {1, 7, true}, {0, 1, true}} {
		s := &search{bound: c.bound}
		seen := map[[3]int]bool{}
		for s.next() {
			key := [3]int(play(s, 3, 3))
			if seen[key] {
				t.Fatalf("bound %d: %v comes twice", c.bound, key)
			}
			seen[key] = true
		}
		if len(seen) != c.want || s.cut != c.cut {
			t.Errorf("bound %d: %d schedules, cut is %v; want %d, %v", c.bound, len(seen), s.cut, c.want, c.cut)
		}
	}
}

// TestNames: a schedule's name says what it is, and nothing else is a name.
func TestNames(t *testing.T) {
	for _, d := range []deviations{{}, {4: 1}, {17: 2, 4: 1}} {
		got, err := parse(d.String())
		if err != nil || got.String() != d.String() {
			t.Errorf("%s becomes %v, %v", d, got, err)
		}
	}
	for _, s := range []string{"", "x", "1", "1:", "-1:2", "1:-2", "1:2,", "1:2:3"} {
		if d, err := parse(s); err == nil {
			t.Errorf("%q is the name of %v", s, d)
		}
	}
}

// TestPCT: priorities hold between the changes, and the clock is not let run ahead.
func TestPCT(t *testing.T) {
	for seed := range uint64(50) {
		list := play(newPCT(rand.New(rand.NewPCG(seed, 0)), 3, 20), 20, 4)
		changes := 0
		for i := 1; i < len(list); i++ {
			if list[i] != list[i-1] {
				changes++
			}
		}
		if changes > 2 {
			t.Errorf("seed %d: %d changes: %v", seed, changes, list)
		}
	}
	p := newPCT(rand.New(rand.NewPCG(1, 0)), 1, 10)
	for i := range 10 {
		if got := p.Choose(Choice{Number: i, Options: 3, Tasks: []int{0, 1, clock}}); got == 2 {
			t.Error("the clock goes on by itself")
		}
	}
}
