package engine

import (
	"go/constant"
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// operand finds a value in memory when its node has been executed.
type operand func(fr *frame) unsafe.Pointer

func unparen(n *node) *node {
	for n.Kind == yaegi.ParenExpr {
		n = n.Child[0]
	}
	return n
}

// slotOf returns the slot of a local value, if it is one.
func slotOf(n *node) (int, bool) {
	n = unparen(n)
	if n.Rval.IsValid() {
		return 0, false
	}
	if n.Sym != nil {
		if n.Sym.Index < 0 || n.Sym.Global {
			return 0, false
		}
		return n.Sym.Index, true
	}
	if n.Findex < 0 || n.Level != 0 {
		return 0, false
	}
	return n.Findex, true
}

// operand is the value of n, which has type t.
func (f *fn) operand(n *node, t reflect.Type) operand {
	n = unparen(n)
	if n.Rval.IsValid() {
		p := constantCell(n.Rval, t)
		return func(*frame) unsafe.Pointer { return p }
	}
	if i, ok := slotOf(n); ok {
		if i < len(f.types) && f.types[i] != t {
			return f.converted(f.slot(i), f.types[i], t)
		}
		return f.slot(i)
	}
	if n.Sym != nil && n.Sym.Global {
		i := n.Sym.Index
		return func(fr *frame) unsafe.Pointer { return fr.Root.Slot(i) }
	}
	get := yaegi.GenValue(n)
	return func(fr *frame) unsafe.Pointer {
		v := reflect.New(t).Elem()
		v.Set(get(&fr.Frame))
		return v.Addr().UnsafePointer()
	}
}

// converted is an operand of another type than the one that is wanted.
func (f *fn) converted(get operand, have, want reflect.Type) operand {
	return func(fr *frame) unsafe.Pointer {
		v := reflect.New(want).Elem()
		h := reflect.NewAt(have, get(fr)).Elem()
		if have.AssignableTo(want) {
			v.Set(h)
		} else {
			v.Set(h.Convert(want))
		}
		return v.Addr().UnsafePointer()
	}
}

// constantCell is where a constant lies; a host variable is its own cell.
func constantCell(v reflect.Value, t reflect.Type) unsafe.Pointer {
	if v.CanAddr() && v.Type() == t {
		return v.Addr().UnsafePointer()
	}
	cell := reflect.New(t).Elem()
	if c, ok := v.Interface().(constant.Value); ok {
		setConstant(cell, c)
	} else if v.Type().AssignableTo(t) {
		cell.Set(v)
	} else {
		cell.Set(v.Convert(t))
	}
	return cell.Addr().UnsafePointer()
}

func setConstant(cell reflect.Value, c constant.Value) {
	if cell.Kind() == reflect.Interface {
		switch c.Kind() {
		case constant.Bool:
			cell.Set(reflect.ValueOf(constant.BoolVal(c)))
		case constant.String:
			cell.Set(reflect.ValueOf(constant.StringVal(c)))
		default:
			n, _ := constant.Int64Val(constant.ToInt(c))
			cell.Set(reflect.ValueOf(int(n)))
		}
		return
	}
	switch c.Kind() {
	case constant.Bool:
		cell.SetBool(constant.BoolVal(c))
	case constant.String:
		cell.SetString(constant.StringVal(c))
	default:
		n, _ := constant.Int64Val(constant.ToInt(c))
		switch {
		case cell.CanInt():
			cell.SetInt(n)
		case cell.CanUint():
			cell.SetUint(uint64(n))
		case cell.CanFloat():
			x, _ := constant.Float64Val(c)
			cell.SetFloat(x)
		}
	}
}

// slot finds a slot's value: in the frame's block, unless the slot may refer
// to memory elsewhere.
func (f *fn) slot(i int) operand {
	if i < len(f.aliased) && !f.aliased[i] {
		off := f.offsets[i]
		return func(fr *frame) unsafe.Pointer { return unsafe.Add(fr.base, off) }
	}
	return func(fr *frame) unsafe.Pointer { return fr.Slot(i) }
}

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

// inBlock is the value at an offset of the frame's block. The operations that
// loops are made of use it where all their operands lie there (directSum and
// its like): each is one closure then, with nothing left to find out.
func inBlock[T any](fr *frame, off uintptr) *T { return (*T)(unsafe.Add(fr.base, off)) }

// results says where the values of a call go.
func (f *fn) results(n *node, out []reflect.Type) []operand {
	dests := make([]operand, len(out))
	anc := n.Anc
	if (anc.Kind == yaegi.AssignXStmt || anc.Kind == yaegi.DefineXStmt) && len(out) > 1 {
		for i := range out {
			if c := anc.Child[i]; c.Ident != "_" {
				dests[i] = f.operand(c, out[i])
			}
		}
		return dests
	}
	for i := range out {
		j, level := n.Findex+i, n.Level
		if n.Findex < 0 {
			continue
		}
		if level == -1 {
			dests[i] = func(fr *frame) unsafe.Pointer { return fr.Root.Slot(j) }
		} else {
			dests[i] = f.slot(j)
		}
	}
	return dests
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
