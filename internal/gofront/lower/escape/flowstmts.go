package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// stmts follows the values of all statements below n. Their order does not matter: what
// can flow somewhere is taken to do so.
func (w *flows) stmts(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			w.assignment(n)
			return false
		case *ast.GenDecl:
			w.declaration(n)
			return false
		case *ast.ReturnStmt:
			w.returned(n)
			return false
		case *ast.RangeStmt:
			w.loop(n)
			return false
		case *ast.SendStmt:
			w.discard(n.Chan)
			w.lost(n.Value)
			return false
		case *ast.GoStmt:
			w.lost(n.Call.Fun)
			w.lost(n.Call.Args...)
			return false
		case *ast.DeferStmt:
			w.call([]hole{{}}, n.Call)
			return false
		case *ast.TypeSwitchStmt:
			w.typeSwitch(n)
			return false
		case *ast.ExprStmt:
			w.discard(n.X)
			return false
		case *ast.IncDecStmt:
			w.target(n.X)
			return false
		case ast.Expr: // a condition, a tag, the values of cases
			w.discard(n)
			return false
		}
		return true
	})
}

// assignment has one value for each place, or one call for all.
func (w *flows) assignment(n *ast.AssignStmt) {
	if len(n.Rhs) == len(n.Lhs) {
		for i, l := range n.Lhs {
			k := w.target(l)
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE { // a number or a string
				k = hole{}
			}
			w.convTo(k, n.Rhs[i], w.info.TypeOf(l))
		}
		return
	}
	var ks []hole
	for _, l := range n.Lhs {
		ks = append(ks, w.target(l))
	}
	w.several(ks, n.Rhs[0])
}

// several is an expression of more than one value. Of a map's element and the like, only
// the first can hold an address.
func (w *flows) several(ks []hole, e ast.Expr) {
	if c, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		w.call(ks, c)
	} else {
		w.expr(ks[0], e)
	}
}

func (w *flows) declaration(n *ast.GenDecl) {
	for _, s := range n.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok || n.Tok != token.VAR || len(v.Values) == 0 {
			continue
		}
		var ks []hole
		for _, id := range v.Names {
			ks = append(ks, w.target(id))
		}
		if len(v.Values) < len(ks) {
			w.several(ks, v.Values[0])
			continue
		}
		for i, e := range v.Values {
			w.convTo(ks[i], e, w.info.TypeOf(v.Names[i]))
		}
	}
}

// returned goes to the results of the declared function; those of a literal are not
// followed.
func (w *flows) returned(n *ast.ReturnStmt) {
	if len(w.in) > 1 {
		w.lost(n.Results...)
		return
	}
	var ks []hole
	for _, r := range w.results {
		ks = append(ks, hole{r, 0})
	}
	if len(n.Results) < len(ks) && len(n.Results) > 0 {
		w.several(ks, n.Results[0])
		return
	}
	for i, e := range n.Results {
		w.convTo(ks[i], e, w.f.obj.Signature().Results().At(i).Type())
	}
}

// loop is a range statement. The body of one over a function becomes a literal.
func (w *flows) loop(n *ast.RangeStmt) {
	overFunc := IsFunc(w.info.TypeOf(n.X))
	var k hole
	if n.Value != nil {
		k = w.target(n.Value)
	}
	if n.Key != nil {
		w.target(n.Key)
	}
	switch under(w.info.TypeOf(n.X)).(type) {
	case *types.Array:
		w.expr(k, n.X)
	case *types.Slice, *types.Pointer:
		w.expr(k.deref(), n.X)
	default:
		w.discard(n.X)
	}
	if overFunc {
		w.ranges++
		defer func() { w.ranges-- }()
	}
	w.stmts(n.Body)
}

// typeSwitch has a variable for each of its clauses.
func (w *flows) typeSwitch(n *ast.TypeSwitchStmt) {
	if n.Init != nil {
		w.stmts(n.Init)
	}
	var x ast.Expr
	switch a := n.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	}
	var ks []hole
	for _, c := range n.Body.List {
		if v, ok := w.info.Implicits[c].(*types.Var); ok {
			k := hole{w.variable(v), 0}
			if !types.IsInterface(v.Type()) && !isPointer(v.Type()) {
				k = k.deref()
			}
			ks = append(ks, k)
		}
		for _, s := range c.(*ast.CaseClause).Body {
			w.stmts(s)
		}
	}
	w.expr(w.tee(ks...), x)
}
