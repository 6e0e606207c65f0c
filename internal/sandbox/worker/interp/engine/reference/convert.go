package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Convert is T(a), or an assignment that changes the type. To an interface it is the
// value itself, which becomes one when it is assigned to its place; a value of the
// library that has a stand-in becomes that.
func Convert(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	v, from, to := a[0], op.Type.In(0), out(op)
	switch {
	case from.Kind() == reflect.Interface && v.IsNil():
		return one(reflect.Zero(to))
	case from.Kind() == reflect.Interface:
		return one(v.Elem()) // to another interface, which it has
	case to.Kind() == reflect.Interface:
		if from.Kind() == reflect.Pointer {
			if hook, ok := c.ToInterface(from); ok {
				return values(hook(v.Interface()))
			}
		}
		return one(v)
	case from.Kind() == reflect.Slice && to.Kind() == reflect.Array:
		return one(arrayOf(v, to))
	case from.Kind() == reflect.Slice && to.Kind() == reflect.Pointer:
		return one(pointerToArray(v, to))
	}
	v = convertTo(v, to)
	switch {
	case op.Token == ir.ConvertShared:
		v = v.Slice3(0, v.Len(), v.Len())
	case op.Token == ir.ConvertStack && v.Len() <= ir.StackCopy:
		v = reflect.AppendSlice(reflect.MakeSlice(to, 0, ir.StackCopy), v)
	}
	return one(v)
}

// pointerToArray is a slice as a pointer to an array of no more elements: nil if
// the slice is.
func pointerToArray(v reflect.Value, t reflect.Type) reflect.Value {
	if n := t.Elem().Len(); v.Len() < n {
		panic(fault.ShortSlice(v.Len(), n))
	}
	return v.Convert(t)
}

// arrayOf is a copy of a slice's first elements.
func arrayOf(v reflect.Value, t reflect.Type) reflect.Value {
	p := pointerToArray(v, reflect.PointerTo(t))
	if p.IsNil() { // of an array without elements
		return reflect.Zero(t)
	}
	return p.Elem()
}

// convertTo changes the type of what is no interface.
func convertTo(v reflect.Value, t reflect.Type) reflect.Value {
	if v.Type() == t {
		return v
	}
	if v.Type().ConvertibleTo(t) {
		return v.Convert(t)
	}
	// Same memory, other name for the element type.
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return reflect.NewAt(t, p.UnsafePointer()).Elem()
}

// Assert is a.(T), for an interface a. The error names types as the program writes
// them, and for an interface T a method that is missing.
func Assert(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	t := out(op)
	v := held(c, a[0], t)
	if !holds(v, t) {
		panic(fault.Assertion(op.Type.In(0), v, t))
	}
	return one(v)
}

// Assert2 is v, ok = a.(T): it does not fail, and v is zero without a T.
func Assert2(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	t := out(op)
	v := held(c, a[0], t)
	if !holds(v, t) {
		return []reflect.Value{reflect.Zero(t), reflect.ValueOf(false)}
	}
	return []reflect.Value{v, reflect.ValueOf(true)}
}

// TypeCase says which case of a type switch a falls under: Index has a number for each
// type, because a case may list several. It is -1 if there is none. The first that
// fits counts, so the order of interfaces matters.
func TypeCase(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	for i, t := range op.Types {
		if t == nil && a[0].IsNil() || t != nil && holds(held(c, a[0], t), t) {
			return values(op.Index[i])
		}
	}
	return values(-1)
}

// held is what an interface holds, for somebody who looks for a t: what stands in for
// a value of the library is hidden from the program that put the value there.
func held(c *Context, i reflect.Value, t reflect.Type) reflect.Value {
	v := i.Elem()
	if hook, ok := c.FromInterface(t); ok && v.IsValid() {
		return reflect.ValueOf(hook(v.Interface()))
	}
	return v
}

// holds says whether v, which an interface holds, has type t, or implements it. Types
// are compared by identity, as Go does: another one of the same shape is another.
func holds(v reflect.Value, t reflect.Type) bool {
	if !v.IsValid() {
		return false
	}
	if t.Kind() == reflect.Interface {
		return v.Type().Implements(t)
	}
	return v.Type() == t
}
