package engine

import (
	"reflect"
	"unsafe"
)

// genField is x.f on a struct or through a pointer to one. It does not go
// through reflect, which would refuse what the struct keeps to itself.
func (f *fn) genField(n *node) {
	c0 := unparen(n.child[0])
	st := c0.typ.rtypeOf()
	ptr := st.Kind() == reflect.Pointer
	if ptr {
		st = st.Elem()
	}
	sf, ok := st.FieldByName(n.child[1].ident)
	if !ok {
		panic("no field " + n.child[1].ident + " in " + st.String())
	}
	offset := uintptr(0)
	t := st
	for _, i := range sf.Index {
		fl := t.Field(i)
		offset += fl.Offset
		t = fl.Type
	}
	base := f.src(c0, c0.typ.rtypeOf())
	slot, pos := n.findex, f.e.offset(n)
	then := yaegiGetExec(n.tnext)
	fnext := yaegiGetExec(n.fnext)
	branch := n.fnext != nil
	to := newAlias(slot, t)
	n.exec = func(fr *frame) bltn {
		p := base.at(fr)
		if ptr {
			p = *(*unsafe.Pointer)(p)
			if p == nil {
				fr.pos = pos
				panic(nilDereference())
			}
		}
		p = unsafe.Add(p, offset)
		to.set(fr, p)
		if branch && !*(*bool)(p) {
			return fnext
		}
		return then
	}
}

// rtypeOf is the run-time type of a yaegi type that lowered source can have.
func (t *itype) rtypeOf() reflect.Type {
	if t.rtype != nil {
		return t.rtype
	}
	return yaegiTypeOf(t)
}

//go:linkname yaegiTypeOf github.com/traefik/yaegi/interp.(*itype).TypeOf
func yaegiTypeOf(t *itype) reflect.Type

// genStruct is a struct literal.
func (f *fn) genStruct(n *node) {
	t := n.typ.rtypeOf()
	type part struct {
		src    operand
		offset uintptr
		copy   func(d, s unsafe.Pointer)
	}
	var parts []part
	for _, c := range n.child {
		if c.kind != kKeyValueExpr {
			continue
		}
		sf, _ := t.FieldByName(c.child[0].ident)
		parts = append(parts, part{f.operand(c.child[1], sf.Type), sf.Offset, copier(sf.Type)})
	}
	slot, level := n.findex, n.level
	f.then(n, func(fr *frame) {
		s := reflect.New(t)
		p := s.UnsafePointer()
		for i := range parts {
			q := &parts[i]
			q.copy(unsafe.Add(p, q.offset), q.src(fr))
		}
		to := fr
		if level == -1 {
			to = fr.root
		}
		d := slotPtr(to, slot)
		reflect.NewAt(t, d).Elem().Set(s.Elem())
	})
}
