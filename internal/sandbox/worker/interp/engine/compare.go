package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// comparison says whether an operator compares.
func comparison(g yaegi.Generator) bool {
	switch g {
	case yaegi.Equal, yaegi.NotEqual, yaegi.Lower, yaegi.LowerEqual, yaegi.Greater, yaegi.GreaterEqual:
		return true
	}
	return false
}

// compared is a comparison as a value. Most comparisons are not one: they decide where
// to go (compareBranch), so there are fewer special forms here.
func compared[T memory.Ordered](c *compiler, n *node) any {
	x, y := sides[T](c, n)
	a, b, k := x.get, y.get, y.k
	switch n.Generator() {
	case yaegi.Equal:
		if y.constant {
			return func(fr *frame) bool { return a(fr) == k }
		}
		return func(fr *frame) bool { return a(fr) == b(fr) }
	case yaegi.NotEqual:
		return func(fr *frame) bool { return a(fr) != b(fr) }
	case yaegi.Lower:
		return func(fr *frame) bool { return a(fr) < b(fr) }
	case yaegi.LowerEqual:
		return func(fr *frame) bool { return a(fr) <= b(fr) }
	case yaegi.Greater:
		return func(fr *frame) bool { return a(fr) > b(fr) }
	}
	return func(fr *frame) bool { return a(fr) >= b(fr) }
}

// comparedTo assigns a comparison with a constant to a slot, or is nil.
func comparedTo[T memory.Ordered](c *compiler, n *node, off uintptr) op {
	x, y := sides[T](c, n)
	if !x.in || !y.constant {
		return nil
	}
	i, k := x.off, y.k
	switch n.Generator() {
	case yaegi.Equal:
		return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) == k }
	case yaegi.NotEqual:
		return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) != k }
	case yaegi.Lower:
		return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) < k }
	case yaegi.LowerEqual:
		return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) <= k }
	case yaegi.Greater:
		return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) > k }
	}
	return func(fr *frame) { *slot[bool](fr, off) = *slot[T](fr, i) >= k }
}

// integerComparedTo is comparedTo, and a question like x%3 == 0.
func integerComparedTo[T memory.Integer](c *compiler, n *node, off uintptr) op {
	if x, by, k, ok := remainderIs[T](c, n); ok {
		want := n.Generator() == yaegi.Equal
		return func(fr *frame) { *slot[bool](fr, off) = (remainderBy(*slot[T](fr, x), by) == k) == want }
	}
	return comparedTo[T](c, n, off)
}

// remainderIs takes such a question apart.
func remainderIs[T memory.Integer](c *compiler, n *node) (x uintptr, by divisor, k T, ok bool) {
	if g := n.Generator(); g != yaegi.Equal && g != yaegi.NotEqual || !isConstant(unparen(n.Child[1])) {
		return 0, divisor{}, 0, false
	}
	x, by, ok = remainderOf[T](c, n.Child[0])
	return x, by, *(*T)(constantCell(unparen(n.Child[1]).Rval, c.operandType(n))), ok
}

// comparedBools is == or != of two bools, which are not ordered.
func comparedBools(c *compiler, n *node) any {
	x, y := sides[bool](c, n)
	a, b, want := x.get, y.get, n.Generator() == yaegi.Equal
	return func(fr *frame) bool { return (a(fr) == b(fr)) == want }
}

// condition is &&, || or !, as a value. Its operands are pure, or they would have been
// prepared (logic), so that whether the right one is evaluated is Go's own && here.
func (c *compiler) condition(n *node) any {
	a := c.value(n.Child[0]).(get[bool])
	switch n.Kind {
	case yaegi.UnaryExpr:
		return func(fr *frame) bool { return !a(fr) }
	case yaegi.LandExpr:
		b := c.value(n.Child[1]).(get[bool])
		return func(fr *frame) bool { return a(fr) && b(fr) }
	}
	b := c.value(n.Child[1]).(get[bool])
	return func(fr *frame) bool { return a(fr) || b(fr) }
}

// logic computes a condition of which parts have to be carried out before it, or not
// at all: if the right operand of && has a call, the call must not be made where the
// left one is false. So it becomes branches that leave the outcome in a slot.
func (c *compiler) logic(n *node) {
	off := c.temp(reflect.TypeFor[bool]())
	yes, no, after := c.block(), c.block(), c.block()
	c.branch(n, yes, no)
	for _, b := range []*block{yes, no} {
		v := b == yes
		c.cur = b
		c.emit(func(fr *frame) { *slot[bool](fr, off) = v })
		c.to(after)
	}
	c.cur = after
	c.done[n] = off
}

// branch ends the current block by going to one of two. The operators && and || and !
// are taken apart into branches of their own: nothing is computed of which only the
// outcome matters.
func (c *compiler) branch(n *node, yes, no *block) {
	n = unparen(n)
	if _, ok := c.slotOf(n); !ok && !n.Rval.IsValid() {
		switch n.Kind {
		case yaegi.LandExpr, yaegi.LorExpr:
			right := c.block()
			if n.Kind == yaegi.LandExpr {
				c.branch(n.Child[0], right, no)
			} else {
				c.branch(n.Child[0], yes, right)
			}
			c.cur = right
			c.branch(n.Child[1], yes, no)
			return
		case yaegi.UnaryExpr:
			c.branch(n.Child[0], no, yes)
			return
		}
	}
	c.prepare(n)
	// A variable, or what has been computed by now.
	if off, ok := c.slotOf(n); ok {
		c.cur.end = func(fr *frame) (*block, *frame) {
			if *slot[bool](fr, off) {
				return yes, fr
			}
			return no, fr
		}
		return
	}
	if n.Kind == yaegi.BinaryExpr && !n.Rval.IsValid() {
		if a := arithmeticOf(c.operandType(n).Kind()); a != nil && a.branch != nil {
			c.cur.end = a.branch(c, n, yes, no)
			return
		}
	}
	cond := c.valueOf(n, reflect.TypeFor[bool]()).(get[bool])
	c.cur.end = func(fr *frame) (*block, *frame) {
		if cond(fr) {
			return yes, fr
		}
		return no, fr
	}
}

// compareBranch goes one of two ways by a comparison. This is what loops turn on, so
// there is a closure for each operator and each form of operands that is common: both
// in slots, or one a constant. Where the operands may be exchanged, fewer operators
// are enough. Only == and != are one by exchanging the ways: for a NaN, both
// x < y and x >= y are false.
func compareBranch[T memory.Ordered](c *compiler, n *node, yes, no *block) ending {
	x, y := sides[T](c, n)
	g := n.Generator()
	if g == yaegi.NotEqual {
		g, yes, no = yaegi.Equal, no, yes
	}
	if (g == yaegi.Greater || g == yaegi.GreaterEqual) && !x.constant && !y.constant && x.in && y.in {
		x, y = y, x // what is in slots may be looked at in any order
		if g = yaegi.Lower; n.Generator() == yaegi.GreaterEqual {
			g = yaegi.LowerEqual
		}
	}
	switch {
	case x.in && y.constant:
		return branchSlotConst(g, x.off, y.k, yes, no)
	case x.in && y.in:
		return branchSlots[T](g, x.off, y.off, yes, no)
	case y.constant:
		return branchConst(g, x.get, y.k, yes, no)
	}
	return branchValues(g, x.get, y.get, yes, no)
}

// integerBranch is compareBranch, and a question like x%3 == 0.
func integerBranch[T memory.Integer](c *compiler, n *node, yes, no *block) ending {
	x, by, k, ok := remainderIs[T](c, n)
	if !ok {
		return compareBranch[T](c, n, yes, no)
	}
	if n.Generator() == yaegi.NotEqual {
		yes, no = no, yes
	}
	return func(fr *frame) (*block, *frame) {
		if remainderBy(*slot[T](fr, x), by) == k {
			return yes, fr
		}
		return no, fr
	}
}

// branchSlotConst is for the conditions of most loops: i < 10, n == 0.
func branchSlotConst[T memory.Ordered](g yaegi.Generator, x uintptr, k T, yes, no *block) ending {
	switch g {
	case yaegi.Equal:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) == k {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) < k {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.LowerEqual:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) <= k {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Greater:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) > k {
				return yes, fr
			}
			return no, fr
		}
	}
	return func(fr *frame) (*block, *frame) {
		if *slot[T](fr, x) >= k {
			return yes, fr
		}
		return no, fr
	}
}

// branchSlots is for i < n, and for the operators that compareBranch leaves.
func branchSlots[T memory.Ordered](g yaegi.Generator, x, y uintptr, yes, no *block) ending {
	switch g {
	case yaegi.Equal:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) == *slot[T](fr, y) {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			if *slot[T](fr, x) < *slot[T](fr, y) {
				return yes, fr
			}
			return no, fr
		}
	}
	return func(fr *frame) (*block, *frame) {
		if *slot[T](fr, x) <= *slot[T](fr, y) {
			return yes, fr
		}
		return no, fr
	}
}

// branchConst is for a value that has to be computed first: len(s) == 0, x%3 == 0.
func branchConst[T memory.Ordered](g yaegi.Generator, a get[T], k T, yes, no *block) ending {
	switch g {
	case yaegi.Equal:
		return func(fr *frame) (*block, *frame) {
			if a(fr) == k {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			if a(fr) < k {
				return yes, fr
			}
			return no, fr
		}
	}
	return branchValues(g, a, func(*frame) T { return k }, yes, no)
}

// branchValues is for everything else.
func branchValues[T memory.Ordered](g yaegi.Generator, a, b get[T], yes, no *block) ending {
	switch g {
	case yaegi.Equal:
		return func(fr *frame) (*block, *frame) {
			if a(fr) == b(fr) {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			if a(fr) < b(fr) {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.LowerEqual:
		return func(fr *frame) (*block, *frame) {
			if a(fr) <= b(fr) {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Greater:
		return func(fr *frame) (*block, *frame) {
			if a(fr) > b(fr) {
				return yes, fr
			}
			return no, fr
		}
	}
	return func(fr *frame) (*block, *frame) {
		if a(fr) >= b(fr) {
			return yes, fr
		}
		return no, fr
	}
}

// equalValues is == of pointers, channels and interfaces, or nil for others. Two
// interfaces are equal if their types are and what they hold is; only for the second
// the runtime is asked.
func equalValues(t reflect.Type, a, b any, at failure) any {
	switch {
	case t.Kind() == reflect.Interface:
		f, g := a.(get[iface]), b.(get[iface])
		plain := t.NumMethod() == 0
		return func(fr *frame) bool {
			x, y := f(fr), g(fr)
			if x.tab != y.tab {
				return false // of different types
			}
			if x.tab == nil {
				return true
			}
			fr.pos = at.pos // values of their type may not be comparable
			if plain {
				return *(*any)(unsafe.Pointer(&x)) == *(*any)(unsafe.Pointer(&y))
			}
			return *(*error)(unsafe.Pointer(&x)) == *(*error)(unsafe.Pointer(&y))
		}
	case pointerLike(t):
		f, g := a.(get[unsafe.Pointer]), b.(get[unsafe.Pointer])
		return func(fr *frame) bool { return f(fr) == g(fr) }
	}
	return nil
}

// nilness says whether a value is nil: the first word of every type that can be nil
// does, whatever is behind it.
func nilness(t reflect.Type, v any) get[bool] {
	switch {
	case t.Kind() == reflect.Interface:
		f := v.(get[iface])
		return func(fr *frame) bool { return f(fr).tab == nil }
	case t.Kind() == reflect.Slice:
		f := v.(get[[]byte])
		return func(fr *frame) bool { return f(fr) == nil }
	}
	f := v.(get[unsafe.Pointer])
	return func(fr *frame) bool { return f(fr) == nil }
}
