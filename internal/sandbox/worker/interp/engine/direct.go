package engine

import (
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// The operations in this file are those that loops are made of, when all
// their operands lie in the frame's block: each is one closure, with nothing
// left to find out.

// inBlock is the value at an offset of the frame's block.
func inBlock[T any](fr *frame, off uintptr) *T { return (*T)(unsafe.Add(fr.base, off)) }

// branchOnly says whether nothing but the branch uses a condition's value. In
// parentheses it is used again: they test it once more.
func branchOnly(n *node) bool {
	return n.Fnext != nil && n.Anc.Kind.Branches()
}

// directCompare is a comparison that only decides where to go.
func directCompare[T ordered](n *node, op yaegi.Generator, a, b src) bool {
	if !branchOnly(n) || !a.in || !b.in && b.p == nil {
		return false
	}
	yes, no := stepOf(n.Tnext), stepOf(n.Fnext)
	x := a.off
	if b.p != nil {
		return compareConst(n, op, x, *(*T)(b.p), yes, no)
	}
	y := b.off
	switch op {
	case yaegi.Lower:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) < *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.LowerEqual:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) <= *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.Greater:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) > *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.Equal:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) == *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	default:
		return false
	}
	return true
}

func compareConst[T ordered](n *node, op yaegi.Generator, x uintptr, k T, yes, no step) bool {
	switch op {
	case yaegi.Lower:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) < k {
				return yes
			}
			return no
		})
	case yaegi.LowerEqual:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) <= k {
				return yes
			}
			return no
		})
	case yaegi.Greater:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) > k {
				return yes
			}
			return no
		})
	case yaegi.Equal:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) == k {
				return yes
			}
			return no
		})
	default:
		return false
	}
	return true
}

// directSum is an addition, subtraction or multiplication.
func directSum[T number](n *node, op yaegi.Generator, a, b, d src) bool {
	if n.Fnext != nil || !a.in || !d.in || !b.in && b.p == nil {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := a.off, b.off, d.off
	if b.p != nil {
		k := *(*T)(b.p)
		switch op {
		case yaegi.Add:
			setStep(n, func(fr *frame) step {
				*inBlock[T](fr, z) = *inBlock[T](fr, x) + k
				return next
			})
		case yaegi.Sub:
			setStep(n, func(fr *frame) step {
				*inBlock[T](fr, z) = *inBlock[T](fr, x) - k
				return next
			})
		default:
			return false
		}
		return true
	}
	switch op {
	case yaegi.Add:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) + *inBlock[T](fr, y)
			return next
		})
	case yaegi.Sub:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) - *inBlock[T](fr, y)
			return next
		})
	case yaegi.Mul:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) * *inBlock[T](fr, y)
			return next
		})
	default:
		return false
	}
	return true
}

// directElement is an element of a slice.
func directElement[E any](n *node, base, index, d src, pos int32) bool {
	if n.Fnext != nil || !base.in || !index.in || !d.in {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := base.off, index.off, d.off
	setStep(n, func(fr *frame) step {
		s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			outOfRange(i, len(s))
		}
		*inBlock[E](fr, z) = s[i]
		return next
	})
	return true
}

// directSet assigns to an element of a slice.
func directSet[E any](n *node, base, index, from src, pos int32) bool {
	if n.Fnext != nil || !base.in || !index.in || !from.in && from.p == nil {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := base.off, index.off, from.off
	if from.p != nil {
		k := *(*E)(from.p)
		setStep(n, func(fr *frame) step {
			s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
			if uint(i) >= uint(len(s)) {
				fr.pos = pos
				outOfRange(i, len(s))
			}
			s[i] = k
			return next
		})
		return true
	}
	setStep(n, func(fr *frame) step {
		s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			outOfRange(i, len(s))
		}
		s[i] = *inBlock[E](fr, z)
		return next
	})
	return true
}

// directMove assigns one word to a variable.
func directMove[E any](n *node, d, s src) bool {
	if n.Fnext != nil || !d.in || !s.in && s.p == nil {
		return false
	}
	next := stepOf(n.Tnext)
	x, y := d.off, s.off
	if s.p != nil {
		k := *(*E)(s.p)
		setStep(n, func(fr *frame) step {
			*inBlock[E](fr, x) = k
			return next
		})
		return true
	}
	setStep(n, func(fr *frame) step {
		*inBlock[E](fr, x) = *inBlock[E](fr, y)
		return next
	})
	return true
}
