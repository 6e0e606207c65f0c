package engine

import (
	"math"
	"math/rand/v2"
	"testing"

	"playground/internal/sandbox/worker/interp/engine/memory"
)

// Multiplying with the inverse gives what dividing does, for every type of integer: on
// all numbers of eight bits, and on numbers and divisors of every length otherwise.
func TestDivisors(t *testing.T) {
	for d := 1; d < 256; d++ {
		for x := range 256 {
			divides(t, uint8(x), uint8(d))
			divides(t, int8(x), int8(d))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	word := func() uint64 {
		switch w := r.Uint64() >> r.IntN(64); r.IntN(4) {
		case 0:
			return w &^ (w >> 1) // few bits, powers of two among them
		case 1:
			return ^w
		default:
			return w
		}
	}
	for range 100_000 {
		x, d := word(), word()
		for _, x := range []uint64{x, x - 1, x + 1, d, d - 1, d * (x >> 32), d*(x>>32) - 1, math.MaxUint64, math.MaxInt64, 1 << 63} {
			divides(t, x, d)
			divides(t, int64(x), int64(d))
			divides(t, int(x), int(d))
			divides(t, uint32(x), uint32(d))
			divides(t, int32(x), int32(d))
			divides(t, int16(x), int16(d))
		}
	}
}

func divides[T memory.Integer](t *testing.T, x, d T) {
	if d <= 0 {
		return
	}
	by, ok := divisorOf(side[T]{constant: true, k: d})
	if q, r := quotientBy(x, by), remainderBy(x, by); !ok || q != x/d || r != x%d {
		t.Fatalf("%d / %d is %d, remainder %d; have %d, %d", x, d, x/d, x%d, q, r)
	}
}

// What is no positive constant is divided by as ever.
func TestNoDivisor(t *testing.T) {
	for _, y := range []side[int]{{k: 3}, {constant: true}, {constant: true, k: -3}} {
		if _, ok := divisorOf(y); ok {
			t.Errorf("%+v has an inverse", y)
		}
	}
}
