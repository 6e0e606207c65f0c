package engine

import (
	"reflect"
	"unsafe"
)

// field is the type of a selected field, its offset, and whether the operand
// is a pointer. The field is not looked for through reflect.Value, which would
// refuse what the struct keeps to itself.
func (f *fn) field(n *node) (t reflect.Type, offset uintptr, ptr bool) {
	t = unparen(n.child[0]).typ.rtypeOf()
	if t.Kind() == reflect.Pointer {
		ptr = true
		t = t.Elem()
	}
	sf, ok := t.FieldByName(n.child[1].ident)
	if !ok {
		panic("no field " + n.child[1].ident + " in " + t.String())
	}
	for _, i := range sf.Index {
		fl := t.Field(i)
		offset += fl.Offset
		t = fl.Type
	}
	return t, offset, ptr
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
