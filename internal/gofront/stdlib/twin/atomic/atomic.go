// Package atomic is the twin of the generic part of std's sync/atomic.
package atomic

import "sync"

// Pointer is one word. The host has its four methods for every T; what stands
// here is for a front end that does not use them.
type Pointer[T any] struct{ p *T }

var mu sync.Mutex

// Load returns the pointer.
func (x *Pointer[T]) Load() *T {
	mu.Lock()
	defer mu.Unlock()
	return x.p
}

// Store sets the pointer.
func (x *Pointer[T]) Store(val *T) {
	mu.Lock()
	defer mu.Unlock()
	x.p = val
}

// Swap sets the pointer and returns the previous one.
func (x *Pointer[T]) Swap(new *T) (old *T) {
	mu.Lock()
	defer mu.Unlock()
	old, x.p = x.p, new
	return old
}

// CompareAndSwap sets the pointer if it is old.
func (x *Pointer[T]) CompareAndSwap(old, new *T) (swapped bool) {
	mu.Lock()
	defer mu.Unlock()
	if x.p != old {
		return false
	}
	x.p = new
	return true
}
