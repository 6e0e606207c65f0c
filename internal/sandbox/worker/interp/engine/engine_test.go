package engine

import (
	"testing"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func TestRegistry(t *testing.T) {
	var r registry
	a, b := &goroutine{id: 512}, &goroutine{id: 1024}
	r.put(a)
	r.put(b)
	if r.get(512) != a || r.get(1024) != b || r.get(512) != a {
		t.Error("a goroutine was not found")
	}
	r.drop(a)
	if r.get(512) != nil || r.get(1024) != b {
		t.Error("drop removed the wrong goroutine")
	}
}

// A loop without a body is a block that leads to itself, however many led around.
func TestSettleEndsWithEmptyLoops(t *testing.T) {
	for n := 1; n <= 5; n++ {
		all := make([]*block, n)
		for i := range all {
			all[i] = &block{}
		}
		for i, b := range all {
			b.next = all[(i+1)%n]
		}
		before := &block{ops: []op{func(*frame) {}}, next: all[0]}
		settle(append(all, before))
		if len(before.ops) != 1 || before.next == nil {
			t.Errorf("%d blocks in a circle: %+v", n, before)
		}
	}
}

// Blocks that lead around to each other are joined a bounded number of times.
func TestSettleEnds(t *testing.T) {
	a, b, c := &block{}, &block{}, &block{}
	a.next, b.next, c.next = b, c, b
	settle([]*block{a, b, c})
	if a.end != nil || a.next == nil {
		t.Error("an endless loop has an end")
	}
}
