package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// What is walked is the source, not the tree: slots and boxes are decided before the
// first statement of a function is lowered. Bodies of function literals and of loops over
// functions are both bodies that become functions, so both capture.

// Info says how the variables of one function body must be kept. A
// variable is plain, a slot in its function's frame, unless its address can be
// seen by someone else: then it is boxed, and the slot holds a pointer to it.
// Function literals become functions of their own, which get what they capture
// as arguments: the value, when nobody assigns to the variable after its
// declaration, else the box.
type Info struct {
	Boxed map[*types.Var]bool
	// captures lists the free variables of each literal and of each
	// range-over-func body.
	Captures map[ast.Node][]*types.Var
	Defers   map[ast.Node]bool // bodies that contain a defer statement
	Labels   map[ast.Node]bool // bodies that contain a label or goto
	Recovers map[ast.Node]bool // bodies that call recover
}

// walker is the walk over one declaration.
type walker struct {
	info     *types.Info
	oneVar   func(token.Pos) bool // whether a loop has one variable for all its iterations
	out      *Info
	declared map[*types.Var]ast.Node // the literal a variable belongs to
	captured map[*types.Var]bool
	assigned map[*types.Var]bool // other than by its declaration
	stack    []ast.Node          // enclosing literals, outermost first
}

// Find analyses a function or an initialiser. oneVariable says whether the loop at
// a position has one variable for all its iterations, as before Go 1.22.
func Find(info *types.Info, root ast.Node, oneVariable func(token.Pos) bool) *Info {
	w := &walker{
		info: info, oneVar: oneVariable,
		out: &Info{
			Boxed: map[*types.Var]bool{}, Captures: map[ast.Node][]*types.Var{},
			Defers: map[ast.Node]bool{}, Labels: map[ast.Node]bool{}, Recovers: map[ast.Node]bool{},
		},
		declared: map[*types.Var]ast.Node{}, captured: map[*types.Var]bool{}, assigned: map[*types.Var]bool{},
	}
	w.stack = []ast.Node{root}
	if fd, ok := root.(*ast.FuncDecl); ok {
		w.results(fd.Type)
	}
	w.walk(root)
	for v := range w.captured {
		if w.assigned[v] {
			w.out.Boxed[v] = true
		}
	}
	return w.out
}

// body is the innermost body that becomes a function of its own.
func (w *walker) body() ast.Node { return w.stack[len(w.stack)-1] }

// walk looks at n and at all below it. Bodies of literals and of loops over functions
// are entered on the way, so that the stack tells where a variable is used.
func (w *walker) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			w.enter(n, func() { w.walk(n.Type); w.results(n.Type); w.walk(n.Body) })
			return false
		case *ast.RangeStmt:
			return w.rangeStmt(n)
		case *ast.ForStmt:
			return w.forStmt(n)
		case *ast.Ident:
			w.ident(n)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				w.address(n.X)
			}
		case *ast.SliceExpr:
			// A slice of an array shares its memory. In an instance a type
			// parameter may have become an array.
			if _, ok := w.under(n.X).(*types.Array); ok {
				w.address(n.X)
			} else if _, ok := w.info.TypeOf(n.X).(*types.TypeParam); ok {
				w.address(n.X)
			}
		case *ast.SelectorExpr:
			w.selector(n)
		case *ast.AssignStmt:
			w.assign(n)
		case *ast.IncDecStmt:
			w.assignTo(n.X)
		case *ast.DeferStmt:
			// In a range-over-func body the defer is the function's own.
			for i := len(w.stack) - 1; i >= 0; i-- {
				w.out.Defers[w.stack[i]] = true
				if _, ok := w.stack[i].(*ast.RangeStmt); !ok {
					break
				}
			}
		case *ast.LabeledStmt:
			// A jump back to it passes declarations again.
			w.out.Labels[w.body()] = true
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "recover" {
				w.out.Recovers[w.body()] = true
			}
		}
		return true
	})
}

// under is the underlying type of e, or nil where go/types has none.
func (w *walker) under(e ast.Expr) types.Type {
	t := w.info.TypeOf(e)
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// enter walks a body of its own.
func (w *walker) enter(n ast.Node, f func()) {
	w.stack = append(w.stack, n)
	f()
	w.stack = w.stack[:len(w.stack)-1]
}

// rangeStmt treats the body of a loop over a function as a literal.
func (w *walker) rangeStmt(n *ast.RangeStmt) bool {
	if !IsFunc(w.info.TypeOf(n.X)) {
		if n.Tok == token.ASSIGN || w.oneVar(n.Pos()) {
			w.assignTo(n.Key)
			w.assignTo(n.Value)
		}
		// A range over an array variable that is not boxed copies it.
		return true
	}
	w.walk(n.X)
	w.enter(n, func() {
		if n.Tok == token.ASSIGN {
			w.assignTo(n.Key)
			w.assignTo(n.Value)
		}
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				w.walk(e)
			}
		}
		w.walk(n.Body)
	})
	return false
}

// forStmt: each iteration has its own copy of the loop's variables, so the
// post statement assigns to nobody's captured variable, unless it does so in a
// function of its own.
func (w *walker) forStmt(n *ast.ForStmt) bool {
	if n.Init != nil {
		w.walk(n.Init)
	}
	if n.Cond != nil {
		w.walk(n.Cond)
	}
	w.walk(n.Body)
	if n.Post != nil {
		own := map[*types.Var]bool{}
		if a, ok := n.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
			for _, l := range a.Lhs {
				if v, ok := w.info.Defs[l.(*ast.Ident)].(*types.Var); ok && !w.assigned[v] {
					own[v] = true
				}
			}
		}
		w.walk(n.Post)
		if !hasLiteral(n.Post) && !w.oneVar(n.Pos()) {
			for v := range own {
				delete(w.assigned, v)
			}
		}
	}
	return false
}

// hasLiteral says whether n contains a function literal.
func hasLiteral(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		_, lit := n.(*ast.FuncLit)
		found = found || lit
		return !found
	})
	return found
}

// ident notes where a local variable is declared and where it is used.
func (w *walker) ident(id *ast.Ident) {
	if v, ok := w.info.Defs[id].(*types.Var); ok {
		w.declared[v] = w.body()
		return
	}
	v, ok := w.info.Uses[id].(*types.Var)
	if !ok || v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
		return
	}
	w.use(v)
}

// use notes that v is used in the innermost body. It is captured by all bodies between
// there and its home, because each gets it from the one around.
func (w *walker) use(v *types.Var) {
	home, ok := w.declared[v]
	if !ok { // a parameter, a result, or a type switch's variable
		home = w.homeOf(v)
		w.declared[v] = home
	}
	for i := len(w.stack) - 1; i >= 0 && w.stack[i] != home; i-- {
		w.captured[v] = true
		w.capture(w.stack[i], v)
	}
}

// capture adds v to what a body takes along. The order is that of first use, which is
// the order of the lowered function's parameters.
func (w *walker) capture(lit ast.Node, v *types.Var) {
	for _, x := range w.out.Captures[lit] {
		if x == v {
			return
		}
	}
	w.out.Captures[lit] = append(w.out.Captures[lit], v)
}

// homeOf finds the innermost literal on the stack that encloses v's
// declaration.
func (w *walker) homeOf(v *types.Var) ast.Node {
	for i := len(w.stack) - 1; i > 0; i-- {
		if n := w.stack[i]; n.Pos() <= v.Pos() && v.Pos() < n.End() {
			if r, ok := n.(*ast.RangeStmt); ok && v.Pos() < r.Body.Pos() && r.X.Pos() <= v.Pos() && v.Pos() < r.X.End() {
				continue
			}
			return n
		}
	}
	return w.stack[0]
}

// assign notes the variables that an assignment changes. What := declares is not
// changed by it, only what it finds declared already.
func (w *walker) assign(n *ast.AssignStmt) {
	for _, l := range n.Lhs {
		if n.Tok == token.DEFINE {
			if id, ok := l.(*ast.Ident); ok && w.info.Defs[id] != nil {
				continue
			}
		}
		w.assignTo(l)
	}
}

// assignTo notes an assignment to the variable that e is a part of.
func (w *walker) assignTo(e ast.Expr) {
	if e == nil {
		return
	}
	if v := w.root(e); v != nil {
		w.assigned[v] = true
	}
}

// address notes that the address of the variable that e is a part of is taken.
func (w *walker) address(e ast.Expr) {
	if v := w.root(e); v != nil {
		w.out.Boxed[v] = true
	}
}

// root is the local variable that contains e, or nil.
func (w *walker) root(e ast.Expr) *types.Var {
	// Fields of a struct and elements of an array are parts of the variable; what a
	// pointer or a slice leads to is not.
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			sel := w.info.Selections[x]
			if sel == nil || sel.Kind() != types.FieldVal || viaPointer(sel) {
				return nil
			}
			e = x.X
		case *ast.IndexExpr:
			switch w.under(x.X).(type) {
			case *types.Array:
			default:
				return nil
			}
			e = x.X
		case *ast.Ident:
			o := w.info.Uses[x]
			if o == nil {
				o = w.info.Defs[x]
			}
			v, ok := o.(*types.Var)
			if !ok || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
				return nil
			}
			return v
		default:
			return nil
		}
	}
}

// viaPointer says whether a field selection follows a pointer.
func viaPointer(sel *types.Selection) bool {
	t := sel.Recv()
	for _, i := range sel.Index() {
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return true
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
	}
	return false
}

// selector notes a method call or value that takes its receiver's address.
func (w *walker) selector(n *ast.SelectorExpr) {
	sel := w.info.Selections[n]
	if sel == nil || sel.Kind() != types.MethodVal {
		return
	}
	if _, ok := w.info.TypeOf(n.X).(*types.TypeParam); ok {
		w.address(n.X) // the instance's method may have a pointer receiver
		return
	}
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if recv == nil {
		return
	}
	if _, ok := types.Unalias(recv.Type()).(*types.Pointer); !ok {
		return
	}
	t := sel.Recv()
	for _, i := range sel.Index()[:len(sel.Index())-1] {
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return
		}
		t = st.Field(i).Type()
	}
	if _, ok := t.Underlying().(*types.Pointer); !ok {
		w.address(n.X)
	}
}

// results notes that return statements assign to named results.
func (w *walker) results(t *ast.FuncType) {
	if t.Results == nil {
		return
	}
	for _, f := range t.Results.List {
		for _, id := range f.Names {
			if v, ok := w.info.Defs[id].(*types.Var); ok {
				w.assigned[v] = true
			}
		}
	}
}

// IsFunc says whether t is a function type, or a type parameter whose types are
// functions.
func IsFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		tp, ok := types.Unalias(t).(*types.TypeParam)
		if !ok {
			return false
		}
		fn := false
		for e := range tp.Underlying().(*types.Interface).EmbeddedTypes() {
			if un, ok := e.(*types.Union); ok && un.Len() > 0 {
				e = un.Term(0).Type()
			}
			_, fn = e.Underlying().(*types.Signature)
		}
		return fn
	}
	return false
}
