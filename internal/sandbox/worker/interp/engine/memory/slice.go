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

// Move is the slice in an array of its own with room for capacity elements.
func Move(st reflect.Type, h Header, capacity int) Header {
	v, moved := reflect.New(st), reflect.New(st)
	*(*Header)(v.UnsafePointer()) = h
	moved.Elem().Set(reflect.MakeSlice(st, h.Len, capacity))
	reflect.Copy(moved.Elem(), v.Elem())
	return *(*Header)(moved.UnsafePointer())
}

// Grow makes room for n more elements in a slice of type st, as append does: by how
// much it grows is for programs to see, with cap, and package reflect asks the
// runtime. Nothing but the capacity and the place changes.
func Grow(st reflect.Type, h Header, n int) Header {
	v := reflect.New(st)
	*(*Header)(v.UnsafePointer()) = h
	// Elements of no size take no memory, so only their number overflows.
	if h.Len+n < 0 {
		panic(fault.Error("growslice: len out of range"))
	}
	v.Elem().Grow(n)
	return *(*Header)(v.UnsafePointer())
}
