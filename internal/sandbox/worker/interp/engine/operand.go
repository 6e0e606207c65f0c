package engine

import (
	"go/constant"
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// operand finds where a value lies in memory. It is for what works on memory, such as
// operations and reflection; what only computes uses get.
type operand = func(fr *frame) unsafe.Pointer

func unparen(n *node) *node {
	for n.Kind == yaegi.ParenExpr {
		n = n.Child[0]
	}
	return n
}

// local is the number of a local variable, if n is one: of yaegi's slots, of which a
// variable keeps one for the whole function.
func local(n *node) (int, bool) {
	if n.Kind != yaegi.IdentExpr || n.Rval.IsValid() || n.Sym == nil || n.Sym.Index < 0 || n.Sym.Global {
		return 0, false
	}
	return n.Sym.Index, true
}

// slotOf is the slot of a local variable or of a field of one, or of a value that is in one by now because it
// has been carried out before.
func (c *compiler) slotOf(n *node) (off uintptr, ok bool) {
	n = unparen(n)
	if off, ok := c.done[n]; ok {
		return off, true
	}
	if i, ok := local(n); ok {
		return c.f.slotAt(i), true
	}
	if n.Kind == yaegi.SelectorExpr && !n.Rval.IsValid() && c.typeOf(n.Child[0]).Kind() == reflect.Struct {
		if off, ok := c.slotOf(n.Child[0]); ok {
			_, field, _ := c.field(n)
			return off + field, true
		}
	}
	return 0, false
}

// variable is the memory of a variable of the program, or of the library. It is there
// before anything runs, so its address is part of the code.
func (c *compiler) variable(n *node) unsafe.Pointer {
	switch {
	case n.Rval.IsValid():
		if !isConstant(n) {
			return n.Rval.Addr().UnsafePointer()
		}
	case n.Sym != nil && n.Sym.Global && n.Kind == yaegi.IdentExpr && n.Sym.Index >= 0:
		return c.f.e.root.Slot(n.Sym.Index)
	}
	return nil
}

// fixedAddress is the address that n takes, of a variable of the program's or a field of
// one: nil for anything else.
func (c *compiler) fixedAddress(n *node) unsafe.Pointer {
	if n.Kind != yaegi.AddressExpr {
		return nil
	}
	off := uintptr(0)
	of := unparen(n.Child[0])
	for ; of.Kind == yaegi.SelectorExpr && !of.Rval.IsValid(); of = unparen(of.Child[0]) {
		_, field, ptr := c.field(of)
		if ptr {
			return nil
		}
		off += field
	}
	if p := c.variable(of); p != nil {
		return unsafe.Add(p, off)
	}
	return nil
}

// isConstant says whether n has a value before the program runs: a constant, or a function
// or a value of the library, which is none that can be assigned to.
func isConstant(n *node) bool {
	if !n.Rval.IsValid() {
		return false
	}
	_, exact := n.Rval.Interface().(constant.Value)
	return exact || !n.Rval.CanAddr()
}

// typeOf is the type of n's value. yaegi's own answer is asked for last: for much of what
// engine and lowering have agreed upon it is another, or none.
func (c *compiler) typeOf(n *node) reflect.Type {
	n = unparen(n)
	if i, ok := local(n); ok {
		if t, ok := c.typed[n]; ok {
			return t
		}
		return c.f.types[i]
	}
	if n.Rval.IsValid() {
		if !isConstant(n) || n.Typ == nil {
			return n.Rval.Type()
		}
		return n.Typ.Runtime()
	}
	switch n.Kind {
	case yaegi.StarExpr:
		return c.typeOf(n.Child[0]).Elem()
	case yaegi.SelectorExpr:
		t, _, _ := c.field(n)
		return t
	case yaegi.AddressExpr:
		return reflect.PointerTo(c.typeOf(n.Child[0]))
	case yaegi.IndexExpr:
		t := c.typeOf(n.Child[0])
		if t.Kind() == reflect.String {
			return reflect.TypeFor[byte]()
		}
		return t.Elem()
	case yaegi.BinaryExpr:
		if comparison(n.Generator()) {
			return reflect.TypeFor[bool]()
		}
		return c.operandType(n)
	case yaegi.LandExpr, yaegi.LorExpr, yaegi.UnaryExpr:
		return reflect.TypeFor[bool]()
	case yaegi.CallExpr:
		t, ok := c.called(n)
		if ok && t.NumOut() == 1 {
			return t.Out(0)
		}
	}
	return n.Typ.Runtime()
}

// operandType is the type of the operands of a binary operator. A constant among them may
// be untyped, so the other one's counts.
func (c *compiler) operandType(n *node) reflect.Type {
	if n.Child[0].Rval.IsValid() {
		return c.typeOf(n.Child[1])
	}
	return c.typeOf(n.Child[0])
}

// opOf is the operation that a call asks for, or nil: a function of package x.
func (c *compiler) opOf(n *node) *ir.Op {
	c0 := unparen(n.Child[0])
	if c0.Kind != yaegi.SelectorExpr || c0.Child[0].Ident != "x" {
		return nil
	}
	return c.f.e.prog.Ops[c0.Child[1].Ident]
}

// calleeOf is the lowered function that is called by its name, or nil.
func (c *compiler) calleeOf(n *node) *fn {
	if c0 := unparen(n.Child[0]); c0.Kind == yaegi.IdentExpr {
		return c.f.e.funcs[c0.Ident]
	}
	return nil
}

// called is the type of what n calls, unless it is a lowered function of more or
// less than one result.
func (c *compiler) called(n *node) (reflect.Type, bool) {
	if op := c.opOf(n); op != nil {
		return op.Type, true
	}
	if f := c.calleeOf(n); f != nil {
		return reflect.FuncOf(nil, f.types[:f.nret], false), true
	}
	if host := unparen(n.Child[0]).Rval; host.IsValid() && host.Kind() == reflect.Func {
		return host.Type(), true
	}
	if unparen(n.Child[0]).Ident == "copy" {
		return reflect.TypeFor[func() int](), true
	}
	return nil, false
}

// constantCell is where a constant lies, as a value of type t; a host variable is its
// own cell. yaegi keeps constants as exact numbers, or as values of their default
// types: here they become what the place wants that they are for. The cell is made
// once, when the program is compiled, and nobody writes to it.
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

// setConstant gives a cell an exact constant, which go/types has found to fit: that is
// why nothing here can fail. In an interface it has its default type.
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

// operand is where the value of n lies, which is in a slot, a constant or a variable.
// yaegi may have given it another type than the operation wants: an untyped constant's
// default, or a type of the same shape. What differs in memory is converted.
func (c *compiler) operand(n *node, t reflect.Type) operand {
	n = unparen(n)
	if isConstant(n) {
		p := constantCell(n.Rval, t)
		return func(*frame) unsafe.Pointer { return p }
	}
	if p := c.fixedAddress(n); p != nil && pointerLike(t) {
		cell := unsafe.Pointer(&p)
		return func(*frame) unsafe.Pointer { return cell }
	}
	at, have := c.place(n).reading(), c.typeOf(n)
	if have == t || have.Kind() == t.Kind() && have.Kind() != reflect.Interface || sameRepresentation(have, t) {
		return at
	}
	return func(fr *frame) unsafe.Pointer {
		v := reflect.New(t).Elem()
		h := reflect.NewAt(have, at(fr)).Elem()
		if have.AssignableTo(t) {
			v.Set(h)
		} else {
			v.Set(h.Convert(t))
		}
		return v.Addr().UnsafePointer()
	}
}

// destinations are the slots res as operands, nil for a result that nobody wants: an
// operation may do less then, but not skip what its operands do.
func (c *compiler) destinations(res []uintptr, n int) []operand {
	dests := make([]operand, n)
	for i, off := range res {
		if off != 0 {
			dests[i] = func(fr *frame) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(fr), off) }
		}
	}
	return dests
}
