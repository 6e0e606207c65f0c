package engine

import (
	"runtime"
	"testing"
	"time"
)

// narrowed is an engine whose program has started a goroutine, on a machine with
// several processors.
func narrowed(t *testing.T) *Engine {
	before := runtime.GOMAXPROCS(4)
	e := newEngine()
	// Set by the program they stay, whatever finalisers do later.
	t.Cleanup(func() { e.Procs(before) })
	e.Narrow()
	if n := runtime.GOMAXPROCS(0); n != 4 {
		t.Fatalf("%d processors before the first goroutine, not 4", n)
	}
	e.processors.spawning()
	if n := runtime.GOMAXPROCS(0); n != 1 {
		t.Fatalf("%d processors for the first goroutine, not 1", n)
	}
	return e
}

func TestProcessors(t *testing.T) {
	tests := map[string]struct {
		do   func(e *Engine)
		want int
	}{
		"a turn that came at once": {func(e *Engine) { e.processors.began(time.Since(bootTime) + time.Hour) }, 1},
		"a turn that came late":    {func(e *Engine) { e.processors.began(time.Since(bootTime) - time.Hour) }, 4},
		"a few goroutines": {func(e *Engine) {
			for range crowd - 1 {
				e.processors.spawning()
			}
		}, 1},
		"many goroutines": {func(e *Engine) {
			for range crowd {
				e.processors.spawning()
			}
		}, 4},
		"a number of the program's": {func(e *Engine) {
			if was := e.Procs(2); was != 4 {
				t.Errorf("GOMAXPROCS was %d, not 4", was)
			}
			e.processors.began(time.Since(bootTime) - time.Hour)
		}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e := narrowed(t)
			test.do(e)
			if n := runtime.GOMAXPROCS(0); n != test.want {
				t.Errorf("%d processors, not %d", n, test.want)
			}
		})
	}
}

// TestProcessorsForGarbage: a program that makes garbage gets all processors.
func TestProcessorsForGarbage(t *testing.T) {
	narrowed(t)
	for end := time.Now().Add(10 * time.Second); runtime.GOMAXPROCS(0) != 4; {
		if time.Now().After(end) {
			t.Fatal("the garbage collector ran, and there is still one processor")
		}
		runtime.GC()
	}
}

// TestProcessorsAsTheyAre: unasked, the engine leaves them alone.
func TestProcessorsAsTheyAre(t *testing.T) {
	before := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(before)
	e := newEngine()
	e.processors.spawning()
	if n, was := runtime.GOMAXPROCS(0), e.Procs(2); n != 3 || was != 3 || runtime.GOMAXPROCS(0) != 2 {
		t.Errorf("%d processors, %d before, then %d", n, was, runtime.GOMAXPROCS(0))
	}
}
