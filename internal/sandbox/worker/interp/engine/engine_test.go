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
