package engine

import (
	"reflect"
	"unsafe"
)

// src is a scalar operand: a slot of the frame, or a fixed place.
type src struct {
	slot int
	p    unsafe.Pointer
	get  operand // for everything else
}

// at is where the operand lies. It is small, so that it is inlined.
func (s *src) at(fr *frame) unsafe.Pointer {
	if s.slot >= 0 {
		return (*value)(unsafe.Pointer(&fr.data[s.slot])).ptr
	}
	return s.far(fr)
}

func (s *src) far(fr *frame) unsafe.Pointer {
	if s.p != nil {
		return s.p
	}
	return s.get(fr)
}

// indirect says whether a slot of type t always holds an address.
func indirect(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return false
	case reflect.Struct:
		return t.NumField() != 1
	case reflect.Array:
		return t.Len() != 1
	}
	return true
}

// src is the operand n, of type t.
func (f *fn) src(n *node, t reflect.Type) src {
	n = unparen(n)
	if n.rval.IsValid() {
		return src{slot: -1, p: constantCell(n.rval, t)}
	}
	if i, ok := slotOf(n); ok && indirect(t) && i < len(f.types) && f.types[i] == t {
		return src{slot: i}
	}
	return src{slot: -1, get: f.operand(n, t)}
}

// dest is where a node's value goes.
func (f *fn) dest(n *node, t reflect.Type) src {
	i := n.findex
	if n.level == -1 {
		return src{slot: -1, get: func(fr *frame) unsafe.Pointer { return slotPtr(fr.root, i) }}
	}
	if indirect(t) {
		return src{slot: i}
	}
	return src{slot: -1, get: func(fr *frame) unsafe.Pointer { return slotPtr(fr, i) }}
}

// alias makes slots refer to memory elsewhere.
type alias struct {
	slot int
	like value
}

func newAlias(slot int, t reflect.Type) alias {
	v := reflect.New(t).Elem()
	return alias{slot, *(*value)(unsafe.Pointer(&v))}
}

func (a *alias) set(fr *frame, p unsafe.Pointer) {
	v := (*value)(unsafe.Pointer(&fr.data[a.slot]))
	v.typ, v.ptr, v.flag = a.like.typ, p, a.like.flag
}

// nodeType is the run-time type of a node's value.
func (f *fn) nodeType(n *node) reflect.Type {
	n = unparen(n)
	if i, ok := slotOf(n); ok && i < len(f.types) {
		return f.types[i]
	}
	if n.rval.IsValid() && n.typ == nil {
		return n.rval.Type()
	}
	return n.typ.rtypeOf()
}

// flow gives a node an operation that yields a condition.
func flow(n *node, cond func(fr *frame) bool) {
	next := yaegiGetExec(n.tnext)
	if n.fnext == nil {
		n.exec = func(fr *frame) bltn {
			cond(fr)
			return next
		}
		return
	}
	fnext := yaegiGetExec(n.fnext)
	n.exec = func(fr *frame) bltn {
		if cond(fr) {
			return next
		}
		return fnext
	}
}
