package interp

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// Some functions of the standard library call a program's function on a
// goroutine of their own. There nobody but the runtime would see a panic, and
// it would show the reader our frames: so each such function is wrapped.

// guarded is f as the whole of a goroutine.
func (h *host) guarded(f func()) func() {
	return func() {
		if text := h.calls.eng.Protect(f); text != "" {
			h.calls.eng.Crash(text)
		}
	}
}

func (h *host) replaceSpawners(path string, s map[string]reflect.Value) {
	switch path {
	case "time":
		s["AfterFunc"] = reflect.ValueOf(func(d time.Duration, f func()) *time.Timer { return time.AfterFunc(d, h.guarded(f)) })
	case "context":
		s["AfterFunc"] = reflect.ValueOf(func(ctx context.Context, f func()) (stop func() bool) { return context.AfterFunc(ctx, h.guarded(f)) })
	}
}

// spawnMethod replaces methods that start goroutines.
func (h *host) spawnMethod(recv reflect.Type, name string) any {
	if recv == reflect.TypeFor[*sync.WaitGroup]() && name == "Go" {
		return func(wg *sync.WaitGroup, f func()) {
			wg.Add(1)
			go func() {
				defer wg.Done()
				h.guarded(f)()
			}()
		}
	}
	return nil
}
