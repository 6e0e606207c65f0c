package memory

import (
	"reflect"
	"unsafe"
)

// Integer is an integer type of any name.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

// Number is a real number's type.
type Number interface {
	Integer | ~float32 | ~float64
}

// Ordered is a type that has a less-than.
type Ordered interface {
	Number | ~string
}

// Numeric returns the conversion of one basic numeric kind to another, or nil. It is
// the compiler's own conversion, from a table of all pairs, because what becomes of
// a floating-point number that is out of range differs between machines, and a
// program should see what this one does. Package reflect goes by way of 64 bits.
func Numeric(from, to reflect.Kind) func(d, s unsafe.Pointer) {
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

// numberTo is a row of that table.
func numberTo[F Number](to reflect.Kind) func(d, s unsafe.Pointer) {
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

// number2 is an entry.
func number2[F, T Number](d, s unsafe.Pointer) { *(*T)(d) = T(*(*F)(s)) }
