package engine

import (
	"reflect"
	"unsafe"
)

// genIndex is an element of a slice, an array or a string.
func (f *fn) genIndex(n *node) {
	c0, c1 := unparen(n.child[0]), n.child[1]
	t := f.nodeType(c0)
	index := f.src(c1, reflect.TypeFor[int]())
	pos := f.e.offset(n)
	switch t.Kind() {
	case reflect.Slice:
		base := f.src(c0, t)
		size := t.Elem().Size()
		to := newAlias(n.findex, t.Elem())
		f.jump(n, func(fr *frame) unsafe.Pointer {
			s := (*sliceHeader)(base.at(fr))
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(s.len) {
				fr.pos = pos
				outOfRange(i, s.len)
			}
			p := unsafe.Add(s.data, uintptr(i)*size)
			to.set(fr, p)
			return p
		})
	case reflect.String:
		base := f.src(c0, t)
		d := f.dest(n, reflect.TypeFor[byte]())
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
	default: // an array
		base := f.operand(c0, t)
		elem, length := t.Elem(), t.Len()
		size := elem.Size()
		to := newAlias(n.findex, elem)
		f.jump(n, func(fr *frame) unsafe.Pointer {
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(length) {
				fr.pos = pos
				outOfRange(i, length)
			}
			p := unsafe.Add(base(fr), uintptr(i)*size)
			to.set(fr, p)
			return p
		})
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
	next := yaegiGetExec(n.tnext)
	if n.fnext == nil {
		n.exec = func(fr *frame) bltn {
			body(fr)
			return next
		}
		return
	}
	fnext := yaegiGetExec(n.fnext)
	n.exec = func(fr *frame) bltn {
		if *(*bool)(body(fr)) {
			return next
		}
		return fnext
	}
}

// genDeref is *p.
func (f *fn) genDeref(n *node) {
	t := f.nodeType(n.child[0])
	base := f.src(n.child[0], t)
	to := newAlias(n.findex, t.Elem())
	pos := f.e.offset(n)
	f.jump(n, func(fr *frame) unsafe.Pointer {
		p := *(*unsafe.Pointer)(base.at(fr))
		if p == nil {
			fr.pos = pos
			panic(nilDereference())
		}
		to.set(fr, p)
		return p
	})
}

// genAddr is &x.
func (f *fn) genAddr(n *node) {
	c0 := unparen(n.child[0])
	t := f.nodeType(c0)
	base := f.operand(c0, t)
	d := f.dest(n, t)
	f.then(n, func(fr *frame) { *(*unsafe.Pointer)(d.at(fr)) = base(fr) })
}

// genMapIndex is m[k].
func (f *fn) genMapIndex(n *node) {
	t := f.nodeType(n.child[0])
	m, k := f.operand(n.child[0], t), f.operand(n.child[1], t.Key())
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
	if n.nleft != 1 || n.nright != 1 || n.kind != kAssignStmt {
		return false
	}
	dst, from := unparen(n.child[0]), n.child[len(n.child)-1]
	if dst.ident == "_" {
		f.then(n, func(*frame) {})
		return true
	}
	pos := f.e.offset(n)
	if dst.kind == kIndexExpr {
		if t := f.nodeType(dst.child[0]); t.Kind() == reflect.Map {
			m, k, v := f.operand(dst.child[0], t), f.operand(dst.child[1], t.Key()), f.operand(from, t.Elem())
			set := mapSetter(t)
			f.then(n, func(fr *frame) {
				fr.pos = pos
				set(m(fr), k(fr), v(fr))
			})
			return true
		}
	}
	t := f.nodeType(dst)
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*uint64)(d.at(fr)) = *(*uint64)(s.at(fr)) })
	case reflect.Bool, reflect.Uint8, reflect.Int8:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*uint8)(d.at(fr)) = *(*uint8)(s.at(fr)) })
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		d, s := f.src(dst, t), f.src(from, t)
		f.then(n, func(fr *frame) { *(*unsafe.Pointer)(d.at(fr)) = *(*unsafe.Pointer)(s.at(fr)) })
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

// genReturn leaves the function; the results are the first slots.
func (f *fn) genReturn(n *node) {
	var moves []transfer
	for i, c := range n.child {
		if s, ok := slotOf(c); ok && s == i {
			continue // computed in place
		}
		moves = append(moves, newTransfer(f.src(c, f.types[i]), f.offsets[i], f.types[i]))
	}
	if f.hasDefer {
		// Deferred calls are made from the return statement.
		pos := f.e.offset(n)
		n.exec = func(fr *frame) bltn {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			fr.pos = pos
			return nil
		}
		return
	}
	switch len(moves) {
	case 0:
		n.exec = nil
	case 1:
		m := moves[0]
		n.exec = func(fr *frame) bltn {
			if m.word {
				*(*uint64)(unsafe.Add(fr.base, m.off)) = *(*uint64)(m.at.at(fr))
				return nil
			}
			m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			return nil
		}
	default:
		n.exec = func(fr *frame) bltn {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			return nil
		}
	}
}
