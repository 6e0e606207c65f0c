package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// The order of evaluation, where a part of an expression is a call.
//
// A call of the program's functions ends a block, so it cannot be inside of the
// closure that an expression becomes: it has to be carried out before. Then so must
// be what comes before it in order and could see, or change, what it does. Go fixes
// the order of calls, receives and the operators && and ||; it leaves open when a
// variable is read, and the compiler reads variables late, so variables are not kept
// here either. What is kept is what is computed from them: it may fail, and must fail
// first. The lowering has ordered most of this already (package lower/order); what is
// left here is what it leaves inside of expressions.
//
// prepare carries out what cannot be inside of a closure, into temporaries (done), and
// for places the addresses of what they are a part of (held). After it an expression
// is pure: value, place and branch find only what can be computed on the spot, as
// often as it is asked for.

// impure says whether n contains something that has to be carried out before it: a call
// that is not inlined, a literal, which is made in a temporary, or an element of a map,
// which is found by code that has no typed form.
func (c *compiler) impure(n *node) bool {
	n = unparen(n)
	if _, ok := c.done[n]; ok || n.Rval.IsValid() {
		return false
	}
	switch n.Kind {
	case yaegi.CallExpr:
		return !c.inline(n) || c.anyImpure(n.Child[1:])
	case yaegi.CompositeLitExpr:
		return true
	case yaegi.SelectorExpr:
		return c.impure(n.Child[0])
	case yaegi.IndexExpr:
		return c.typeOf(n.Child[0]).Kind() == reflect.Map || c.anyImpure(n.Child)
	}
	return c.anyImpure(n.Child)
}

func (c *compiler) anyImpure(list []*node) bool {
	for _, n := range list {
		if c.impure(n) {
			return true
		}
	}
	return false
}

// prepare carries out what n contains that cannot be inside of a closure. A part of an
// expression that is pure stays where it is.
func (c *compiler) prepare(n *node) {
	n = unparen(n)
	if !c.impure(n) {
		return
	}
	switch n.Kind {
	case yaegi.CallExpr:
		if c.inline(n) {
			c.sequence(n.Child[1:])
			return
		}
		t, ok := c.called(n)
		if !ok || t.NumOut() != 1 {
			panic(c.unknown(n))
		}
		off := c.temp(t.Out(0))
		c.call(n, []uintptr{off})
		c.done[n] = off
	case yaegi.CompositeLitExpr:
		c.literal(n)
	// The right operand may not be carried out at all.
	case yaegi.LandExpr, yaegi.LorExpr:
		c.logic(n)
	case yaegi.AddressExpr:
		c.reach(n.Child[0], false)
	case yaegi.SelectorExpr:
		c.prepare(n.Child[0])
	case yaegi.IndexExpr:
		switch c.typeOf(n.Child[0]).Kind() {
		case reflect.Map:
			c.mapIndex(n)
		// An array is not copied for one of its elements.
		case reflect.Array:
			c.reach(n, false)
		default:
			c.sequence(n.Child)
		}
	default:
		c.sequence(n.Child)
	}
}

// sequence prepares operands that are evaluated one after the other. One that others
// follow which are impure is computed now, so that it does not see what they do.
func (c *compiler) sequence(list []*node) {
	for i, n := range list {
		c.prepare(n)
		if c.anyImpure(list[i+1:]) {
			c.keep(n)
		}
	}
}

// keep computes the value of n now, into a temporary.
func (c *compiler) keep(n *node) {
	n = unparen(n)
	if _, ok := c.slotOf(n); ok || n.Rval.IsValid() || n.Sym != nil && n.Kind == yaegi.IdentExpr || c.fixedAddress(n) != nil {
		return // variables are read when they are used
	}
	t := c.typeOf(n)
	off := c.temp(t)
	c.assignSlot(off, t, n)
	c.done[n] = off
}

// inSlot makes sure that the value of n lies in a slot, or is a constant or a variable,
// for operations that take addresses.
func (c *compiler) inSlot(list []*node) {
	c.sequence(list)
	for _, n := range list {
		c.keep(n)
	}
}

// reach prepares a place. If other things are to be carried out before the place
// is used, what it is made of is computed now; it is not found yet whether there
// is such a place.
func (c *compiler) reach(n *node, now bool) {
	n = unparen(n)
	if _, ok := c.slotOf(n); ok {
		return
	}
	keep := func(n *node) {
		if now {
			c.keep(n)
		}
	}
	switch n.Kind {
	case yaegi.StarExpr:
		c.prepare(n.Child[0])
		keep(n.Child[0])
	case yaegi.SelectorExpr:
		if n.Rval.IsValid() {
			return
		}
		if c.typeOf(n.Child[0]).Kind() == reflect.Pointer {
			c.prepare(n.Child[0])
			keep(n.Child[0])
			return
		}
		c.reachWhole(n.Child[0], now)
	case yaegi.IndexExpr:
		index := n.Child[1]
		kind := c.typeOf(n.Child[0]).Kind()
		if kind == reflect.Map {
			c.prepare(n) // what it holds is copied out, and the place is in that
			return
		}
		if kind == reflect.Array {
			c.reachWhole(n.Child[0], now || c.impure(index))
		} else {
			c.prepare(n.Child[0])
			if now || c.impure(index) {
				c.keep(n.Child[0])
			}
		}
		c.prepare(index)
		keep(index)
	case yaegi.IdentExpr, yaegi.ParenExpr:
	default:
		c.prepare(n)
	}
}

// reachWhole reaches the struct or array that a place is a part of. If it has to
// be reached now and may not be there, that is found now.
func (c *compiler) reachWhole(n *node, now bool) {
	n = unparen(n)
	c.reach(n, now)
	if _, ok := c.slotOf(n); ok || !now || c.variable(n) != nil {
		return
	}
	p := c.place(n)
	if p.kind == inSlot || p.kind == inMemory {
		return
	}
	off, at := c.temp(reflect.TypeFor[unsafe.Pointer]()), p.address()
	c.emit(func(fr *frame) { *slot[unsafe.Pointer](fr, off) = at(fr) })
	c.held[n] = off
}
