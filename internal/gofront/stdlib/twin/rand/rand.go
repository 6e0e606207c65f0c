// Package rand is the twin of the generic part of std's math/rand/v2.
package rand

import "playground/internal/gofront/stdlib/host"

type intType interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

// N returns a number in [0, n).
func N[Int intType](n Int) Int {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return Int(host.Uint64N(uint64(n)))
}
