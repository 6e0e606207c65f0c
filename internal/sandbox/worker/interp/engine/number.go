package engine

import (
	"reflect"
	"unsafe"
)

// numeric returns the conversion of one basic numeric kind to another, as
// compiled code does it, or nil.
func numeric(from, to reflect.Kind) func(d, s unsafe.Pointer) {
	switch from {
	case reflect.Int:
		return numberTo[int](to)
	case reflect.Int8:
		return numberTo[int8](to)
	case reflect.Int16:
		return numberTo[int16](to)
	case reflect.Int32:
		return numberTo[int32](to)
	case reflect.Int64:
		return numberTo[int64](to)
	case reflect.Uint:
		return numberTo[uint](to)
	case reflect.Uint8:
		return numberTo[uint8](to)
	case reflect.Uint16:
		return numberTo[uint16](to)
	case reflect.Uint32:
		return numberTo[uint32](to)
	case reflect.Uint64:
		return numberTo[uint64](to)
	case reflect.Uintptr:
		return numberTo[uintptr](to)
	case reflect.Float32:
		return numberTo[float32](to)
	case reflect.Float64:
		return numberTo[float64](to)
	}
	return nil
}

func numberTo[F number](to reflect.Kind) func(d, s unsafe.Pointer) {
	switch to {
	case reflect.Int:
		return number2[F, int]
	case reflect.Int8:
		return number2[F, int8]
	case reflect.Int16:
		return number2[F, int16]
	case reflect.Int32:
		return number2[F, int32]
	case reflect.Int64:
		return number2[F, int64]
	case reflect.Uint:
		return number2[F, uint]
	case reflect.Uint8:
		return number2[F, uint8]
	case reflect.Uint16:
		return number2[F, uint16]
	case reflect.Uint32:
		return number2[F, uint32]
	case reflect.Uint64:
		return number2[F, uint64]
	case reflect.Uintptr:
		return number2[F, uintptr]
	case reflect.Float32:
		return number2[F, float32]
	case reflect.Float64:
		return number2[F, float64]
	}
	return nil
}

func number2[F, T number](d, s unsafe.Pointer) { *(*T)(d) = T(*(*F)(s)) }

// textual returns the conversion between strings and slices of bytes or runes
// of whatever name, or nil.
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

// toArray converts a slice to an array or to a pointer to one.
func toArray(n int, size uintptr, pointer bool, to reflect.Type) func(d, s unsafe.Pointer) {
	cp := copier(to)
	return func(d, s unsafe.Pointer) {
		h := (*sliceHeader)(s)
		if h.len < n {
			panic(shortSlice(h.len, n))
		}
		switch {
		case pointer:
			*(*unsafe.Pointer)(d) = h.data
		case n > 0 && size > 0:
			cp(d, h.data)
		}
	}
}

// shortSlice is the runtime's own error.
func shortSlice(have, want int) (err any) {
	return plainError("cannot convert slice with length " + itoa(have) + " to array or pointer to array with length " + itoa(want))
}
