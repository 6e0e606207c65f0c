// Package instance finds compiled code for generic functions of the standard
// library at a program's own types.
//
// Two types of one shape lie alike in memory and in registers: a reader's type
// Celsius float64 is a float64, any pointer is a word. So one compiled
// instance serves all types of a shape, under the function type that the
// caller wants. That is sound as long as the function looks at nothing but the
// shape: order and equality of numbers and strings, equality of words and
// interfaces, moves of anything. Functions that do more have no instance here.
//
// Types that have no shape (structs, arrays) are served through reflection
// where the host's loop is still faster than an interpreter's.
package instance

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// shape is what compiled code can tell about a type.
type shape int

const (
	noShape shape = iota
	i8
	i16
	i32
	i64
	u8
	u16
	u32
	u64
	f32
	f64
	str
	word  // pointer, map, channel, function
	eface // interface{}
	iface // any other interface
)

func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Int8:
		return i8
	case reflect.Int16:
		return i16
	case reflect.Int32:
		return i32
	case reflect.Int64:
		return i64
	case reflect.Int:
		return bySize(t.Size(), i32, i64)
	case reflect.Uint8, reflect.Bool:
		return u8
	case reflect.Uint16:
		return u16
	case reflect.Uint32:
		return u32
	case reflect.Uint64:
		return u64
	case reflect.Uint, reflect.Uintptr:
		return bySize(t.Size(), u32, u64)
	case reflect.Float32:
		return f32
	case reflect.Float64:
		return f64
	case reflect.String:
		return str
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan, reflect.Map, reflect.Func:
		return word
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return eface
		}
		return iface
	}
	return noShape
}

func bySize(size uintptr, four, eight shape) shape {
	if size == 4 {
		return four
	}
	return eight
}

// Of returns compiled code for the function name of the package at path,
// instantiated with targs, as a value of type typ, which must be the
// function's type at targs. A method of a generic type is named Type.Method;
// its receiver, a pointer to the twin's type, is typ's first parameter.
func Of(path, name string, typ reflect.Type, targs ...reflect.Type) (reflect.Value, bool) {
	if typ.Kind() != reflect.Func || len(targs) == 0 {
		return reflect.Value{}, false
	}
	switch path {
	case "slices":
		return ofSlices(name, typ, targs[len(targs)-1])
	case "sync/atomic":
		return retype(pointerMethod(name), typ)
	}
	return reflect.Value{}, false
}

// retype makes fn, a function, a value of typ, a function type of the same
// shape.
func retype(fn any, typ reflect.Type) (reflect.Value, bool) {
	if fn == nil || !sameShape(reflect.TypeOf(fn), typ) {
		return reflect.Value{}, false
	}
	p := new(unsafe.Pointer)
	*p = funcValue(fn)
	return reflect.NewAt(typ, unsafe.Pointer(p)).Elem(), true
}

// funcValue returns the word that a variable holding fn would hold: an
// interface's data word, since functions are stored in it directly.
func funcValue(fn any) unsafe.Pointer {
	return (*abi.EFace)(unsafe.Pointer(&fn)).Data
}

// sameShape is the last line of defence: a caller's mistake must be a missing
// instance, never a call with the wrong registers.
func sameShape(a, b reflect.Type) bool {
	if a.NumIn() != b.NumIn() || a.NumOut() != b.NumOut() || a.IsVariadic() != b.IsVariadic() {
		return false
	}
	for i := range a.NumIn() {
		if !alike(a.In(i), b.In(i)) {
			return false
		}
	}
	for i := range a.NumOut() {
		if !alike(a.Out(i), b.Out(i)) {
			return false
		}
	}
	return true
}

func alike(a, b reflect.Type) bool {
	if a.Kind() == reflect.Slice && b.Kind() == reflect.Slice {
		return alike(a.Elem(), b.Elem())
	}
	if a.Kind() == reflect.Func && b.Kind() == reflect.Func {
		return sameShape(a, b)
	}
	s := shapeOf(a)
	return s != noShape && s == shapeOf(b)
}
