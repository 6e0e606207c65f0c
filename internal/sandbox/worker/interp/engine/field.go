package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

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
		parts = append(parts, part{f.operand(c.Child[1], sf.Type), sf.Offset, copier(sf.Type)})
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
