package engine

import (
	"reflect"
	"unsafe"
)

// closure is a function value of the program.
type closure struct {
	fn   *fn
	caps []reflect.Value
}

// makeFunc is the start of what reflect.MakeFunc returns a pointer to.
type makeFunc struct {
	stub    uintptr
	stack   unsafe.Pointer
	argLen  uintptr
	regPtrs [2]uint8
	ftyp    unsafe.Pointer
	fn      *funcval
}

// funcval is a func value whose only captured variable is a closure.
type funcval struct {
	code uintptr
	c    *closure
}

var (
	stubCode = (*makeFunc)(funcPointer(reflect.MakeFunc(reflect.TypeFor[func()](), func([]reflect.Value) []reflect.Value { return nil }))).stub
	hostCode = (*makeFunc)(funcPointer(newClosure(reflect.TypeFor[func()](), &closure{}))).fn.code
)

func funcPointer(v reflect.Value) unsafe.Pointer { return (*value)(unsafe.Pointer(&v)).ptr }

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
	m := (*makeFunc)(p)
	if m.fn.code != hostCode {
		return nil
	}
	return m.fn.c
}

// call0 calls a closure without parameters.
func (c *closure) call0(g *goroutine, rescuer *frame) {
	f := c.fn
	fr := f.enter(g, g.top)
	if rescuer != nil {
		fr.rescuer = rescuer
	}
	for i, v := range c.caps {
		fr.data[f.nret+i].Set(v)
	}
	f.run(fr)
	f.leave(fr)
}
