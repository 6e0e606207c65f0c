package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// flows is the graph of one declared function, with the literals in it.
type flows struct {
	a      *analysis
	f      *function
	info   *types.Info
	places []*place
	heap   *place
	// changed is where slices and pointers go of which somebody writes to what is behind
	// them, and seen where slices do whose capacity matters.
	changed, seen *place
	vars          map[*types.Var]*place
	walk          int // number of the last walk

	results  []*place // of the declared function
	literals map[*types.Var]*ast.FuncLit
	in       []ast.Node // the function and the literals around what is looked at
	// byReference are the variables whose addresses are taken, or that literals capture
	// and somebody assigns to. inMemory are those that the first holds for, or that a
	// literal assigns to.
	byReference, inMemory map[*types.Var]bool
	inRange               map[*ast.CallExpr]bool
	assigned              map[*ast.CallExpr]bool // see carried; nil until somebody asks
	ranges                int                    // loops over functions around it
	recursive             bool                   // the function calls itself
}

// hole is where a value goes: to a place, after some pointers are followed; nowhere, if
// there is no place.
type hole struct {
	to     *place
	derefs int
}

func (k hole) deref() hole { return hole{k.to, k.derefs + 1} }
func (k hole) addr() hole  { return hole{k.to, max(k.derefs-1, -1)} }

// flowsOf makes the graph of f.
func (a *analysis) flowsOf(f *function) *flows {
	w := &flows{
		a: a, f: f, info: f.info, vars: map[*types.Var]*place{}, literals: map[*types.Var]*ast.FuncLit{},
		in: []ast.Node{f.decl}, inMemory: map[*types.Var]bool{}, inRange: map[*ast.CallExpr]bool{},
	}
	w.heap = &place{in: f.decl, escapes: true}
	w.changed, w.seen = &place{in: f.decl}, &place{in: f.decl}
	w.byReference = Find(f.info, f.decl, func(token.Pos) bool { return false }).Boxed
	sig := f.obj.Signature()
	if sig.Recv() != nil {
		w.variable(sig.Recv()).param = sig.Recv()
	}
	for v := range sig.Params().Variables() {
		w.variable(v).param = v
	}
	for i := range sig.Results().Len() {
		p := w.variable(sig.Results().At(i))
		p.result = i + 1
		w.results = append(w.results, p)
	}
	w.fixedLiterals()
	w.stmts(f.decl.Body)
	return w
}

// fixedLiterals finds the variables that are function literals and never anything else.
func (w *flows) fixedLiterals() {
	assigned := map[types.Object]int{}
	ast.Inspect(w.f.decl.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, l := range a.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok {
				continue
			}
			o := w.info.ObjectOf(id)
			assigned[o]++
			if v, ok := o.(*types.Var); ok && len(a.Lhs) == len(a.Rhs) {
				if lit, ok := a.Rhs[i].(*ast.FuncLit); ok {
					w.literals[v] = lit
				}
			}
		}
		return true
	})
	for v := range w.literals {
		if assigned[v] != 1 || w.byReference[v] {
			delete(w.literals, v)
		}
	}
}

func (w *flows) place() *place {
	p := &place{in: w.in[len(w.in)-1]}
	w.places = append(w.places, p)
	return p
}

// variable is the place of a local variable.
func (w *flows) variable(v *types.Var) *place {
	p := w.vars[v]
	if p == nil {
		p = w.place()
		w.vars[v] = p
	}
	return p
}

// flow lets what is at src go to k.
func (w *flows) flow(k hole, src *place) {
	if k.to == nil || k.to == src && k.derefs >= 0 {
		return
	}
	k.to.from = append(k.to.from, edge{src, k.derefs})
}

// spill is a new place whose address goes to k.
func (w *flows) spill(k hole) hole {
	p := w.place()
	w.flow(k.addr(), p)
	return hole{p, 0}
}

// tee is a hole that leads to all of ks.
func (w *flows) tee(ks ...hole) hole {
	p := w.place()
	for _, k := range ks {
		if k.derefs < 0 {
			k.derefs = 0
		}
		w.flow(k, p)
	}
	return hole{p, 0}
}

func (w *flows) discard(list ...ast.Expr) {
	for _, e := range list {
		if e != nil {
			w.expr(hole{}, e)
		}
	}
}

// lost lets a value go where nobody follows it.
func (w *flows) lost(list ...ast.Expr) {
	for _, e := range list {
		w.expr(hole{w.heap, 0}, e)
	}
}

// convTo is e in a context that wants type t: an interface holds a copy of what is no
// pointer.
func (w *flows) convTo(k hole, e ast.Expr, t types.Type) {
	have := w.info.TypeOf(e)
	if t != nil && have != nil && types.IsInterface(t) && !types.IsInterface(have) && !isPointer(have) {
		k = w.spill(k)
	}
	w.expr(k, e)
}

func isPointer(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// pointers says whether a value of type t can hold an address.
func pointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer || u.Kind() == types.UntypedNil
	case *types.Array:
		return pointers(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if pointers(f.Type()) {
				return true
			}
		}
		return false
	case *types.Tuple:
		return false
	}
	return true
}

// expr lets the value of e go to k.
func (w *flows) expr(k hole, e ast.Expr) {
	e = ast.Unparen(e)
	if tv, ok := w.info.Types[e]; ok && (tv.IsType() || tv.Value != nil || tv.Type != nil && k.derefs >= 0 && !pointers(tv.Type)) {
		if tv.IsType() || tv.Value != nil {
			return
		}
		k = hole{}
	}
	switch e := e.(type) {
	case *ast.Ident:
		if v, ok := w.info.Uses[e].(*types.Var); ok && !packageVar(v) {
			w.flow(k, w.variable(v))
		}
	case *ast.FuncLit:
		w.literal(k, e)
	case *ast.CompositeLit:
		w.composite(k, e)
	case *ast.SelectorExpr:
		w.selector(k, e)
	case *ast.IndexExpr:
		w.index(k, e)
	case *ast.SliceExpr:
		w.discard(e.Low, e.High, e.Max)
		if _, ok := under(w.info.TypeOf(e.X)).(*types.Array); ok {
			k = k.addr()
		} else if e.High != nil {
			k = w.tee(k, hole{w.seen, 0})
		}
		w.expr(k, e.X)
	case *ast.StarExpr:
		w.expr(k.deref(), e.X)
	case *ast.UnaryExpr:
		switch lit, isLit := ast.Unparen(e.X).(*ast.CompositeLit); {
		case e.Op == token.AND && isLit:
			w.composite(w.spill(k), lit)
		case e.Op == token.AND:
			w.inMemoryAt(e.X)
			w.expr(k.addr(), e.X)
		default: // a receive too: what comes is from elsewhere
			w.discard(e.X)
		}
	case *ast.BinaryExpr:
		w.discard(e.X, e.Y)
	case *ast.TypeAssertExpr:
		if t := w.info.TypeOf(e); e.Type != nil && !types.IsInterface(t) && !isPointer(t) {
			k = k.deref()
		}
		w.expr(k, e.X)
	case *ast.CallExpr:
		w.call([]hole{k}, e)
	}
}

func packageVar(v *types.Var) bool {
	return v.IsField() || v.Pkg() == nil || v.Parent() == v.Pkg().Scope()
}

// under is the underlying type, of a type parameter that of its only type.
func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		for e := range tp.Underlying().(*types.Interface).EmbeddedTypes() {
			if u, ok := e.(*types.Union); ok && u.Len() == 1 {
				return u.Term(0).Type().Underlying()
			}
		}
	}
	return t.Underlying()
}

// literal takes along what it captures: values of variables that nobody changes, and
// addresses of the others.
func (w *flows) literal(k hole, e *ast.FuncLit) {
	closure := w.spill(k)
	seen := map[*types.Var]bool{}
	ast.Inspect(e.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := w.info.Uses[id].(*types.Var)
		if !ok || packageVar(v) || seen[v] || e.Pos() <= v.Pos() && v.Pos() < e.End() {
			return true
		}
		seen[v] = true
		if w.byReference[v] {
			w.flow(closure.addr(), w.variable(v))
		} else {
			w.flow(closure, w.variable(v))
		}
		return true
	})
	w.in = append(w.in, e)
	ranges := w.ranges
	w.ranges = 0
	sig := w.info.TypeOf(e).(*types.Signature)
	for v := range sig.Results().Variables() {
		if v.Name() != "" {
			w.flow(hole{w.heap, 0}, w.variable(v))
		}
	}
	w.stmts(e.Body)
	w.ranges = ranges
	w.in = w.in[:len(w.in)-1]
}

// composite lets the elements go where the literal's memory is.
func (w *flows) composite(k hole, e *ast.CompositeLit) {
	t := under(w.info.TypeOf(e))
	if p, ok := t.(*types.Pointer); ok { // an element of a literal, without its &T
		k, t = w.spill(k), p.Elem().Underlying()
	}
	var elem types.Type
	switch t := t.(type) {
	case *types.Slice:
		k, elem = w.spill(k), t.Elem()
	case *types.Array:
		elem = t.Elem()
	case *types.Map:
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			w.convTo(hole{w.heap, 0}, kv.Key, t.Key())
			w.convTo(hole{w.heap, 0}, kv.Value, t.Elem())
		}
		return
	}
	for i, x := range e.Elts {
		want := elem
		kv, keyed := x.(*ast.KeyValueExpr)
		if keyed {
			x = kv.Value
		}
		if s, ok := t.(*types.Struct); ok {
			if keyed {
				want = w.info.TypeOf(kv.Key)
			} else {
				want = s.Field(i).Type()
			}
		}
		w.convTo(k, x, want)
	}
}

// selector is a field, which is part of what it is in, or a method's value.
func (w *flows) selector(k hole, e *ast.SelectorExpr) {
	sel := w.info.Selections[e]
	switch {
	case sel == nil: // of a package
	case sel.Kind() == types.FieldVal:
		if sel.Indirect() || isPointer(w.info.TypeOf(e.X)) {
			k = k.deref()
		}
		w.expr(k, e.X)
	case sel.Kind() == types.MethodVal:
		w.lost(e.X)
	}
}

func (w *flows) index(k hole, e *ast.IndexExpr) {
	switch t := under(w.info.TypeOf(e.X)).(type) {
	case *types.Array:
		w.discard(e.Index)
		w.expr(k, e.X)
	case *types.Slice, *types.Pointer:
		w.discard(e.Index)
		w.expr(k.deref(), e.X)
	case *types.Map:
		w.discard(e.X)
		w.convTo(hole{w.heap, 0}, e.Index, t.Key())
	case *types.Signature: // an instance
	case *types.Basic: // a string
		w.discard(e.X, e.Index)
	default:
		w.lost(e.X, e.Index)
	}
}

// inMemoryAt notes that the variable that e names lies in memory.
func (w *flows) inMemoryAt(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if v, ok := w.info.Uses[id].(*types.Var); ok {
			w.inMemory[v] = true
		}
	}
}

// target is where what is assigned to e goes.
func (w *flows) target(e ast.Expr) hole {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return hole{}
		}
		if v, ok := w.info.ObjectOf(e).(*types.Var); ok && !packageVar(v) {
			if p := w.variable(v); p.in != w.in[len(w.in)-1] {
				w.inMemory[v] = true
			}
			return hole{w.variable(v), 0}
		}
	case *ast.SelectorExpr:
		if sel := w.info.Selections[e]; sel != nil && !sel.Indirect() && !isPointer(w.info.TypeOf(e.X)) {
			return w.target(e.X)
		}
		w.discard(e.X)
	case *ast.IndexExpr:
		w.discard(e.Index)
		if _, ok := under(w.info.TypeOf(e.X)).(*types.Array); ok {
			return w.target(e.X)
		}
		w.expr(hole{w.changed, 0}, e.X)
	case *ast.StarExpr:
		w.expr(hole{w.changed, 0}, e.X)
	}
	return hole{w.heap, 0}
}
