//go:build go1.27

package rand

import "math/rand/v2"

// Rand_N is (*Rand).N.
func Rand_N[Int intType](r *rand.Rand, n Int) Int {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return Int(r.Uint64N(uint64(n)))
}
