package engine

import (
	"reflect"
	"unicode/utf8"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// append adds elements to a slice, in place where there is room. That others see what is
// written there is Go's own: they share the memory.
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
	vals, token := o.args[1:], o.op.Token
	allocate := memory.Allocator(reflect.ArrayOf(n, elem))
	return func(fr *frame) {
		h := *(*memory.Header)(s(fr))
		// A sum that overflows is above every capacity.
		if uint(h.Len+n) > uint(h.Cap) {
			fr.pos = o.pos
			if room := ir.AppendRoom(token, h.Len, n, size); room > 0 {
				h = memory.Move(st, h, room)
			} else {
				h = memory.Grow(st, h, n)
			}
		}
		if n == 1 {
			cp(unsafe.Add(h.Data, uintptr(h.Len)*size), vals[0](fr))
		} else {
			// The values may lie where they are about to be written.
			p := allocate()
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

// spreadOf is spread of elements that are moved as Es. The runtime knows by E which words
// are pointers, so E must be a pointer where the elements are.
func spreadOf[E any](a, b, d operand, pos int32) func(fr *frame) {
	return func(fr *frame) {
		fr.pos = pos
		*(*[]E)(d(fr)) = append(*(*[]E)(a(fr)), *(*[]E)(b(fr))...)
	}
}

// rune is one step of a loop over a string. Most characters are one byte.
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

// mapIndex is m[k], into a temporary: a map has no places, and reading one may panic, so
// it is not inside of a closure. The zero value stands for a key that is not there.
func (c *compiler) mapIndex(n *node) {
	t := c.typeOf(n.Child[0])
	c.inSlot(n.Child)
	m, k := c.operand(n.Child[0], t), c.operand(n.Child[1], t.Key())
	elem := t.Elem()
	off, cp, pos := c.temp(elem), memory.Copier(elem), c.f.e.offset(n)
	get := memory.MapGetter(t)
	c.watch(n, []reflect.Type{t}, []operand{m}, readsMap)
	c.emit(func(fr *frame) {
		fr.pos = pos
		d := unsafe.Add(unsafe.Pointer(fr), off)
		if p := get(m(fr), k(fr)); p != nil {
			cp(d, p)
		} else {
			reflect.NewAt(elem, d).Elem().SetZero()
		}
	})
	c.done[n] = off
}

// setMapIndex is m[k] = v. Key and value are evaluated first; a nil map fails last.
func (c *compiler) setMapIndex(dst, src *node) {
	t := c.typeOf(dst.Child[0])
	parts := []*node{dst.Child[0], dst.Child[1], src}
	c.inSlot(parts)
	m, k, v := c.operand(parts[0], t), c.operand(parts[1], t.Key()), c.operand(src, t.Elem())
	set, pos := memory.MapSetter(t), c.f.e.offset(dst)
	c.watch(dst, []reflect.Type{t}, []operand{m}, writesMap)
	c.emit(c.hookInsert(dst, t, m, k, func(fr *frame) {
		fr.pos = pos
		set(m(fr), k(fr), v(fr))
	}))
}

// mapGet is v, ok = m[k]. Either may be unwanted; the key is looked for all the same, since
// it may be one that cannot be hashed.
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

// next is one step of a loop over a map. The iterator is package reflect's, which is the
// runtime's own: its order is random, and it notices what the loop's body does.
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

// literal is a struct literal, in a temporary: its parts are evaluated in order, and may
// look at what the literal is going to be assigned to.
func (c *compiler) literal(n *node) {
	off := c.temp(n.Typ.Runtime())
	c.literalAt(n, off)
	c.done[n] = off
}

// literalAt makes a struct in a slot that the literal does not look at.
func (c *compiler) literalAt(n *node, off uintptr) {
	t := n.Typ.Runtime()
	var parts []*node
	var fields []reflect.StructField
	for _, p := range n.Child {
		if p.Kind != yaegi.KeyValueExpr {
			continue
		}
		f, _ := t.FieldByName(p.Child[0].Ident)
		parts, fields = append(parts, p.Child[1]), append(fields, f)
	}
	c.sequence(parts)
	// The temporary may have been another literal's before.
	if len(parts) < t.NumField() {
		c.clear(off, t)
	}
	for i, p := range parts {
		c.assignSlot(off+fields[i].Offset, fields[i].Type, p)
	}
}

// listLiteral is a literal of a slice, without indexes.
func (c *compiler) listLiteral(n *node, op *ir.Op, off uintptr) {
	children := n.Child[1:]
	t := op.Type.Out(0)
	elem := t.Elem()
	c.sequence(children)
	moves := make([]move, len(children))
	for i, e := range children {
		moves[i] = c.passes(e, paramType(op.Type, i, false))
	}
	allocate, size := memory.Allocator(reflect.ArrayOf(len(children), elem)), elem.Size()
	c.emit(func(fr *frame) {
		p := allocate()
		for i, m := range moves {
			m(fr, unsafe.Add(p, uintptr(i)*size))
		}
		*slot[memory.Header](fr, off) = memory.Header{Data: p, Len: len(moves), Cap: len(moves)}
	})
}

// deletes is delete(m, k), which of a nil map, or of a key that is not there, does nothing.
func (c *compiler) deletes(n *node) {
	t := c.typeOf(n.Child[1])
	c.inSlot(n.Child[1:])
	m, k, pos := c.operand(n.Child[1], t), c.operand(n.Child[2], t.Key()), c.f.e.offset(n)
	remove := mapDeleter(t)
	c.watch(n, []reflect.Type{t}, []operand{m}, writesMap)
	c.emit(func(fr *frame) {
		fr.pos = pos
		remove(m(fr), k(fr))
	})
}

// mapDeleter returns what removes a key.
// mapDeleter returns what removes a key: a zero reflect.Value stands for no value.
func mapDeleter(t reflect.Type) func(m, k unsafe.Pointer) {
	key := t.Key()
	return func(m, k unsafe.Pointer) {
		reflect.NewAt(t, m).Elem().SetMapIndex(reflect.NewAt(key, k).Elem(), reflect.Value{})
	}
}

// copies is copy(a, b).
func (c *compiler) copies(n *node, res []uintptr) {
	c.inSlot(n.Child[1:])
	at, bt := c.typeOf(n.Child[1]), c.typeOf(n.Child[2])
	a, b := c.operand(n.Child[1], at), c.operand(n.Child[2], bt)
	c.watch(n, []reflect.Type{at, bt}, []operand{a, b}, copiesElements)
	dest := c.destinations(res, 1)[0]
	done := func(fr *frame, k int) {
		if dest != nil {
			*(*int)(dest(fr)) = k
		}
	}
	switch {
	case bt.Kind() == reflect.String:
		c.emit(func(fr *frame) { done(fr, copy(*(*[]byte)(a(fr)), *(*string)(b(fr)))) })
	case at.Elem().Kind() == reflect.Uint8:
		c.emit(func(fr *frame) { done(fr, copy(*(*[]byte)(a(fr)), *(*[]byte)(b(fr)))) })
	default:
		c.emit(func(fr *frame) { done(fr, reflect.Copy(load(at, a(fr)), load(bt, b(fr)))) })
	}
}
