package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A slice that is returned, or assigned to something, outlives its function only from
// there on. The compiler keeps its array on the stack until then, and moves it, if the
// variable was the only one to have that array before. Then the array grows by the sizes
// that the allocator has, so that nothing is wasted when it moves.

// exclusive is what is known of a slice variable.
type exclusive struct {
	leaves  int // statements with which others get the array
	weight  int // appends, those in loops more
	depth   int // loops around its declaration
	appends []*ast.CallExpr
	lost    bool // it is used in a way that is not understood
	again   bool // a loop makes it empty again and again
}

// exclusives is the walk over a declared function.
type exclusives struct {
	w    *flows
	vars map[*types.Var]*exclusive
	ok   map[*ast.Ident]bool // uses that are understood
	loop int
	lit  int // literals around
}

// moved adds the appends to slices whose arrays the compiler moves.
func (w *flows) moved(found map[*ast.CallExpr]Array) *exclusives {
	x := &exclusives{w: w, vars: map[*types.Var]*exclusive{}, ok: map[*ast.Ident]bool{}}
	x.walk(w.f.decl.Body)
	for _, s := range x.vars {
		if s.lost || s.leaves != 1 || s.weight < 2 {
			continue
		}
		for _, c := range s.appends {
			found[c] = Classes
		}
	}
	return x
}

// emptied says whether v is made empty in a loop, by other than taking a part of it.
func (x *exclusives) emptied(v *types.Var) bool { return x.vars[v] != nil && x.vars[v].again }

// of is what is known of the local slice variable that e names, or nil.
func (x *exclusives) of(e ast.Expr) (*exclusive, *ast.Ident) {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil, nil
	}
	v, ok := x.w.info.ObjectOf(id).(*types.Var)
	if !ok || packageVar(v) {
		return nil, nil
	}
	if _, ok := v.Type().Underlying().(*types.Slice); !ok {
		return nil, nil
	}
	s := x.vars[v]
	if s == nil {
		s = &exclusive{}
		x.vars[v] = s
	}
	return s, id
}

// understood marks a use of the variable that e names.
func (x *exclusives) understood(e ast.Expr) {
	if s, id := x.of(e); s != nil && x.lit == 0 {
		x.ok[id] = true
	}
}

// leaves marks a use after which others have the array.
func (x *exclusives) leaves(e ast.Expr) {
	s, _ := x.of(e)
	if s == nil {
		return
	}
	x.understood(e)
	s.leaves++
	if x.loop > s.depth { // it would have to move at every turn
		s.lost = true
	}
}

// walk looks at n before what is below it, so that uses are known when they are met.
func (x *exclusives) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if s, _ := x.of(n); s != nil && !x.ok[n] {
				s.lost = true
			}
		case *ast.FuncLit:
			x.lit++
			x.walk(n.Body)
			x.lit--
			return false
		case *ast.ForStmt:
			if n.Init != nil {
				x.walk(n.Init)
			}
			x.loop++
			for _, part := range []ast.Node{n.Cond, n.Post, n.Body} {
				if e, ok := part.(ast.Expr); part != nil && (!ok || e != nil) && !isNilStmt(part) {
					x.walk(part)
				}
			}
			x.loop--
			return false
		case *ast.RangeStmt:
			x.understood(n.X)
			x.walk(n.X)
			x.loop++
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if e != nil {
					x.walk(e)
				}
			}
			x.walk(n.Body)
			x.loop--
			return false
		case *ast.ValueSpec:
			x.declared(n)
		case *ast.AssignStmt:
			x.assigned(n)
		case *ast.ReturnStmt:
			x.returned(n)
		case *ast.IndexExpr:
			x.understood(n.X)
		case *ast.UnaryExpr:
			if i, ok := ast.Unparen(n.X).(*ast.IndexExpr); ok && n.Op == token.AND {
				if s, _ := x.of(i.X); s != nil {
					s.lost = true
				}
			}
		case *ast.CallExpr:
			x.called(n)
		}
		return true
	})
}

// isNilStmt says whether an optional statement is missing.
func isNilStmt(n ast.Node) bool {
	s, ok := n.(ast.Stmt)
	return ok && s == nil
}

// declared is var s []T, and var s = x.
func (x *exclusives) declared(n *ast.ValueSpec) {
	for i, id := range n.Names {
		s, _ := x.of(id)
		if s != nil {
			s.depth = x.loop
			s.again = s.again || x.loop > 0
			if len(n.Values) == 0 {
				x.understood(id)
			}
		}
		if len(n.Values) == len(n.Names) {
			x.pair(id, n.Values[i])
		}
	}
}

func (x *exclusives) assigned(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		return
	}
	for i, l := range n.Lhs {
		if s, _ := x.of(l); s != nil && n.Tok == token.DEFINE {
			s.depth = x.loop
		}
		x.pair(l, n.Rhs[i])
	}
}

// pair is l = r: the ways to give a slice a value that nobody else has.
func (x *exclusives) pair(l, r ast.Expr) {
	r = ast.Unparen(r)
	if s, _ := x.of(l); s != nil {
		_, literal := r.(*ast.CompositeLit)
		switch {
		case literal, x.w.info.Types[r].IsNil():
			x.understood(l)
		case x.sameSlice(l, r):
			x.understood(l)
			x.understood(r.(*ast.SliceExpr).X)
		case x.sameAppend(l, r):
			c := r.(*ast.CallExpr)
			x.understood(l)
			x.understood(c.Args[0])
			s.appends = append(s.appends, c)
			s.weight += 1 + x.loop - s.depth
		}
		s.again = s.again || x.loop > 0 && !x.sameSlice(l, r) && !x.sameAppend(l, r)
	}
	if t := x.w.info.TypeOf(l); t == nil || !types.IsInterface(t) {
		x.leaves(r)
	}
}

func (x *exclusives) sameVar(a, b ast.Expr) bool {
	s, _ := x.of(a)
	t, _ := x.of(b)
	return s != nil && s == t
}

func (x *exclusives) sameSlice(l, r ast.Expr) bool {
	s, ok := r.(*ast.SliceExpr)
	return ok && x.sameVar(l, s.X)
}

func (x *exclusives) sameAppend(l, r ast.Expr) bool {
	c, ok := r.(*ast.CallExpr)
	if !ok || len(c.Args) == 0 {
		return false
	}
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	return ok && id.Name == "append" && x.w.info.Types[id].IsBuiltin() && x.sameVar(l, c.Args[0])
}

func (x *exclusives) returned(n *ast.ReturnStmt) {
	if x.lit > 0 {
		return
	}
	results := x.w.f.obj.Signature().Results()
	for i, e := range n.Results {
		if i < results.Len() && !types.IsInterface(results.At(i).Type()) {
			x.leaves(e)
		}
	}
	if len(n.Results) > 0 {
		return
	}
	for v := range x.w.f.obj.Signature().Results().Variables() {
		if s := x.vars[v]; s != nil {
			s.leaves++
			s.lost = s.lost || x.loop > s.depth
		}
	}
}

// called knows len and cap, and functions that keep nothing of an argument.
func (x *exclusives) called(n *ast.CallExpr) {
	fun := ast.Unparen(n.Fun)
	if id, ok := fun.(*ast.Ident); ok && x.w.info.Types[id].IsBuiltin() {
		if id.Name == "len" || id.Name == "cap" {
			x.understood(n.Args[0])
		}
		return
	}
	callee := x.w.static(fun)
	f := x.w.a.funcs[callee]
	for i, a := range n.Args {
		switch {
		case f != nil && i < f.obj.Signature().Params().Len() && !f.obj.Signature().Variadic():
			if !f.tags[f.obj.Signature().Params().At(i)].keeps() {
				x.understood(a)
			}
		case f == nil && callee != nil && keepsNothing(callee):
			x.understood(a)
		}
	}
}
