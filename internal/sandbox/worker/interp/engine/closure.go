package engine

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/code"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// closure is a function value of the program: a lowered function, and what it took
// along. Lowered functions have no other variables than their own, so what a function
// literal captures are its first parameters, and a method value's is the receiver.
type closure struct {
	fn   *fn
	caps []captured
	data unsafe.Pointer // the captured values, as the function's first parameters
}

// captured says where a captured value lies in a closure's data, and where it goes in
// a frame. It is the same for all closures that are made at one place.
type captured struct {
	from, to uintptr
	copy     func(d, s unsafe.Pointer)
}

// capture gives a frame what the closure has captured.
func (c *closure) capture(fr *frame) {
	for i := range c.caps {
		k := &c.caps[i]
		k.copy(unsafe.Add(unsafe.Pointer(fr), k.to), unsafe.Add(c.data, k.from))
	}
}

// funcValue is what a function value of the program points to. Its code is an
// entry of its function's own, which leads compiled code to target.
type funcValue struct {
	code   uintptr
	target unsafe.Pointer // another function value, whose code does the work
	c      *closure
}

// nativeValue is a funcValue with its target and its closure, for the types of
// nativeCodes.
type nativeValue struct {
	funcValue
	target  native
	closure closure
}

// madeValue is the same for other types, whose target is made by package reflect.
type madeValue struct {
	funcValue
	closure closure
}

// native is a function value of one of the makers: its only captured variable
// is the closure.
type native struct {
	code uintptr
	c    *closure
}

// codeName says whose an entry of package code is.
type codeName struct {
	fn    *lower.Func
	bound bool // with a receiver: a method value
}

// codeOf is the code pointer of f's function values, those with a receiver apart: Go
// wraps a method for its values, so their code is another. It is for one goroutine,
// before the program runs. If there are more functions than entries, the last share
// one: they run as well, and a program that compares code pointers sees them as one.
func (f *fn) codeOf(bound bool) uintptr {
	e := f.e
	name := codeName{f.meta, bound}
	i, ok := e.codeIndex[name]
	if !ok {
		i = min(len(e.codes), code.Count-1)
		e.codeIndex[name] = i
		e.codes = append(e.codes[:i], name)
	}
	return code.At(i)
}

func funcPointer(v reflect.Value) unsafe.Pointer { return (*abi.Value)(unsafe.Pointer(&v)).Data }

// closureMaker makes function values of type t for the program's function f.
func (f *fn) closureMaker(t reflect.Type, bound bool, caps []captured) func(data unsafe.Pointer) unsafe.Pointer {
	entry := f.codeOf(bound)
	t = plainFunc(t)
	if direct := nativeCodes[t]; direct != 0 {
		return func(data unsafe.Pointer) unsafe.Pointer {
			// One allocation for all three, since they live and die together.
			v := &nativeValue{closure: closure{f, caps, data}}
			v.target = native{direct, &v.closure}
			v.funcValue = funcValue{entry, unsafe.Pointer(&v.target), &v.closure}
			return unsafe.Pointer(v)
		}
	}
	return func(data unsafe.Pointer) unsafe.Pointer {
		v := &madeValue{closure: closure{f, caps, data}}
		host := reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value { return f.callHost(&v.closure, args) })
		v.funcValue = funcValue{entry, funcPointer(host), &v.closure}
		return unsafe.Pointer(v)
	}
}

// plainFunc is the function type without a name that t has the shape of. Function
// values carry no type, so that of the type without a name serves for all names.
func plainFunc(t reflect.Type) reflect.Type {
	if t.Name() == "" {
		return t
	}
	return reflect.FuncOf(slices.Collect(t.Ins()), slices.Collect(t.Outs()), t.IsVariadic())
}

// closureOf returns the closure behind a func value, or nil for compiled code. Every
// word that a function value can point to is a code pointer, so the first says which
// it is, and nothing behind it is read unless it is ours.
func closureOf(p unsafe.Pointer) *closure {
	if v := (*funcValue)(p); code.Is(v.code) {
		return v.c
	}
	return nil
}

// closure binds captured values to a lowered function.
func (o *opNode) closure() func(fr *frame) {
	callee := o.f.e.funcs[o.op.Slot.Name]
	t, d := o.out[0], o.dests[0]
	in, args := o.in, o.args
	if len(in) == 0 {
		// Without captures there is one value for the whole program, as in compiled Go.
		if callee.value == nil {
			callee.value = callee.closureMaker(t, o.op.Bound, nil)(nil)
		}
		v := callee.value
		return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = v }
	}
	fields := make([]reflect.StructField, len(in))
	for i := range in {
		fields[i] = reflect.StructField{Name: fieldName(i), Type: in[i]}
	}
	// A struct, so that the collector knows which of the captured words are pointers.
	data := reflect.StructOf(fields)
	caps := make([]captured, len(in))
	for i := range in {
		caps[i] = captured{data.Field(i).Offset, callee.params[i], memory.Copier(in[i])}
	}
	value, allocate := callee.closureMaker(t, o.op.Bound, caps), memory.Allocator(data)
	return func(fr *frame) {
		p := allocate()
		for i := range caps {
			caps[i].copy(unsafe.Add(p, caps[i].from), args[i](fr))
		}
		*(*unsafe.Pointer)(d(fr)) = value(p)
	}
}

// call0 calls a closure without parameters: a deferred call, or a goroutine's first.
// rescuer is the frame that deferred it, whose panic it may stop, or nil.
func (c *closure) call0(g *goroutine, rescuer *frame) {
	f := c.fn
	fr := f.enter(g, g.top)
	if rescuer != nil {
		fr.extra().rescuer = rescuer
	}
	c.capture(fr)
	f.call(fr)
	f.leave(fr)
}

// callHost runs the function for compiled code that has called it by reflection. The
// goroutine may be one of the library's own, which is known while the call lasts.
func (f *fn) callHost(c *closure, args []reflect.Value) []reflect.Value {
	id := goid.Current()
	if g := f.e.states.get(id); g != nil {
		return f.callOn(g, c, args)
	}
	g := &goroutine{id: id, number: f.e.newNumber(), free: &noFrames}
	f.e.states.put(g)
	f.e.begins(g, nil)
	defer f.e.forget(g)
	return f.callOn(g, c, args)
}

// callOn is callHost on a goroutine that is known. The results are copied, since the
// frame is given back.
func (f *fn) callOn(g *goroutine, c *closure, args []reflect.Value) []reflect.Value {
	caller := g.top
	fr := f.enter(g, caller)
	bound := 0
	if c != nil {
		bound = len(c.caps)
		c.capture(fr)
	}
	for i, a := range args {
		k := f.nret + bound + i
		load(f.types[k], unsafe.Add(unsafe.Pointer(fr), f.params[bound+i])).Set(a)
	}
	f.call(fr)
	out := make([]reflect.Value, f.nret)
	for i := range out {
		out[i] = reflect.New(f.types[i]).Elem()
		out[i].Set(load(f.types[i], unsafe.Add(unsafe.Pointer(fr), f.resultAt(i))))
	}
	f.leave(fr)
	g.top = caller
	return out
}

// Function values of the commonest types are compiled closures instead of
// reflect.MakeFunc's, so that sort.Slice and its like reach the program
// without reflection. A maker is called once, for the code of what it returns.

// nativeMakers lists the types that have one.
var nativeMakers = map[reflect.Type]func(c *closure) unsafe.Pointer{
	reflect.TypeFor[func()]():              makeProc,
	reflect.TypeFor[func(int, int) bool](): makeLess,
	reflect.TypeFor[func(int) bool]():      makeTest,
	reflect.TypeFor[func(int)]():           makeVisit,
	reflect.TypeFor[func(int) int]():       makeMap,
	reflect.TypeFor[func(int, int) int]():  makeFold,
	reflect.TypeFor[func() int]():          makeGet,
	reflect.TypeFor[func() bool]():         makeIs,
	reflect.TypeFor[func() error]():        makeTry,
	reflect.TypeFor[func(string) bool]():   makeMatch,
}

// nativeCodes are the code pointers of what the makers return.
var nativeCodes = func() map[reflect.Type]uintptr {
	codes := map[reflect.Type]uintptr{}
	for t, m := range nativeMakers {
		codes[t] = *(*uintptr)(m(&closure{}))
	}
	return codes
}()

// word is the pointer that a func value is.
func word[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

//go:noinline
func makeProc(c *closure) unsafe.Pointer { return word(func() { c.enter().exit() }) }

//go:noinline
func makeLess(c *closure) unsafe.Pointer {
	return word(func(i, j int) bool {
		in := c.enter()
		*(*int)(in.arg(0)) = i
		*(*int)(in.arg(1)) = j
		return *(*bool)(in.exit())
	})
}

//go:noinline
func makeTest(c *closure) unsafe.Pointer {
	return word(func(i int) bool {
		in := c.enter()
		*(*int)(in.arg(0)) = i
		return *(*bool)(in.exit())
	})
}

//go:noinline
func makeVisit(c *closure) unsafe.Pointer {
	return word(func(i int) {
		in := c.enter()
		*(*int)(in.arg(0)) = i
		in.exit()
	})
}

//go:noinline
func makeMap(c *closure) unsafe.Pointer {
	return word(func(i int) int {
		in := c.enter()
		*(*int)(in.arg(0)) = i
		return *(*int)(in.exit())
	})
}

//go:noinline
func makeFold(c *closure) unsafe.Pointer {
	return word(func(i, j int) int {
		in := c.enter()
		*(*int)(in.arg(0)) = i
		*(*int)(in.arg(1)) = j
		return *(*int)(in.exit())
	})
}

//go:noinline
func makeGet(c *closure) unsafe.Pointer {
	return word(func() int { return *(*int)(c.enter().exit()) })
}

//go:noinline
func makeIs(c *closure) unsafe.Pointer {
	return word(func() bool { return *(*bool)(c.enter().exit()) })
}

//go:noinline
func makeTry(c *closure) unsafe.Pointer {
	return word(func() error { return *(*error)(c.enter().exit()) })
}

//go:noinline
func makeMatch(c *closure) unsafe.Pointer {
	return word(func(s string) bool {
		in := c.enter()
		*(*string)(in.arg(0)) = s
		return *(*bool)(in.exit())
	})
}

// entry is a call from compiled code on its way in.
type entry struct {
	c      *closure
	g      *goroutine
	fr     *frame
	caller *frame
	ours   bool // the goroutine was not known before
}

// enter begins a call of c from compiled code, which says nothing about who calls. So
// the goroutine is looked for by its number; one that is not known is the library's
// own, and is known while the call lasts.
func (c *closure) enter() entry {
	e := c.fn.e
	id := goid.Current()
	g := e.states.get(id)
	ours := g == nil
	if ours {
		g = &goroutine{id: id, number: e.newNumber(), free: &noFrames}
		e.states.put(g)
		e.begins(g, nil)
	}
	caller := g.top
	fr := c.fn.enter(g, caller)
	c.capture(fr)
	return entry{c, g, fr, caller, ours}
}

// arg is where parameter i goes.
func (in *entry) arg(i int) unsafe.Pointer {
	f := in.c.fn
	return unsafe.Add(unsafe.Pointer(in.fr), f.params[len(in.c.caps)+i])
}

// exit runs the call and returns where its first result is: in memory of its own,
// because the frame is given back before the maker's function has read it.
func (in entry) exit() unsafe.Pointer {
	f := in.c.fn
	if in.ours {
		defer f.e.forget(in.g)
	}
	f.call(in.fr)
	in.g.top = in.caller
	var res unsafe.Pointer
	if f.nret > 0 {
		if f.types[0].Kind() == reflect.Bool {
			// What sort.Slice asks a million times should not allocate.
			res = unsafe.Pointer(&bools[*slot[uint8](in.fr, f.resultAt(0))&1])
		} else {
			r := reflect.New(f.types[0])
			r.Elem().Set(load(f.types[0], unsafe.Add(unsafe.Pointer(in.fr), f.resultAt(0))))
			res = r.UnsafePointer()
		}
	}
	f.leave(in.fr)
	return res
}

var bools = [2]bool{false, true}
