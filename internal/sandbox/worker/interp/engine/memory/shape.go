package memory

import "reflect"

// Shape sorts types by what they look like in memory. Maps and channels of one shape
// can be used as each other: the runtime only sees sizes, pointers, and, for keys,
// how to hash and compare.
type Shape int

const (
	Other Shape = iota
	Empty
	Byte
	Word
	Pointer
	String
	Slice
	Any
)

// Of is the shape of a type. A float64 is a word here, which is right for all that
// only moves it, and wrong for keys of maps and for registers: who cares asks for its
// kind as well.
func Of(t reflect.Type) Shape {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return Byte
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr, reflect.Float64:
		return Word
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		return Pointer
	case reflect.String:
		return String
	case reflect.Slice:
		return Slice
	case reflect.Interface:
		return Any
	case reflect.Struct:
		// A struct with fields could have the shape of its only field, but what is made of
		// structs is rarely hot, and reflection is right about them.
		if t.NumField() == 0 {
			return Empty
		}
	}
	return Other
}
