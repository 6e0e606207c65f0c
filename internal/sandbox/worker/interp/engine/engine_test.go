package engine

import (
	"testing"

	"playground/internal/sandbox/worker/interp/engine/fault"
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

func TestPanicText(t *testing.T) {
	type code int
	type word string
	for want, v := range map[string]any{
		"boom":             "boom",
		"42":               42,
		"1.5":              1.5,
		"true":             true,
		"(1-2i)":           complex(1, -2),
		"engine.code(3)":   code(3),
		`engine.word("a")`: word("a"),
		"an error":         fault.Plain("an error"),
	} {
		if got := panicText(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
