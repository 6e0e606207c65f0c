package instance

import (
	"sync/atomic"
	"unsafe"
)

// pointerMethod has the methods of atomic.Pointer[T]: its twin is one word,
// whatever T is.
func pointerMethod(name string) any {
	switch name {
	case "Pointer.Load":
		return func(x *unsafe.Pointer) unsafe.Pointer { return atomic.LoadPointer(x) }
	case "Pointer.Store":
		return func(x *unsafe.Pointer, v unsafe.Pointer) { atomic.StorePointer(x, v) }
	case "Pointer.Swap":
		return func(x *unsafe.Pointer, v unsafe.Pointer) unsafe.Pointer { return atomic.SwapPointer(x, v) }
	case "Pointer.CompareAndSwap":
		return func(x *unsafe.Pointer, old, new unsafe.Pointer) bool {
			return atomic.CompareAndSwapPointer(x, old, new)
		}
	}
	return nil
}
