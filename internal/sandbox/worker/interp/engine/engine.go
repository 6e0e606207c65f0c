package engine

import (
	"fmt"
	"go/token"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// Engine puts its own operations into a compiled program.
type Engine struct {
	in     *interp.Interpreter
	prog   *lower.Program
	funcs  map[string]*fn
	root   *yaegi.Frame // the program's variables
	states registry

	started atomic.Int64 // goroutines so far

	// Position says where an offset of the lowered source comes from.
	Position func(offset int) token.Position
	// Method finds what takes the place of a host type's method.
	Method func(recv reflect.Type, name string) (reflect.Value, bool)
	// ToInterface and FromInterface find what to apply to a value of a host
	// type that becomes, or was, an interface's value.
	ToInterface, FromInterface func(t reflect.Type) (func(v any) any, bool)
	// Crash is called when a goroutine that the program started panics.
	Crash func(text string)
}

// fn is a lowered function.
type fn struct {
	e        *Engine
	name     string
	meta     *lower.Func
	def      *node
	start    step
	types    []reflect.Type
	nret     int
	nparam   int
	hasDefer bool
	forward  bool // recover in a callee acts as if called here
	index    int
	layout   reflect.Type
	offsets  []uintptr // of the slots in a frame's block
	aliased  []bool    // slots that refer to memory outside the block
	modes    map[*node]mode
	once     sync.Once
	pool     sync.Pool
}

// goroutine is what the engine knows of a goroutine that runs the program.
type goroutine struct {
	top *frame
	id  uintptr
	rec *panicking // the panic on its way, for whoever meets it next

	number  int64      // in traces
	creator traceFrame // the go statement that started it
	parent  int64      // the number of the goroutine that ran it

	free [][]*frame // by function
}

// New compiles the lowered program and arms it.
func New(in *interp.Interpreter, prog *lower.Program) (*Engine, *interp.Program, error) {
	e := &Engine{in: in, prog: prog, funcs: map[string]*fn{}}
	p, err := in.Compile(prog.Source)
	if err != nil {
		return nil, nil, fmt.Errorf("compile lowered program: %w", err)
	}
	root := yaegi.Root(p)
	for _, c := range root.Child {
		if c.Kind == yaegi.FuncDecl {
			e.addFunc(c)
		}
	}
	for _, f := range e.funcs {
		f.arm()
	}
	for _, s := range prog.Slots {
		f := e.funcs[s.Name]
		if f == nil {
			return nil, nil, fmt.Errorf("lowered function %s is missing", s.Name)
		}
		s.Data = f
		s.Call = func(args []reflect.Value) []reflect.Value { return f.callHost(nil, args) }
	}
	return e, p, nil
}

func (e *Engine) addFunc(def *node) {
	name := def.Child[1].Ident
	f := &fn{e: e, name: name, def: def, types: def.Types, nret: len(def.Typ.Ret), nparam: len(def.Typ.Arg), meta: e.prog.Funcs[name]}
	if f.meta == nil {
		f.meta = &lower.Func{Name: name, Reader: name, Hidden: true}
	}
	f.forward = f.meta.Hidden
	f.index = len(e.funcs)
	offset := uintptr(0)
	for _, t := range f.types {
		a := uintptr(t.Align())
		offset = (offset + a - 1) &^ (a - 1)
		f.offsets = append(f.offsets, offset)
		offset += t.Size()
	}
	f.aliased = make([]bool, len(f.types))
	e.funcs[name] = f
}

// prepare computes the frame's layout, at the first call.
func (f *fn) prepare() {
	f.once.Do(func() {
		f.start = toStep(f.def.Child[3].Start.Exec)
		fields := make([]reflect.StructField, len(f.types))
		for i, t := range f.types {
			fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: t}
		}
		f.layout = reflect.StructOf(fields)
		for i := range fields {
			if f.layout.Field(i).Offset != f.offsets[i] {
				panic("layout of " + f.name)
			}
		}
		f.pool.New = func() any { return f.newFrame() }
	})
}

func (f *fn) newFrame() *frame {
	fr := &frame{Frame: yaegi.Frame{Root: f.e.root, Anc: f.e.root}, fn: f}
	fr.block = reflect.New(f.layout).Elem()
	fr.Data = make([]reflect.Value, len(f.types))
	fr.base = fr.block.Addr().UnsafePointer()
	f.cells(fr)
	return fr
}

// cells makes every slot refer to its place in the block.
func (f *fn) cells(fr *frame) {
	for i, t := range f.types {
		fr.Data[i] = reflect.NewAt(t, unsafe.Add(fr.base, f.offsets[i])).Elem()
	}
}

// enter returns a fresh frame for a call.
func (f *fn) enter(g *goroutine, caller *frame) *frame {
	fr := f.frame(g)
	fr.g, fr.caller = g, caller
	if caller != nil && caller.rescuer != nil && caller.fn.forward {
		fr.rescuer = caller.rescuer
	}
	return fr
}

func (f *fn) frame(g *goroutine) *frame {
	if f.index < len(g.free) {
		if list := g.free[f.index]; len(list) > 0 {
			fr := list[len(list)-1]
			g.free[f.index] = list[:len(list)-1]
			return fr
		}
	}
	if f.start == nil {
		f.prepare()
	}
	return f.pool.Get().(*frame)
}

// maxFree bounds the frames of one function that a goroutine keeps.
const maxFree = 64

// leave gives a frame back.
func (f *fn) leave(fr *frame) {
	g := fr.g
	fr.block.SetZero()
	fr.caller, fr.rescuer = nil, nil
	if g.free == nil {
		g.free = make([][]*frame, len(f.e.funcs))
	}
	if list := g.free[f.index]; len(list) < maxFree {
		g.free[f.index] = append(list, fr)
		return
	}
	fr.g = nil
	f.pool.Put(fr)
}

// run executes a frame's function.
func (f *fn) run(fr *frame) {
	g := fr.g
	g.top = fr
	if f.hasDefer {
		f.runDefers(fr)
	} else {
		for exec := f.start; exec != nil; {
			exec = exec(fr)
		}
	}
	g.top = fr.caller
}

// giveBack lets other goroutines have the frames that g has kept.
func (g *goroutine) giveBack() {
	for _, list := range g.free {
		for _, fr := range list {
			fr.g = nil
			fr.fn.pool.Put(fr)
		}
	}
	g.free = nil
}

// callHost runs the function for compiled code.
func (f *fn) callHost(caps, args []reflect.Value) []reflect.Value {
	id := goroutineID()
	if g := f.e.states.get(id); g != nil {
		return f.callOn(g, caps, args)
	}
	g := &goroutine{id: id, number: f.e.newNumber()}
	f.e.states.put(g)
	defer f.e.states.drop(g)
	return f.callOn(g, caps, args)
}

func (f *fn) callOn(g *goroutine, caps, args []reflect.Value) []reflect.Value {
	caller := g.top
	fr := f.enter(g, caller)
	in := fr.Data[f.nret:]
	for i, c := range caps {
		in[i].Set(c)
	}
	for i, a := range args {
		in[len(caps)+i].Set(a)
	}
	f.run(fr)
	out := make([]reflect.Value, f.nret)
	for i := range out {
		out[i] = reflect.New(f.types[i]).Elem()
		out[i].Set(fr.Data[i])
	}
	f.leave(fr)
	g.top = caller
	return out
}

// Start runs the program's entry function on the calling goroutine. What is
// returned is the text of the panic that ended it, or "".
func (e *Engine) Start() (crash string) {
	e.root = yaegi.Globals(e.in)
	for _, f := range e.funcs {
		f.prepare()
	}
	return e.guard(mainGoroutine, func(g *goroutine) {
		f := e.funcs[e.prog.Entry]
		fr := f.enter(g, nil)
		f.run(fr)
	})
}

// guard runs f at the bottom of the goroutine of that number and returns the
// text of an unrecovered panic.
func (e *Engine) guard(number int64, f func(g *goroutine)) (crash string) {
	g := &goroutine{id: goroutineID(), number: number}
	outer := e.states.get(g.id)
	if outer != nil {
		g.number, g.creator, g.parent = outer.number, outer.creator, outer.parent
	}
	e.states.put(g)
	done := false
	defer func() {
		if outer != nil {
			e.states.put(outer)
		} else {
			e.states.drop(g)
		}
		if done {
			g.giveBack()
			return
		}
		if r := recover(); r != nil {
			crash = e.crashText(g, g.panicking(r))
		}
	}()
	f(g)
	done = true
	return ""
}

// Call is a call of the reader's program, as traces show it.
type Call struct {
	Name string
	File string
	Line int
}

// Calls is the stack of the calling goroutine, innermost call first.
func (e *Engine) Calls() []Call {
	g := e.states.get(goroutineID())
	if g == nil {
		return nil
	}
	var list []Call
	for _, t := range g.stack() {
		pos := e.Position(int(t.pos))
		list = append(list, Call{t.name, pos.Filename, pos.Line})
	}
	return list
}

// Goroutine is the number of the calling goroutine, 1 for one on which none of
// the program's functions runs.
func (e *Engine) Goroutine() int64 {
	if g := e.states.get(goroutineID()); g != nil {
		return g.number
	}
	return mainGoroutine
}

// Protect runs f at the bottom of the calling goroutine and returns the text
// of the panic that ended it, or "".
func (e *Engine) Protect(f func()) string { return e.guard(mainGoroutine, func(*goroutine) { f() }) }

// Guarded runs f on a goroutine of the host and calls fail with the text of a
// panic that f did not recover from.
func (e *Engine) Guarded(fail func(text string), f func()) {
	if text := e.guard(e.newNumber(), func(*goroutine) { f() }); text != "" {
		fail(text)
	}
}

// mainGoroutine is the number of the goroutine that runs main. Those that
// follow begin after firstGoroutine, about where Go's own do for a program:
// those before are the runtime's.
const (
	mainGoroutine  = 1
	firstGoroutine = 17
)

func (e *Engine) newNumber() int64 { return firstGoroutine + e.started.Add(1) }

// spawn starts a goroutine that runs f, for parent's statement at creator.
func (e *Engine) spawn(parent int64, creator traceFrame, f func(g *goroutine)) {
	number := e.newNumber()
	go func() {
		text := e.guard(number, func(g *goroutine) {
			g.creator, g.parent = creator, parent
			f(g)
		})
		if text != "" {
			e.Crash(text)
		}
	}()
}

// Go runs f on a goroutine of its own, as if the calling function of the
// program had started it.
func (e *Engine) Go(f func()) {
	var creator traceFrame
	if g := e.states.get(goroutineID()); g != nil {
		if stack := g.stack(); len(stack) > 0 {
			creator = stack[0]
		}
	}
	e.spawn(e.Goroutine(), creator, func(*goroutine) { f() })
}
