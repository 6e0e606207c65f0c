package engine

import (
	"fmt"
	"go/token"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/engine/reference"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// Engine puts its own operations into a compiled program.
type Engine struct {
	in     *interp.Interpreter
	prog   *lower.Program
	funcs  map[string]*fn
	root   *yaegi.Frame    // the program's variables
	fresh  []reflect.Value // what they were before the first start, see Rewind
	states registry

	maxFrames int64 // bytes that the calls of a goroutine may take

	compiling sync.Mutex            // guards origins, and yaegi once the program runs
	origins   map[*token.File]int32 // where in the lowered source a file of a function begins

	started    atomic.Int64 // goroutines so far
	processors processors

	// codes says whose the entries of package code are, by their index.
	codes     []codeName
	codeIndex map[codeName]int

	hooks   Hooks
	modes   []hook.Mode       // who looks at the program, or steers it
	memory  hook.Memory       // the one of them that looks at memory as well
	context reference.Context // of operations without the frame
}

// Hooks are what the engine asks about a program and tells of it. All but Modes are
// needed, and asked already while New runs.
type Hooks struct {
	// Position says where an offset of the lowered source comes from.
	Position func(offset int) token.Position
	// Place says where a position of the reader's program is.
	Place func(pos token.Pos) token.Position
	// Method finds what takes the place of a host type's method.
	Method func(recv reflect.Type, name string) (reflect.Value, bool)
	// ToInterface and FromInterface find what to apply to a value of a host
	// type that becomes, or was, an interface's value.
	ToInterface, FromInterface func(t reflect.Type) (func(v any) any, bool)
	// Crash is called with the text of a panic that ends the program. It must
	// not return.
	Crash func(text string)
	// Modes look at the program or steer it: usually there are none.
	Modes []hook.Mode
}

func newEngine() *Engine {
	return &Engine{maxFrames: maxFrames(), funcs: map[string]*fn{}, origins: map[*token.File]int32{}, codeIndex: map[codeName]int{}}
}

// New gives yaegi the lowered program, and the engine's operations to what comes
// out of it.
func New(in *interp.Interpreter, prog *lower.Program, hooks Hooks) (*Engine, error) {
	e := newEngine()
	e.in, e.prog, e.hooks, e.modes, e.memory = in, prog, hooks, hooks.Modes, watcher(hooks.Modes)
	for i, m := range e.modes {
		m.Attach(e, i)
	}
	e.context = reference.Context{Method: hooks.Method, ToInterface: hooks.ToInterface, FromInterface: hooks.FromInterface}
	p, err := e.declare()
	if err != nil {
		return nil, fmt.Errorf("compile lowered program: %w", err)
	}
	for _, s := range prog.Slots {
		f := e.funcs[s.Name]
		if f == nil {
			return nil, fmt.Errorf("lowered function %s is missing", s.Name)
		}
		s.Data = f
		s.Call = func(args []reflect.Value) []reflect.Value { return f.callHost(nil, args) }
	}
	// Every function value's code has its entry before anything runs that asks
	// whose it is.
	for _, op := range prog.Ops {
		if op.Kind == ir.OpClosure {
			e.funcs[op.Slot.Name].codeOf(op.Bound)
		}
	}
	// Execute makes the program's variables. It runs nothing of the program: a lowered
	// program's variables have no initialisers, its entry function sets them.
	if _, err := in.Execute(p); err != nil {
		return nil, fmt.Errorf("prepare lowered program: %w", err)
	}
	return e, nil
}

// Start runs the program's entry function on the calling goroutine. The program's other
// goroutines may still be running when it returns, as in Go, until the process ends.
func (e *Engine) Start() {
	e.root = yaegi.Globals(e.in)
	e.watch()
	e.guard(mainGoroutine, nil, e.hooks.Crash, func(g *goroutine) {
		f := e.funcs[e.prog.Entry]
		fr := f.enter(g, nil)
		f.call(fr)
	})
}

// Rewind makes the program's variables what they were before its first start, so that it
// can be started again. It must be called before that, too, and while nothing of the
// program runs.
func (e *Engine) Rewind() {
	e.started.Store(0)
	data := yaegi.Globals(e.in).Data
	if e.fresh == nil {
		e.fresh = make([]reflect.Value, len(data))
		for i, v := range data {
			if v.IsValid() && v.CanSet() {
				e.fresh[i] = reflect.New(v.Type()).Elem()
				e.fresh[i].Set(v)
			}
		}
	}
	for i, v := range e.fresh {
		if v.IsValid() {
			data[i].Set(v)
		}
	}
}

// SelfTest checks what this package assumes about yaegi, about goroutines and about
// function values, in the running process. It takes microseconds, since every worker
// does it at its start. Its error says which assumption does not hold; no program may
// be run then.
func SelfTest() error {
	if err := yaegi.SelfTest(); err != nil {
		return err
	}
	if err := goid.SelfTest(); err != nil {
		return err
	}
	if err := fault.SelfTest(); err != nil {
		return err
	}
	return funcLayout()
}

// funcLayout checks that function values made by this package are recognised
// and others are not.
func funcLayout() error {
	f := &fn{e: newEngine(), meta: &lower.Func{}}
	t := reflect.TypeFor[func(string, *int) (float64, error)]()
	for t := range nativeCodes {
		if closureOf(f.closureMaker(t, false, nil)(nil)).fn != f {
			return fmt.Errorf("engine: a %s of its own is not recognised", t)
		}
	}
	if closureOf(f.closureMaker(t, false, nil)(nil)).fn != f {
		return fmt.Errorf("engine: a %s of its own is not recognised", t)
	}
	other := reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value { return nil })
	if closureOf(funcPointer(other)) != nil {
		return fmt.Errorf("engine: a foreign function value is taken for its own")
	}
	plain := func() {}
	if closureOf(*(*unsafe.Pointer)(unsafe.Pointer(&plain))) != nil {
		return fmt.Errorf("engine: a compiled function value is taken for its own")
	}
	var v reflect.Value = reflect.New(reflect.TypeFor[int]()).Elem()
	if w := (*abi.Value)(unsafe.Pointer(&v)); w.Flag&(abi.FlagIndir|abi.FlagAddr) != abi.FlagIndir|abi.FlagAddr {
		return fmt.Errorf("engine: reflect.Value's flags are not as expected")
	}
	return nil
}
