package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Call is f(args...). The arguments have been evaluated, so a nil f fails last.
func Call(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].IsNil() {
		panic(fault.NilDereference())
	}
	return call(a[0], a[1:])
}

// Method is i.Method(args...) for an interface i. What it holds may be of a type
// of the library whose method has a stand-in.
func Method(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	v := a[0].Elem()
	if !v.IsValid() {
		panic(fault.NilDereference())
	}
	if f, ok := c.Method(v.Type(), op.Method); ok {
		return call(f, append([]reflect.Value{v}, a[1:]...))
	}
	return call(v.MethodByName(op.Method), a[1:])
}

// call calls f, of whose variadic parameter the argument is a slice already.
func call(f reflect.Value, args []reflect.Value) []reflect.Value {
	if f.Type().IsVariadic() {
		return f.CallSlice(args)
	}
	return f.Call(args)
}

// Closure is a function value that calls the operation's function with the
// operands before its arguments.
func Closure(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	captured := make([]reflect.Value, len(a))
	for i := range a { // of their own: an operand may be a variable's memory
		captured[i] = reflect.New(a[i].Type()).Elem()
		captured[i].Set(a[i])
	}
	return one(reflect.MakeFunc(out(op), func(args []reflect.Value) []reflect.Value {
		return op.Slot.Call(append(captured[:len(captured):len(captured)], args...))
	}))
}

// Go is go a(). The function is known now, when it runs is the scheduler's matter.
func Go(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	f := a[0].Interface().(func())
	go f()
	return nil
}
