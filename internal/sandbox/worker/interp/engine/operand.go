package engine

import (
	"go/constant"
	"reflect"
	"unsafe"

	"github.com/traefik/yaegi/interp"

	"playground/internal/gofront/abi"
)

// operand finds a value in memory when its node has been executed.
type operand func(fr *frame) unsafe.Pointer

// frameOffset is where an interpreter keeps its global frame.
var frameOffset = func() uintptr {
	f, ok := reflect.TypeFor[interp.Interpreter]().FieldByName("frame")
	if !ok {
		return 0
	}
	return f.Offset
}()

func interpFrame(in *interp.Interpreter) *frame {
	return *(**frame)(unsafe.Add(unsafe.Pointer(in), frameOffset))
}

// slotPtr is the address of what a slot holds.
func slotPtr(fr *frame, i int) unsafe.Pointer {
	v := (*abi.Value)(unsafe.Pointer(&fr.data[i]))
	if v.Flag&abi.FlagIndir != 0 {
		return v.Data
	}
	return unsafe.Pointer(&v.Data)
}

func unparen(n *node) *node {
	for n.kind == kParenExpr {
		n = n.child[0]
	}
	return n
}

// slotOf returns the slot of a local value, if it is one.
func slotOf(n *node) (int, bool) {
	n = unparen(n)
	if n.rval.IsValid() {
		return 0, false
	}
	if n.sym != nil {
		if n.sym.index < 0 || n.sym.global {
			return 0, false
		}
		return n.sym.index, true
	}
	if n.findex < 0 || n.level != 0 {
		return 0, false
	}
	return n.findex, true
}

// operand is the value of n, which has type t.
func (f *fn) operand(n *node, t reflect.Type) operand {
	n = unparen(n)
	if n.rval.IsValid() {
		p := constantCell(n.rval, t)
		return func(*frame) unsafe.Pointer { return p }
	}
	if i, ok := slotOf(n); ok {
		if i < len(f.types) && f.types[i] != t {
			return f.converted(f.slot(i), f.types[i], t)
		}
		return f.slot(i)
	}
	if n.sym != nil && n.sym.global {
		i := n.sym.index
		return func(fr *frame) unsafe.Pointer { return slotPtr(fr.root, i) }
	}
	get := yaegiGenValue(n)
	return func(fr *frame) unsafe.Pointer {
		v := reflect.New(t).Elem()
		v.Set(get(fr))
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

// copier copies a value of type t.
func copier(t reflect.Type) func(dst, src unsafe.Pointer) {
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64, reflect.Uintptr:
		return func(d, s unsafe.Pointer) { *(*uint64)(d) = *(*uint64)(s) }
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return func(d, s unsafe.Pointer) { *(*uint32)(d) = *(*uint32)(s) }
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*uint8)(d) = *(*uint8)(s) }
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return func(d, s unsafe.Pointer) { *(*unsafe.Pointer)(d) = *(*unsafe.Pointer)(s) }
	case reflect.String:
		return func(d, s unsafe.Pointer) { *(*string)(d) = *(*string)(s) }
	case reflect.Slice:
		return func(d, s unsafe.Pointer) { *(*[]byte)(d) = *(*[]byte)(s) }
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return func(d, s unsafe.Pointer) { *(*any)(d) = *(*any)(s) }
		}
		return func(d, s unsafe.Pointer) { *(*error)(d) = *(*error)(s) }
	}
	return func(d, s unsafe.Pointer) { reflect.NewAt(t, d).Elem().Set(reflect.NewAt(t, s).Elem()) }
}

// results says where the values of a call go.
func (f *fn) results(n *node, out []reflect.Type) []operand {
	dests := make([]operand, len(out))
	anc := n.anc
	if (anc.kind == kAssignXStmt || anc.kind == kDefineXStmt) && len(out) > 1 {
		for i := range out {
			if c := anc.child[i]; c.ident != "_" {
				dests[i] = f.operand(c, out[i])
			}
		}
		return dests
	}
	for i := range out {
		j, level := n.findex+i, n.level
		if n.findex < 0 {
			continue
		}
		if level == -1 {
			dests[i] = func(fr *frame) unsafe.Pointer { return slotPtr(fr.root, j) }
		} else {
			dests[i] = f.slot(j)
		}
	}
	return dests
}

// slot finds a slot's value: in the frame's block, unless the slot may refer
// to memory elsewhere.
func (f *fn) slot(i int) operand {
	if i < len(f.aliased) && !f.aliased[i] {
		off := f.offsets[i]
		return func(fr *frame) unsafe.Pointer { return unsafe.Add(fr.base, off) }
	}
	return func(fr *frame) unsafe.Pointer { return slotPtr(fr, i) }
}

// then makes body the node's operation.
func (f *fn) then(n *node, body func(fr *frame)) {
	next := yaegiGetExec(n.tnext)
	if n.fnext == nil {
		n.exec = func(fr *frame) bltn {
			body(fr)
			return next
		}
		return
	}
	fnext := yaegiGetExec(n.fnext)
	dest := f.results(n, []reflect.Type{reflect.TypeFor[bool]()})[0]
	n.exec = func(fr *frame) bltn {
		body(fr)
		if *(*bool)(dest(fr)) {
			return next
		}
		return fnext
	}
}
