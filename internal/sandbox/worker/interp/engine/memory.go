package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

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
	switch shapeOf(t) {
	case shapeWord:
		f.jump(n, func(fr *frame) unsafe.Pointer { p := d.at(fr); *(*uint64)(p) = *(*uint64)(addr(fr)); return p })
	case shapeByte:
		f.jump(n, func(fr *frame) unsafe.Pointer { p := d.at(fr); *(*uint8)(p) = *(*uint8)(addr(fr)); return p })
	case shapePointer:
		f.jump(n, func(fr *frame) unsafe.Pointer {
			p := d.at(fr)
			*(*unsafe.Pointer)(p) = *(*unsafe.Pointer)(addr(fr))
			return p
		})
	default:
		cp := copier(t)
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

// genElement is an element of a slice of the commonest types, or of a string.
func (f *fn) genElement(n *node, t reflect.Type) bool {
	if n.Kind != yaegi.IndexExpr {
		return false
	}
	c0 := unparen(n.Child[0])
	bt := f.nodeType(c0)
	base, index := f.src(c0, bt), f.src(n.Child[1], reflect.TypeFor[int]())
	d, pos := f.dest(n, t), f.e.offset(n)
	sh := shapeOf(t)
	switch {
	case bt.Kind() == reflect.String:
		f.jump(n, func(fr *frame) unsafe.Pointer {
			s := *(*string)(base.at(fr))
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(len(s)) {
				fr.pos = pos
				outOfRange(i, len(s))
			}
			p := d.at(fr)
			*(*byte)(p) = s[i]
			return p
		})
	case bt.Kind() == reflect.Slice && sh == shapeWord:
		elements[uint64](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == shapeByte:
		elements[uint8](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == shapePointer:
		elements[unsafe.Pointer](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == shapeString:
		elements[string](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == shapeSlice:
		elements[[]byte](f, n, base, index, d, pos)
	default:
		return false
	}
	return true
}

func elements[E any](f *fn, n *node, base, index, d src, pos int32) {
	if directElement[E](n, base, index, d, pos) {
		return
	}
	f.jump(n, func(fr *frame) unsafe.Pointer {
		s := *(*[]E)(base.at(fr))
		i := *(*int)(index.at(fr))
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			outOfRange(i, len(s))
		}
		p := d.at(fr)
		*(*E)(p) = s[i]
		return p
	})
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
				panic(nilDereference())
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
			panic(nilDereference())
		}
		return unsafe.Add(p, offset)
	}
}

func (f *fn) elementAddress(n, c0 *node, t reflect.Type, pos int32) operand {
	index := f.src(n.Child[1], reflect.TypeFor[int]())
	base := f.src(c0, t)
	size := t.Elem().Size()
	if t.Kind() == reflect.Slice {
		return func(fr *frame) unsafe.Pointer {
			s := (*sliceHeader)(base.at(fr))
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(s.len) {
				fr.pos = pos
				outOfRange(i, s.len)
			}
			return unsafe.Add(s.data, uintptr(i)*size)
		}
	}
	length := t.Len()
	return func(fr *frame) unsafe.Pointer {
		i := *(*int)(index.at(fr))
		if uint(i) >= uint(length) {
			fr.pos = pos
			outOfRange(i, length)
		}
		return unsafe.Add(base.at(fr), uintptr(i)*size)
	}
}

type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// outOfRange panics as the runtime does.
func outOfRange(i, n int) {
	_ = make([]struct{}, n)[i]
}

// jump is an operation that yields the address of its value, which may be a
// condition.
func (f *fn) jump(n *node, body func(fr *frame) unsafe.Pointer) {
	next := stepOf(n.Tnext)
	if n.Fnext == nil {
		setStep(n, func(fr *frame) step {
			body(fr)
			return next
		})
		return
	}
	fnext := stepOf(n.Fnext)
	setStep(n, func(fr *frame) step {
		if *(*bool)(body(fr)) {
			return next
		}
		return fnext
	})
}

// genAddr is &x.
func (f *fn) genAddr(n *node) {
	c0 := unparen(n.Child[0])
	t := f.nodeType(c0)
	base := f.operand(c0, t)
	d := f.dest(n, t)
	f.then(n, func(fr *frame) { *(*unsafe.Pointer)(d.at(fr)) = base(fr) })
}

// genMapIndex is m[k].
func (f *fn) genMapIndex(n *node) {
	t := f.nodeType(n.Child[0])
	m, k := f.operand(n.Child[0], t), f.operand(n.Child[1], t.Key())
	elem := t.Elem()
	cp := copier(elem)
	dest, pos := f.dest(n, elem), f.e.offset(n)
	get := mapGetter(t)
	f.jump(n, func(fr *frame) unsafe.Pointer {
		fr.pos = pos
		d := dest.at(fr)
		if p := get(m(fr), k(fr)); p != nil {
			cp(d, p)
		} else {
			reflect.NewAt(elem, d).Elem().SetZero()
		}
		return d
	})
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
			set := mapSetter(t)
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
		d, s, cp := f.operand(dst, t), f.operand(from, t), copier(t)
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
			switch shapeOf(t) {
			case shapeWord:
				setElement[uint64](f, n, base, index, s, pos)
				return
			case shapeByte:
				setElement[uint8](f, n, base, index, s, pos)
				return
			case shapePointer:
				setElement[unsafe.Pointer](f, n, base, index, s, pos)
				return
			}
		}
	}
	addr := f.address(dst)
	switch shapeOf(t) {
	case shapeWord:
		f.then(n, func(fr *frame) { *(*uint64)(addr(fr)) = *(*uint64)(s.at(fr)) })
	case shapePointer:
		f.then(n, func(fr *frame) { *(*unsafe.Pointer)(addr(fr)) = *(*unsafe.Pointer)(s.at(fr)) })
	default:
		cp := copier(t)
		f.then(n, func(fr *frame) { cp(addr(fr), s.at(fr)) })
	}
}

func setElement[E any](f *fn, n *node, base, index, from src, pos int32) {
	if directSet[E](n, base, index, from, pos) {
		return
	}
	f.then(n, func(fr *frame) {
		s := *(*[]E)(base.at(fr))
		i := *(*int)(index.at(fr))
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			outOfRange(i, len(s))
		}
		s[i] = *(*E)(from.at(fr))
	})
}

// genReturn leaves the function; the results are the first slots.
func (f *fn) genReturn(n *node) {
	var moves []transfer
	for i, c := range n.Child {
		if s, ok := slotOf(c); ok && s == i {
			continue // computed in place
		}
		moves = append(moves, newTransfer(f.src(c, f.types[i]), f.offsets[i], f.types[i]))
	}
	if f.hasDefer {
		// Deferred calls are made from the return statement.
		pos := f.e.offset(n)
		setStep(n, func(fr *frame) step {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			fr.pos = pos
			return nil
		})
		return
	}
	switch len(moves) {
	case 0:
		n.Exec = nil
	case 1:
		m := moves[0]
		setStep(n, func(fr *frame) step {
			if m.word {
				*(*uint64)(unsafe.Add(fr.base, m.off)) = *(*uint64)(m.at.at(fr))
				return nil
			}
			m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			return nil
		})
	default:
		setStep(n, func(fr *frame) step {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			return nil
		})
	}
}
