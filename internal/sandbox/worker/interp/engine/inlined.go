package engine

import (
	"reflect"
	"slices"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// A function that only returns an expression, without a call in it, is part of
// its caller's code: its parameters are slots of the caller's frame, and there is
// no frame for the call. If the expression fails, the frame is made that a trace
// has to show.

// inlined is such a call.
type inlined struct {
	callee *fn
	pos    int32 // of the call
}

// enter makes the call's frame, for a trace.
func (in *inlined) enter(fr *frame) *frame {
	fr.pos = in.pos
	nf := in.callee.enter(fr.g, fr)
	fr.g.top = nf
	return nf
}

// maxInlined bounds the nodes of a function that is inlined.
const maxInlined = 40

// returned is the expression that a function consists of, or nil.
func (f *fn) returned() *node {
	if f.hasDefer || f.nret != 1 || len(f.body.Child) != 1 || f.body.Child[0].Kind != yaegi.ReturnStmt || len(f.body.Child[0].Child) != 1 {
		return nil
	}
	e := unparen(f.body.Child[0].Child[0])
	if size(e) > maxInlined {
		return nil
	}
	return e
}

func size(n *node) int {
	total := 1
	for _, c := range n.Child {
		total += size(c)
	}
	return total
}

// inlineCall puts the callee's expression in the place of a call, if it can.
func (c *compiler) inlineCall(n *node, callee *fn, res uintptr) bool {
	e := callee.returned()
	if e == nil || c.in != nil {
		return false
	}
	c.parameters(e, callee, nil)
	simple := c.plain(e)
	c.forget(e)
	if !simple {
		return false
	}
	args := n.Child[1:]
	c.sequence(args)
	slots := make([]uintptr, len(args))
	for i, a := range args {
		t := callee.types[callee.nret+i]
		off, ok := c.slotOf(a)
		if !ok || c.typeOf(a) != t {
			off = c.temp(t)
			c.assignSlot(off, t, unparen(a))
		}
		slots[i] = off
	}
	c.parameters(e, callee, slots)
	c.in = &inlined{callee, c.f.e.offset(n)}
	t := callee.types[0]
	switch {
	case e.Kind != yaegi.CompositeLitExpr:
		c.assignSlot(res, t, e)
	case slices.ContainsFunc(slots, func(off uintptr) bool { return off >= res && off < res+t.Size() }):
		off := c.temp(t)
		c.literalAt(e, off)
		c.emit(c.copySlot(res, off, t))
	default:
		c.literalAt(e, res)
	}
	c.in = nil
	c.forget(e)
	return true
}

// parameters says where the callee's parameters lie and of which types they are.
func (c *compiler) parameters(n *node, callee *fn, slots []uintptr) {
	if i, ok := local(n); ok {
		c.typed[n] = callee.types[i]
		if slots != nil {
			c.done[n] = slots[i-callee.nret]
		}
	}
	for _, child := range operands(n) {
		c.parameters(child, callee, slots)
	}
}

// operands are the children of an expression or a statement that may be variables:
// not the names of fields, functions, types and packages.
func operands(n *node) []*node {
	switch {
	case n.Rval.IsValid():
		return nil
	case n.Kind == yaegi.KeyValueExpr, n.Kind == yaegi.CallExpr:
		return n.Child[1:]
	case n.Kind == yaegi.SelectorExpr:
		return n.Child[:1]
	case n.Kind == yaegi.CompositeLitExpr:
		return slices.DeleteFunc(slices.Clone(n.Child), func(c *node) bool { return c.Kind != yaegi.KeyValueExpr })
	}
	return n.Child
}

// forget ends what parameters said: the nodes are the callee's.
func (c *compiler) forget(n *node) {
	delete(c.typed, n)
	delete(c.done, n)
	for _, child := range operands(n) {
		c.forget(child)
	}
}

// plain says whether an expression, or a literal of such, can be computed on the
// spot and knows itself where it fails.
func (c *compiler) plain(n *node) bool {
	if n.Kind == yaegi.CompositeLitExpr {
		if n.Typ.Runtime().Kind() != reflect.Struct {
			return false
		}
		for _, p := range n.Child {
			if p.Kind == yaegi.KeyValueExpr && (c.impure(p.Child[1]) || !c.locates(p.Child[1])) {
				return false
			}
		}
		return true
	}
	return !c.impure(n) && c.locates(n)
}

// locates is false for what notes its position before it is known to fail.
func (c *compiler) locates(n *node) bool {
	if n.Kind == yaegi.CallExpr {
		if op := c.opOf(n); op != nil && op.Kind == ir.OpEq {
			return false
		}
	}
	for _, child := range n.Child {
		if !c.locates(child) {
			return false
		}
	}
	return true
}
