package engine

import (
	"fmt"
	"go/constant"
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
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

	free map[reflect.Type][]uintptr // temporaries that no statement uses
	used []temporary                // that this statement does
}

// target is where break and continue lead.
type target struct{ after, turn *block }

type temporary struct {
	t   reflect.Type
	off uintptr
}

func newCompiler(f *fn) *compiler {
	c := &compiler{
		f: f, labels: map[string]*block{}, done: map[*node]uintptr{}, held: map[*node]uintptr{},
		free: map[reflect.Type][]uintptr{}, uses: map[int]int{},
	}
	c.count(f.body)
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
	for _, child := range n.Child {
		c.count(child)
	}
}

func (c *compiler) block() *block {
	b := &block{}
	c.all = append(c.all, b)
	return b
}

func (c *compiler) emit(o op) { c.cur.ops = append(c.cur.ops, o) }

// to ends the current block by going on at b.
func (c *compiler) to(b *block) {
	if c.cur != nil {
		c.cur.next = b
	}
}

// temp is a slot for a value of type t, until the statement ends.
func (c *compiler) temp(t reflect.Type) uintptr {
	var off uintptr
	if list := c.free[t]; len(list) > 0 {
		off, c.free[t] = list[len(list)-1], list[:len(list)-1]
	} else {
		off = c.f.place(t)
	}
	c.used = append(c.used, temporary{t, off})
	return off
}

// settled lets the next statement have the temporaries of this one.
func (c *compiler) settled() {
	for _, u := range c.used {
		c.free[u.t] = append(c.free[u.t], u.off)
	}
	c.used = c.used[:0]
}

// unknown is what compiling a node ends with that lowered programs do not have.
func (c *compiler) unknown(n *node) string {
	return fmt.Sprintf("engine: %s has a node of kind %d that it does not know", c.f.name, n.Kind)
}

func unparen(n *node) *node {
	for n.Kind == yaegi.ParenExpr {
		n = n.Child[0]
	}
	return n
}

// slotOf is the slot of a local variable, or of a value that is in one by now.
func (c *compiler) slotOf(n *node) (off uintptr, ok bool) {
	n = unparen(n)
	if off, ok := c.done[n]; ok {
		return off, true
	}
	if i, ok := local(n); ok {
		return c.f.slotAt(i), true
	}
	return 0, false
}

// local is the number of a local variable, if n is one.
func local(n *node) (int, bool) {
	if n.Kind != yaegi.IdentExpr || n.Rval.IsValid() || n.Sym == nil || n.Sym.Index < 0 || n.Sym.Global {
		return 0, false
	}
	return n.Sym.Index, true
}

// variable is the memory of a variable of the program, or of the library.
func (c *compiler) variable(n *node) unsafe.Pointer {
	switch {
	case n.Rval.IsValid():
		if !isConstant(n) {
			return n.Rval.Addr().UnsafePointer()
		}
	case n.Sym != nil && n.Sym.Global && n.Kind == yaegi.IdentExpr && n.Sym.Index >= 0:
		return c.f.e.root.Slot(n.Sym.Index)
	}
	return nil
}

// isConstant says whether n has a value before the program runs.
func isConstant(n *node) bool {
	if !n.Rval.IsValid() {
		return false
	}
	_, exact := n.Rval.Interface().(constant.Value)
	return exact || !n.Rval.CanAddr()
}

// typeOf is the type of n's value.
func (c *compiler) typeOf(n *node) reflect.Type {
	n = unparen(n)
	if i, ok := local(n); ok {
		return c.f.types[i]
	}
	if n.Rval.IsValid() {
		if !isConstant(n) || n.Typ == nil {
			return n.Rval.Type()
		}
		return n.Typ.Runtime()
	}
	switch n.Kind {
	case yaegi.StarExpr:
		return c.typeOf(n.Child[0]).Elem()
	case yaegi.SelectorExpr:
		t, _, _ := c.field(n)
		return t
	case yaegi.AddressExpr:
		return reflect.PointerTo(c.typeOf(n.Child[0]))
	case yaegi.IndexExpr:
		t := c.typeOf(n.Child[0])
		if t.Kind() == reflect.String {
			return reflect.TypeFor[byte]()
		}
		return t.Elem()
	case yaegi.BinaryExpr:
		if comparison(n.Generator()) {
			return reflect.TypeFor[bool]()
		}
		return c.operandType(n)
	case yaegi.LandExpr, yaegi.LorExpr, yaegi.UnaryExpr:
		return reflect.TypeFor[bool]()
	case yaegi.CallExpr:
		t, ok := c.called(n)
		if ok && t.NumOut() == 1 {
			return t.Out(0)
		}
	}
	return n.Typ.Runtime()
}

// operandType is the type of the operands of a binary operator.
func (c *compiler) operandType(n *node) reflect.Type {
	if n.Child[0].Rval.IsValid() {
		return c.typeOf(n.Child[1])
	}
	return c.typeOf(n.Child[0])
}

// opOf is the operation that a call asks for, or nil.
func (c *compiler) opOf(n *node) *ir.Op {
	c0 := unparen(n.Child[0])
	if c0.Kind != yaegi.SelectorExpr || c0.Child[0].Ident != "x" {
		return nil
	}
	return c.f.e.prog.Ops[c0.Child[1].Ident]
}

// calleeOf is the lowered function that is called, or nil.
func (c *compiler) calleeOf(n *node) *fn {
	if c0 := unparen(n.Child[0]); c0.Kind == yaegi.IdentExpr {
		return c.f.e.funcs[c0.Ident]
	}
	return nil
}

// called is the type of what n calls, unless it is a lowered function of more or
// less than one result.
func (c *compiler) called(n *node) (reflect.Type, bool) {
	if op := c.opOf(n); op != nil {
		return op.Type, true
	}
	if f := c.calleeOf(n); f != nil {
		return reflect.FuncOf(nil, f.types[:f.nret], false), true
	}
	if host := unparen(n.Child[0]).Rval; host.IsValid() && host.Kind() == reflect.Func {
		return host.Type(), true
	}
	if unparen(n.Child[0]).Ident == "copy" {
		return reflect.TypeFor[func() int](), true
	}
	return nil, false
}

// impure says whether n contains something that has to be carried out before it.
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

// prepare carries out what n contains that cannot be inside of a closure.
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
		case reflect.Array:
			c.reach(n, false)
		default:
			c.sequence(n.Child)
		}
	default:
		c.sequence(n.Child)
	}
}

// sequence prepares operands that are evaluated one after the other.
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
	if _, ok := c.slotOf(n); ok || n.Rval.IsValid() || n.Sym != nil && n.Kind == yaegi.IdentExpr {
		return // variables are read when they are used
	}
	t := c.typeOf(n)
	off := c.temp(t)
	c.assignSlot(off, t, n)
	c.done[n] = off
}

// inSlot makes sure that the value of n lies in a slot, or is a constant or a
// variable.
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
		if c.typeOf(n.Child[0]).Kind() == reflect.Array {
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

// value computes n, which has been prepared: it is a get of what represents n's
// type.
func (c *compiler) value(n *node) any {
	n = unparen(n)
	return c.valueOf(n, c.typeOf(n))
}

// valueOf computes n, which is to be of type t.
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

// sameRepresentation says whether values of the two types are the same things in
// memory.
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

// assignSlot computes n, which has been prepared, into a slot.
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
			if o := c.sum(n, off); o != nil {
				c.emit(o)
				return
			}
		}
		c.emit(r.set(off, c.valueOf(n, t)))
	}
}

// fetch is what sets a slot to an element or a field that is found by way of
// slots, or nil.
func (c *compiler) fetch(off uintptr, n *node, t reflect.Type, r *representation) op {
	if n.Kind != yaegi.IndexExpr && n.Kind != yaegi.SelectorExpr && n.Kind != yaegi.StarExpr || !c.isPlace(n) || !sameRepresentation(c.typeOf(n), t) {
		return nil
	}
	p := c.place(n)
	switch {
	case p.kind == behindPointer && p.baseInSlot:
		return r.setToField(off, p.baseSlot, p.off, p.nilAt)
	case p.kind == elementOfSlice && p.size == t.Size() && p.off == 0 && p.baseInSlot && p.indexInSlot:
		return r.setToElement(off, p.baseSlot, p.indexSlot, p.out)
	}
	return nil
}

// copyTo copies a struct or an array.
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
	return c.place(n).address()
}

// passes puts the value of n where a callee finds it.
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
