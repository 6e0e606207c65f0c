package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
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
