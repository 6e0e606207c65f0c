package escape

import (
	"go/ast"
	"go/token"
	"go/types"
)

// call lets a call's results go to ks.
func (w *flows) call(ks []hole, e *ast.CallExpr) {
	fun := ast.Unparen(e.Fun)
	tv := w.info.Types[fun]
	switch {
	case tv.IsType():
		w.conversion(ks[0], e)
		return
	case tv.IsBuiltin():
		name := ""
		if id, ok := fun.(*ast.Ident); ok {
			name = id.Name
		}
		w.builtin(ks[0], e, name)
		return
	}
	sig, ok := under(tv.Type).(*types.Signature)
	if !ok {
		w.lost(e.Args...)
		return
	}
	if lit := w.literalOf(fun); lit != nil {
		if _, inPlace := fun.(*ast.FuncLit); inPlace {
			w.expr(hole{}, fun)
		}
		params := w.info.TypeOf(lit).(*types.Signature).Params()
		w.arguments(e, params, sig.Variadic(), func(i int) hole { return hole{w.variable(params.At(i)), 0} })
		return
	}
	callee := w.static(fun)
	f := w.a.funcs[callee]
	switch {
	case f != nil:
		w.calls(f)
		own := f.obj.Signature()
		if sel, ok := fun.(*ast.SelectorExpr); ok && own.Recv() != nil {
			w.receiver(w.tagged(f, own.Recv(), ks), sel, own.Recv().Type())
		}
		w.arguments(e, own.Params(), own.Variadic(), func(i int) hole { return w.tagged(f, own.Params().At(i), ks) })
	case callee != nil && keepsNothing(callee):
		if sel, ok := fun.(*ast.SelectorExpr); ok {
			w.discard(sel.X)
		}
		k := hole{}
		if callee.Pkg().Path() == "sort" || callee.Pkg().Path() == "slices" { // most write
			k = hole{w.changed, 0}
		}
		w.arguments(e, sig.Params(), sig.Variadic(), func(int) hole { return k })
	case callee != nil && returnsFirst(callee):
		w.arguments(e, sig.Params(), sig.Variadic(), func(i int) hole {
			if i == 0 {
				return w.tee(ks[0], hole{w.changed, 0})
			}
			return hole{w.heap, 0}
		})
	default:
		if sel, ok := fun.(*ast.SelectorExpr); ok && w.info.Selections[sel] != nil {
			w.lost(sel.X)
		} else {
			w.discard(fun)
		}
		w.arguments(e, sig.Params(), sig.Variadic(), func(int) hole { return hole{w.heap, 0} })
	}
}

// literalOf is the function literal that is called, if that is known.
func (w *flows) literalOf(fun ast.Expr) *ast.FuncLit {
	switch fun := fun.(type) {
	case *ast.FuncLit:
		return fun
	case *ast.Ident:
		if v, ok := w.info.Uses[fun].(*types.Var); ok {
			return w.literals[v]
		}
	}
	return nil
}

// static is the function that is called, if it is a declared one.
func (w *flows) static(fun ast.Expr) *types.Func {
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		o, _ := w.info.Uses[fun].(*types.Func)
		return origin(o)
	case *ast.SelectorExpr:
		o, _ := w.info.Uses[fun.Sel].(*types.Func)
		if sel := w.info.Selections[fun]; sel != nil && (sel.Kind() != types.MethodVal || types.IsInterface(sel.Recv())) {
			return nil
		}
		return origin(o)
	}
	return nil
}

func origin(o *types.Func) *types.Func {
	if o == nil {
		return nil
	}
	return o.Origin()
}

// tagged is the hole of an argument: where the function lets its parameter go.
func (w *flows) tagged(f *function, v *types.Var, ks []hole) hole {
	t := f.tags[v]
	if t == nil {
		return hole{}
	}
	var to []hole
	if d, ok := t.heap.derefs(); ok {
		to = append(to, hole{w.heap, d})
	}
	if d, ok := t.changed.derefs(); ok {
		to = append(to, hole{w.changed, d})
	}
	if d, ok := t.seen.derefs(); ok {
		to = append(to, hole{w.seen, d})
	}
	for i, k := range ks {
		if d, ok := t.results[i].derefs(); ok {
			to = append(to, hole{k.to, max(k.derefs, 0) + d})
		}
	}
	return w.tee(to...)
}

// receiver passes what a method is called on, or its address, or what it points to.
func (w *flows) receiver(k hole, sel *ast.SelectorExpr, want types.Type) {
	_, wantPointer := types.Unalias(want).(*types.Pointer)
	_, havePointer := under(w.info.TypeOf(sel.X)).(*types.Pointer)
	switch {
	case wantPointer && !havePointer:
		w.inMemoryAt(sel.X)
		k = k.addr()
	case !wantPointer && havePointer:
		k = k.deref()
	}
	w.expr(k, sel.X)
}

// arguments passes the arguments to parameters. Those of a variadic one are in a slice.
func (w *flows) arguments(e *ast.CallExpr, params *types.Tuple, variadic bool, to func(i int) hole) {
	if len(e.Args) == 1 && params.Len() > 1 { // all results of another call
		w.lost(e.Args...)
		return
	}
	var rest hole
	for i, a := range e.Args {
		last := min(i, params.Len()-1)
		if last < 0 {
			return
		}
		t := params.At(last).Type()
		if !variadic || e.Ellipsis.IsValid() || i < params.Len()-1 {
			w.convTo(to(last), a, t)
			continue
		}
		if i == params.Len()-1 {
			rest = w.spill(to(last))
		}
		w.convTo(rest, a, t.(*types.Slice).Elem())
	}
}

// conversion copies what it makes of a string or makes a string of.
func (w *flows) conversion(k hole, e *ast.CallExpr) {
	arg := e.Args[0]
	want, have := under(w.info.TypeOf(e)), under(w.info.TypeOf(arg))
	_, toSlice := want.(*types.Slice)
	_, fromSlice := have.(*types.Slice)
	_, toBasic := want.(*types.Basic)
	_, fromBasic := have.(*types.Basic)
	if toSlice && fromBasic || toBasic && fromSlice {
		if made := w.spill(k); toSlice && w.info.Types[arg].Value == nil {
			made.to.array = e
			w.inRange[e] = w.ranges > 0 || w.carried()[e]
		}
		w.discard(arg)
		return
	}
	w.convTo(k, arg, w.info.TypeOf(e))
}

// carried are the calls in loops whose values are assigned, and not declared, so that they
// may outlive the turn in which they were made.
func (w *flows) carried() map[*ast.CallExpr]bool {
	if w.assigned != nil {
		return w.assigned
	}
	w.assigned = map[*ast.CallExpr]bool{}
	loops := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if a, ok := n.(*ast.AssignStmt); ok && a.Tok == token.ASSIGN {
				for _, e := range a.Rhs {
					if c, ok := ast.Unparen(e).(*ast.CallExpr); ok {
						w.assigned[c] = true
					}
				}
			}
			return true
		})
	}
	ast.Inspect(w.f.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			loops(n)
		case *ast.RangeStmt:
			loops(n)
		}
		return true
	})
	return w.assigned
}

func (w *flows) builtin(k hole, e *ast.CallExpr, name string) {
	switch name {
	case "append":
		w.append(k, e)
	case "cap":
		w.expr(hole{w.seen, 0}, e.Args[0])
	case "clear":
		w.expr(hole{w.changed, 0}, e.Args[0])
	case "copy":
		w.expr(hole{w.changed, 0}, e.Args[0])
		w.elements(e.Args[1])
	case "panic":
		w.convTo(hole{w.heap, 0}, e.Args[0], types.NewInterfaceType(nil, nil))
	case "new":
		to := w.spill(k)
		w.expr(to, e.Args[0])
	case "make":
		w.spill(k)
		w.discard(e.Args[1:]...)
	case "min", "max":
		for _, a := range e.Args {
			w.expr(k, a)
		}
	default:
		w.discard(e.Args...)
	}
}

// elements lets the elements of a slice go where nobody follows them.
func (w *flows) elements(e ast.Expr) {
	k := hole{}
	if s, ok := under(w.info.TypeOf(e)).(*types.Slice); ok && pointers(s.Elem()) {
		k = hole{w.heap, 1}
	}
	w.expr(k, e)
}

// append's result is its first argument, or a new array. What is put in is followed no
// further.
func (w *flows) append(k hole, e *ast.CallExpr) {
	if k.to == nil {
		k = hole{w.place(), 0}
	}
	first := []hole{k, {w.changed, 0}, {w.seen, 0}}
	s, ok := under(w.info.TypeOf(e.Args[0])).(*types.Slice)
	if !ok { // nil
		s, ok = under(w.info.TypeOf(e)).(*types.Slice)
	}
	if ok && pointers(s.Elem()) {
		first = append(first, hole{w.heap, 1})
	}
	w.expr(w.tee(first...), e.Args[0])
	if e.Ellipsis.IsValid() {
		w.elements(e.Args[1])
	} else {
		for _, a := range e.Args[1:] {
			var elem types.Type
			if ok {
				elem = s.Elem()
			}
			w.convTo(hole{w.heap, 0}, a, elem)
		}
	}
	array := w.spill(k)
	if !e.Ellipsis.IsValid() && len(e.Args) > 1 {
		array.to.array = e
		w.inRange[e] = w.ranges > 0
	}
}

// keepsNothing says whether a function of the library uses slices without keeping them
// or what is in them.
func keepsNothing(f *types.Func) bool {
	if f.Pkg() == nil || f.Signature().Recv() != nil {
		return false
	}
	return keepNothing[f.Pkg().Path()+"."+f.Name()]
}

// returnsFirst says whether a function of the library returns its first argument.
func returnsFirst(f *types.Func) bool {
	if f.Pkg() == nil || f.Signature().Recv() != nil {
		return false
	}
	return returnFirst[f.Pkg().Path()+"."+f.Name()]
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

var keepNothing = set(
	"sort.Ints", "sort.Strings", "sort.Float64s", "sort.SearchInts", "sort.SearchStrings", "sort.SearchFloat64s",
	"sort.IntsAreSorted", "sort.StringsAreSorted", "sort.Float64sAreSorted",
	"slices.Sort", "slices.SortFunc", "slices.SortStableFunc", "slices.IsSorted", "slices.IsSortedFunc",
	"slices.Contains", "slices.ContainsFunc", "slices.Index", "slices.IndexFunc", "slices.Equal", "slices.EqualFunc",
	"slices.Compare", "slices.BinarySearch", "slices.BinarySearchFunc", "slices.Reverse",
	"bytes.Equal", "bytes.Compare", "bytes.Contains", "bytes.Index", "bytes.IndexByte", "bytes.HasPrefix", "bytes.HasSuffix", "bytes.Count",
	"unicode/utf8.RuneCount", "unicode/utf8.DecodeRune", "unicode/utf8.Valid",
)

var returnFirst = set("slices.Clip", "slices.Compact", "slices.CompactFunc", "slices.DeleteFunc")
