package fault

import (
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Way says by which of the runtime's functions a panic came about.
type Way int

// The ways. A panic of another kind counts as called by the program.
const (
	Called Way = iota
	Dereferenced
	Indexed
	Divided
	Asserted
	Exited // no panic, but runtime.Goexit

	Ways // is none
)

// WayOf is how a panic with v came about.
func WayOf(v any) Way {
	switch t := reflect.TypeOf(v); {
	case t == boundsError:
		return Indexed
	case t == reflect.TypeFor[*runtime.TypeAssertionError]():
		return Asserted
	case t == errorString && v == dereference:
		return Dereferenced
	case t == errorString && v == divide:
		return Divided
	}
	return Called
}

// provoke has a panic, or a Goexit, that came about each way.
var provoke = [Ways]func(){
	Called:       func() { panic("") },
	Dereferenced: func() { var p *int; _ = *p },
	Indexed:      func() { OutOfRange(0, 0) },
	Divided:      func() { n := 0; _ = 1 / n },
	Asserted:     func() { _ = any("").(int) },
	Exited:       runtime.Goexit,
}

// calls are the runtime's calls on each way, innermost first, as this release
// has them: what it does is seen once, and differs from release to release.
var calls = sync.OnceValue(func() (list [Ways][]runtime.Frame) {
	for w, f := range provoke {
		done := make(chan bool)
		go func() {
			defer close(done)
			defer func() {
				list[w] = between()
				_ = recover()
			}()
			f()
		}()
		<-done
	}
	return list
})

// Calls are the runtime's calls between the function that a panic interrupted
// and the deferred one that runs because of it, innermost first.
func (w Way) Calls() []runtime.Frame { return calls()[w] }

// between is the runtime's part of the calling deferred function's stack.
func between() []runtime.Frame {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var list []runtime.Frame
	for {
		f, more := frames.Next()
		if f.Function == "runtime.goexit" || len(list) > 0 && !strings.HasPrefix(f.Function, "runtime.") {
			break
		}
		if strings.HasPrefix(f.Function, "runtime.") {
			list = append(list, f)
		}
		if !more {
			break
		}
	}
	return slices.Clip(list)
}
