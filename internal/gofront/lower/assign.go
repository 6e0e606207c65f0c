package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// place lowers the left side of an assignment. With hold, operands that could
// change between two uses, or by the assignment itself, go into temporaries.
func (f *unit) place(e ast.Expr, hold bool) ir.Expr {
	e = ast.Unparen(e)
	if !hold {
		return f.expr(e)
	}
	switch e := e.(type) {
	case *ast.IndexExpr:
		return f.indexPlace(e)
	case *ast.StarExpr:
		return ir.At(e.Pos(), deref(f.stable(e.X), f.typeOf(e)))
	case *ast.SelectorExpr:
		if sel := f.src.Info.Selections[e]; sel != nil {
			return f.fieldPlace(e, sel)
		}
	}
	return f.expr(e)
}

func (f *unit) indexPlace(e *ast.IndexExpr) ir.Expr {
	t := commaOk(f.typeOf(e))
	switch u := f.typeOf(e.X).Underlying().(type) {
	case *types.Map:
		m := f.stable(e.X)
		k := f.convTo(e.Index, u.Key())
		if f.src.Info.Types[e.Index].Value == nil {
			k = f.hold(k, f.typ(u.Key()))
		}
		return ir.At(e.Pos(), f.element(m, k, t))
	case *types.Pointer:
		return ir.At(e.Pos(), f.element(deref(f.stable(e.X), f.typ(u.Elem())), f.stableIndex(e.Index), t))
	case *types.Array:
		return ir.At(e.Pos(), f.element(f.place(e.X, true), f.stableIndex(e.Index), t))
	}
	return ir.At(e.Pos(), f.element(f.stable(e.X), f.stableIndex(e.Index), t))
}

func (f *unit) fieldPlace(e *ast.SelectorExpr, sel *types.Selection) ir.Expr {
	if viaPointer(sel) {
		x, _ := f.path(f.stable(e.X), f.typeOf(e.X), sel.Index())
		return ir.At(e.Sel.Pos(), x)
	}
	x, _ := f.path(f.place(e.X, true), f.typeOf(e.X), sel.Index())
	return ir.At(e.Sel.Pos(), x)
}

// stable is e's value, held unless nothing can change it.
func (f *unit) stable(e ast.Expr) ir.Expr {
	e = ast.Unparen(e)
	x := f.expr(e)
	if f.src.Info.Types[e].Value != nil {
		return x
	}
	return f.hold(x, f.typeOf(e))
}

func (f *unit) stableIndex(e ast.Expr) ir.Expr {
	x := f.indexValue(e)
	if f.src.Info.Types[e].Value != nil {
		return x
	}
	return f.hold(x, intType)
}

// simple says whether e has no effects and cannot be changed by evaluating
// or assigning anything else in the statement.
func (f *unit) simple(e ast.Expr, assigned map[types.Object]bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		o := f.src.Info.Uses[e]
		v, ok := o.(*types.Var)
		return f.src.Info.Types[e].Value != nil || ok && v.Parent() != v.Pkg().Scope() && !f.esc.boxed[v] && !assigned[o]
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return f.src.Info.Types[e].Value != nil || e.Op != token.QUO && e.Op != token.REM && f.simple(e.X, assigned) && f.simple(e.Y, assigned)
	}
	return f.src.Info.Types[e].Value != nil
}

// simplePlace says whether assigning to e needs no operand held.
func (f *unit) simplePlace(e ast.Expr, assigned map[types.Object]bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return true
	case *ast.IndexExpr:
		return f.simple(e.X, assigned) && f.simple(e.Index, assigned)
	case *ast.SelectorExpr:
		return f.simple(e.X, assigned)
	case *ast.StarExpr:
		return f.simple(e.X, assigned)
	}
	return false
}

func (f *unit) assign(s *ast.AssignStmt) {
	switch {
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		if f.simplePlace(s.Lhs[0], nil) {
			f.simpleOp(s)
		} else {
			f.assignOp(s)
		}
	case len(s.Lhs) > len(s.Rhs):
		f.assignMany(s)
	case len(s.Lhs) == 1:
		f.assignOne(s.Lhs[0], s.Rhs[0])
	default:
		f.assignParallel(s)
	}
}

// simpleOp is x op= y where evaluating x twice changes nothing.
func (f *unit) simpleOp(s *ast.AssignStmt) {
	op := s.Tok + (token.ADD - token.ADD_ASSIGN)
	t := f.typeOf(s.Lhs[0])
	x := f.expr(s.Lhs[0])
	if op == token.SHL || op == token.SHR {
		f.set(x, f.shift(x, t, op, s.Rhs[0], s.TokPos))
		return
	}
	y := f.convTo(s.Rhs[0], t)
	if _, isVar := x.(*ir.Var); f.hasCall(s.Rhs[0]) && !isVar {
		y = f.hold(y, t) // the call may change x
	}
	f.set(x, f.arith(x, y, op, t, s.TokPos))
}

func isBlank(e ast.Expr) bool {
	if e == nil {
		return true
	}
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// newVar is the variable that an identifier on the left of := declares.
func (f *unit) newVar(e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if !ok || id.Name == "_" {
		return nil
	}
	v, _ := f.src.Info.Defs[id].(*types.Var)
	return v
}

// lhsType is the type that a value assigned to e takes.
func (f *unit) lhsType(e ast.Expr, have types.Type) types.Type {
	if isBlank(e) {
		if b, ok := have.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			return types.Default(b)
		}
		return have
	}
	if v := f.newVar(e); v != nil {
		return f.typ(v.Type())
	}
	return f.typeOf(e)
}

func (f *unit) assignOne(l, r ast.Expr) {
	if isBlank(l) {
		if f.src.Info.Types[r].Value == nil && !f.src.Info.Types[r].IsNil() {
			f.discard(f.expr(r), f.typeOf2(r))
		}
		return
	}
	if v := f.newVar(l); v != nil {
		f.define(v, f.convTo(r, v.Type()))
		return
	}
	t := f.typeOf(l)
	if isIdent(l) || !f.hasCall(r) {
		x := f.expr(l)
		var v ir.Expr
		pre := f.aside(func() { v = f.convTo(r, t) })
		if len(pre) > 0 && !isIdent(l) {
			x = f.place(l, true)
		}
		f.emit(pre...)
		f.set(x, v)
		return
	}
	// The operands of the left side first, then the right side, and only
	// then is the place reached that may not exist.
	p := f.place(l, !f.simplePlace(l, nil))
	v := f.convTo(r, t)
	f.set(p, f.hold(v, t))
}

// typeOf2 is typeOf with untyped values in their default type.
func (f *unit) typeOf2(e ast.Expr) types.Type { return types.Default(f.typeOf(e)) }

// hasCall says whether evaluating e can run code of the program.
func (f *unit) hasCall(e ast.Node) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			tv := f.src.Info.Types[n.Fun]
			found = found || !tv.IsType() && !tv.IsBuiltin()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

// assignParallel is a, b = x, y: operands on the left first, then all values,
// then the assignments from left to right.
func (f *unit) assignParallel(s *ast.AssignStmt) {
	assigned := map[types.Object]bool{}
	calls := false
	for i, l := range s.Lhs {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			if o := f.src.Info.Uses[id]; o != nil {
				assigned[o] = true
			}
		}
		calls = calls || f.hasCall(s.Rhs[i])
	}
	places := make([]ir.Expr, len(s.Lhs))
	for i, l := range s.Lhs {
		if isBlank(l) || f.newVar(l) != nil {
			continue
		}
		places[i] = f.place(l, calls && !isIdent(l) || !f.simplePlace(l, assigned))
	}
	vals := make([]ir.Expr, len(s.Rhs))
	for _, called := range []bool{true, false} { // calls first
		for i, r := range s.Rhs {
			if f.hasCall(r) != called || isBlank(s.Lhs[i]) && f.src.Info.Types[r].IsNil() {
				continue
			}
			t := f.lhsType(s.Lhs[i], f.typeOf(r))
			vals[i] = f.convTo(r, t)
			if f.src.Info.Types[r].Value == nil {
				vals[i] = f.hold(vals[i], t)
			}
		}
	}
	for i, l := range s.Lhs {
		if v := f.newVar(l); v != nil {
			f.define(v, vals[i])
		} else if !isBlank(l) {
			f.set(places[i], vals[i])
		}
	}
}

func isIdent(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.Ident)
	return ok
}

// assignMany is a, b = one expression with several values.
func (f *unit) assignMany(s *ast.AssignStmt) {
	places := make([]ir.Expr, len(s.Lhs))
	for i, l := range s.Lhs {
		if !isBlank(l) && f.newVar(l) == nil {
			places[i] = f.place(l, !isIdent(l))
		}
	}
	f.assignTuple(s.Rhs[0], len(s.Lhs), func(i int, val ir.Expr, have types.Type) {
		l := s.Lhs[i]
		if isBlank(l) {
			return
		}
		val = f.convert(val, have, f.lhsType(l, have))
		if v := f.newVar(l); v != nil {
			f.define(v, val)
		} else {
			f.set(places[i], val)
		}
	})
}

// assignTuple evaluates an expression with several values into temporaries
// and passes each on.
func (f *unit) assignTuple(e ast.Expr, n int, each func(i int, val ir.Expr, have types.Type)) {
	e = ast.Unparen(e)
	texts, list := f.tuple(e, n)
	for i := range n {
		each(i, texts[i], list[i])
	}
}

func (f *unit) tuple(e ast.Expr, n int) (vals []ir.Expr, list []types.Type) {
	switch x := e.(type) {
	case *ast.CallExpr:
		for v := range f.typeOf(x).(*types.Tuple).Variables() {
			list = append(list, v.Type())
			vals = append(vals, f.temp(v.Type()))
		}
		f.setAll(vals, f.call(x))
		return vals, list
	case *ast.IndexExpr:
		return f.mapEntry(x)
	case *ast.TypeAssertExpr:
		return f.pair(ir.OpAssert2, commaOk(f.typeOf(x)), x.X, token.NoPos)
	case *ast.UnaryExpr:
		return f.pair(ir.OpRecv2, commaOk(f.typeOf(x)), x.X, x.Pos())
	}
	f.p.fail(e.Pos(), "assignment of several values")
	return nil, nil
}

// pair is v, ok = an operation on x.
func (f *unit) pair(kind ir.OpKind, t types.Type, x ast.Expr, pos token.Pos) ([]ir.Expr, []types.Type) {
	vals := []ir.Expr{f.temp(t), f.temp(boolType)}
	op := f.p.typed(kind, one(f.typeOf(x)), []types.Type{t, boolType})
	f.setAll(vals, op.call(ir.At(pos, f.expr(x))))
	return vals, []types.Type{t, types.Typ[types.UntypedBool]}
}

// commaOk is the type of the first value of v, ok = e, where t is that of e.
func commaOk(t types.Type) types.Type {
	if tup, ok := t.(*types.Tuple); ok {
		return tup.At(0).Type()
	}
	return t
}

func (f *unit) mapEntry(x *ast.IndexExpr) ([]ir.Expr, []types.Type) {
	m := f.typeOf(x.X).Underlying().(*types.Map)
	t := f.typ(m.Elem())
	vals := []ir.Expr{f.temp(t), f.temp(boolType)}
	in := []types.Type{f.typeOf(x.X), f.typ(m.Key())}
	op := f.p.typed(ir.OpMapGet, in, []types.Type{t, boolType})
	f.setAll(vals, op.call(f.expr(x.X), f.convTo(x.Index, m.Key())))
	return vals, []types.Type{t, types.Typ[types.UntypedBool]}
}

// declStmt lowers a declaration inside a function.
func (f *unit) declStmt(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	for _, sp := range d.Specs {
		f.varSpec(sp.(*ast.ValueSpec))
	}
}

func (f *unit) varSpec(vs *ast.ValueSpec) {
	f.at(vs.Pos())
	switch {
	case len(vs.Values) == 0:
		for _, n := range vs.Names {
			if v := f.newVar(n); v != nil {
				f.define(v, nil)
			}
		}
	case len(vs.Values) < len(vs.Names):
		f.assignTuple(vs.Values[0], len(vs.Names), func(i int, val ir.Expr, have types.Type) {
			if v := f.newVar(vs.Names[i]); v != nil {
				f.define(v, f.convert(val, have, v.Type()))
			}
		})
	default:
		vals := make([]ir.Expr, len(vs.Values))
		for i, r := range vs.Values {
			t := f.specType(vs, i)
			vals[i] = f.convTo(r, t)
			if len(vals) > 1 || f.newVar(vs.Names[i]) == nil {
				vals[i] = f.hold(vals[i], f.typ(t))
			}
		}
		for i, n := range vs.Names {
			if v := f.newVar(n); v != nil {
				f.define(v, vals[i])
			}
		}
	}
}

func (f *unit) specType(vs *ast.ValueSpec, i int) types.Type {
	if vs.Type != nil {
		return f.typeOf(vs.Type)
	}
	if v, ok := f.src.Info.Defs[vs.Names[i]].(*types.Var); ok {
		return v.Type()
	}
	return types.Default(f.typeOf(vs.Values[i]))
}

func (f *unit) incDec(s *ast.IncDecStmt) {
	t := f.typeOf(s.X)
	x := f.place(s.X, !f.simplePlace(s.X, nil))
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	f.set(x, f.arith(x, f.p.constant(oneConst, t), op, t, s.TokPos))
}

// assignOp is x op= y.
func (f *unit) assignOp(s *ast.AssignStmt) {
	op := s.Tok + (token.ADD - token.ADD_ASSIGN)
	x := f.place(s.Lhs[0], true)
	t := f.typeOf(s.Lhs[0])
	if op == token.SHL || op == token.SHR {
		f.set(x, f.shift(x, t, op, s.Rhs[0], s.TokPos))
		return
	}
	y := f.convTo(s.Rhs[0], t)
	if f.hasCall(s.Rhs[0]) {
		y = f.hold(y, t) // the call may change what is assigned to
	}
	f.set(x, f.arith(x, y, op, t, s.TokPos))
}

var oneConst = constant.MakeInt64(1)
