package shim

import (
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"playground/internal/gofront/stdlib"
	"playground/internal/gofront/vnet"
)

// Program is the running program, as stand-ins ask about it. Its methods are
// called from any goroutine.
type Program interface {
	// Calls is at most that many calls of the calling goroutine, innermost
	// first. It is empty where none of the program's functions runs.
	Calls(limit int) []Call
	// Roots are the library's calls below the outermost of those, innermost first:
	// of the runtime, and of who else called the program.
	Roots() []Call
	// Goroutine is a number that no other goroutine than the calling one has.
	Goroutine() uintptr
	// FuncAt is the function whose function values have pc as their code
	// pointer, called where it begins.
	FuncAt(pc uintptr) (Call, bool)
	// Own is the calling goroutine, and All are all of the program's, with the
	// calling one first.
	Own() Stack
	All() []Stack
	// Go runs f on a goroutine of the program's.
	Go(f func())
	// Procs is runtime.GOMAXPROCS.
	Procs(n int) int
	// Guard calls f at the bottom of a goroutine that the library started. A
	// panic that f does not recover from is the program's end.
	Guard(f func())
	// Repanic is Guard for a caller that recovers from the panic and panics again:
	// it is told as that.
	Repanic(f func())
	// Exit ends the program with a status. It does not return.
	Exit(code int)
}

// Row is one stand-in.
type Row struct {
	// Package is the import path. Type is the name of the receiver's type,
	// without its star, or empty for a function.
	Package, Type string
	Name          string
	// Why says what the library's own would do.
	Why string
	// Func is what a program gets: a function of the same type as the
	// library's, a method's receiver first.
	Func any
}

// Set is the stand-ins of one program.
type Set struct {
	program  Program
	calls    calls
	logs     logLocks
	sources  sources
	settings settings
	helpers  helpers
	fuzzing  atomic.Pointer[testing.F]
	tempDirs tempDirs
	threads  maxThreads
	capture  *Capture // set for a program with examples
	identity Identity
	files    *files
	network  func() *vnet.Network
	debug    debugHandlers
	rows     map[string][]Row
}

// New returns the stand-ins for p, which is asked nothing before the program
// runs.
func New(p Program) *Set {
	return &Set{program: p, calls: newCalls(), network: sync.OnceValue(vnet.New), debug: newDebugHandlers(), files: newFiles(), rows: map[string][]Row{}}
}

// Network is the one that the program has.
func (s *Set) Network() *vnet.Network { return s.network() }

// Paths lists the packages that have stand-ins.
func Paths() []string {
	own := []string{"context", "fmt", "go/parser", "html/template", "io/ioutil", "log", "log/slog", "os", "os/user", "path/filepath", "runtime", "runtime/debug", "runtime/pprof", "sync", "testing", "text/template", "time"}
	return append(own, vnet.Paths()...)
}

// Rows returns the stand-ins of the package at path. It and the methods below
// are for one goroutine, before the program runs.
func (s *Set) Rows(path string) []Row {
	list, ok := s.rows[path]
	if !ok {
		list = s.make(path)
		s.rows[path] = list
	}
	return list
}

func (s *Set) make(path string) []Row {
	switch path {
	case "context":
		return s.contextRows()
	case "fmt":
		return s.fmtRows()
	case "go/parser":
		return s.parserRows()
	case "html/template":
		return s.htmlTemplateRows()
	case "io/ioutil":
		return s.ioutilRows()
	case "log":
		return s.logRows()
	case "log/slog":
		return s.slogRows()
	case "os":
		return s.osRows()
	case "os/user":
		return s.userRows()
	case "path/filepath":
		return s.pathRows()
	case "runtime":
		return s.runtimeRows()
	case "runtime/pprof":
		return s.pprofRows()
	case "runtime/debug":
		return s.debugRows()
	case "sync":
		return s.syncRows()
	case "testing":
		return s.testingRows()
	case "text/template":
		return s.textTemplateRows()
	case "time":
		return s.timeRows()
	}
	return s.netRows(path)
}

// Symbols returns the run-time symbols of the package at path as
// stdlib.Symbols does, with stand-ins in their places.
func (s *Set) Symbols(path string) map[string]reflect.Value {
	symbols := stdlib.Symbols(path)
	if symbols == nil {
		return nil
	}
	s.install(path)
	for _, r := range s.Rows(path) {
		if r.Type == "" {
			symbols[r.Name] = reflect.ValueOf(r.Func)
		}
	}
	return symbols
}

// Method returns the stand-in for a method of recv, a type of the library or a
// pointer to one, and whether there is one.
func (s *Set) Method(recv reflect.Type, name string) (reflect.Value, bool) {
	t := recv
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	for _, r := range s.Rows(t.PkgPath()) {
		if r.Type != "" && r.Type == t.Name() && r.Name == name {
			return reflect.ValueOf(r.Func), true
		}
	}
	return reflect.Value{}, false
}

// rows makes rows of functions by name, all for one reason.
func rows(path, typ, why string, funcs map[string]any) []Row {
	list := make([]Row, 0, len(funcs))
	for name, f := range funcs {
		list = append(list, Row{Package: path, Type: typ, Name: name, Why: why, Func: f})
	}
	return list
}
