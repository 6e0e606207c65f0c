package engine

import (
	"math"
	"reflect"
	"unicode/utf8"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// genElement is an element of a slice of the commonest types, or of a string.
func (f *fn) genElement(n *node, t reflect.Type) bool {
	if n.Kind != yaegi.IndexExpr {
		return false
	}
	c0 := unparen(n.Child[0])
	bt := f.nodeType(c0)
	base, index := f.src(c0, bt), f.src(n.Child[1], reflect.TypeFor[int]())
	d, pos := f.dest(n, t), f.e.offset(n)
	sh := memory.Of(t)
	switch {
	case bt.Kind() == reflect.String:
		f.jump(n, func(fr *frame) unsafe.Pointer {
			s := *(*string)(base.at(fr))
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(len(s)) {
				fr.pos = pos
				fault.OutOfRange(i, len(s))
			}
			p := d.at(fr)
			*(*byte)(p) = s[i]
			return p
		})
	case bt.Kind() == reflect.Slice && sh == memory.Word:
		elements[uint64](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == memory.Byte:
		elements[uint8](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == memory.Pointer:
		elements[unsafe.Pointer](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == memory.String:
		elements[string](f, n, base, index, d, pos)
	case bt.Kind() == reflect.Slice && sh == memory.Slice:
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
			fault.OutOfRange(i, len(s))
		}
		p := d.at(fr)
		*(*E)(p) = s[i]
		return p
	})
}

// directElement is an element of a slice.
func directElement[E any](n *node, base, index, d src, pos int32) bool {
	if n.Fnext != nil || !base.in || !index.in || !d.in {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := base.off, index.off, d.off
	setStep(n, func(fr *frame) step {
		s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			fault.OutOfRange(i, len(s))
		}
		*inBlock[E](fr, z) = s[i]
		return next
	})
	return true
}

func (f *fn) elementAddress(n, c0 *node, t reflect.Type, pos int32) operand {
	index := f.src(n.Child[1], reflect.TypeFor[int]())
	base := f.src(c0, t)
	size := t.Elem().Size()
	if t.Kind() == reflect.Slice {
		return func(fr *frame) unsafe.Pointer {
			s := (*memory.Header)(base.at(fr))
			i := *(*int)(index.at(fr))
			if uint(i) >= uint(s.Len) {
				fr.pos = pos
				fault.OutOfRange(i, s.Len)
			}
			return unsafe.Add(s.Data, uintptr(i)*size)
		}
	}
	length := t.Len()
	return func(fr *frame) unsafe.Pointer {
		i := *(*int)(index.at(fr))
		if uint(i) >= uint(length) {
			fr.pos = pos
			fault.OutOfRange(i, length)
		}
		return unsafe.Add(base.at(fr), uintptr(i)*size)
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
			fault.OutOfRange(i, len(s))
		}
		s[i] = *(*E)(from.at(fr))
	})
}

// directSet assigns to an element of a slice.
func directSet[E any](n *node, base, index, from src, pos int32) bool {
	if n.Fnext != nil || !base.in || !index.in || !from.in && from.p == nil {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := base.off, index.off, from.off
	if from.p != nil {
		k := *(*E)(from.p)
		setStep(n, func(fr *frame) step {
			s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
			if uint(i) >= uint(len(s)) {
				fr.pos = pos
				fault.OutOfRange(i, len(s))
			}
			s[i] = k
			return next
		})
		return true
	}
	setStep(n, func(fr *frame) step {
		s, i := *inBlock[[]E](fr, x), *inBlock[int](fr, y)
		if uint(i) >= uint(len(s)) {
			fr.pos = pos
			fault.OutOfRange(i, len(s))
		}
		s[i] = *inBlock[E](fr, z)
		return next
	})
	return true
}

// bounds makes an int of an index of another type.
func (o *opNode) bounds() func(fr *frame) {
	a0, d := o.args[0], o.dests[0]
	if d == nil {
		return nil
	}
	switch o.in[0].Kind() {
	case reflect.Int8:
		return widen[int8](a0, d)
	case reflect.Int16:
		return widen[int16](a0, d)
	case reflect.Int32:
		return widen[int32](a0, d)
	case reflect.Int, reflect.Int64:
		return widen[int](a0, d)
	case reflect.Uint8:
		return widen[uint8](a0, d)
	case reflect.Uint16:
		return widen[uint16](a0, d)
	case reflect.Uint32:
		return widen[uint32](a0, d)
	}
	return func(fr *frame) {
		n := *(*uint64)(a0(fr))
		if n > math.MaxInt {
			*(*int)(d(fr)) = fault.HugeIndex(n)
			return
		}
		*(*int)(d(fr)) = int(n)
	}
}

func widen[N int8 | int16 | int32 | int | uint8 | uint16 | uint32](a0, d operand) func(fr *frame) {
	return func(fr *frame) { *(*int)(d(fr)) = int(*(*N)(a0(fr))) }
}

func (o *opNode) length() func(fr *frame) {
	a0, d := o.args[0], o.dests[0]
	switch o.in[0].Kind() {
	case reflect.Slice:
		return func(fr *frame) { *(*int)(d(fr)) = len(*(*[]byte)(a0(fr))) }
	case reflect.String:
		return func(fr *frame) { *(*int)(d(fr)) = len(*(*string)(a0(fr))) }
	}
	return nil
}

// append adds elements to a slice, in place where there is room.
func (o *opNode) append() func(fr *frame) {
	elem := o.in[0].Elem()
	size := elem.Size()
	cp := memory.Copier(elem)
	st := o.in[0]
	n := len(o.args) - 1
	s, d := o.args[0], o.dests[0]
	if d == nil {
		return nil
	}
	vals := o.args[1:]
	row := reflect.ArrayOf(n, elem)
	return func(fr *frame) {
		h := *(*memory.Header)(s(fr))
		if h.Len+n > h.Cap {
			fr.pos = o.pos
			h = memory.Grow(st, h, n)
		}
		if n == 1 {
			cp(unsafe.Add(h.Data, uintptr(h.Len)*size), vals[0](fr))
		} else {
			// The values may lie where they are about to be written.
			tmp := reflect.New(row)
			p := tmp.UnsafePointer()
			for i, v := range vals {
				cp(unsafe.Add(p, uintptr(i)*size), v(fr))
			}
			for i := range vals {
				cp(unsafe.Add(h.Data, uintptr(h.Len+i)*size), unsafe.Add(p, uintptr(i)*size))
			}
		}
		h.Len += n
		*(*memory.Header)(d(fr)) = h
	}
}

// spread is append(a, b...) of elements that are only moved.
func (o *opNode) spread() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	a, b, d, pos := o.args[0], o.args[1], o.dests[0], o.pos
	switch memory.Of(o.in[0].Elem()) {
	case memory.Byte: // of a string as well, whose words are a slice's first two
		return func(fr *frame) {
			fr.pos = pos
			*(*[]byte)(d(fr)) = append(*(*[]byte)(a(fr)), *(*string)(b(fr))...)
		}
	case memory.Word:
		return spreadOf[uint64](a, b, d, pos)
	case memory.Pointer:
		return spreadOf[unsafe.Pointer](a, b, d, pos)
	case memory.String:
		return spreadOf[string](a, b, d, pos)
	}
	return nil
}

func spreadOf[E any](a, b, d operand, pos int32) func(fr *frame) {
	return func(fr *frame) {
		fr.pos = pos
		*(*[]E)(d(fr)) = append(*(*[]E)(a(fr)), *(*[]E)(b(fr))...)
	}
}

func (o *opNode) rune() func(fr *frame) {
	s, i, r, w := o.args[0], o.args[1], o.dests[0], o.dests[1]
	if r == nil || w == nil {
		return nil
	}
	return func(fr *frame) {
		str, at := *(*string)(s(fr)), *(*int)(i(fr))
		if c := str[at]; c < utf8.RuneSelf {
			*(*rune)(r(fr)), *(*int)(w(fr)) = rune(c), 1
			return
		}
		c, n := utf8.DecodeRuneInString(str[at:])
		*(*rune)(r(fr)), *(*int)(w(fr)) = c, n
	}
}

// genMapIndex is m[k].
func (f *fn) genMapIndex(n *node) {
	t := f.nodeType(n.Child[0])
	m, k := f.operand(n.Child[0], t), f.operand(n.Child[1], t.Key())
	elem := t.Elem()
	cp := memory.Copier(elem)
	dest, pos := f.dest(n, elem), f.e.offset(n)
	get := memory.MapGetter(t)
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

// mapGet is v, ok = m[k].
func (o *opNode) mapGet() func(fr *frame) {
	get, m, k := memory.MapGetter(o.in[0]), o.args[0], o.args[1]
	elem := o.out[0]
	cp := memory.Copier(elem)
	return func(fr *frame) {
		fr.pos = o.pos
		p := get(m(fr), k(fr))
		if d := o.dests[0]; d != nil {
			if p != nil {
				cp(d(fr), p)
			} else {
				reflect.NewAt(elem, d(fr)).Elem().SetZero()
			}
		}
		if d := o.dests[1]; d != nil {
			*(*bool)(d(fr)) = p != nil
		}
	}
}

// next is one step of a loop over a map.
func (o *opNode) next() func(fr *frame) {
	a, k, v, ok := o.args[0], o.dests[0], o.dests[1], o.dests[2]
	if k == nil || v == nil || ok == nil {
		return nil
	}
	kt, vt := o.out[0], o.out[1]
	return func(fr *frame) {
		it := (*(*any)(a(fr))).(*reflect.MapIter)
		more := it.Next()
		*(*bool)(ok(fr)) = more
		if more {
			reflect.NewAt(kt, k(fr)).Elem().SetIterKey(it)
			reflect.NewAt(vt, v(fr)).Elem().SetIterValue(it)
		}
	}
}

// genStruct is a struct literal.
func (f *fn) genStruct(n *node) {
	t := n.Typ.Runtime()
	type part struct {
		src    operand
		offset uintptr
		copy   func(d, s unsafe.Pointer)
	}
	var parts []part
	for _, c := range n.Child {
		if c.Kind != yaegi.KeyValueExpr {
			continue
		}
		sf, _ := t.FieldByName(c.Child[0].Ident)
		parts = append(parts, part{f.operand(c.Child[1], sf.Type), sf.Offset, memory.Copier(sf.Type)})
	}
	slot, level := n.Findex, n.Level
	f.then(n, func(fr *frame) {
		s := reflect.New(t)
		p := s.UnsafePointer()
		for i := range parts {
			q := &parts[i]
			q.copy(unsafe.Add(p, q.offset), q.src(fr))
		}
		to := &fr.Frame
		if level == -1 {
			to = fr.Root
		}
		d := to.Slot(slot)
		reflect.NewAt(t, d).Elem().Set(s.Elem())
	})
}
