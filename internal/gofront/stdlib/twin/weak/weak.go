// Package weak is the twin of std's weak.
package weak

import "playground/internal/gofront/stdlib/host"

// Pointer is a weak pointer.
type Pointer[T any] struct{ w host.Weak }

// Make returns a weak pointer to *ptr.
func Make[T any](ptr *T) Pointer[T] { return Pointer[T]{host.MakeWeak(ptr)} }

// Value returns the pointer, or nil when the memory is gone.
func (p Pointer[T]) Value() *T { return p.w.Value((*T)(nil)).(*T) }
