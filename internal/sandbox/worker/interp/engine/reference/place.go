package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
)

// New is new(T). The pointer's type may have a name of its own.
func New(_ *Context, op *ir.Op, _ []reflect.Value) []reflect.Value {
	return one(reflect.New(out(op).Elem()).Convert(out(op)))
}

// Box is a pointer to a copy of its operand: a variable that outlives its frame.
func Box(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	p := reflect.New(out(op).Elem())
	p.Elem().Set(a[0])
	return one(p.Convert(out(op)))
}

// Zero is a type's zero value.
func Zero(_ *Context, op *ir.Op, _ []reflect.Value) []reflect.Value {
	return one(reflect.Zero(out(op)))
}
