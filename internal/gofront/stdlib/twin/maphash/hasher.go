//go:build go1.27

package maphash

import "hash/maphash"

// Hasher is what a data structure that hashes its elements asks of them.
type Hasher[T any] interface {
	Hash(*maphash.Hash, T)
	Equal(x, y T) bool
}

// ComparableHasher is the Hasher of comparable types.
type ComparableHasher[T comparable] struct {
	_ [0]func(T)
}

// Hash adds v to h.
func (ComparableHasher[T]) Hash(h *maphash.Hash, v T) { WriteComparable(h, v) }

// Equal reports whether x equals y.
func (ComparableHasher[T]) Equal(x, y T) bool { return x == y }
