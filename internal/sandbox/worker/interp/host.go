package interp

import (
	"errors"
	"log"
	"os"
	"reflect"
	"syscall"
	"testing"

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
	capture bool       // the program has examples
	out     capture    // where they print
	runAll  func() int // takes the place of testing.M.Run
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
	case "fmt":
		if h.capture {
			h.out.replace(s)
		}
	case "os":
		s["Exit"] = reflect.ValueOf(func(code int) {
			cause := wire.CauseExit
			if code == 0 {
				cause = wire.CauseReturn
			}
			h.exit(wire.Exit{Cause: cause, Code: code})
			os.Exit(code)
		})
		absent(s)
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
	if recv == reflect.TypeFor[*testing.M]() && name == "Run" && h.capture {
		return reflect.ValueOf(func(*testing.M) int { return h.runAll() }), true
	}
	if f := h.spawnMethod(recv, name); f != nil {
		return reflect.ValueOf(f), true
	}
	return stdlib.MethodHook(recv, name)
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

// absent makes the functions that look for files find none: to the program the
// file system is empty, not forbidden.
func absent(s map[string]reflect.Value) {
	s["Open"] = reflect.ValueOf(func(name string) (*os.File, error) { f, err := os.Open(name); return f, missing(err) })
	s["ReadFile"] = reflect.ValueOf(func(name string) ([]byte, error) { b, err := os.ReadFile(name); return b, missing(err) })
	s["Stat"] = reflect.ValueOf(func(name string) (os.FileInfo, error) { i, err := os.Stat(name); return i, missing(err) })
	s["Lstat"] = reflect.ValueOf(func(name string) (os.FileInfo, error) { i, err := os.Lstat(name); return i, missing(err) })
	s["ReadDir"] = reflect.ValueOf(func(name string) ([]os.DirEntry, error) { d, err := os.ReadDir(name); return d, missing(err) })
	s["Remove"] = reflect.ValueOf(func(name string) error { return missing(os.Remove(name)) })
	s["OpenFile"] = reflect.ValueOf(func(name string, flag int, perm os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, perm)
		if flag&os.O_CREATE == 0 {
			err = missing(err)
		}
		return f, err
	})
}

// missing turns a refusal by the sandbox into what Go says of a file that is
// not there.
func missing(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) && errors.Is(err, os.ErrPermission) {
		return &os.PathError{Op: pe.Op, Path: pe.Path, Err: syscall.ENOENT}
	}
	return err
}
