package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/sandbox/worker/interp/engine/goid"
)

// closure is a function value of the program.
type closure struct {
	fn   *fn
	caps []reflect.Value
}

// funcval is a func value whose only captured variable is a closure.
type funcval struct {
	code uintptr
	c    *closure
}

var (
	stubCode = (*abi.MakeFunc)(funcPointer(reflect.MakeFunc(reflect.TypeFor[func()](), func([]reflect.Value) []reflect.Value { return nil }))).Stub
	hostCode = (*funcval)((*abi.MakeFunc)(funcPointer(newClosure(reflect.TypeFor[func()](), &closure{}))).Fn).code
)

func funcPointer(v reflect.Value) unsafe.Pointer { return (*abi.Value)(unsafe.Pointer(&v)).Data }

// newClosure must not be inlined: each copy would have code of its own.
//
//go:noinline
func newClosure(t reflect.Type, c *closure) reflect.Value {
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value { return c.fn.callHost(c.caps, args) })
}

// funcWord is a func value of type t that calls c.
func funcWord(t reflect.Type, c *closure) unsafe.Pointer {
	if m := nativeMakers[t]; m != nil {
		return m(c)
	}
	return funcPointer(newClosure(t, c))
}

// closureOf returns the closure behind a func value, or nil for compiled code.
func closureOf(p unsafe.Pointer) *closure {
	code := *(*uintptr)(p)
	if code >= nativeLow && code <= nativeHigh && nativeCodes[code] {
		return (*funcval)(p).c
	}
	if code != stubCode {
		return nil
	}
	fn := (*funcval)((*abi.MakeFunc)(p).Fn)
	if fn.code != hostCode {
		return nil
	}
	return fn.c
}

// closure binds captured values to a lowered function.
func (o *opNode) closure() func(fr *frame) {
	callee := o.f.e.funcs[o.op.Slot.Name]
	t, d := o.out[0], o.dests[0]
	in, args := o.in, o.args
	if len(in) == 0 {
		v := funcWord(t, &closure{fn: callee})
		return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = v }
	}
	native := nativeMakers[t]
	return func(fr *frame) {
		caps := make([]reflect.Value, len(in))
		for i := range caps {
			caps[i] = reflect.New(in[i]).Elem()
			caps[i].Set(load(in[i], args[i](fr)))
		}
		c := &closure{fn: callee, caps: caps}
		if native != nil {
			*(*unsafe.Pointer)(d(fr)) = native(c)
			return
		}
		*(*unsafe.Pointer)(d(fr)) = funcPointer(newClosure(t, c))
	}
}

// call0 calls a closure without parameters.
func (c *closure) call0(g *goroutine, rescuer *frame) {
	f := c.fn
	fr := f.enter(g, g.top)
	if rescuer != nil {
		fr.rescuer = rescuer
	}
	for i, v := range c.caps {
		fr.Data[f.nret+i].Set(v)
	}
	f.run(fr)
	f.leave(fr)
}

// Function values of the commonest types are compiled closures instead of
// reflect.MakeFunc's, so that sort.Slice and its like reach the program
// without reflection. Each maker must stay a function of its own: the code
// pointer of what it returns is how closureOf knows it.

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
var nativeCodes = func() map[uintptr]bool {
	codes := map[uintptr]bool{}
	for _, m := range nativeMakers {
		codes[*(*uintptr)(m(&closure{}))] = true
	}
	return codes
}()

// nativeLow and nativeHigh bound those pointers, to rule most code out.
var nativeLow, nativeHigh = func() (lo, hi uintptr) {
	lo = ^uintptr(0)
	for c := range nativeCodes {
		lo, hi = min(lo, c), max(hi, c)
	}
	return lo, hi
}()

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

// enter begins a call of c from compiled code.
func (c *closure) enter() entry {
	e := c.fn.e
	id := goid.Current()
	g := e.states.get(id)
	ours := g == nil
	if ours {
		g = &goroutine{id: id, number: e.newNumber()}
		e.states.put(g)
	}
	caller := g.top
	fr := c.fn.enter(g, caller)
	for i, v := range c.caps {
		fr.Data[c.fn.nret+i].Set(v)
	}
	return entry{c, g, fr, caller, ours}
}

// arg is where parameter i goes.
func (in *entry) arg(i int) unsafe.Pointer {
	f := in.c.fn
	return unsafe.Add(in.fr.base, f.offsets[f.nret+len(in.c.caps)+i])
}

// exit runs the call and returns where its first result is: in memory of its
// own, because the frame is given back.
func (in entry) exit() unsafe.Pointer {
	f := in.c.fn
	if in.ours {
		defer f.e.states.drop(in.g)
	}
	f.run(in.fr)
	in.g.top = in.caller
	var res unsafe.Pointer
	if f.nret > 0 {
		if f.types[0].Kind() == reflect.Bool {
			res = unsafe.Pointer(&bools[*(*uint8)(unsafe.Add(in.fr.base, f.offsets[0]))&1])
		} else {
			r := reflect.New(f.types[0])
			r.Elem().Set(in.fr.Data[0])
			res = r.UnsafePointer()
		}
	}
	f.leave(in.fr)
	return res
}

var bools = [2]bool{false, true}
