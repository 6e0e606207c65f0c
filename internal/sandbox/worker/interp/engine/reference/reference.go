package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
)

// Func carries out an operation.
type Func func(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value

// Context is what operations can see of the program that they run in.
type Context struct {
	// Method finds what takes the place of a host type's method, as a function
	// with the receiver first.
	Method func(recv reflect.Type, name string) (reflect.Value, bool)
	// ToInterface and FromInterface find what to apply to a value of a host
	// type that becomes, or was, an interface's value.
	ToInterface, FromInterface func(t reflect.Type) (func(v any) any, bool)
	// Call is the call that the operation is in.
	Call *Activation
}

// Activation is what a call of a function knows about its end.
type Activation struct {
	// Deferred holds the func()s to call at the end, the last one first.
	Deferred []reflect.Value
	// Panics says that a panic with Value is what ends the call.
	Panics bool
	Value  any
	// Rescues is the call whose panic a recover in this one stops: the one that
	// deferred it. It is nil in a call that was not deferred.
	Rescues *Activation
}

// values makes an operation's results out of Go values.
func values(vs ...any) []reflect.Value {
	out := make([]reflect.Value, len(vs))
	for i, v := range vs {
		out[i] = reflect.ValueOf(v)
	}
	return out
}

// one makes an operation's only result.
func one(v reflect.Value) []reflect.Value { return []reflect.Value{v} }

// out is the type of an operation's first result.
func out(op *ir.Op) reflect.Type { return op.Type.Out(0) }
