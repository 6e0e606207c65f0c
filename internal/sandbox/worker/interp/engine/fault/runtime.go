package fault

import (
	"reflect"
	"runtime"
	"unsafe"

	"playground/internal/gofront/abi"
)

// The runtime's own errors, of its own types, which a program can see: %T prints
// them, and errors.As finds them. The types cannot be named, so each is taken
// from an error that the runtime raised, and others are made with its words or
// numbers in the fields.

var (
	dereference = NilDereference()
	divide      = caught(func() { n := 0; _ = 1 / n })
	errorString = reflect.TypeOf(dereference)
	plainError  = reflect.TypeOf(caught(func() { close((chan int)(nil)) }))
	boundsError = reflect.TypeOf(caught(func() { OutOfRange(0, 0) }))
	anyType     = reflect.TypeFor[any]()
)

func caught(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

// Error is an error of the runtime: a runtime.errorString, which writes "runtime
// error: " before the text.
func Error(text string) any { return words(errorString, text) }

// Plain is an error of the runtime whose text has no prefix: a
// runtime.plainError.
func Plain(text string) any { return words(plainError, text) }

func words(t reflect.Type, text string) any {
	v := reflect.New(t).Elem()
	v.SetString(text)
	return v.Interface()
}

// NilDereference is the runtime's own error.
func NilDereference() any {
	return caught(func() {
		var p *int
		_ = *p
	})
}

// ShortSlice is the panic of a conversion to an array that is longer.
func ShortSlice(have, want int) any {
	v := caught(func() { _ = [1]int([]int(nil)) })
	return numbers(v, uint64(want), true, have, 0)
}

// slice3OfArray is the panic of a[::k] for an array. The runtime's codes for
// arrays lie before those for slices.
func slice3OfArray(k uint64, length int, signed bool) any {
	v := caught(func() { _ = make([]struct{}, 0)[0:0:max(k, 1)] })
	return numbers(v, k, signed, length, -1)
}

// numbers is the bounds error v with other numbers, and with a code that lies
// that far from its own.
func numbers(v any, x uint64, signed bool, y, code int) any {
	c := reflect.New(boundsError).Elem()
	c.Set(reflect.ValueOf(v))
	at := func(field string) unsafe.Pointer {
		f, _ := boundsError.FieldByName(field)
		return unsafe.Add(c.Addr().UnsafePointer(), f.Offset)
	}
	*(*uint64)(at("x")) = x
	*(*bool)(at("signed")) = signed
	*(*int)(at("y")) = y
	*(*uint8)(at("code")) += uint8(code)
	return c.Interface()
}

// assertionError makes the types nil where they are.
func assertionError(iface, have, want reflect.Type, missing string) *runtime.TypeAssertionError {
	e := new(runtime.TypeAssertionError)
	t := reflect.TypeOf(*e)
	at := func(field string) unsafe.Pointer {
		f, _ := t.FieldByName(field)
		return unsafe.Add(unsafe.Pointer(e), f.Offset)
	}
	for field, typ := range map[string]reflect.Type{"_interface": iface, "concrete": have, "asserted": want} {
		if typ != nil {
			*(**abi.Type)(at(field)) = abi.TypeOf(typ)
		}
	}
	*(*string)(at("missingMethod")) = missing
	return e
}

// stringOf is a string of that length which must not be read.
func stringOf(n int) (s string) {
	h := (*struct {
		data unsafe.Pointer
		len  int
	})(unsafe.Pointer(&s))
	h.data, h.len = unsafe.Pointer(&anyType), n
	return s
}
