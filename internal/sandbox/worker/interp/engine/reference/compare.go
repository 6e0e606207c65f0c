package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
)

// Eq is a == b. Interfaces compare what they hold, and that may not be
// comparable: the comparison of two empty interfaces panics as any other.
func Eq(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	return values(a[0].Interface() == a[1].Interface())
}

// IsNil is a == nil.
func IsNil(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value { return values(a[0].IsNil()) }
