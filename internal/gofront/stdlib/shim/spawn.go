package shim

import (
	"context"
	"sync"
	"time"
)

// Some functions of the library call a program's function on a goroutine of
// their own. There nobody but the runtime would see a panic, and it would show
// the reader the interpreter's frames.
const unseenPanic = "shows the interpreter's frames when the function panics"

func (s *Set) guarded(f func()) func() { return func() { s.program.Guard(f) } }

func (s *Set) timeRows() []Row {
	return []Row{{"time", "", "AfterFunc", unseenPanic, func(d time.Duration, f func()) *time.Timer {
		return time.AfterFunc(d, s.guarded(f))
	}}}
}

func (s *Set) contextRows() []Row {
	return []Row{{"context", "", "AfterFunc", unseenPanic, func(ctx context.Context, f func()) (stop func() bool) {
		return context.AfterFunc(ctx, s.guarded(f))
	}}}
}

func (s *Set) syncRows() []Row {
	return []Row{{"sync", "WaitGroup", "Go", unseenPanic, func(wg *sync.WaitGroup, f func()) {
		wg.Add(1)
		s.program.Go(func() {
			defer wg.Done()
			f()
		})
	}}}
}
