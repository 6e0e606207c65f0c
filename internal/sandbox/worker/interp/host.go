package interp

import (
	"fmt"
	"os"
	"reflect"
	"sync/atomic"

	"playground/internal/gofront/check"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/schedule"
)

// host gives the lowering the compiled side of the standard library, and the
// stand-ins the program that they ask about.
type host struct {
	checker  *check.Checker
	shims    *shim.Set
	symbols  map[string]map[string]reflect.Value
	twins    map[string]*lower.Source
	eng      *engine.Engine // nil until the program is compiled
	exit     func(wire.Exit)
	explorer *schedule.Explorer // nil unless the program's schedules are asked for
	noExit   atomic.Bool        // while tests run, status 0 is not theirs to give
}

func newHost(c *check.Checker) *host {
	h := &host{checker: c, symbols: map[string]map[string]reflect.Value{}, twins: map[string]*lower.Source{}}
	h.shims = shim.New(h)
	return h
}

// Symbols implements lower.Host.
func (h *host) Symbols(path string) map[string]reflect.Value {
	s, ok := h.symbols[path]
	if !ok {
		s = h.shims.Symbols(path)
		h.symbols[path] = s
	}
	return s
}

// Method implements lower.Host.
func (h *host) Method(recv reflect.Type, name string) (reflect.Value, bool) {
	return h.shims.Method(recv, name)
}

// Twin implements lower.Host.
func (h *host) Twin(path string) *lower.Source {
	if s, ok := h.twins[path]; ok {
		return s
	}
	u, ok, err := h.checker.Twin(path)
	if err != nil {
		panic(err)
	}
	if !ok {
		h.twins[path] = nil
		return nil
	}
	s := &lower.Source{Pkg: u.Types, Info: u.Info, Files: u.Files, Name: u.Types.Name(), Path: path}
	h.twins[path] = s
	return s
}

// Instance implements lower.Host.
func (h *host) Instance(path, name string, typ reflect.Type, targs ...reflect.Type) (reflect.Value, bool) {
	return stdlib.Instance(path, name, typ, targs...)
}

// Calls implements shim.Program.
func (h *host) Calls(limit int) []shim.Call { return h.eng.Calls(limit) }

// Roots implements shim.Program.
func (h *host) Roots() []shim.Call { return engine.Roots() }

// Goroutine implements shim.Program.
func (h *host) Goroutine() uintptr { return goid.Current() }

// FuncAt implements shim.Program.
func (h *host) FuncAt(pc uintptr) (shim.Call, bool) { return h.eng.FuncAt(pc) }

// Own implements shim.Program.
func (h *host) Own() shim.Stack { return h.eng.Own() }

// All implements shim.Program.
func (h *host) All() []shim.Stack { return h.eng.All() }

// Go implements shim.Program.
func (h *host) Go(f func()) { h.eng.Go(f) }

// Procs implements shim.Program.
func (h *host) Procs(n int) int { return h.eng.Procs(n) }

// Guard implements shim.Program.
func (h *host) Guard(f func()) { h.eng.Guarded(h.crash, f) }

// Repanic implements shim.Program.
func (h *host) Repanic(f func()) {
	h.eng.Guarded(func(text string) { h.crash(repanicked(text)) }, f)
}

// Exit implements shim.Program.
func (h *host) Exit(code int) {
	if code == 0 && h.noExit.Load() {
		panic("unexpected call to os.Exit(0) during test")
	}
	cause := wire.CauseExit
	if code == 0 {
		cause = wire.CauseReturn
	}
	if h.explorer != nil {
		h.explorer.Exit(code)
	}
	h.exit(wire.Exit{Cause: cause, Code: code})
	os.Exit(code)
}

// crash ends the process for a panic that nobody recovered from.
func (h *host) crash(text string) {
	if h.explorer != nil {
		h.explorer.Crash(text)
	}
	fmt.Fprint(os.Stderr, text)
	h.exit(wire.Exit{Cause: wire.CausePanic, Code: 2})
}
