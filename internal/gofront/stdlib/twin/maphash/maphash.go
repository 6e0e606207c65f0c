// Package maphash is the twin of the generic part of std's hash/maphash.
package maphash

import (
	"hash/maphash"

	"playground/internal/gofront/stdlib/host"
)

// Comparable hashes v.
func Comparable[T comparable](seed maphash.Seed, v T) uint64 { return host.Comparable(seed, v) }

// WriteComparable adds v to h.
func WriteComparable[T comparable](h *maphash.Hash, x T) { host.WriteComparable(h, x) }
