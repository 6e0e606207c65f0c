package lower

import (
	"fmt"
	"go/ast"
	"go/types"

	"playground/internal/gofront/ir"
)

// A function literal becomes a function of its own, whose first parameters are the
// variables that it captures: their boxes, or their values where nobody changes them.
// Its value is made by an operation that binds those parameters:
//
//	x := 1; f := func(y int) int { x++; return x + y }
//
//	func l2_func(x_1 *int, y_2 int) (int) { ... }
//	f_3 = Fn(x_1)
//
// A function without captures has one value for good. A method value binds its receiver
// in the same way, and a method expression is a function that takes it.

// literal is a function literal's value.
func (f *unit) literal(e *ast.FuncLit) ir.Expr {
	name, captured := f.lift(e)
	return f.closure(name, captured, f.captureTypes(e), f.typeOf(e))
}

// closure binds the first arguments of a lowered function.
func (f *unit) closure(name string, captured []ir.Expr, in []types.Type, t types.Type) ir.Expr {
	slot := f.p.slot(name)
	op := f.p.typedAs(ir.OpClosure, name, in, one(t), func(o *ir.Op) { o.Slot = slot })
	return op.call(captured...)
}

// boundMethod is a method value: a lowered function with its receiver.
func (f *unit) boundMethod(name string, recv []ir.Expr, in, t types.Type) ir.Expr {
	slot := f.p.slot(name)
	op := f.p.typedAs(ir.OpClosure, name+"-fm", one(in), one(t), func(o *ir.Op) { o.Slot, o.Bound = slot, true })
	return op.call(recv...)
}

// slot is where the executor leaves the value of a lowered function. There is one for
// each function that is ever a value; the others need none.
func (p *program) slot(name string) *ir.Slot {
	s := p.slots[name]
	if s == nil {
		s = &ir.Slot{Name: name}
		p.slots[name] = s
		p.res.Slots = append(p.res.Slots, s)
	}
	return s
}

// captureTypes are the types of what a body takes along: of boxes, pointers.
func (f *unit) captureTypes(n ast.Node) []types.Type {
	var list []types.Type
	for _, v := range f.esc.Captures[n] {
		list = append(list, f.slot(v).Type)
	}
	return list
}

// captured are the slots of the variables that a body takes along.
func (f *unit) captured(n ast.Node) []ir.Expr {
	var list []ir.Expr
	for _, v := range f.esc.Captures[n] {
		list = append(list, f.slot(v))
	}
	return list
}

// lift emits a literal as a function of its own.
func (f *unit) lift(e *ast.FuncLit) (name string, captured []ir.Expr) {
	name = fmt.Sprintf("l%d_func", f.p.tmp())
	g := f.child(e)
	g.reader, g.start = f.src.literals[e], e.Pos()
	pos := f.p.pos
	g.at(e.Pos())
	g.function(name, f.esc.Captures[e], nil, f.src.Info.TypeOf(e).(*types.Signature), e.Body)
	f.p.pos = pos
	return name, f.captured(e)
}

// child is a unit for a body inside f's.
func (f *unit) child(node ast.Node) *unit {
	return &unit{
		p: f.p, src: f.src, sc: f.sc, esc: f.esc, node: node, inst: f.inst, reader: f.reader,
		slots: map[string]bool{}, labels: map[string]string{},
	}
}

// funcValue is a declared function as a value.
func (f *unit) funcValue(id *ast.Ident) ir.Expr {
	o, ok := f.src.Info.Uses[id].(*types.Func)
	if !ok {
		f.p.fail(id.Pos(), "%s is not a function", id.Name)
	}
	fun, _ := f.declared(o, f.targs(id))
	name, ok := fun.(*ir.FuncName)
	if !ok {
		fun.Info().Type = f.typeOf(id)
		return fun
	}
	return f.closure(name.Name, nil, nil, f.typeOf(id))
}

// methodValue binds a receiver now.
func (f *unit) methodValue(e *ast.SelectorExpr, sel *types.Selection) ir.Expr {
	sig := f.signature(f.typeOf(e))
	c := f.method(e, sel, sig)
	if fun, ok := c.fun.(*ir.FuncName); ok {
		// The receiver is the first parameter.
		m, _ := f.resolve(sel, f.typeOf(e.X))
		return f.boundMethod(fun.Name, c.recv, f.receiverType(m, e, sel), sig)
	}
	f.nonNil(&c, f.boundType(e, sel))
	bound := c.recvType
	if bound == nil {
		bound = f.boundType(e, sel)
	}
	name := f.thunk(c, sig, bound, e.Sel.Name)
	return f.boundMethod(name, c.recv, bound, sig)
}

// nonNil makes a bound method of a nil interface panic now, not when called.
func (f *unit) nonNil(c *callee, t types.Type) {
	if len(c.recv) == 1 && isInterface(t) && c.operation(ir.OpMethod) {
		c.recv[0] = ir.At(f.pos, f.p.typed(ir.OpNonNil, one(t), one(t)).call(c.recv[0]))
	}
}

// receiverType is the type of a source method's receiver for this call.
func (f *unit) receiverType(m *types.Func, e *ast.SelectorExpr, sel *types.Selection) types.Type {
	_, t := f.path(nil, f.typeOf(e.X), f.indexOf(sel, e)[:len(f.indexOf(sel, e))-1])
	base := t
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base = f.typ(p.Elem())
	}
	if _, ok := types.Unalias(m.Origin().Signature().Recv().Type()).(*types.Pointer); ok {
		return types.NewPointer(base)
	}
	return base
}

// indexOf is the path to the method in this instance's receiver, which go/types knows
// only for the generic function.
func (f *unit) indexOf(sel *types.Selection, e *ast.SelectorExpr) []int {
	_, index := f.resolve(sel, f.typeOf(e.X))
	return index
}

// boundType is the type of what a bound host or interface method starts from.
func (f *unit) boundType(e *ast.SelectorExpr, sel *types.Selection) types.Type {
	m, index := f.resolve(sel, f.typeOf(e.X))
	_, t := f.path(nil, f.typeOf(e.X), index[:len(index)-1])
	base := t
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base = f.typ(p.Elem())
	}
	if isInterface(base) {
		return base
	}
	if r := m.Signature().Recv(); r != nil {
		if _, ok := types.Unalias(r.Type()).(*types.Pointer); ok {
			return types.NewPointer(base)
		}
	}
	return base
}

// thunk emits a function that calls c, recv's method, with its first parameter
// as receiver.
func (f *unit) thunk(c callee, sig *types.Signature, recv types.Type, method string) string {
	key := "thunk:" + ir.Text(c.fun, f.p.types.Text) + ":" + f.p.types.Text(recv) + ":" + f.p.types.Text(sig)
	if name, ok := f.p.funcs[key]; ok {
		return name
	}
	name := fmt.Sprintf("b%d_bound", len(f.p.funcs))
	f.p.funcs[key] = name
	g := f.child(nil)
	g.reader = methodReader(recv, method)
	params := g.forwarded(recv, sig)
	c.recv = passed(params[:1])
	g.forward(name, params, c, sig)
	return name
}

// methodFunc is the callee of a method expression T.m: a function that takes
// the receiver first. targs are the method's own type arguments.
func (f *unit) methodFunc(sel *types.Selection, sig *types.Signature, targs []types.Type) callee {
	recv := f.typ(sel.Recv())
	m, index := f.resolve(sel, recv)
	if isInterface(recv) && len(index) == 1 {
		ms := f.withoutFirst(sig)
		return callee{fun: f.ifaceMethod(recv, m, ms).callee(), sig: sig}
	}
	key := "expr:" + f.p.types.Text(recv) + "." + m.Name()
	for _, t := range targs {
		key += "," + f.p.types.Text(t)
	}
	name, ok := f.p.funcs[key]
	if !ok {
		name = fmt.Sprintf("e%d_%s", len(f.p.funcs), m.Name())
		f.p.funcs[key] = name
		g := f.child(nil)
		g.reader = methodReader(recv, m.Name())
		if r := m.Signature().Recv(); len(index) == 1 && isPointer(r.Type()) == isPointer(recv) {
			g.start = m.Pos() // no wrapper in compiled code
		}
		ms := f.withoutFirst(sig)
		params := g.forwarded(recv, ms)
		g.forward(name, params, g.methodOn(params[0], recv, index, m, ms, targs), ms)
	}
	return callee{fun: &ir.FuncName{Name: name}, sig: sig}
}

// withoutFirst is the signature of a method, from that of its method expression.
func (f *unit) withoutFirst(sig *types.Signature) *types.Signature {
	var vars []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		vars = append(vars, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), sig.Results(), sig.Variadic())
}

// methodExpr is T.m as a value. An interface's method has no function behind it, so one
// is made that calls it.
func (f *unit) methodExpr(e *ast.SelectorExpr, sel *types.Selection) ir.Expr {
	sig := f.signature(f.typeOf(e))
	c := f.methodFunc(sel, sig, f.targs(e.Sel))
	if fun, ok := c.fun.(*ir.FuncName); ok {
		return f.closure(fun.Name, nil, nil, sig)
	}
	return f.closure(f.thunk(c, f.withoutFirst(sig), f.typ(sel.Recv()), e.Sel.Name), nil, nil, sig)
}
