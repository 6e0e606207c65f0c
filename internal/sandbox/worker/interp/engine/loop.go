package engine

import (
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// loop is for ; cond; post {}, with or without cond and post. The condition comes
// twice: before the loop, and after the statement that ends each turn, so that a
// turn goes through one condition and no jump.
func (c *compiler) loop(n *node) {
	var cond, post *node
	switch n.Kind {
	case yaegi.ForStmt2:
		cond = n.Child[0]
	case yaegi.ForStmt4:
		post = n.Child[0]
	case yaegi.ForStmt5:
		cond, post = n.Child[0], n.Child[1]
	}
	body, after := c.block(), c.block()
	test := c.block()
	c.to(test)
	c.cur = test
	// Asked before the test, for which a call in the condition is carried out: each turn
	// has to carry it out anew.
	counts := post != nil && cond != nil && !c.impure(cond)
	if cond != nil {
		c.branch(cond, body, after)
		c.settled()
	} else {
		c.to(body)
	}
	turn := c.block()
	c.loops = append(c.loops, target{after, turn})
	c.cur = body
	c.statement(n.Child[len(n.Child)-1])
	c.loops = c.loops[:len(c.loops)-1]
	c.to(turn)
	c.cur = turn
	if counts {
		c.cur.end = c.countedLoop(post, cond, body, after)
	}
	if c.cur.end == nil {
		if post != nil {
			c.statement(post)
		}
		c.to(test)
	}
	c.cur = after
}

// countedLoop is the end of a turn of which the statement adds a constant to a variable and
// the condition, which is pure, compares that: most loops count, and do both in one
// closure. It is nil for others.
func (c *compiler) countedLoop(post, cond *node, body, after *block) ending {
	dst, sum, ok := assignment(post)
	i, isLocal := local(dst)
	cond = unparen(cond)
	if !ok || !isLocal || !isBinary(sum) || !isBinary(cond) || !comparison(cond.Generator()) {
		return nil
	}
	for _, n := range []*node{sum, cond} {
		if j, ok := local(unparen(n.Child[0])); !ok || j != i {
			return nil
		}
	}
	a := arithmeticOf(c.typeOf(dst).Kind())
	if a == nil || a.turn == nil {
		return nil
	}
	return a.turn(c, sum, cond, body, after)
}

func isBinary(n *node) bool { return n.Kind == yaegi.BinaryExpr && !n.Rval.IsValid() }

// turn adds to a variable and goes one of two ways.
func turn[T memory.Integer](c *compiler, sum, cond *node, yes, no *block) ending {
	x, step := sides[T](c, sum)
	_, limit := sides[T](c, cond)
	k, g := step.k, sum.Generator()
	if !step.constant || g != yaegi.Add && g != yaegi.Sub {
		return nil
	}
	if g == yaegi.Sub {
		k = -k
	}
	switch {
	case limit.constant:
		return turnConst(cond.Generator(), x.off, k, limit.k, yes, no)
	case limit.in:
		return turnSlot(cond.Generator(), x.off, k, limit.off, yes, no)
	}
	return turnValue(cond.Generator(), x.off, k, limit.get, yes, no)
}

func turnConst[T memory.Integer](g yaegi.Generator, i uintptr, k, limit T, yes, no *block) ending {
	switch g {
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v < limit {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.LowerEqual:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v <= limit {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.Greater:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v > limit {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.GreaterEqual:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v >= limit {
				return yes, fr
			}
			return no, fr
		}
	}
	return nil
}

func turnSlot[T memory.Integer](g yaegi.Generator, i uintptr, k T, limit uintptr, yes, no *block) ending {
	switch g {
	case yaegi.Lower:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v < *slot[T](fr, limit) {
				return yes, fr
			}
			return no, fr
		}
	case yaegi.LowerEqual:
		return func(fr *frame) (*block, *frame) {
			v := *slot[T](fr, i) + k
			*slot[T](fr, i) = v
			if v <= *slot[T](fr, limit) {
				return yes, fr
			}
			return no, fr
		}
	}
	return nil
}

// turnValue computes what it compares with after the addition: that may be part of it.
func turnValue[T memory.Integer](g yaegi.Generator, i uintptr, k T, limit get[T], yes, no *block) ending {
	if g != yaegi.Lower && g != yaegi.LowerEqual {
		return nil
	}
	equal := g == yaegi.LowerEqual
	return func(fr *frame) (*block, *frame) {
		v := *slot[T](fr, i) + k
		*slot[T](fr, i) = v
		if most := limit(fr); v < most || equal && v == most {
			return yes, fr
		}
		return no, fr
	}
}
