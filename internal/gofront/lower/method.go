package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/escape"
)

// Methods are functions that take the receiver first. Which function a method call
// means is known when the receiver's type is, in this instance: embedded fields are
// followed, an address is taken or a pointer followed as the method wants it. What is
// left to the run time is a method of an interface's value.
//
// Types of the program have method tables as well, for the library and for interfaces.
// Their entries lead to functions of their own (methodBody), which pass everything on:
// promoted methods need those anyway.

// method is the callee of x.m, with the receiver evaluated.
func (f *unit) method(e *ast.SelectorExpr, sel *types.Selection, sig *types.Signature) callee {
	recv := f.typeOf(e.X)
	m, index := f.resolve(sel, recv)
	return f.methodOn(f.expr(e.X), recv, index, m, sig, f.targs(e.Sel))
}

// methodOf is the selector of the method that e is, which may be a generic
// method with type arguments; nil if e is something else.
func (f *unit) methodOf(e ast.Expr) (*ast.SelectorExpr, *types.Selection) {
	switch x := ast.Unparen(e).(type) {
	case *ast.SelectorExpr:
		if sel := f.src.Info.Selections[x]; sel != nil && sel.Kind() != types.FieldVal {
			return x, sel
		}
	case *ast.IndexExpr:
		if _, ok := f.src.Info.TypeOf(x.X).(*types.Signature); ok {
			return f.methodOf(x.X)
		}
	case *ast.IndexListExpr:
		return f.methodOf(x.X)
	}
	return nil, nil
}

// resolve finds the method that sel means for this instance's receiver.
func (f *unit) resolve(sel *types.Selection, recv types.Type) (*types.Func, []int) {
	m := sel.Obj().(*types.Func)
	obj, index, _ := types.LookupFieldOrMethod(recv, true, m.Pkg(), m.Name())
	if mm, ok := obj.(*types.Func); ok {
		return mm, index
	}
	if tw := f.p.sources[m.Pkg()]; tw == nil {
		// A method of a twin's type, whose package is another.
		if n := namedOf(recv); n != nil {
			obj, index, _ = types.LookupFieldOrMethod(recv, true, n.Obj().Pkg(), m.Name())
			if mm, ok := obj.(*types.Func); ok {
				return mm, index
			}
		}
	}
	return m, sel.Index()
}

// namedOf is the named type that a receiver is or points to, or nil.
func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// methodOn is the callee for method m, found along index from x. targs are the
// method's own type arguments.
func (f *unit) methodOn(x ir.Expr, t types.Type, index []int, m *types.Func, sig *types.Signature, targs []types.Type) callee {
	for k := range index[:len(index)-1] {
		if n := namedOf(t); n != nil && f.p.sources[n.Obj().Pkg()] == nil && !isInterface(n) && len(targs) == 0 {
			return f.promotedHost(x, t, n, m, sig)
		}
		x, t = f.path(x, t, index[k:k+1])
	}
	base, isPtr := t, false
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base, isPtr = f.typ(p.Elem()), true
	}
	if isInterface(base) {
		if isPtr {
			x = deref(x, base)
		}
		return callee{fun: f.ifaceMethod(base, m, sig).callee(), recv: []ir.Expr{x}, sig: sig}
	}
	n, ok := types.Unalias(base).(*types.Named)
	if !ok {
		f.p.fail(0, "method %s of %s", m.Name(), base)
	}
	src := f.p.sources[n.Obj().Pkg()]
	if src == nil && len(targs) == 0 {
		return f.hostMethodOn(x, n, isPtr, m, sig)
	}
	o := m.Origin()
	_, wantPtr := types.Unalias(o.Signature().Recv().Type()).(*types.Pointer)
	switch {
	case wantPtr && !isPtr:
		x = receiverAddress(x)
	case !wantPtr && isPtr:
		x = deref(x, base)
	}
	if src == nil {
		return callee{fun: &ir.FuncName{Name: f.twinMethod(n, o, targs)}, recv: []ir.Expr{x}, sig: sig}
	}
	all := append(slices.Collect(n.TypeArgs().Types()), targs...)
	return callee{fun: &ir.FuncName{Name: f.p.function(src, o, all)}, recv: []ir.Expr{x}, sig: sig}
}

// receiverAddress is the address of a place on which a method with a pointer
// receiver is called. That of *p is p: the method may be called on nil.
func receiverAddress(x ir.Expr) ir.Expr {
	if d, ok := x.(*ir.Deref); ok {
		if p, ok := d.X.(*ir.Var); ok {
			return p
		}
	}
	return addr(x)
}

// promotedHost calls a method that a host type promotes.
func (f *unit) promotedHost(x ir.Expr, t types.Type, n *types.Named, m *types.Func, sig *types.Signature) callee {
	_, isPtr := types.Unalias(t).(*types.Pointer)
	var recv types.Type = n
	if _, ok := f.p.types.Type(n).MethodByName(m.Name()); ok {
		if isPtr {
			x = deref(x, n)
		}
	} else {
		recv = types.NewPointer(n)
		if !isPtr {
			x = receiverAddress(x)
		}
	}
	return callee{fun: f.p.hostMethod(recv, m.Name()), recv: []ir.Expr{x}, sig: sig, host: true, recvType: recv}
}

// hostMethodOn calls a compiled method through its function.
func (f *unit) hostMethodOn(x ir.Expr, n *types.Named, isPtr bool, m *types.Func, sig *types.Signature) callee {
	r := types.Unalias(m.Signature().Recv().Type())
	_, wantPtr := r.(*types.Pointer)
	var recv types.Type = n
	switch {
	case wantPtr && !isPtr:
		x, recv = receiverAddress(x), types.NewPointer(n)
	case wantPtr:
		recv = types.NewPointer(n)
	case isPtr:
		x = deref(x, n)
	}
	return callee{fun: f.p.hostMethod(recv, m.Name()), recv: []ir.Expr{x}, sig: sig, host: true}
}

// ifaceMethod is the operation that calls a method of an interface's value.
func (f *unit) ifaceMethod(iface types.Type, m *types.Func, sig *types.Signature) operation {
	in, out := tupleTypes(sig)
	name := f.p.methodName(m)
	return f.p.typedAs(ir.OpMethod, name, append(one(iface), in...), out, func(o *ir.Op) { o.Method = name })
}

// methodBody emits the function behind a method of a forged type.
func (p *program) methodBody(name string, t types.Type, sel *types.Selection, ptr bool, sig *types.Signature) {
	f := p.unit(p.sources[p.packages[0].Pkg], p.types.Plain)
	f.esc = &escape.Info{Boxed: map[*types.Var]bool{}}
	m := sel.Obj().(*types.Func)
	f.pos = m.Pos()
	recv := t
	if ptr {
		recv = types.NewPointer(t)
	}
	params := f.forwarded(recv, sig)
	c := f.methodOn(params[0], recv, sel.Index(), m, sig, nil)
	f.forward(name, params, c, sig)
}

// forwarded are the parameters of a function that passes them on: a receiver
// and what sig takes.
func (f *unit) forwarded(recv types.Type, sig *types.Signature) []*ir.Var {
	params := []*ir.Var{f.param("r_0", recv)}
	for i := range sig.Params().Len() {
		params = append(params, f.param(fmt.Sprintf("a%d_p", i), f.typ(sig.Params().At(i).Type())))
	}
	return params
}

// forward emits a function that does nothing but call c with its parameters,
// the first of which c has as its receiver.
func (f *unit) forward(name string, params []*ir.Var, c callee, sig *types.Signature) {
	f.sig = sig
	call := c.call(passed(params[1:]))
	call.Spread = c.host && sig.Variadic()
	f.returnCall(call, sig)
	f.finish(name, params, f.resultTypes(), true)
}

// returnCall returns the results of a call.
func (f *unit) returnCall(call ir.Expr, sig *types.Signature) {
	if sig.Results().Len() == 0 {
		f.do(call)
		return
	}
	var ts []ir.Expr
	for v := range sig.Results().Variables() {
		ts = append(ts, f.temp(v.Type()))
	}
	f.setAll(ts, call)
	f.emit(&ir.Return{Place: f.here(), Results: ts})
}
