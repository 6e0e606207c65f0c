package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
)

// assign lowers every form of assignment to one of ir's statements, in which places
// and values stay as they are written. When the operands of places are evaluated, and
// what has to be held before something else changes it, is for package order to say:
// it sees all of an assignment at once, which the constructs do not.
func (f *unit) assign(s *ast.AssignStmt) {
	switch {
	case s.Tok != token.ASSIGN && s.Tok != token.DEFINE:
		f.assignOp(s)
	case len(s.Lhs) > len(s.Rhs):
		f.assignMany(s)
	case len(s.Lhs) == 1:
		f.assignOne(s.Lhs[0], s.Rhs[0])
	default:
		f.assignParallel(s)
	}
}

// isBlank says whether nothing is assigned: to _, or to what a range clause leaves out.
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

// assignOne is l = r. A constant or nil that is dropped leaves nothing to evaluate.
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
	f.set(f.expr(l), f.convTo(r, f.typeOf(l)))
}

// typeOf2 is typeOf with untyped values in their default type.
func (f *unit) typeOf2(e ast.Expr) types.Type { return types.Default(f.typeOf(e)) }

// assignParallel is a, b = x, y.
func (f *unit) assignParallel(s *ast.AssignStmt) {
	places := f.places(s.Lhs)
	n := &ir.Assign{Place: f.here()}
	for i, l := range s.Lhs {
		r := s.Rhs[i]
		if isBlank(l) && f.src.Info.Types[r].IsNil() {
			continue
		}
		f.bind(n, l, places[i], f.convTo(r, f.lhsType(l, f.typeOf(r))))
	}
	f.emit(n)
}

// places are the variables and elements that are assigned to; nil for those that
// the assignment declares, and for blanks.
func (f *unit) places(list []ast.Expr) []ir.Expr {
	places := make([]ir.Expr, len(list))
	for i, l := range list {
		if !isBlank(l) && f.newVar(l) == nil {
			places[i] = f.expr(l)
		}
	}
	return places
}

// bind adds the assignment of x to what e, on the left side, means.
func (f *unit) bind(n *ir.Assign, e ast.Expr, place, x ir.Expr) {
	if v := f.newVar(e); v != nil {
		place, x = f.declareSlot(v), f.initial(v, x)
	}
	n.Lhs, n.Rhs = append(n.Lhs, place), append(n.Rhs, x)
}

// assignMany is a, b = one expression with several values.
func (f *unit) assignMany(s *ast.AssignStmt) {
	places := f.places(s.Lhs)
	var vals []ir.Expr
	var have []types.Type
	// The call goes into the first value, so that package order sees one statement
	// and evaluates the places before it.
	get := f.aside(func() { vals, have = f.tuple(ast.Unparen(s.Rhs[0])) })
	vals = slices.Clone(vals) // those that the call is assigned to stay
	vals[0] = &ir.Seq{Value: *vals[0].Info(), Body: get, X: vals[0]}
	n := &ir.Assign{Place: f.here()}
	for i, l := range s.Lhs {
		x := vals[i]
		if !isBlank(l) {
			x = f.convert(x, have[i], f.lhsType(l, have[i]))
		}
		f.bind(n, l, places[i], x)
	}
	f.emit(n)
}

// assignTuple evaluates an expression with several values into temporaries
// and passes each on.
func (f *unit) assignTuple(e ast.Expr, n int, each func(i int, val ir.Expr, have types.Type)) {
	vals, have := f.tuple(ast.Unparen(e))
	for i := range n {
		each(i, vals[i], have[i])
	}
}

// tuple are the values of an expression that has several, and their types.
func (f *unit) tuple(e ast.Expr) (vals []ir.Expr, list []types.Type) {
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

// mapEntry is v, ok = m[k]: one operation gives both.
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

// varSpec lowers var declarations. Variables without a value are zeroed only where a
// jump may have come back to them (define).
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
		n := &ir.Assign{Place: f.here()}
		for i, r := range vs.Values {
			f.bind(n, vs.Names[i], nil, f.convTo(r, f.specType(vs, i)))
		}
		if len(n.Lhs) == 1 && n.Lhs[0] == nil {
			f.discard(n.Rhs[0], n.Rhs[0].Info().Type)
			return
		}
		f.emit(n)
	}
}

// specType is the type of variable i of a declaration: the declared one, or that of
// its value. A blank has no variable to ask.
func (f *unit) specType(vs *ast.ValueSpec, i int) types.Type {
	if vs.Type != nil {
		return f.typeOf(vs.Type)
	}
	if v, ok := f.src.Info.Defs[vs.Names[i]].(*types.Var); ok {
		return v.Type()
	}
	return types.Default(f.typeOf(vs.Values[i]))
}

// incDec is x++ and x--, which is x += 1 in every respect, overflow included.
func (f *unit) incDec(s *ast.IncDecStmt) {
	t := f.typeOf(s.X)
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	f.update(s.X, func(old ir.Expr) ir.Expr { return f.arith(old, f.p.constant(oneConst, t), op, t, s.TokPos) })
}

// assignOp is x op= y.
func (f *unit) assignOp(s *ast.AssignStmt) {
	op := s.Tok + (token.ADD - token.ADD_ASSIGN)
	t := f.typeOf(s.Lhs[0])
	f.update(s.Lhs[0], func(old ir.Expr) ir.Expr {
		if op == token.SHL || op == token.SHR {
			return f.shift(old, t, op, s.Rhs[0], s.TokPos)
		}
		return f.arith(old, f.convTo(s.Rhs[0], t), op, t, s.TokPos)
	})
}

// update emits an assignment to x of a value made from what x was.
func (f *unit) update(x ast.Expr, value func(old ir.Expr) ir.Expr) {
	l := f.expr(x)
	f.emit(&ir.Update{Place: f.here(), X: l, Value: value(&ir.Old{Value: ir.Value{Type: l.Info().Type}})})
}

// oneConst is what incDec adds, in whatever type.
var oneConst = constant.MakeInt64(1)
