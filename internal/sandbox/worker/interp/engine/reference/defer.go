package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Panic is panic(a). That of nil becomes a *runtime.PanicNilError on its way.
func Panic(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value { panic(a[0].Interface()) }

// Recover is recover(): it stops the panic of the call that deferred this one,
// once.
func Recover(c *Context, op *ir.Op, _ []reflect.Value) []reflect.Value {
	r := c.Call.Rescues
	if r == nil || !r.Panics {
		return one(reflect.Zero(out(op)))
	}
	r.Panics = false
	return values(r.Value)
}

// Defer is defer a(): what a is, is known now; that it is nil, when it is called.
func Defer(c *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	c.Call.Deferred = append(c.Call.Deferred, a[0])
	return nil
}

// DeferStack is where the call keeps what it has deferred, for loop bodies that
// have become functions of their own.
func DeferStack(c *Context, _ *ir.Op, _ []reflect.Value) []reflect.Value { return values(c.Call) }

// DeferTo is Defer in another call, the one that a DeferStack was in.
func DeferTo(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	to := a[0].Interface().(*Activation)
	to.Deferred = append(to.Deferred, a[1])
	return nil
}

// RangePanic is the end of a loop over a function whose body was called though the
// loop's state forbids it, or whose panic somebody recovered from.
func RangePanic(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	switch a[0].Int() {
	case ir.RangeBody:
		panic(fault.Error("range function continued iteration after loop body panic"))
	case ir.RangeExhausted:
		panic(fault.Error("range function continued iteration after whole loop exit"))
	case ir.RangeLost:
		panic(fault.Error("range function recovered a loop body panic and did not resume panicking"))
	}
	panic(fault.Error("range function continued iteration after function for loop body returned false"))
}

// NonNil is its operand, which must not be a nil interface.
func NonNil(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].IsNil() {
		panic(fault.NilDereference())
	}
	return a
}
