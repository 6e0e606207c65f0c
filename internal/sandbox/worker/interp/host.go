package interp

import (
	"log"
	"os"
	"reflect"

	"playground/internal/gofront/check"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib"
	"playground/internal/sandbox/wire"
)

// host gives the lowering the compiled side of the standard library.
type host struct {
	checker *check.Checker
	symbols map[string]map[string]reflect.Value
	twins   map[string]*lower.Source
	calls   *callers
	exit    func(wire.Exit)
}

func newHost(c *check.Checker) *host {
	return &host{checker: c, symbols: map[string]map[string]reflect.Value{}, twins: map[string]*lower.Source{}, calls: newCallers()}
}

// Symbols implements lower.Host.
func (h *host) Symbols(path string) map[string]reflect.Value {
	s, ok := h.symbols[path]
	if !ok {
		s = stdlib.Symbols(path)
		h.replace(path, s)
		h.calls.replace(path, s)
		h.replaceSpawners(path, s)
		h.symbols[path] = s
	}
	return s
}

// replace puts our own in the place of what would end the process unnoticed.
func (h *host) replace(path string, s map[string]reflect.Value) {
	switch path {
	case "os":
		s["Exit"] = reflect.ValueOf(func(code int) {
			cause := wire.CauseExit
			if code == 0 {
				cause = wire.CauseReturn
			}
			h.exit(wire.Exit{Cause: cause, Code: code})
			os.Exit(code)
		})
	case "log":
		end := func() { h.exit(wire.Exit{Cause: wire.CauseExit, Code: 1}); os.Exit(1) }
		s["Fatal"] = reflect.ValueOf(func(v ...any) { log.Print(v...); end() })
		s["Fatalf"] = reflect.ValueOf(func(f string, v ...any) { log.Printf(f, v...); end() })
		s["Fatalln"] = reflect.ValueOf(func(v ...any) { log.Println(v...); end() })
	}
}

// Method implements lower.Host.
func (h *host) Method(recv reflect.Type, name string) (reflect.Value, bool) {
	if f := h.calls.method(recv, name); f != nil {
		return reflect.ValueOf(f), true
	}
	if f := h.spawnMethod(recv, name); f != nil {
		return reflect.ValueOf(f), true
	}
	return reflect.Value{}, false
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
