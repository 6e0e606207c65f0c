package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// mode says what becomes of a node that reaches a place: an element, a field
// or what a pointer points to.
type mode int

const (
	// modeAlias makes the node's slot refer to the place.
	modeAlias mode = iota
	// modeCopy copies the place's value to the node's slot.
	modeCopy
	// modeFused leaves it to the assignment to reach the place.
	modeFused
)

func (f *fn) placeMode(n *node) mode {
	p, child := n.Anc, n
	for p.Kind == yaegi.ParenExpr {
		p, child = p.Anc, p
	}
	switch {
	case p.Kind == yaegi.AssignStmt && p.Child[0] == child:
		if p.Generator() == yaegi.Assign && p.Nleft == 1 && p.Nright == 1 {
			return modeFused
		}
		return modeAlias
	case p.Kind == yaegi.AssignXStmt, p.Kind == yaegi.AddressExpr:
		return modeAlias
	}
	if n.Typ == nil {
		return modeAlias // a type
	}
	switch n.Typ.Runtime().Kind() {
	case reflect.Struct, reflect.Array:
		return modeAlias
	}
	return modeCopy
}

// findAliases notes the slots that will refer to memory outside the frame.
func (f *fn) findAliases(n *node) {
	for _, c := range n.Child {
		f.findAliases(c)
	}
	switch n.Generator() {
	case yaegi.IndexArray, yaegi.Deref, yaegi.FieldOfOwn, yaegi.FieldOfPointer, yaegi.Field:
		m := f.placeMode(n)
		f.modes[n] = m
		if m == modeAlias && n.Findex >= 0 && n.Level == 0 && n.Findex < len(f.aliased) {
			f.aliased[n.Findex] = true
		}
	}
}

// genPlace is an element, a field, or what a pointer points to.
func (f *fn) genPlace(n *node) {
	m := f.modes[n]
	if m == modeFused {
		n.Exec = yaegi.GetExec(n.Tnext)
		if n.Exec == nil { // the last node before the function's end
			setStep(n, func(*frame) step { return nil })
		}
		return
	}
	t := f.placeType(n)
	if m == modeCopy && f.genElement(n, t) {
		return
	}
	addr := f.address(n)
	if m == modeAlias {
		to := newAlias(n.Findex, t)
		f.jump(n, func(fr *frame) unsafe.Pointer {
			p := addr(fr)
			to.set(fr, p)
			return p
		})
		return
	}
	d := f.dest(n, t)
	switch memory.Of(t) {
	case memory.Word:
		f.jump(n, func(fr *frame) unsafe.Pointer { p := d.at(fr); *(*uint64)(p) = *(*uint64)(addr(fr)); return p })
	case memory.Byte:
		f.jump(n, func(fr *frame) unsafe.Pointer { p := d.at(fr); *(*uint8)(p) = *(*uint8)(addr(fr)); return p })
	case memory.Pointer:
		f.jump(n, func(fr *frame) unsafe.Pointer {
			p := d.at(fr)
			*(*unsafe.Pointer)(p) = *(*unsafe.Pointer)(addr(fr))
			return p
		})
	default:
		cp := memory.Copier(t)
		f.jump(n, func(fr *frame) unsafe.Pointer { p := d.at(fr); cp(p, addr(fr)); return p })
	}
}

// placeType is the type of what a place holds.
func (f *fn) placeType(n *node) reflect.Type {
	c0 := unparen(n.Child[0])
	t := f.nodeType(c0)
	switch n.Kind {
	case yaegi.StarExpr:
		return t.Elem()
	case yaegi.IndexExpr:
		if t.Kind() == reflect.String {
			return reflect.TypeFor[byte]()
		}
		return t.Elem()
	}
	field, _, _ := f.field(n)
	return field
}

// address is where a place is.
func (f *fn) address(n *node) operand {
	c0 := unparen(n.Child[0])
	t := f.nodeType(c0)
	pos := f.e.offset(n)
	switch n.Kind {
	case yaegi.StarExpr:
		base := f.src(c0, t)
		return func(fr *frame) unsafe.Pointer {
			p := *(*unsafe.Pointer)(base.at(fr))
			if p == nil {
				fr.pos = pos
				panic(fault.NilDereference())
			}
			return p
		}
	case yaegi.IndexExpr:
		return f.elementAddress(n, c0, t, pos)
	}
	_, offset, ptr := f.field(n)
	base := f.src(c0, c0.Typ.Runtime())
	if !ptr {
		return func(fr *frame) unsafe.Pointer { return unsafe.Add(base.at(fr), offset) }
	}
	return func(fr *frame) unsafe.Pointer {
		p := *(*unsafe.Pointer)(base.at(fr))
		if p == nil {
			fr.pos = pos
			panic(fault.NilDereference())
		}
		return unsafe.Add(p, offset)
	}
}

// field is the type of a selected field, its offset, and whether the operand
// is a pointer. The field is not looked for through reflect.Value, which would
// refuse what the struct keeps to itself.
func (f *fn) field(n *node) (t reflect.Type, offset uintptr, ptr bool) {
	t = unparen(n.Child[0]).Typ.Runtime()
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

// genAddr is &x.
func (f *fn) genAddr(n *node) {
	c0 := unparen(n.Child[0])
	t := f.nodeType(c0)
	base := f.operand(c0, t)
	d := f.dest(n, t)
	f.then(n, func(fr *frame) { *(*unsafe.Pointer)(d.at(fr)) = base(fr) })
}

// genAssign is an assignment of one value.
func (f *fn) genAssign(n *node) bool {
	if n.Nleft != 1 || n.Nright != 1 || n.Kind != yaegi.AssignStmt {
		return false
	}
	dst, from := unparen(n.Child[0]), n.Child[len(n.Child)-1]
	if dst.Ident == "_" {
		f.then(n, func(*frame) {})
		return true
	}
	pos := f.e.offset(n)
	if dst.Kind == yaegi.IndexExpr {
		if t := f.nodeType(dst.Child[0]); t.Kind() == reflect.Map {
			m, k, v := f.operand(dst.Child[0], t), f.operand(dst.Child[1], t.Key()), f.operand(from, t.Elem())
			set := memory.MapSetter(t)
			f.then(n, func(fr *frame) {
				fr.pos = pos
				set(m(fr), k(fr), v(fr))
			})
			return true
		}
	}
	if m, ok := f.modes[dst]; ok && m == modeFused {
		f.assignPlace(n, dst, from)
		return true
	}
	t := f.nodeType(dst)
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64:
		d, s := f.src(dst, t), f.src(from, t)
		if !directMove[uint64](n, d, s) {
			f.then(n, func(fr *frame) { *(*uint64)(d.at(fr)) = *(*uint64)(s.at(fr)) })
		}
	case reflect.Bool, reflect.Uint8, reflect.Int8:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*uint8)(d.at(fr)) = *(*uint8)(s.at(fr)) })
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		d, s := f.src(dst, t), f.src(from, t)
		if !directMove[unsafe.Pointer](n, d, s) {
			f.then(n, func(fr *frame) { *(*unsafe.Pointer)(d.at(fr)) = *(*unsafe.Pointer)(s.at(fr)) })
		}
	case reflect.String:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*string)(d.at(fr)) = *(*string)(s.at(fr)) })
	case reflect.Slice:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*[]byte)(d.at(fr)) = *(*[]byte)(s.at(fr)) })
	default:
		d, s, cp := f.operand(dst, t), f.operand(from, t), memory.Copier(t)
		f.then(n, func(fr *frame) { cp(d(fr), s(fr)) })
	}
	return true
}

// assignPlace assigns to an element, a field, or through a pointer.
func (f *fn) assignPlace(n, dst, from *node) {
	t := f.placeType(dst)
	s := f.src(from, t)
	if dst.Kind == yaegi.IndexExpr {
		c0 := unparen(dst.Child[0])
		if bt := f.nodeType(c0); bt.Kind() == reflect.Slice {
			base, index, pos := f.src(c0, bt), f.src(dst.Child[1], reflect.TypeFor[int]()), f.e.offset(dst)
			switch memory.Of(t) {
			case memory.Word:
				setElement[uint64](f, n, base, index, s, pos)
				return
			case memory.Byte:
				setElement[uint8](f, n, base, index, s, pos)
				return
			case memory.Pointer:
				setElement[unsafe.Pointer](f, n, base, index, s, pos)
				return
			}
		}
	}
	addr := f.address(dst)
	switch memory.Of(t) {
	case memory.Word:
		f.then(n, func(fr *frame) { *(*uint64)(addr(fr)) = *(*uint64)(s.at(fr)) })
	case memory.Pointer:
		f.then(n, func(fr *frame) { *(*unsafe.Pointer)(addr(fr)) = *(*unsafe.Pointer)(s.at(fr)) })
	default:
		cp := memory.Copier(t)
		f.then(n, func(fr *frame) { cp(addr(fr), s.at(fr)) })
	}
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

// box puts a value on the heap.
func (o *opNode) box() func(fr *frame) {
	t, a0, d := o.in[0], o.args[0], o.dests[0]
	cp := memory.Copier(t)
	return func(fr *frame) {
		p := reflect.New(t).UnsafePointer()
		cp(p, a0(fr))
		*(*unsafe.Pointer)(d(fr)) = p
	}
}

// newValue is new(T).
func (o *opNode) newValue() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	t, d := o.out[0].Elem(), o.dests[0]
	return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = reflect.New(t).UnsafePointer() }
}

// zero is a type's zero value.
func (o *opNode) zero() func(fr *frame) {
	t, d := o.out[0], o.dests[0]
	return func(fr *frame) { reflect.NewAt(t, d(fr)).Elem().SetZero() }
}
