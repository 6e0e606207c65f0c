package memory

import (
	"reflect"
	"unsafe"
)

// Copier returns what copies a value of type t.
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
		if t.NumMethod() == 0 {
			return func(d, s unsafe.Pointer) { *(*any)(d) = *(*any)(s) }
		}
		return func(d, s unsafe.Pointer) { *(*error)(d) = *(*error)(s) }
	}
	return func(d, s unsafe.Pointer) { reflect.NewAt(t, d).Elem().Set(reflect.NewAt(t, s).Elem()) }
}

// Same says whether a value of one type is a value of the other as it
// lies in memory: the types have the same underlying type.
func Same(from, to reflect.Type) bool {
	switch from.Kind() {
	case reflect.Struct:
		return from.Size() == to.Size()
	case reflect.Slice, reflect.Array:
		return from.Elem().Kind() == to.Elem().Kind() && (from.Kind() != reflect.Array || from.Len() == to.Len()) && from.Size() == to.Size()
	}
	return true
}
