package memory

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Converter returns a conversion from one type to another that works on memory,
// or nil. What a program can see of it, its panic included, is Go's.
func Converter(from, to reflect.Type) func(d, s unsafe.Pointer) {
	if from.Kind() == reflect.Slice {
		switch {
		case to.Kind() == reflect.Array:
			return toArray(to.Len(), to.Size(), false, to)
		case to.Kind() == reflect.Pointer && to.Elem().Kind() == reflect.Array:
			return toArray(to.Elem().Len(), to.Elem().Size(), true, to)
		}
	}
	// Before numbers: a conversion of an integer to a string is neither, and is left
	// to package reflect, which knows what a rune becomes.
	if cv := textual(from, to); cv != nil {
		return cv
	}
	switch {
	case to.Kind() == reflect.Uintptr && from.Kind() == reflect.UnsafePointer:
		return func(d, s unsafe.Pointer) { *(*uintptr)(d) = *(*uintptr)(s) }
	case (from.Kind() == reflect.UnsafePointer) != (to.Kind() == reflect.UnsafePointer) && to.Kind() != reflect.Interface:
		return func(d, s unsafe.Pointer) { *(*unsafe.Pointer)(d) = *(*unsafe.Pointer)(s) }
	case from.Kind() == reflect.Complex128 && to.Kind() == reflect.Complex64:
		return func(d, s unsafe.Pointer) { *(*complex64)(d) = complex64(*(*complex128)(s)) }
	case from.Kind() == reflect.Complex64 && to.Kind() == reflect.Complex128:
		return func(d, s unsafe.Pointer) { *(*complex128)(d) = complex128(*(*complex64)(s)) }
	}
	return Numeric(from.Kind(), to.Kind())
}

// textual returns the conversion between strings and slices of bytes or runes of
// whatever name, or nil. It copies, as Go's does: a string never changes, though
// the slice that it was made of may.
func textual(from, to reflect.Type) func(d, s unsafe.Pointer) {
	switch {
	case from.Kind() == reflect.String && to.Kind() == reflect.Slice && to.Elem().Kind() == reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*[]byte)(d) = []byte(*(*string)(s)) }
	case from.Kind() == reflect.String && to.Kind() == reflect.Slice && to.Elem().Kind() == reflect.Int32:
		return func(d, s unsafe.Pointer) { *(*[]rune)(d) = []rune(*(*string)(s)) }
	case to.Kind() == reflect.String && from.Kind() == reflect.Slice && from.Elem().Kind() == reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*string)(d) = string(*(*[]byte)(s)) }
	case to.Kind() == reflect.String && from.Kind() == reflect.Slice && from.Elem().Kind() == reflect.Int32:
		return func(d, s unsafe.Pointer) { *(*string)(d) = string(*(*[]rune)(s)) }
	}
	return nil
}

// toArray converts a slice to an array or to a pointer to one. A pointer is the
// slice's own, nil if that is nil, even where there are no elements; an array is
// a copy of what it points to, which for no elements may be nothing at all.
func toArray(n int, size uintptr, pointer bool, to reflect.Type) func(d, s unsafe.Pointer) {
	cp := Copier(to)
	return func(d, s unsafe.Pointer) {
		h := (*Header)(s)
		if h.Len < n {
			panic(fault.ShortSlice(h.Len, n))
		}
		switch {
		case pointer:
			*(*unsafe.Pointer)(d) = h.Data
		case n > 0 && size > 0:
			cp(d, h.Data)
		}
	}
}
