package engine

import (
	"reflect"
	"slices"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// A small function that calls nothing and does not loop is part of its caller's
// code: its parameters and variables are slots of the caller's frame, a return goes
// on behind the call, and there is no frame for the call. If something in it fails,
// the frame is made that a trace has to show.

// inlined is such a call.
type inlined struct {
	callee *fn
	pos    int32 // of the call
	res    []uintptr
	after  *block // where it returns to

	known       map[int]*node // parameters that are constants
	substituted []substituted
}

// substituted is a parameter in the callee's tree that has become a constant. Others
// that compile from the tree wait for the engine's lock.
type substituted struct {
	param *node
	was   node
}

// enter makes the call's frame, for a trace.
func (in *inlined) enter(fr *frame) *frame {
	fr.pos = in.pos
	nf := in.callee.enter(fr.g, fr)
	fr.g.top = nf
	return nf
}

// maxInlined bounds the nodes of a function that is inlined.
const maxInlined = 80

// within is what is left of n nodes when those of a tree are taken away, negative if
// there are too few. Declarations become no code.
func within(tree *node, n int) int {
	if tree.Kind == yaegi.DeclStmt {
		return n
	}
	n--
	for _, c := range tree.Child {
		if n < 0 {
			return n
		}
		n = within(c, n)
	}
	return n
}

// inlineCall puts the callee's body in the place of a call, if it can.
func (c *compiler) inlineCall(n *node, callee *fn, res []uintptr) bool {
	// A function's own tree is being compiled: what is noted of it must stay.
	if c.in != nil || callee == c.f || callee.extent.Defers || !callee.extent.Straight || within(callee.tree(), maxInlined) < 0 {
		return false
	}
	c.locals(callee.tree(), callee, nil)
	leaf := c.leaf(callee.tree())
	if !leaf {
		c.forget(callee.tree())
		return false
	}
	if len(res) == 0 {
		res = make([]uintptr, callee.nret)
	}
	c.in = &inlined{callee: callee, pos: c.f.e.offset(n), res: res, after: c.block(), known: map[int]*node{}}
	slots := c.arguments(n.Child[1:], callee)
	c.unite(callee, slots)
	c.locals(callee.tree(), callee, slots)
	c.body(callee.tree())
	for _, s := range c.in.substituted {
		*s.param = s.was
	}
	c.in = nil
	c.forget(callee.tree())
	return true
}

// arguments are the slots of the callee's parameters. A variable of the caller's is a
// parameter itself, and so is a constant, unless the callee changes it.
func (c *compiler) arguments(args []*node, callee *fn) map[int]uintptr {
	in := c.in
	c.in = nil // these are the caller's
	defer func() { c.in = in }()
	c.sequence(args)
	slots := map[int]uintptr{}
	for k, a := range args {
		i := callee.nret + k
		t := callee.types[i]
		off, ok := c.slotOf(a)
		own := c.typeOf(a) != t || c.assigns(callee.tree(), i)
		if a := unparen(a); !own && isConstant(a) {
			in.known[i] = a
			continue
		}
		if !ok || own {
			off = c.temp(t)
			c.assignSlot(off, t, unparen(a))
		}
		slots[i] = off
	}
	return slots
}

// unite lets variables that are returned in the end be the places that the results go
// to, if nobody can see that these change before the call is over.
func (c *compiler) unite(callee *fn, slots map[int]uintptr) {
	list := callee.tree().Child
	// The lowering ends a function of named results by a return statement, although
	// the reader may have written one.
	for n := len(list); n > 1 && list[n-1].Kind == yaegi.ReturnStmt && list[n-2].Kind == yaegi.ReturnStmt; n-- {
		list = list[:n-1]
	}
	if len(list) == 0 || list[len(list)-1].Kind != yaegi.ReturnStmt || c.f.extent.Defers || slices.ContainsFunc(list[:len(list)-1], returns) {
		return
	}
	results := list[len(list)-1].Child
	for i, e := range results {
		v, ok := local(unparen(e))
		t, off := callee.types[i], c.in.res[i]
		if !ok || off == 0 || callee.types[v] != t || slices.ContainsFunc(results[:i], func(e *node) bool { return mentions(e, v) }) {
			continue
		}
		if _, taken := slots[v]; taken || c.overlaps(callee, slots, off, t.Size()) {
			continue
		}
		slots[v] = off
		if !assignedFirst(callee.tree(), v) {
			c.clear(off, t)
		}
	}
}

// returns says whether a return statement is part of a statement.
func returns(n *node) bool {
	return n.Kind == yaegi.ReturnStmt || slices.ContainsFunc(n.Child, returns)
}

// overlaps says whether a slot has something in common with others.
func (c *compiler) overlaps(callee *fn, slots map[int]uintptr, off, size uintptr) bool {
	for i, at := range slots {
		if at < off+size && off < at+callee.types[i].Size() {
			return true
		}
	}
	return false
}

// assigns says whether a variable is assigned to, as a whole or in part.
func (c *compiler) assigns(n *node, variable int) bool {
	if dst, _, ok := assignment(n); ok {
		for dst.Kind == yaegi.SelectorExpr && c.typeOf(dst.Child[0]).Kind() == reflect.Struct ||
			dst.Kind == yaegi.IndexExpr && c.typeOf(dst.Child[0]).Kind() == reflect.Array {
			dst = unparen(dst.Child[0])
		}
		i, ok := local(dst)
		return ok && i == variable
	}
	return slices.ContainsFunc(n.Child, func(s *node) bool { return c.assigns(s, variable) })
}

// assignedFirst says whether a variable has a value before anything reads it or the
// body branches: if not, it has to begin as zero.
func assignedFirst(body *node, variable int) bool {
	for _, s := range body.Child {
		if dst, src, ok := assignment(s); ok && !mentions(src, variable) {
			if i, ok := local(dst); ok && i == variable {
				return true
			}
		}
		if s.Kind != yaegi.DeclStmt && mentions(s, variable) {
			return false
		}
	}
	return false
}

// body compiles the callee's body, whose temporaries must not be those that the
// caller's statement uses.
func (c *compiler) body(body *node) {
	used, uses := c.used, c.uses
	c.used, c.uses = nil, map[int]int{}
	c.count(body)
	c.statement(body)
	c.to(c.in.after)
	c.cur = c.in.after
	c.used, c.uses = append(used, c.used...), uses
}

// locals says of which types the callee's parameters and variables are and, given the
// slots of the parameters, where they lie.
func (c *compiler) locals(n *node, callee *fn, slots map[int]uintptr) {
	if n.Kind == yaegi.DeclStmt {
		return
	}
	if i, ok := local(n); ok {
		t := callee.types[i]
		c.typed[n] = t
		if slots != nil {
			if k := c.in.known[i]; k != nil {
				c.in.substituted = append(c.in.substituted, substituted{n, *n})
				n.Rval, n.Typ = k.Rval, k.Typ
				return
			}
			off, ok := slots[i]
			if !ok {
				off = c.temp(t)
				slots[i] = off
				if !assignedFirst(callee.tree(), i) {
					c.clear(off, t)
				}
			}
			c.done[n] = off
		}
	}
	for _, child := range operands(n) {
		c.locals(child, callee, slots)
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

// forget ends what locals said: the nodes are the callee's.
func (c *compiler) forget(n *node) {
	delete(c.typed, n)
	delete(c.done, n)
	for _, child := range operands(n) {
		c.forget(child)
	}
}

// leaf says whether a statement calls nothing, goes nowhere but on, and knows itself
// where it fails.
func (c *compiler) leaf(n *node) bool {
	switch n.Kind {
	case yaegi.DeclStmt:
		return true
	case yaegi.BlockStmt:
		return !slices.ContainsFunc(n.Child, func(s *node) bool { return !c.leaf(s) })
	case yaegi.AssignStmt:
		dst, src, _ := assignment(n)
		return (dst.Ident == "_" || c.plain(dst)) && c.plain(src)
	case yaegi.IfStmt0, yaegi.IfStmt1:
		return c.plain(n.Child[0]) && !slices.ContainsFunc(n.Child[1:], func(s *node) bool { return !c.leaf(s) })
	case yaegi.ReturnStmt:
		return !slices.ContainsFunc(n.Child, func(e *node) bool { return !c.plain(e) })
	}
	return false
}

// plain says whether an expression calls nothing that could fail or wait, and knows
// itself where it fails.
func (c *compiler) plain(n *node) bool {
	n = unparen(n)
	if n.Rval.IsValid() {
		return true
	}
	switch n.Kind {
	case yaegi.CallExpr:
		if op := c.opOf(n); op == nil || !safe(op) && (!c.inline(n) || op.Kind == ir.OpEq) {
			return false
		}
	case yaegi.CompositeLitExpr:
		if n.Typ.Runtime().Kind() != reflect.Struct {
			return false
		}
	case yaegi.IndexExpr:
		if c.typeOf(n.Child[0]).Kind() == reflect.Map {
			return false // its key may have no hash
		}
	}
	return !slices.ContainsFunc(operands(n), func(e *node) bool { return !c.plain(e) })
}

// safe says whether an operation on memory never fails, waits or calls the program:
// nobody asks for its position.
func safe(op *ir.Op) bool {
	switch op.Kind {
	case ir.OpNew, ir.OpBox, ir.OpZero, ir.OpMin, ir.OpMax, ir.OpAssert2, ir.OpTypeCase, ir.OpAppend, ir.OpLitSlice:
		return true
	case ir.OpConvert:
		return op.Type.In(0).Kind() != reflect.Slice || op.Type.Out(0).Kind() == reflect.Slice || op.Type.Out(0).Kind() == reflect.String
	}
	return false
}

// returnInlined leaves an inlined call: its results go where the caller wants them. If
// one of them fails none has been assigned, and none sees another, so they wait where
// that could be seen: the first only in functions that recover.
func (c *compiler) returnInlined(n *node) {
	type waiting struct {
		to, from uintptr
		t        reflect.Type
	}
	var wait []waiting
	if slices.ContainsFunc(n.Child, func(e *node) bool { return c.anyImpure(operands(unparen(e))) }) {
		c.sequence(n.Child)
	}
	for i, e := range n.Child {
		e = unparen(e)
		to, t := c.in.res[i], c.in.callee.types[i]
		if to == 0 {
			if c.mayFail(e) {
				c.blank(e)
			}
			continue
		}
		off := to
		if c.disturbs(n.Child[i:], off, t) {
			off = c.temp(t)
			wait = append(wait, waiting{to, off, t})
		}
		c.result(e, off, t)
	}
	for _, w := range wait {
		c.emit(c.copySlot(w.to, w.from, w.t))
	}
	c.to(c.in.after)
	c.cur = nil
}

// result puts the value of an expression in a slot.
func (c *compiler) result(e *node, off uintptr, t reflect.Type) {
	if _, ok := c.slotOf(e); !ok {
		if e.Kind == yaegi.CompositeLitExpr {
			c.literalAt(e, off)
			return
		}
		if c.callTo(e, off, t) {
			return
		}
	}
	c.prepare(e)
	c.assignSlot(off, t, e)
}

// disturbs says whether assigning to a slot the first of some results can be seen by
// the others or, if it is assigned in parts, by itself.
func (c *compiler) disturbs(results []*node, off uintptr, t reflect.Type) bool {
	others := results[1:]
	if unparen(results[0]).Kind == yaegi.CompositeLitExpr {
		others = results
	}
	return slices.ContainsFunc(others, func(e *node) bool {
		return c.f.extent.Defers && c.mayFail(e) || c.reads(e, off, t.Size())
	})
}

// reads says whether an expression reads something of a slot.
func (c *compiler) reads(n *node, off, size uintptr) bool {
	if i, ok := local(n); ok {
		at, _ := c.slotOf(n)
		return at < off+size && off < at+c.in.callee.types[i].Size()
	}
	return slices.ContainsFunc(operands(n), func(e *node) bool { return c.reads(e, off, size) })
}

// mayFail is false for what certainly does not.
func (c *compiler) mayFail(n *node) bool {
	n = unparen(n)
	if n.Rval.IsValid() {
		return false
	}
	switch n.Kind {
	case yaegi.IdentExpr, yaegi.LandExpr, yaegi.LorExpr, yaegi.UnaryExpr, yaegi.CompositeLitExpr, yaegi.KeyValueExpr:
	case yaegi.SelectorExpr:
		if c.typeOf(n.Child[0]).Kind() == reflect.Pointer {
			return true
		}
	case yaegi.BinaryExpr:
		g, in := n.Generator(), c.operandType(n).Kind()
		if in == reflect.Interface || isInteger(in) && (g == yaegi.Quo || g == yaegi.Rem) {
			return true
		}
	case yaegi.CallExpr:
		op := c.opOf(n)
		if op == nil || op.Kind != ir.OpConvert && op.Kind != ir.OpLen && op.Kind != ir.OpIsNil {
			return true
		}
	default:
		return true
	}
	return slices.ContainsFunc(operands(n), c.mayFail)
}
