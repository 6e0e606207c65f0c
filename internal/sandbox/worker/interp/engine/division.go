package engine

import (
	"math/bits"

	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// A division notes its position only if it is going to fail, and lets the runtime fail:
// its panic is the right one. Dividing takes a processor longer than anything else that
// is asked of it here, so that it is avoided where there is a shorter way to the number.

// division is x / y or x % y.
func division[T memory.Integer](c *compiler, n *node) get[T] {
	x, y := sides[T](c, n)
	if by, ok := divisorOf(y); ok {
		return byConstant(n.Generator(), x, by)
	}
	if x.in && y.in {
		return byVariable[T](n.Generator(), x.off, y.off, c.failure(n))
	}
	a, b, zero := x.get, y.get, c.failure(n)
	if n.Generator() == yaegi.Quo {
		return func(fr *frame) T {
			v, w := a(fr), b(fr)
			if w == 0 {
				zero.note(fr)
			}
			return quotient(v, w)
		}
	}
	return func(fr *frame) T {
		v, w := a(fr), b(fr)
		if w == 0 {
			zero.note(fr)
		}
		return remainder(v, w)
	}
}

// byVariable divides what is in slots.
func byVariable[T memory.Integer](g yaegi.Generator, x, y uintptr, zero failure) get[T] {
	if g == yaegi.Quo {
		return func(fr *frame) T {
			w := *slot[T](fr, y)
			if w == 0 {
				zero.note(fr)
			}
			return quotient(*slot[T](fr, x), w)
		}
	}
	return func(fr *frame) T {
		w := *slot[T](fr, y)
		if w == 0 {
			zero.note(fr)
		}
		return remainder(*slot[T](fr, x), w)
	}
}

// byConstant divides without dividing.
func byConstant[T memory.Integer](g yaegi.Generator, x side[T], by divisor) get[T] {
	a, off := x.get, x.off
	switch {
	case g == yaegi.Quo && x.in:
		return func(fr *frame) T { return quotientBy(*slot[T](fr, off), by) }
	case g == yaegi.Quo:
		return func(fr *frame) T { return quotientBy(a(fr), by) }
	case x.in:
		return func(fr *frame) T { return remainderBy(*slot[T](fr, off), by) }
	}
	return func(fr *frame) T { return remainderBy(a(fr), by) }
}

// divisionTo assigns a division of a slot by a constant, or is nil.
func divisionTo[T memory.Integer](c *compiler, n *node, off uintptr) op {
	x, y := sides[T](c, n)
	by, ok := divisorOf(y)
	if !ok || !x.in {
		return nil
	}
	i := x.off
	if n.Generator() == yaegi.Quo {
		return func(fr *frame) { *slot[T](fr, off) = quotientBy(*slot[T](fr, i), by) }
	}
	return func(fr *frame) { *slot[T](fr, off) = remainderBy(*slot[T](fr, i), by) }
}

// remainderOf takes slot % constant apart, which programs compare more often than they
// keep it.
func remainderOf[T memory.Integer](c *compiler, n *node) (off uintptr, by divisor, ok bool) {
	n = unparen(n)
	if _, done := c.slotOf(n); done || n.Kind != yaegi.BinaryExpr || n.Rval.IsValid() || n.Generator() != yaegi.Rem {
		return 0, divisor{}, false
	}
	x, y := sides[T](c, n)
	by, ok = divisorOf(y)
	return x.off, by, ok && x.in
}

// divisor divides by a positive constant, by multiplying with its inverse: Granlund and
// Montgomery, Division by Invariant Integers using Multiplication, figure 4.1, for words
// of 64 bits. It is exact for all of them.
type divisor struct {
	of, inverse   uint64
	first, second uint8
}

// divisorOf is that of a positive constant.
func divisorOf[T memory.Integer](y side[T]) (divisor, bool) {
	if !y.constant || y.k <= 0 {
		return divisor{}, false
	}
	return newDivisor(uint64(y.k)), true
}

func newDivisor(d uint64) divisor {
	l := bits.Len64(d - 1) // the binary logarithm, rounded up
	inverse, _ := bits.Div64(1<<l-d, 0, d)
	return divisor{of: d, inverse: inverse + 1, first: uint8(min(l, 1)), second: uint8(max(l-1, 0))}
}

func (d divisor) quotient(x uint64) uint64 {
	high, _ := bits.Mul64(d.inverse, x)
	return (high + (x-high)>>(d.first&63)) >> (d.second & 63)
}

// quotientBy rounds towards zero, as Go does.
func quotientBy[T memory.Integer](x T, d divisor) T {
	if x < 0 {
		return -T(d.quotient(-uint64(x)))
	}
	return T(d.quotient(uint64(x)))
}

// remainderBy has the sign of x.
func remainderBy[T memory.Integer](x T, d divisor) T { return x - quotientBy(x, d)*T(d.of) }

// quotient is x / y. Most numbers are small, and the processor divides those in a
// fraction of the time.
func quotient[T memory.Integer](x, y T) T {
	if small(x, y) {
		return T(uint32(x) / uint32(y))
	}
	return x / y
}

func remainder[T memory.Integer](x, y T) T {
	if small(x, y) {
		return T(uint32(x) % uint32(y))
	}
	return x % y
}

// small says whether two numbers are, of which none is negative or zero.
func small[T memory.Integer](x, y T) bool { return uint64(x|y)>>31 == 0 && y != 0 }
