package memory

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// Copier returns what copies a value of type t. What holds a pointer must be
// copied as one, by a store that the collector sees; what holds none may be
// copied as a number of its size, whatever it is.
func Copier(t reflect.Type) func(dst, src unsafe.Pointer) {
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64, reflect.Uintptr:
		return func(d, s unsafe.Pointer) { *(*uint64)(d) = *(*uint64)(s) }
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return func(d, s unsafe.Pointer) { *(*uint32)(d) = *(*uint32)(s) }
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*uint8)(d) = *(*uint8)(s) }
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return func(d, s unsafe.Pointer) { *(*unsafe.Pointer)(d) = *(*unsafe.Pointer)(s) }
	case reflect.String:
		return func(d, s unsafe.Pointer) { *(*string)(d) = *(*string)(s) }
	case reflect.Slice:
		return func(d, s unsafe.Pointer) { *(*[]byte)(d) = *(*[]byte)(s) }
	case reflect.Interface:
		// Both kinds of interface are two pointers, but the compiler has no type for an
		// interface of whatever methods; an error has the layout of all that have some.
		if t.NumMethod() == 0 {
			return func(d, s unsafe.Pointer) { *(*any)(d) = *(*any)(s) }
		}
		return func(d, s unsafe.Pointer) { *(*error)(d) = *(*error)(s) }
	}
	if !pointers(t) {
		if cp := wordCopier(t); cp != nil {
			return cp
		}
	}
	typ := unsafe.Pointer(abi.TypeOf(t))
	return func(d, s unsafe.Pointer) { typedmemmove(typ, d, s) }
}

// typedmemmove is the runtime's copy of a value, of which the collector knows.
//
//go:linkname typedmemmove reflect.typedmemmove
//go:noescape
func typedmemmove(t, d, s unsafe.Pointer)

// wordCopier copies a value of a few whole words without pointers; it is nil for
// others.
func wordCopier(t reflect.Type) func(d, s unsafe.Pointer) {
	if t.Align() != int(unsafe.Alignof(uint64(0))) {
		return nil
	}
	switch t.Size() {
	case 8:
		return copyOf[uint64]
	case 16:
		return copyOf[[2]uint64]
	case 24:
		return copyOf[[3]uint64]
	case 32:
		return copyOf[[4]uint64]
	case 48:
		return copyOf[[6]uint64]
	case 64:
		return copyOf[[8]uint64]
	}
	return nil
}

func copyOf[T any](d, s unsafe.Pointer) { *(*T)(d) = *(*T)(s) }

// pointers says whether values of type t hold any that the collector looks at.
func pointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && pointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if pointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return t.Kind() > reflect.Complex128 // what comes before it are numbers
}

// Same says whether a value of one type is a value of the other as it lies in
// memory, for types of one kind that Go converts into each other. Those have the
// same underlying type, so a conversion changes nothing but the name; what is looked
// at here is what would do harm if it were otherwise.
func Same(from, to reflect.Type) bool {
	switch from.Kind() {
	case reflect.Struct:
		return from.Size() == to.Size()
	case reflect.Slice, reflect.Array:
		return from.Elem().Kind() == to.Elem().Kind() && (from.Kind() != reflect.Array || from.Len() == to.Len()) && from.Size() == to.Size()
	}
	return true
}
