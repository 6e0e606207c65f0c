package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
)

// src is an operand: a place in the frame's block, or one that has to be found.
type src struct {
	off uintptr
	in  bool           // the block
	p   unsafe.Pointer // a fixed place
	get operand        // for everything else
}

// at is where the operand lies. It is small, so that it is inlined.
func (s *src) at(fr *frame) unsafe.Pointer {
	if s.in {
		return unsafe.Add(fr.base, s.off)
	}
	return s.far(fr)
}

//go:noinline
func (s *src) far(fr *frame) unsafe.Pointer {
	if s.p != nil {
		return s.p
	}
	return s.get(fr)
}

// src is the operand n, of type t.
func (f *fn) src(n *node, t reflect.Type) src {
	n = unparen(n)
	if n.Rval.IsValid() {
		return src{p: constantCell(n.Rval, t)}
	}
	if i, ok := slotOf(n); ok && i < len(f.types) && f.types[i] == t && !f.aliased[i] {
		return src{in: true, off: f.offsets[i]}
	}
	return src{get: f.operand(n, t)}
}

// dest is where a node's value goes.
func (f *fn) dest(n *node, t reflect.Type) src { return f.destAt(n, 0, t) }

// destAt is where a node's value number k goes.
func (f *fn) destAt(n *node, k int, _ reflect.Type) src {
	i := n.Findex + k
	switch {
	case n.Level == -1:
		return src{get: func(fr *frame) unsafe.Pointer { return fr.Root.Slot(i) }}
	case i < len(f.aliased) && !f.aliased[i]:
		return src{in: true, off: f.offsets[i]}
	}
	return src{get: func(fr *frame) unsafe.Pointer { return fr.Slot(i) }}
}

// alias makes slots refer to memory elsewhere.
type alias struct {
	slot int
	like abi.Value
}

func newAlias(slot int, t reflect.Type) alias {
	v := reflect.New(t).Elem()
	return alias{slot, *(*abi.Value)(unsafe.Pointer(&v))}
}

func (a *alias) set(fr *frame, p unsafe.Pointer) {
	v := (*abi.Value)(unsafe.Pointer(&fr.Data[a.slot]))
	v.Type, v.Data, v.Flag = a.like.Type, p, a.like.Flag
}

// nodeType is the run-time type of a node's value.
func (f *fn) nodeType(n *node) reflect.Type {
	n = unparen(n)
	if i, ok := slotOf(n); ok && i < len(f.types) {
		return f.types[i]
	}
	if n.Rval.IsValid() && n.Typ == nil {
		return n.Rval.Type()
	}
	return n.Typ.Runtime()
}

// flow gives a node an operation that yields a condition.
func flow(n *node, cond func(fr *frame) bool) {
	next := stepOf(n.Tnext)
	if n.Fnext == nil {
		setStep(n, func(fr *frame) step {
			cond(fr)
			return next
		})
		return
	}
	fnext := stepOf(n.Fnext)
	setStep(n, func(fr *frame) step {
		if cond(fr) {
			return next
		}
		return fnext
	})
}
