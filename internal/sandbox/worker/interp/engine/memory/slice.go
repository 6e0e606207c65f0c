package memory

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Header is a slice as it lies in memory.
type Header struct {
	Data     unsafe.Pointer
	Len, Cap int
}

// Grow makes room for n more elements.
func Grow(st reflect.Type, h Header, n int) Header {
	v := reflect.New(st)
	*(*Header)(v.UnsafePointer()) = h
	if h.Len+n < 0 {
		panic(fault.Error("growslice: len out of range"))
	}
	v.Elem().Grow(n)
	return *(*Header)(v.UnsafePointer())
}
