package engine

import (
	"fmt"
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// compiler makes a function's code from yaegi's tree.
//
// An expression becomes one closure, made of those of its operands, and nothing
// is kept in the frame but variables: unless a part of it is a call that must
// not be inside of a closure, because it goes on in another frame. Such parts
// are carried out first, into temporaries, and with them what comes before them
// in order. That is prepare; value, place and branch then find only what can be
// computed on the spot.
type compiler struct {
	f      *fn
	cur    *block
	all    []*block
	labels map[string]*block
	loops  []target // innermost last

	done map[*node]uintptr // values that lie in temporaries by now
	held map[*node]uintptr // addresses of places that do

	uses map[int]int // of local variables

	in    *inlined               // the call whose callee's expression is compiled
	typed map[*node]reflect.Type // of that callee's parameters

	free map[reflect.Type][]uintptr // temporaries that no statement uses
	used []temporary                // that this statement does
}

// target is where break and continue lead. Labels of loops are gotos by now.
type target struct{ after, turn *block }

// temporary is a slot that a statement uses for a value without a name.
type temporary struct {
	t   reflect.Type
	off uintptr
}

func newCompiler(f *fn) *compiler {
	c := &compiler{
		f: f, labels: map[string]*block{}, done: map[*node]uintptr{}, held: map[*node]uintptr{},
		free: map[reflect.Type][]uintptr{}, uses: map[int]int{}, typed: map[*node]reflect.Type{},
	}
	c.count(f.tree())
	return c
}

// count counts where variables are used or assigned to.
func (c *compiler) count(n *node) {
	if n.Kind == yaegi.DeclStmt {
		return
	}
	if i, ok := local(n); ok {
		c.uses[i]++
	}
	for _, child := range operands(n) {
		c.count(child)
	}
}

// block begins a block, which something has to lead to.
func (c *compiler) block() *block {
	b := &block{}
	c.all = append(c.all, b)
	return b
}

// emit adds to the current block.
func (c *compiler) emit(o op) { c.cur.ops = append(c.cur.ops, o) }

// to ends the current block by going on at b.
func (c *compiler) to(b *block) {
	if c.cur != nil {
		c.cur.next = b
	}
}

// temp is a slot for a value of type t, until the statement ends. Statements share
// them, so that a frame is not as large as all that its function ever computes, and so
// do types that look alike to the collector.
func (c *compiler) temp(t reflect.Type) uintptr {
	var off uintptr
	t = temporaryType(t)
	if list := c.free[t]; len(list) > 0 {
		off, c.free[t] = list[len(list)-1], list[:len(list)-1]
	} else {
		off = c.f.place(t)
	}
	c.used = append(c.used, temporary{t, off})
	return off
}

// temporaryType is what a temporary for a value of type t is made as.
func temporaryType(t reflect.Type) reflect.Type {
	switch {
	case pointerLike(t):
		return reflect.TypeFor[unsafe.Pointer]()
	case isNumber(t.Kind()) && t.Size() == wordSize:
		return reflect.TypeFor[uint64]()
	}
	return t
}

// settled lets the next statement have the temporaries of this one.
func (c *compiler) settled() {
	for _, u := range c.used {
		c.free[u.t] = append(c.free[u.t], u.off)
	}
	c.used = c.used[:0]
}

// failure is where n fails, if it does.
func (c *compiler) failure(n *node) failure { return failure{c.f.e.offset(n), c.in} }

// unknown is what compiling a node ends with that lowered programs do not have. It is a
// fault of ours, and reaches the reader as one, when the function is first called.
func (c *compiler) unknown(n *node) string {
	return fmt.Sprintf("engine: %s has a node of kind %d that it does not know", c.f.name, n.Kind)
}

// value computes n, which has been prepared: it is a get of what represents n's type.
func (c *compiler) value(n *node) any {
	n = unparen(n)
	return c.valueOf(n, c.typeOf(n))
}

// valueOf computes n, which is to be of type t: an untyped constant becomes one, and of
// anything else the type may differ by name, but not by what is in memory.
func (c *compiler) valueOf(n *node, t reflect.Type) any {
	n = unparen(n)
	r := representationOf(t)
	if isConstant(n) {
		return r.constant(constantCell(n.Rval, t))
	}
	have := c.typeOf(n)
	if !sameRepresentation(have, t) {
		panic(fmt.Sprintf("engine: %s has a value of type %s where there should be a %s", c.f.name, have, t))
	}
	if c.isPlace(n) {
		return c.place(n).load()
	}
	switch n.Kind {
	case yaegi.BinaryExpr:
		return c.binary(n)
	case yaegi.LandExpr, yaegi.LorExpr, yaegi.UnaryExpr:
		return c.condition(n)
	case yaegi.AddressExpr:
		return c.place(n.Child[0]).address()
	case yaegi.IndexExpr:
		return c.character(n)
	case yaegi.CallExpr:
		return c.inlined(n)
	}
	panic(c.unknown(n))
}

// sameRepresentation says whether values of the two types are the same things in memory.
// Interfaces are so only if both have methods or none: one leads to a table, the other
// to a type.
func sameRepresentation(a, b reflect.Type) bool {
	if a == b {
		return true
	}
	if a.Kind() == reflect.Interface && b.Kind() == reflect.Interface {
		return (a.NumMethod() == 0) == (b.NumMethod() == 0)
	}
	r := representationOf(a)
	return r != nil && r == representationOf(b) || pointerLike(a) && pointerLike(b)
}

func pointerLike(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	}
	return false
}

// assignSlot computes n, which has been prepared, into a slot. Most of what programs do
// is this, so it has forms for what is common: a constant, another slot, a sum, and an
// element or a field that is found by way of slots.
func (c *compiler) assignSlot(off uintptr, t reflect.Type, n *node) {
	n = unparen(n)
	r := representationOf(t)
	switch {
	case r == nil:
		c.emit(c.copyTo(func(fr *frame) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(fr), off) }, t, n))
	case isConstant(n):
		c.emit(r.setConst(off, constantCell(n.Rval, t)))
	default:
		if from, ok := c.slotOf(n); ok && sameRepresentation(c.typeOf(n), t) {
			if from != off {
				c.emit(r.setSlot(off, from))
			}
			return
		}
		if o := c.fetch(off, n, t, r); o != nil {
			c.emit(o)
			return
		}
		if n.Kind == yaegi.BinaryExpr {
			if o := c.binaryTo(n, off); o != nil {
				c.emit(o)
				return
			}
		}
		c.emit(r.set(off, c.valueOf(n, t)))
	}
}

// copySlot copies a value between slots.
func (c *compiler) copySlot(to, from uintptr, t reflect.Type) op {
	if r := representationOf(t); r != nil {
		return r.setSlot(to, from)
	}
	cp := memory.Copier(t)
	return func(fr *frame) { cp(unsafe.Add(unsafe.Pointer(fr), to), unsafe.Add(unsafe.Pointer(fr), from)) }
}

// clear makes a slot zero.
func (c *compiler) clear(off uintptr, t reflect.Type) {
	zero := reflect.New(t).UnsafePointer()
	if r := representationOf(t); r != nil {
		c.emit(r.setConst(off, zero))
		return
	}
	cp := memory.Copier(t)
	c.emit(func(fr *frame) { cp(unsafe.Add(unsafe.Pointer(fr), off), zero) })
}

// fetch is what sets a slot to an element or a field that is found by way of
// slots, or nil.
func (c *compiler) fetch(off uintptr, n *node, t reflect.Type, r *representation) op {
	if n.Kind != yaegi.IndexExpr && n.Kind != yaegi.SelectorExpr && n.Kind != yaegi.StarExpr || !c.isPlace(n) || !sameRepresentation(c.typeOf(n), t) {
		return nil
	}
	p := c.place(n)
	switch {
	case p.watch != nil:
		return nil
	case p.kind == behindPointer && p.baseInSlot:
		return r.setToField(off, p.baseSlot, p.off, p.nilAt)
	case p.kind == elementOfSlice && p.size == t.Size() && p.off == 0 && p.baseInSlot && p.indexInSlot:
		return r.setToElement(off, p.baseSlot, p.indexSlot, p.out)
	}
	return nil
}

// copyTo copies a struct or an array. Its address is found before that of its new place,
// which may fail.
func (c *compiler) copyTo(to operand, t reflect.Type, n *node) op {
	from, cp := c.memory(n, t), memory.Copier(t)
	return func(fr *frame) {
		p := from(fr)
		cp(to(fr), p)
	}
}

// memory is where the value of n lies: a struct or an array, or a constant or
// what is in a slot.
func (c *compiler) memory(n *node, t reflect.Type) operand {
	n = unparen(n)
	if isConstant(n) {
		p := constantCell(n.Rval, t)
		return func(*frame) unsafe.Pointer { return p }
	}
	return c.place(n).reading()
}

// passes puts the value of n where a callee finds it: in its frame, which is not that of
// the caller, so that an argument is computed and stored in one step.
func (c *compiler) passes(n *node, t reflect.Type) move {
	n = unparen(n)
	r := representationOf(t)
	if r == nil {
		cp := memory.Copier(t)
		if off, ok := c.slotOf(n); ok {
			return func(fr *frame, to unsafe.Pointer) { cp(to, unsafe.Add(unsafe.Pointer(fr), off)) }
		}
		from := c.memory(n, t)
		return func(fr *frame, to unsafe.Pointer) { cp(to, from(fr)) }
	}
	if isConstant(n) {
		return r.passConst(constantCell(n.Rval, t))
	}
	if from, ok := c.slotOf(n); ok && sameRepresentation(c.typeOf(n), t) {
		return r.passSlot(from)
	}
	if n.Kind == yaegi.BinaryExpr {
		if m := c.sumMove(n); m != nil {
			return m
		}
	}
	return r.pass(c.valueOf(n, t))
}
