package reference

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
)

// Unsafe is a function of package unsafe, of those that are no constants. What is wrong
// with a length the runtime says itself, whatever the element: it is asked about bytes,
// which go further than anything larger.
func Unsafe(c *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	switch v := a[0]; op.Token {
	case "Add":
		return values(unsafe.Add(v.UnsafePointer(), a[1].Int()))
	case "Slice":
		p, n := v.UnsafePointer(), int(a[1].Int())
		if unsafe.Slice((*byte)(p), n) == nil {
			return one(reflect.Zero(out(op)))
		}
		return one(reflect.SliceAt(v.Type().Elem(), p, n))
	case "SliceData":
		return one(reflect.NewAt(v.Type().Elem(), v.UnsafePointer()))
	case "String":
		return values(unsafe.String((*byte)(v.UnsafePointer()), a[1].Int()))
	default: // StringData
		return values(unsafe.StringData(v.String()))
	}
}
