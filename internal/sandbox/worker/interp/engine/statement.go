package engine

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// function compiles the body, and returns where it begins. A body that ends without a
// return statement leaves there, with whatever its results are.
func (c *compiler) function() *block {
	entry := c.block()
	c.cur = entry
	c.statement(c.f.tree())
	if c.cur != nil {
		c.cur.end = c.leave(failure{}, false)
	}
	settle(c.all)
	return entry
}

// statement compiles a statement. What follows one that does not end is never reached,
// unless it has a label. When it is done, its temporaries are free for the next one.
func (c *compiler) statement(n *node) {
	defer c.settled()
	if n.Kind == yaegi.BlockStmt {
		c.statements(n.Child)
		return
	}
	if n.Kind == yaegi.LabeledStmt {
		b := c.label(n.Child[0].Ident)
		c.to(b)
		c.cur = b
		c.statement(n.Child[1])
		return
	}
	// After a jump, without a label: lowered programs have such code where the reader's
	// has, and it may still declare what the rest uses.
	if c.cur == nil {
		c.cur = c.block() // nothing leads there
	}
	switch n.Kind {
	case yaegi.DeclStmt:
	case yaegi.ExprStmt:
		c.discard(n.Child[0])
	case yaegi.CallExpr:
		c.discard(n)
	case yaegi.AssignStmt:
		c.assign(n.Child[0], n.Child[len(n.Child)-1])
	case yaegi.AssignXStmt:
		c.assignResults(n, nil)
	case yaegi.IfStmt0, yaegi.IfStmt1:
		c.ifElse(n)
	case yaegi.ForStmt0, yaegi.ForStmt2, yaegi.ForStmt4, yaegi.ForStmt5:
		c.loop(n)
	case yaegi.GotoStmt:
		c.to(c.label(n.Child[0].Ident))
		c.cur = nil
	case yaegi.BreakStmt:
		c.to(c.loops[len(c.loops)-1].after)
		c.cur = nil
	case yaegi.ContinueStmt:
		c.to(c.loops[len(c.loops)-1].turn)
		c.cur = nil
	case yaegi.ReturnStmt:
		c.returns(n)
	default:
		panic(c.unknown(n))
	}
}

// statements compiles the statements of a block.
func (c *compiler) statements(list []*node) {
	for i := 0; i < len(list); i++ {
		if s := list[i]; s.Kind == yaegi.AssignXStmt && c.cur != nil {
			i += c.assignResults(s, list[i+1:])
			c.settled()
			continue
		}
		if n := c.assignTuple(list[i:]); n > 0 {
			i += n - 1
			continue
		}
		if n := c.jumps(list[i:]); n > 0 {
			i += n - 1
			continue
		}
		c.statement(list[i])
	}
}

// assignTuple compiles what the lowering makes of a, b = x, y: values are kept in
// variables of which nobody else knows, and then given to those that want them.
// A value goes there at once if the values after it do not depend on that. It
// returns how many statements that were, 0 if they are none such.
func (c *compiler) assignTuple(list []*node) int {
	if c.cur == nil {
		return 0
	}
	var kept, values []*node
	n := 0
	for ; n < len(list) && n < maxTuple; n++ {
		dst, src, ok := assignment(list[n])
		i, isLocal := local(dst)
		if !ok || !isLocal || c.uses[i] != 2 {
			break
		}
		kept, values = append(kept, dst), append(values, src)
	}
	if n == 0 || len(list) < 2*n {
		return 0
	}
	wanted, given := make([]*node, n), map[int]bool{}
	for _, s := range list[n : 2*n] {
		dst, src, ok := assignment(s)
		i, isLocal := local(src)
		variable, wantedLocal := local(dst)
		k := slices.IndexFunc(kept, func(t *node) bool { j, _ := local(t); return isLocal && i == j })
		if !ok || k < 0 || !wantedLocal || c.typeOf(dst) != c.typeOf(kept[k]) || given[variable] {
			return 0
		}
		wanted[k], given[variable] = dst, true
	}
	later := map[int]bool{}
	for k, v := range values {
		variable, _ := local(wanted[k])
		if slices.ContainsFunc(values[k+1:], func(w *node) bool { return mentions(w, variable) }) {
			later[k] = true
			c.assign(kept[k], v)
		} else {
			c.assign(wanted[k], v)
		}
		c.settled()
	}
	for k := range later {
		c.assign(wanted[k], kept[k])
	}
	return 2 * n
}

// maxTuple bounds how many values are looked at together.
const maxTuple = 8

// assignment takes an assignment of one value apart.
func assignment(n *node) (dst, src *node, ok bool) {
	if n.Kind != yaegi.AssignStmt {
		return n, n, false
	}
	return unparen(n.Child[0]), unparen(n.Child[len(n.Child)-1]), true
}

// label is where a goto leads, which may come before the label does.
func (c *compiler) label(name string) *block {
	b := c.labels[name]
	if b == nil {
		b = c.block()
		c.labels[name] = b
	}
	return b
}

// discard carries out a call for what it does. One that only computes is still
// evaluated, because that may fail.
func (c *compiler) discard(n *node) {
	n = unparen(n)
	if n.Kind == yaegi.CallExpr && !c.inline(n) {
		c.call(n, nil)
		return
	}
	c.prepare(n)
	c.emit(representationOf(c.typeOf(n)).discard(c.value(n)))
}

// assign is dst = src. What has to be carried out for dst is so first, then what has to be
// for src; of the rest src is computed first, and then the place: that is the compiler's
// order, in which a[i].f[j] = b[k] finds that there is no b[k] before it looks for a[i].
func (c *compiler) assign(dst, src *node) {
	dst, src = unparen(dst), unparen(src)
	if dst.Ident == "_" {
		c.blank(src)
		return
	}
	if dst.Kind == yaegi.IndexExpr && c.typeOf(dst.Child[0]).Kind() == reflect.Map {
		c.setMapIndex(dst, src)
		return
	}
	if c.onlyCarriedOut(dst, src) {
		c.call(src, nil)
		return
	}
	t := c.typeOf(dst)
	if off, ok := c.slotOf(dst); ok {
		if c.callTo(src, off, t) {
			return
		}
		if i, ok := local(dst); ok && src.Kind == yaegi.CompositeLitExpr && src.Typ.Runtime() == t && !mentions(src, i) {
			c.literalAt(src, off)
			return
		}
		c.prepare(src)
		c.assignSlot(off, t, src)
		return
	}
	c.reach(dst, false)
	c.prepare(src)
	p := c.place(dst)
	if representationOf(t) == nil {
		c.emit(c.copyTo(p.writing(), t, src))
		return
	}
	c.emit(p.store(c.valueOf(src, t)))
}

// onlyCarriedOut says whether src is a receive or a function's call of which the result
// goes to a variable that nobody reads: then it needs no place in the frame. Other
// operations that nobody wants the result of do less, and may not even fail.
func (c *compiler) onlyCarriedOut(dst, src *node) bool {
	if src.Kind != yaegi.CallExpr {
		return false
	}
	if op := c.opOf(src); op != nil && op.Kind != ir.OpRecv && op.Kind != ir.OpCall && op.Kind != ir.OpMethod {
		return false
	}
	f := c.f
	if c.in != nil {
		f = c.in.callee
	}
	i, ok := local(dst)
	return ok && i >= f.nret && c.uses[i] == 1
}

// callTo carries out a call whose only result goes to a slot of its type, and says
// whether n is one.
func (c *compiler) callTo(n *node, off uintptr, t reflect.Type) bool {
	if n.Kind != yaegi.CallExpr || c.inline(n) {
		return false
	}
	called, ok := c.called(n)
	if !ok || called.NumOut() != 1 || called.Out(0) != t {
		return false
	}
	c.call(n, []uintptr{off})
	return true
}

// mentions says whether a variable is part of an expression.
func mentions(n *node, variable int) bool {
	if i, ok := local(n); ok && i == variable {
		return true
	}
	return slices.ContainsFunc(operands(n), func(c *node) bool { return mentions(c, variable) })
}

// blank is _ = src: it is evaluated, since that may fail, but for what cannot.
func (c *compiler) blank(src *node) {
	c.prepare(src)
	t := c.typeOf(src)
	if _, ok := c.slotOf(src); ok || isConstant(src) {
		return
	}
	if r := representationOf(t); r != nil {
		c.emit(r.discard(c.value(src)))
		return
	}
	at := c.memory(src, t)
	c.emit(func(fr *frame) { at(fr) })
}

// assignResults is a, b = f(). Results go straight to variables of their types; for
// other places they wait in temporaries, since the places are reached after the call.
// Of the statements that follow it takes those that
// only give a variable what such a result, which nobody else looks at, was kept
// in, and returns how many that are.
func (c *compiler) assignResults(n *node, following []*node) (taken int) {
	call := unparen(n.Child[len(n.Child)-1])
	dsts := n.Child[:len(n.Child)-1]
	types := c.resultTypes(call)
	offs := make([]uintptr, len(dsts))
	type rest struct {
		dst *node
		i   int
	}
	var later []rest
	for i, d := range dsts {
		d = unparen(d)
		off, ok := c.slotOf(d)
		switch {
		case d.Ident == "_":
			off = 0
		case !ok || c.typeOf(d) != types[i]:
			off = c.temp(types[i])
			later = append(later, rest{d, i})
		}
		offs[i] = off
	}
	taken = c.forward(dsts, types, offs, following)
	c.call(call, offs)
	for _, r := range later {
		off, t := offs[r.i], types[r.i]
		c.reach(r.dst, false)
		p := c.place(r.dst)
		if rep := representationOf(t); rep != nil {
			c.emit(p.store(rep.slot(off)))
			continue
		}
		to, cp := p.writing(), memory.Copier(t)
		c.emit(func(fr *frame) { cp(to(fr), unsafe.Add(unsafe.Pointer(fr), off)) })
	}
	return taken
}

// forward lets results go where the statements that follow would copy them to.
func (c *compiler) forward(dsts []*node, types []reflect.Type, offs []uintptr, following []*node) (taken int) {
	for _, s := range following {
		if s.Kind != yaegi.AssignStmt {
			return taken
		}
		from, isLocal := local(unparen(s.Child[len(s.Child)-1]))
		to, ok := c.slotOf(s.Child[0])
		at := slices.IndexFunc(dsts, func(d *node) bool {
			i, ok := local(unparen(d))
			return ok && isLocal && i == from
		})
		if at < 0 || !ok || c.uses[from] != 2 || c.typeOf(s.Child[0]) != types[at] || slices.Contains(offs, to) {
			return taken
		}
		offs[at] = to
		taken++
	}
	return taken
}

// ifElse is if cond {} else {}. The lowering has taken out what comes before cond.
func (c *compiler) ifElse(n *node) {
	yes, after := c.block(), c.block()
	no := after
	if n.Kind == yaegi.IfStmt1 {
		no = c.block()
	}
	c.branch(n.Child[0], yes, no)
	c.settled()
	c.cur = yes
	c.statement(n.Child[1])
	c.to(after)
	if n.Kind == yaegi.IfStmt1 {
		c.cur = no
		c.statement(n.Child[2])
		c.to(after)
	}
	c.cur = after
}

// returns leaves the function; the results are the first slots. More results than one
// are never a single call here: the lowering has put those into variables.
func (c *compiler) returns(n *node) {
	if c.in != nil {
		c.returnInlined(n)
		return
	}
	pos := c.failure(n)
	if len(n.Child) == 1 && c.f.nret > 1 {
		panic(c.unknown(n))
	}
	if len(n.Child) == 1 && unparen(n.Child[0]).Kind == yaegi.CompositeLitExpr {
		c.literalAt(unparen(n.Child[0]), c.f.slotAt(0))
		c.cur.end = c.leave(pos, true)
		c.cur = nil
		return
	}
	if len(n.Child) == 1 && c.callTo(unparen(n.Child[0]), c.f.slotAt(0), c.f.types[0]) {
		c.cur.end = c.leave(pos, true)
		c.cur = nil
		return
	}
	defer c.lendResult(n)()
	c.sequence(n.Child)
	for i, r := range n.Child {
		c.assignSlot(c.f.slotAt(i), c.f.types[i], r)
	}
	c.cur.end = c.leave(pos, true)
	c.cur = nil
}

// lendResult lets a return statement use the place of its only result for a temporary:
// a function that adds something to what it gets from itself has a smaller frame then.
// Nobody may know that place, neither by a name nor because it panics and recovers. What
// it returns ends that.
func (c *compiler) lendResult(n *node) (end func()) {
	if len(n.Child) != 1 || c.f.extent.Defers || c.uses[0] > 0 {
		return func() {}
	}
	t, off := temporaryType(c.f.types[0]), c.f.slotAt(0)
	if !isNumber(t.Kind()) && !pointerLike(t) {
		return func() {}
	}
	c.free[t] = append(c.free[t], off)
	return func() {
		c.free[t] = slices.DeleteFunc(c.free[t], func(o uintptr) bool { return o == off })
		c.used = slices.DeleteFunc(c.used, func(u temporary) bool { return u.off == off })
	}
}

// leave goes back to the caller: through the site that it has left in the frame, or, in
// a function with deferred calls, natively, to where they are run.
func (c *compiler) leave(pos failure, explicit bool) func(fr *frame) (*block, *frame) {
	if c.f.extent.Defers {
		// Deferred calls are made from the return statement.
		return func(fr *frame) (*block, *frame) {
			if explicit {
				fr.pos = pos.pos
			}
			return nil, nil
		}
	}
	return func(fr *frame) (*block, *frame) { return fr.site.back(fr) }
}
