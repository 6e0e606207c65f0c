package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// go and defer evaluate the function and its arguments now and call later. So both take
// a func() that is made for the occasion: what was evaluated is bound to a function that
// does nothing but the call (suspended). A literal without arguments is that func()
// itself. Results are dropped there.
//
// recover works in a function that a defer statement called directly. The executor lets
// a hidden function pass that right on, so the one in between does no harm. The builtin
// itself may be deferred, too: then the one in between calls it for the function whose end
// it waited for, and it recovers what that function could have recovered with its last
// statement, in a deferred function a panic, elsewhere nothing.

// spawn is a call for go or defer: everything is evaluated now, and the
// result is a function value that does the rest.
func (f *unit) spawn(e *ast.CallExpr) (fn ir.Expr, direct bool) {
	fun := ast.Unparen(e.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok && len(e.Args) == 0 && lit.Type.Results.NumFields() == 0 {
		return f.literal(lit), true
	}
	tv := f.src.Info.Types[fun]
	if tv.IsBuiltin() {
		return f.spawnBuiltin(e, fun), false
	}
	if tv.IsType() {
		f.discard(f.conversion(e), f.typeOf(e))
		return f.literalNop(), false
	}
	c := f.callee(fun)
	in := []types.Type{}
	if len(c.recv) == 1 {
		f.nonNil(&c, f.recvTypeOf(fun, c, 0))
	}
	for i := range c.recv {
		in = append(in, f.recvTypeOf(fun, c, i))
	}
	args := append(append([]ir.Expr{}, c.recv...), f.packed(e, c)...)
	for v := range c.sig.Params().Variables() {
		in = append(in, f.typ(v.Type()))
	}
	return f.suspended(c.fun, args, in, c.sig, c.host && c.sig.Variadic()), false
}

// packed are the arguments with variadic ones in one slice.
func (f *unit) packed(e *ast.CallExpr, c callee) []ir.Expr {
	return f.args(e, c.sig, false)
}

// recvTypeOf is the type of the callee's argument i before the written ones: a captured
// variable, a receiver, or the function value that is called.
func (f *unit) recvTypeOf(fun ast.Expr, c callee, i int) types.Type {
	if c.recvType != nil {
		return c.recvType
	}
	if x, ok := fun.(*ast.FuncLit); ok {
		return f.captureTypes(x)[i]
	}
	if x, sel := f.methodOf(fun); sel != nil && sel.Kind() == types.MethodVal {
		if c.lowered() {
			m, _ := f.resolve(sel, f.typeOf(x.X))
			return f.receiverType(m, x, sel)
		}
		return f.boundType(x, sel)
	}
	return f.typeOf(fun)
}

// suspended is a func() that calls fun with the given arguments. spread says that
// the last is the whole list of variadic ones.
func (f *unit) suspended(fun ir.Expr, args []ir.Expr, in []types.Type, sig *types.Signature, spread bool) ir.Expr {
	name := fmt.Sprintf("d%d_call", f.p.tmp())
	g := f.child(nil)
	g.sig = funcType
	g.pos = f.pos
	var params []*ir.Var
	for i, t := range in {
		params = append(params, f.param(fmt.Sprintf("a%d_p", i), f.typ(t)))
	}
	_, out := tupleTypes(sig)
	call := &ir.Call{Value: ir.Value{Type: resultType(out)}, Fun: fun, Args: passed(params), Spread: spread}
	var dropped []ir.Expr
	for _, t := range out {
		dropped = append(dropped, g.temp(t))
	}
	if len(dropped) > 0 {
		g.setAll(dropped, call)
	} else {
		g.do(call)
	}
	g.finish(name, params, nil, true)
	s := f.p.res.Funcs[name]
	s.Suspended = true
	switch fun := fun.(type) {
	case *ir.FuncName:
		s.Calls = fun.Name
	case *ir.Symbol:
		s.Calls = fun.Name
	}
	return f.closure(name, args, in, funcType)
}

// literalNop is a func() that does nothing.
func (f *unit) literalNop() ir.Expr {
	return f.suspended(&ir.Builtin{Name: "x.Nop"}, nil, nil, funcType, false)
}

// spawnBuiltin suspends a call of a builtin function.
func (f *unit) spawnBuiltin(e *ast.CallExpr, fun ast.Expr) ir.Expr {
	name := builtinName(fun)
	var args []ir.Expr
	var in []types.Type
	for _, a := range e.Args {
		t := f.typeOf(a)
		switch {
		case name == "panic", name == "print", name == "println":
			t = anyType
		case name == "delete" && len(args) == 1:
			t = f.typ(in[0].Underlying().(*types.Map).Key())
		}
		args = append(args, f.convTo(a, t))
		in = append(in, t)
	}
	switch name {
	case "recover":
		sig := types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", anyType)), false)
		return f.suspended(f.p.typed(ir.OpRecover, nil, one(anyType)).callee(), nil, nil, sig, false)
	case "panic":
		return f.suspended(f.p.typed(ir.OpPanic, in, nil).callee(), args, in, funcType, false)
	case "print", "println":
		kind := map[string]ir.OpKind{"print": ir.OpPrint, "println": ir.OpPrintln}[name]
		return f.suspended(f.p.typed(kind, one(types.NewSlice(anyType)), nil).callee(), args, in, funcType, false)
	case "close":
		return f.suspended(f.p.typed(ir.OpClose, in, nil).callee(), args, in, funcType, false)
	case "clear":
		return f.suspended(f.p.typed(ir.OpClear, in, nil).callee(), args, in, funcType, false)
	case "delete":
		return f.suspended(&ir.Builtin{Name: "delete"}, args, in, funcType, false)
	case "copy":
		return f.suspended(&ir.Builtin{Name: "copy"}, args, in, types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", intType)), false), false)
	}
	f.p.fail(e.Pos(), "%s in go or defer is not supported", name)
	return nil
}
