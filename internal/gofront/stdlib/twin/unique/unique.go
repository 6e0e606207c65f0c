// Package unique is the twin of std's unique. Values are kept for the life of
// the program, which is short.
package unique

import "sync"

// Handle identifies a value: equal handles, equal values.
type Handle[T comparable] struct{ value *T }

// Value returns the value.
func (h Handle[T]) Value() T { return *h.value }

// key keeps equal values of different T apart.
type key[T comparable] struct{ value T }

var made sync.Map // key[T] to *T

// Make returns the handle of value.
func Make[T comparable](value T) Handle[T] {
	k := key[T]{value}
	if p, ok := made.Load(k); ok {
		return Handle[T]{p.(*T)}
	}
	p, _ := made.LoadOrStore(k, &value)
	return Handle[T]{p.(*T)}
}
