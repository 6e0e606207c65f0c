package engine

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// place is something that can be assigned to, and where to find it. It is a description
// that is made when the program is compiled: from it come the closures that load, store
// or take an address. What leads to it has been prepared, so those may look for it as
// often as they like.
type place struct {
	kind placeKind
	t    reflect.Type
	off  uintptr // of the slot, or from where the rest leads

	fixed unsafe.Pointer      // inMemory
	base  get[unsafe.Pointer] // behindPointer: the pointer; elements: where the slice or array lies
	nilAt failure
	index get[int]
	out   failure
	size  uintptr // of an element
	n     int     // elements of an array

	// of elements whose slice, and whose index, are in slots, and of what is
	// behind a pointer that is
	baseSlot, indexSlot     uintptr
	baseInSlot, indexInSlot bool

	outer *place // of an element of an array: the array

	watcher hook.Memory
	watch   *hook.Access // nil where nobody looks
}

type placeKind int

const (
	inSlot         placeKind = iota // a variable of the frame
	inMemory                        // a variable of the program, or of the library
	behindPointer                   // *p, or p.f
	elementOfSlice                  // s[i], or s[i].f
	elementOfArray                  // a[i], or a[i].f
)

// place is where n, which has been prepared, lies.
func (c *compiler) place(n *node) place {
	p := c.find(n)
	p.watch = nil // what it is a part of is not looked at
	if c.f.e.memory != nil && p.shared() {
		p.watcher, p.watch = c.f.e.memory, c.access(n)
	}
	return p
}

// find is place, of which nobody knows.
func (c *compiler) find(n *node) place {
	n = unparen(n)
	t := c.typeOf(n)
	if off, ok := c.slotOf(n); ok {
		return place{kind: inSlot, t: t, off: off}
	}
	if off, ok := c.held[n]; ok {
		return place{kind: behindPointer, t: t, base: func(fr *frame) unsafe.Pointer { return *slot[unsafe.Pointer](fr, off) }}
	}
	if p := c.variable(n); p != nil {
		return place{kind: inMemory, t: t, fixed: p}
	}
	pos := c.failure(n)
	switch n.Kind {
	case yaegi.StarExpr:
		return c.behind(n.Child[0], t, 0, pos)
	case yaegi.SelectorExpr:
		_, off, ptr := c.field(n)
		if ptr {
			return c.behind(n.Child[0], t, off, pos)
		}
		p := c.place(n.Child[0])
		p.t = t
		p.off += off
		return p
	case yaegi.IndexExpr:
		return c.elementPlace(n, t, pos)
	case yaegi.CallExpr: // a conversion that leaves the memory as it is
		p := c.place(n.Child[1])
		p.t = t
		return p
	}
	panic(c.unknown(n))
}

// behind is the place at an offset from what a pointer points to.
func (c *compiler) behind(pointer *node, t reflect.Type, off uintptr, nilAt failure) place {
	p := place{kind: behindPointer, t: t, off: off, nilAt: nilAt, base: c.value(pointer).(get[unsafe.Pointer])}
	p.baseSlot, p.baseInSlot = c.slotOf(pointer)
	return p
}

// elementPlace is an element of a slice or an array. An index is checked where the
// place is used, not here: an assignment computes its value in between.
func (c *compiler) elementPlace(n *node, t reflect.Type, out failure) place {
	c0 := unparen(n.Child[0])
	of := c.typeOf(c0)
	p := place{kind: elementOfSlice, t: t, size: t.Size(), out: out, index: c.value(n.Child[1]).(get[int])}
	p.indexSlot, p.indexInSlot = c.slotOf(n.Child[1])
	if of.Kind() == reflect.Array {
		p.kind, p.n = elementOfArray, of.Len()
		outer := c.place(c0)
		p.outer, p.base = &outer, outer.address()
		return p
	}
	if p.baseSlot, p.baseInSlot = c.slotOf(c0); p.baseInSlot || c.isPlace(c0) {
		p.base = c.place(c0).reading()
		return p
	}
	if c0.Kind == yaegi.CallExpr && c.inline(c0) && c.opOf(c0).Kind == ir.OpZero { // nil, converted
		p.base = place{kind: inMemory, t: of, fixed: reflect.New(of).UnsafePointer()}.address()
		return p
	}
	panic(c.unknown(c0))
}

// isPlace says whether a value lies somewhere, so that it need not be copied to be
// looked at. An element of a map lies nowhere, nor does a character of a string.
func (c *compiler) isPlace(n *node) bool {
	n = unparen(n)
	if _, ok := c.slotOf(n); ok {
		return true
	}
	if _, ok := c.held[n]; ok || c.variable(n) != nil {
		return true
	}
	switch n.Kind {
	case yaegi.StarExpr:
		return true
	case yaegi.SelectorExpr:
		return !n.Rval.IsValid()
	case yaegi.IndexExpr:
		k := c.typeOf(n.Child[0]).Kind()
		return k == reflect.Slice || k == reflect.Array
	}
	return false
}

// address finds the place. It fails if there is none, at the position of what leads
// there: the selector, or the index.
func (p place) address() operand {
	off := p.off
	switch p.kind {
	case inSlot:
		return func(fr *frame) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(fr), off) }
	case inMemory:
		at := unsafe.Add(p.fixed, off)
		return func(*frame) unsafe.Pointer { return at }
	case behindPointer:
		base, nilAt := p.base, p.nilAt
		return func(fr *frame) unsafe.Pointer {
			q := base(fr)
			if q == nil {
				nilAt.dereference(fr)
			}
			return unsafe.Add(q, off)
		}
	}
	base, index, out, size, n := p.base, p.index, p.out, p.size, p.n
	if p.kind == elementOfArray {
		if chain := p.chain(); chain != nil {
			return chain
		}
		if p.indexInSlot {
			j := p.indexSlot
			return func(fr *frame) unsafe.Pointer {
				a, i := base(fr), *slot[int](fr, j)
				if uint(i) >= uint(n) {
					out.index(fr, i, n)
				}
				return unsafe.Add(a, uintptr(i)*size+off)
			}
		}
		return func(fr *frame) unsafe.Pointer {
			a, i := base(fr), index(fr)
			if uint(i) >= uint(n) {
				out.index(fr, i, n)
			}
			return unsafe.Add(a, uintptr(i)*size+off)
		}
	}
	if p.baseInSlot && p.indexInSlot {
		a, j := p.baseSlot, p.indexSlot
		return func(fr *frame) unsafe.Pointer {
			s, i := slot[memory.Header](fr, a), *slot[int](fr, j)
			if uint(i) >= uint(s.Len) {
				out.index(fr, i, s.Len)
			}
			return unsafe.Add(s.Data, uintptr(i)*size+off)
		}
	}
	return func(fr *frame) unsafe.Pointer {
		s, i := (*memory.Header)(base(fr)), index(fr)
		if uint(i) >= uint(s.Len) {
			out.index(fr, i, s.Len)
		}
		return unsafe.Add(s.Data, uintptr(i)*size+off)
	}
}

// dimension is an index in a slot.
type dimension struct {
	index uintptr
	n     int
	size  uintptr
	out   failure
}

// chain finds an element of an array of arrays in one go, if all indexes are in
// slots; it is nil otherwise.
func (p *place) chain() operand {
	off := p.off
	var dims []dimension
	for ; p.kind == elementOfArray; p = p.outer {
		if !p.indexInSlot {
			return nil
		}
		dims = append(dims, dimension{p.indexSlot, p.n, p.size, p.out})
		if p.outer.kind == elementOfArray {
			off += p.outer.off
		}
	}
	if len(dims) < 2 {
		return nil
	}
	slices.Reverse(dims)
	if p.kind != inSlot {
		base := p.address()
		return func(fr *frame) unsafe.Pointer { return walk(fr, base(fr), off, dims) }
	}
	off += p.off
	if len(dims) > 2 {
		return func(fr *frame) unsafe.Pointer { return walk(fr, unsafe.Pointer(fr), off, dims) }
	}
	d, e := dims[0], dims[1]
	return func(fr *frame) unsafe.Pointer {
		i, j := *slot[int](fr, d.index), *slot[int](fr, e.index)
		if uint(i) >= uint(d.n) {
			d.out.index(fr, i, d.n)
		}
		if uint(j) >= uint(e.n) {
			e.out.index(fr, j, e.n)
		}
		return unsafe.Add(unsafe.Pointer(fr), off+uintptr(i)*d.size+uintptr(j)*e.size)
	}
}

// walk goes from an array's beginning to one of its elements.
func walk(fr *frame, at unsafe.Pointer, off uintptr, dims []dimension) unsafe.Pointer {
	for i := range dims {
		d := &dims[i]
		k := *slot[int](fr, d.index)
		if uint(k) >= uint(d.n) {
			d.out.index(fr, k, d.n)
		}
		off += uintptr(k) * d.size
	}
	return unsafe.Add(at, off)
}

// load is the value that lies there, by the shortest way that there is for what leads
// to it.
func (p place) load() any {
	r := representationOf(p.t)
	switch {
	case p.kind == inSlot:
		return r.slot(p.off)
	case p.watch != nil:
		return r.load(p.reading())
	case p.kind == inMemory:
		return r.fixed(unsafe.Add(p.fixed, p.off))
	case p.kind == behindPointer && p.baseInSlot:
		return r.fieldOfSlot(p.baseSlot, p.off, p.nilAt)
	case p.kind == behindPointer:
		return r.field(p.base, p.off, p.nilAt)
	case p.kind == elementOfSlice && p.size == p.t.Size() && p.off == 0:
		if p.baseInSlot && p.indexInSlot {
			return r.elementOfSlots(p.baseSlot, p.indexSlot, p.out)
		}
		return r.element(p.base, p.index, p.out)
	}
	return r.load(p.address())
}

// store assigns a value. As in compiled Go, the value is computed first, and then what
// the place is made of: either may fail.
func (p place) store(v any) op {
	r := representationOf(p.t)
	if p.watch != nil {
		return r.store(p.writing(), v)
	}
	switch p.kind {
	case inSlot:
		return r.set(p.off, v)
	case behindPointer:
		if p.baseInSlot {
			return r.setFieldOfSlot(p.baseSlot, p.off, v, p.nilAt)
		}
		return r.setField(p.base, p.off, v, p.nilAt)
	case elementOfSlice:
		if p.size == p.t.Size() && p.off == 0 {
			if p.baseInSlot && p.indexInSlot {
				return r.setElementOfSlots(p.baseSlot, p.indexSlot, v, p.out)
			}
			return r.setElement(p.base, p.index, v, p.out)
		}
		return r.setElementField(p.base, p.index, p.size, p.off, v, p.out)
	case elementOfArray:
		if chain := p.chain(); chain != nil {
			return r.store(chain, v)
		}
		return r.setArray(p.base, p.index, p.n, p.size, p.off, v, p.out)
	}
	return r.store(p.address(), v)
}

// field is the type of a selected field, its offset, and whether the operand
// is a pointer. The field is not looked for through reflect.Value, which would
// refuse what the struct keeps to itself.
func (c *compiler) field(n *node) (t reflect.Type, offset uintptr, ptr bool) {
	t = c.typeOf(n.Child[0])
	if t.Kind() == reflect.Pointer {
		ptr = true
		t = t.Elem()
	}
	sf, ok := t.FieldByName(n.Child[1].Ident)
	if !ok {
		panic("no field " + n.Child[1].Ident + " in " + t.String())
	}
	for _, i := range sf.Index {
		fl := t.Field(i)
		offset += fl.Offset
		t = fl.Type
	}
	return t, offset, ptr
}

// box puts a value on the heap: a variable of which the reader takes the address, or
// which a function literal captures, lives there from its declaration on.
func (o *opNode) box() func(fr *frame) {
	t, a0, d := o.in[0], o.args[0], o.dests[0]
	cp, allocate := memory.Copier(t), memory.Allocator(t)
	return func(fr *frame) {
		p := allocate()
		cp(p, a0(fr))
		*(*unsafe.Pointer)(d(fr)) = p
	}
}

// newValue is new(T).
func (o *opNode) newValue() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	d, allocate := o.dests[0], memory.Allocator(o.out[0].Elem())
	return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = allocate() }
}

// zero is a type's zero value.
func (o *opNode) zero() func(fr *frame) {
	t, d := o.out[0], o.dests[0]
	return func(fr *frame) { reflect.NewAt(t, d(fr)).Elem().SetZero() }
}
