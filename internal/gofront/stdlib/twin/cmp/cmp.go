// Package cmp is the twin of std's cmp.
package cmp

import "cmp"

// Less orders NaN before all other numbers.
func Less[T cmp.Ordered](x, y T) bool { return x < y || x != x && y == y }

// Compare is negative, zero or positive; NaN equals NaN and precedes numbers.
func Compare[T cmp.Ordered](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y || x != x && y != y:
		return 0
	case x != x:
		return -1
	}
	return 1
}

// Or returns the first of vals that is not the zero value.
func Or[T comparable](vals ...T) T {
	var zero T
	for _, v := range vals {
		if v != zero {
			return v
		}
	}
	return zero
}
