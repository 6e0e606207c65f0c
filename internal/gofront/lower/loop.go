package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"go/version"

	"playground/internal/gofront/ir"
)

// loopVars are the variables that a for statement declares.
func (f *unit) loopVars(s *ast.ForStmt) []*types.Var {
	var list []*types.Var
	if a, ok := s.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
		for _, l := range a.Lhs {
			if v := f.newVar(l); v != nil {
				list = append(list, v)
			}
		}
	}
	return list
}

// forStmt is a for statement. Each iteration has its own copy of the variables that the
// statement declares; it matters for those in boxes, which somebody may have kept, and
// is made before the post statement runs, as in compiled code:
//
//	for ; (*i) < 3; {
//		...
//		i = Box((*i))
//		(*i) = (*i) + 1
//	}
func (f *unit) forStmt(s *ast.ForStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	t := f.push(target{label: label, loop: true, end: f.newLabel("E"), next: f.newLabel("C")})
	f.loops++
	n := &ir.For{}
	if s.Cond != nil {
		n.Cond = f.cond(s.Cond)
	}
	n.Post = f.aside(func() {
		for _, v := range f.loopVars(s) {
			if f.esc.Boxed[v] && !f.src.oneVariable(s.Pos()) { // the next iteration's own copy
				f.set(f.slot(v), f.p.boxOf(unbox(f.slot(v)), f.typ(v.Type())))
			}
		}
		if s.Post != nil {
			f.stmt(s.Post, "")
		}
	})
	f.at(s.Pos())
	n.Place = f.here()
	n.Body = f.aside(func() { f.loopBody(t, s.Body.List) })
	f.emit(n)
	f.loops--
	f.pop()
	if t.usedEnd {
		f.labelHere(t.end)
	}
}

// loopBody lowers a loop's body, with the place that continue leads to.
func (f *unit) loopBody(t *target, list []ast.Stmt) {
	f.block(list)
	if t.usedNext {
		f.labelHere(t.next)
	}
}

// bindIter gives the variables of a range clause their values.
func (f *unit) bindIter(s *ast.RangeStmt, e ast.Expr, val ir.Expr, have types.Type) {
	if isBlank(e) {
		return
	}
	if s.Tok == token.DEFINE {
		v := f.newVar(e)
		if f.keepsVariable(s, v) {
			f.set(f.variable(v), f.convert(val, have, v.Type()))
			return
		}
		f.define(v, f.convert(val, have, v.Type()))
		return
	}
	f.set(f.expr(e), f.convert(val, have, f.typeOf(e)))
}

// oneVariable says whether the loops of the file at pos have one variable for all
// their iterations, as they had before Go 1.22.
func (s *Source) oneVariable(pos token.Pos) bool {
	for _, f := range s.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			v := s.Info.FileVersions[f]
			return v != "" && version.Compare(v, "go1.22") < 0
		}
	}
	return false
}

// keepsVariable says whether v is one box for all iterations of a range loop. A
// variable without a box is the same to all who look, made anew or not.
func (f *unit) keepsVariable(s *ast.RangeStmt, v *types.Var) bool {
	return v != nil && f.esc.Boxed[v] && f.src.oneVariable(s.Pos())
}

// rangeStmt is a range loop, by what it ranges over. All but functions become a for
// loop over temporaries that the program cannot reach; the variables of the clause are
// assigned at the top of the body. So assigning to them changes nothing about the loop.
func (f *unit) rangeStmt(s *ast.RangeStmt, label string) {
	t := f.typeOf(s.X)
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if v := f.newVar(e); s.Tok == token.DEFINE && f.keepsVariable(s, v) {
			f.define(v, nil)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		f.rangeFunc(s, label, t, u)
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			f.rangeString(s, label)
		} else {
			f.rangeInt(s, label, t)
		}
	case *types.Chan:
		f.rangeChan(s, label, t, u)
	case *types.Map:
		f.rangeMap(s, label, t, u)
	default:
		f.rangeList(s, label, t)
	}
}

// rangeLoop emits a loop: step binds the variables.
func (f *unit) rangeLoop(s *ast.RangeStmt, label string, cond ir.Expr, post []ir.Stmt, step func()) {
	tg := f.push(target{label: label, loop: true, end: f.newLabel("E"), next: f.newLabel("C")})
	f.loops++
	n := &ir.For{Place: f.here(), Cond: cond, Post: post}
	n.Body = f.aside(func() {
		step()
		f.loopBody(tg, s.Body.List)
	})
	f.at(s.Pos())
	f.emit(n)
	f.loops--
	f.pop()
	if tg.usedEnd {
		f.labelHere(tg.end)
	}
}

// breakUnless leaves the loop when ok is false.
func (f *unit) breakUnless(ok ir.Expr) {
	f.when(not(ok), func() { f.emit(&ir.Branch{Place: f.here(), Tok: token.BREAK}) })
}

// step is the post statement i = i + n.
func step(i, n ir.Expr) []ir.Stmt {
	return advance(i, &ir.Binary{Value: ir.Value{Type: intType}, Op: token.ADD, X: i, Y: n})
}

// advance is the post statement i = next.
func advance(i, next ir.Expr) []ir.Stmt {
	return []ir.Stmt{&ir.Assign{Lhs: []ir.Expr{i}, Rhs: []ir.Expr{next}}}
}

// rangeInt counts from 0 to what is there once, before the loop. A variable that
// nobody assigns to and nobody keeps is the counter itself.
func (f *unit) rangeInt(s *ast.RangeStmt, label string, t types.Type) {
	if isUntyped(t) {
		t = intType
		if !isBlank(s.Key) {
			t = f.lhsType(s.Key, intType)
		}
	}
	n := f.convTo(s.X, t)
	if f.src.Info.Types[s.X].Value == nil {
		n = f.hold(n, t)
	}
	i := f.temp(t)
	f.set(i, f.p.constant(constant.MakeInt64(0), t))
	bind := func() { f.bindIter(s, s.Key, i, t) }
	if v := f.newVarOf(s); v != nil && !f.esc.Boxed[v] && !f.assignedIn(s.Body, v) && f.p.types.Same(f.typ(v.Type()), t) {
		// Nobody can tell the variable from the counter.
		f.set(f.declareSlot(v), i)
		i = f.slot(v)
		bind = func() {}
	}
	post := advance(i, f.arith(i, f.p.constant(oneConst, t), token.ADD, t, s.Pos()))
	f.rangeLoop(s, label, f.compare(i, token.LSS, n), post, bind)
}

// newVarOf is the variable that a range clause declares for its keys.
func (f *unit) newVarOf(s *ast.RangeStmt) *types.Var {
	if s.Tok != token.DEFINE {
		return nil
	}
	return f.newVar(s.Key)
}

// assignedIn says whether a statement in body assigns to v.
func (f *unit) assignedIn(body ast.Node, v *types.Var) bool {
	found := false
	is := func(e ast.Expr) {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok && f.src.Info.Uses[id] == v {
			found = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				is(l)
			}
		case *ast.IncDecStmt:
			is(n.X)
		case *ast.RangeStmt:
			if n.Key != nil {
				is(n.Key)
			}
			if n.Value != nil {
				is(n.Value)
			}
		}
		return !found
	})
	return found
}

// rangeString decodes one rune for each iteration:
//
//	for ; i < len(s); i = i + w {
//		r, w = Rune(s, i)
func (f *unit) rangeString(s *ast.RangeStmt, label string) {
	st := types.Default(f.typeOf(s.X))
	str := f.hold(f.convTo(s.X, st), st)
	runeType := types.Typ[types.Int32]
	i, w, r := f.temp(intType), f.temp(intType), f.temp(runeType)
	f.set(i, number(0))
	f.set(w, number(0))
	length := f.p.typed(ir.OpLen, one(st), one(intType)).call(str)
	op := f.p.typed(ir.OpRune, []types.Type{st, intType}, []types.Type{runeType, intType})
	f.rangeLoop(s, label, f.compare(i, token.LSS, length), step(i, w), func() {
		f.setAll([]ir.Expr{r, w}, op.call(str, i))
		f.bindPair(s, i, intType, r, runeType)
	})
}

// rangeChan receives until the channel is closed:
//
//	for {
//		v, ok = Recv2(c)
//		if !ok { break }
func (f *unit) rangeChan(s *ast.RangeStmt, label string, t types.Type, u *types.Chan) {
	elem := f.typ(u.Elem())
	ch := f.hold(f.expr(s.X), t)
	v, ok := f.temp(elem), f.temp(boolType)
	f.rangeLoop(s, label, nil, nil, func() {
		f.setAll([]ir.Expr{v, ok}, f.p.typed(ir.OpRecv2, one(t), []types.Type{elem, boolType}).call(ch))
		f.breakUnless(ok)
		f.bindIter(s, s.Key, v, elem)
	})
}

// rangeMap asks an iterator for entries: the order, and what is seen of entries that
// come and go meanwhile, are those of compiled Go because the runtime iterates.
func (f *unit) rangeMap(s *ast.RangeStmt, label string, t types.Type, u *types.Map) {
	key, elem := f.typ(u.Key()), f.typ(u.Elem())
	it := f.hold(f.p.typed(ir.OpIter, one(t), one(anyType)).call(f.expr(s.X)), anyType)
	k, v, ok := f.temp(key), f.temp(elem), f.temp(boolType)
	op := f.p.typed(ir.OpNext, one(anyType), []types.Type{key, elem, boolType})
	f.rangeLoop(s, label, nil, nil, func() {
		f.setAll([]ir.Expr{k, v, ok}, op.call(it))
		f.breakUnless(ok)
		f.bindPair(s, k, key, v, elem)
	})
}

// rangeList loops over a slice, an array or a pointer to one.
func (f *unit) rangeList(s *ast.RangeStmt, label string, t types.Type) {
	x := f.expr(s.X)
	var elem types.Type
	var n ir.Expr
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = f.typ(u.Elem())
		x = f.hold(x, t)
		n = f.hold(f.p.typed(ir.OpLen, one(t), one(intType)).call(x), intType)
	case *types.Array: // a copy, unless only its length is wanted
		elem = f.typ(u.Elem())
		n = number(int(u.Len()))
		if !isBlank(s.Value) || ir.Calls(x) {
			x = f.hold(x, t)
		}
	case *types.Pointer:
		at := f.typ(u.Elem())
		a := at.Underlying().(*types.Array)
		elem = f.typ(a.Elem())
		n = number(int(a.Len()))
		x = deref(f.hold(x, t), at)
	}
	i := f.temp(intType)
	f.set(i, number(0))
	if v := f.newVarOf(s); v != nil && !f.esc.Boxed[v] && !f.assignedIn(s.Body, v) {
		f.set(f.declareSlot(v), number(0))
		i = f.slot(v)
	}
	f.rangeLoop(s, label, f.compare(i, token.LSS, n), step(i, number(1)), func() {
		f.bindPair(s, i, intType, f.element(x, i, elem), elem)
	})
}

// bindPair gives both variables of a range clause their values, the operands
// of an assignment evaluated before either changes.
func (f *unit) bindPair(s *ast.RangeStmt, i *ir.Var, key types.Type, val ir.Expr, elem types.Type) {
	if s.Tok == token.DEFINE || isBlank(s.Key) || isBlank(s.Value) {
		if v := f.newVar(s.Key); !isBlank(s.Key) && (v == nil || f.slot(v).Name != i.Name) {
			f.bindIter(s, s.Key, i, key)
		}
		f.bindIter(s, s.Value, val, elem)
		return
	}
	places := f.places([]ast.Expr{s.Key, s.Value})
	vals := []ir.Expr{f.convert(i, key, f.typeOf(s.Key)), f.convert(val, elem, f.typeOf(s.Value))}
	f.emit(&ir.Assign{Place: f.here(), Lhs: places, Rhs: vals})
}
