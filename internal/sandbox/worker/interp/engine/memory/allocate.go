package memory

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// Allocator returns what makes a new zero value of type t. reflect.New does the same,
// but looks at each call for the type of a pointer to t, which is not wanted: types made
// while the program runs keep it in a table for all goroutines.
func Allocator(t reflect.Type) func() unsafe.Pointer {
	typ := unsafe.Pointer(abi.TypeOf(t))
	return func() unsafe.Pointer { return unsafeNew(typ) }
}

// unsafeNew is the runtime's new.
//
//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(t unsafe.Pointer) unsafe.Pointer
