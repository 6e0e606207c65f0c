package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

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

func (f *unit) forStmt(s *ast.ForStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	t := f.push(target{label: label, loop: true, native: true, end: f.newLabel("E"), next: f.newLabel("C")})
	f.loops++
	cond, pre := "", ""
	if s.Cond != nil {
		pre = f.aside(func() {
			f.at(s.Cond.Pos())
			cond = f.cond(s.Cond)
		})
	}
	post := f.aside(func() {
		for _, v := range f.loopVars(s) {
			if f.esc.boxed[v] { // the next iteration's own copy
				vt := f.typ(v.Type())
				f.line("%s = %s(*%s)", f.slot(v), f.p.typed(ir.OpBox, one(vt), one(types.NewPointer(vt))), f.slot(v))
			}
		}
		if s.Post != nil {
			f.stmt(s.Post, "")
		}
	})
	f.emitLoop(t, s, cond, pre, post)
	f.loops--
	f.pop()
	if t.usedEnd {
		f.labelHere(t.end)
	}
}

// emitLoop uses the interpreter's own for where the parts allow it.
func (f *unit) emitLoop(t *target, s *ast.ForStmt, cond, pre, post string) {
	f.at(s.Pos())
	onePost := strings.Count(post, "\n") == 1
	switch {
	case pre == "" && onePost:
		f.line("for ; %s; %s {", unwrap(cond), strings.TrimSpace(post))
	case pre == "" && post == "" && cond == "":
		f.line("for {")
	case pre == "" && post == "":
		f.line("for %s {", unwrap(cond))
	default:
		t.native = post == ""
		f.line("for {")
		f.b.WriteString(pre)
		if cond != "" {
			f.line("if !(%s) {", cond)
			f.line("break")
			f.line("}")
		}
		f.inner(t, s.Body.List)
		if t.usedNext {
			f.labelHere(t.next)
		}
		f.b.WriteString(post)
		f.line("}")
		return
	}
	f.inner(t, s.Body.List)
	if t.usedNext {
		f.labelHere(t.next)
	}
	f.line("}")
}

// inner lowers a loop's body.
func (f *unit) inner(_ *target, list []ast.Stmt) { f.block(list) }

// bindIter gives the variables of a range clause their values.
func (f *unit) bindIter(s *ast.RangeStmt, e ast.Expr, val string, have types.Type) {
	if isBlank(e) {
		return
	}
	if s.Tok == token.DEFINE {
		v := f.newVar(e)
		f.define(v, f.convText(val, have, v.Type()))
		return
	}
	p := f.place(e, !isIdent(e))
	f.line("%s = %s", p.text, f.convText(val, have, f.typeOf(e)))
}

func (f *unit) rangeStmt(s *ast.RangeStmt, label string) {
	t := f.typeOf(s.X)
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

// rangeLoop emits a loop: head opens it, step binds the variables.
func (f *unit) rangeLoop(s *ast.RangeStmt, label, head string, step func()) {
	tg := f.push(target{label: label, loop: true, native: true, end: f.newLabel("E"), next: f.newLabel("C")})
	f.loops++
	f.line("%s", head)
	step()
	f.block(s.Body.List)
	if tg.usedNext {
		f.labelHere(tg.next)
	}
	f.at(s.Pos())
	f.line("}")
	f.loops--
	f.pop()
	if tg.usedEnd {
		f.labelHere(tg.end)
	}
}

func (f *unit) rangeInt(s *ast.RangeStmt, label string, t types.Type) {
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = intType
		if !isBlank(s.Key) {
			t = f.lhsType(s.Key, intType)
		}
	}
	n := f.p.constantOr(f, s.X, t)
	if f.src.Info.Types[s.X].Value == nil {
		n = f.hold(n, t)
	}
	i := f.temp(t)
	f.line("%s = %s", i, f.p.constant(constant.MakeInt64(0), t))
	head := fmt.Sprintf("for ; %s < %s; %s = %s {", i, n, i, f.arith(i, f.p.constant(oneConst, t), token.ADD, t, s.Pos()))
	if v := f.newVarOf(s); v != nil && !f.esc.boxed[v] && !f.assignedIn(s.Body, v) && f.p.types.text(f.typ(v.Type())) == f.p.types.text(t) {
		// Nobody can tell the variable from the counter.
		f.declareSlot(v)
		head = strings.ReplaceAll(head, i, f.slot(v))
		f.line("%s = %s", f.slot(v), i)
		f.rangeLoop(s, label, head, func() {})
		return
	}
	f.rangeLoop(s, label, head, func() { f.bindIter(s, s.Key, i, t) })
}

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

func (p *program) constantOr(f *unit, e ast.Expr, t types.Type) string {
	return f.convTo(e, t)
}

func (f *unit) rangeString(s *ast.RangeStmt, label string) {
	str := f.hold(f.convText(f.expr(s.X), types.Default(f.typeOf(s.X)), types.Default(f.typeOf(s.X))), types.Default(f.typeOf(s.X)))
	st := types.Default(f.typeOf(s.X))
	i, w, r := f.temp(intType), f.temp(intType), f.temp(types.Typ[types.Int32])
	f.line("%s = 0", i)
	f.line("%s = 0", w)
	length := f.p.typed(ir.OpLen, one(st), one(intType)) + "(" + str + ")"
	head := fmt.Sprintf("for ; %s < %s; %s = (%s + %s) {", i, length, i, i, w)
	op := f.p.typed(ir.OpRune, []types.Type{st, intType}, []types.Type{types.Typ[types.Int32], intType})
	f.rangeLoop(s, label, head, func() {
		f.line("%s, %s = %s(%s, %s)", r, w, op, str, i)
		f.bindPair(s, i, intType, r, types.Typ[types.Int32])
	})
}

func (f *unit) rangeChan(s *ast.RangeStmt, label string, t types.Type, u *types.Chan) {
	elem := f.typ(u.Elem())
	ch := f.hold(f.expr(s.X), t)
	v, ok := f.temp(elem), f.temp(boolType)
	f.rangeLoop(s, label, "for {", func() {
		f.line("%s, %s = %s(%s)", v, ok, f.p.typed(ir.OpRecv2, one(t), []types.Type{elem, boolType}), ch)
		f.line("if !%s {", ok)
		f.line("break")
		f.line("}")
		f.bindIter(s, s.Key, v, elem)
	})
}

func (f *unit) rangeMap(s *ast.RangeStmt, label string, t types.Type, u *types.Map) {
	key, elem := f.typ(u.Key()), f.typ(u.Elem())
	it := f.hold(f.p.typed(ir.OpIter, one(t), one(anyType))+"("+f.expr(s.X)+")", anyType)
	k, v, ok := f.temp(key), f.temp(elem), f.temp(boolType)
	op := f.p.typed(ir.OpNext, one(anyType), []types.Type{key, elem, boolType})
	f.rangeLoop(s, label, "for {", func() {
		f.line("%s, %s, %s = %s(%s)", k, v, ok, op, it)
		f.line("if !%s {", ok)
		f.line("break")
		f.line("}")
		f.bindPair(s, k, key, v, elem)
	})
}

// rangeList loops over a slice, an array or a pointer to one.
func (f *unit) rangeList(s *ast.RangeStmt, label string, t types.Type) {
	x := f.expr(s.X)
	var elem types.Type
	n := ""
	switch u := t.Underlying().(type) {
	case *types.Slice:
		elem = f.typ(u.Elem())
		x = f.hold(x, t)
		n = f.hold(f.p.typed(ir.OpLen, one(t), one(intType))+"("+x+")", intType)
	case *types.Array:
		elem = f.typ(u.Elem())
		n = fmt.Sprint(u.Len())
		if !isBlank(s.Value) || f.hasCall(s.X) {
			x = f.hold(x, t)
		}
	case *types.Pointer:
		a := f.typ(u.Elem()).Underlying().(*types.Array)
		elem = f.typ(a.Elem())
		n = fmt.Sprint(a.Len())
		x = "(*" + f.hold(x, t) + ")"
	}
	i := f.temp(intType)
	f.line("%s = 0", i)
	if v := f.newVarOf(s); v != nil && !f.esc.boxed[v] && !f.assignedIn(s.Body, v) {
		f.declareSlot(v)
		f.line("%s = 0", f.slot(v))
		i = f.slot(v)
	}
	head := fmt.Sprintf("for ; %s < %s; %s = (%s + 1) {", i, n, i, i)
	f.rangeLoop(s, label, head, func() {
		f.bindPair(s, i, intType, x+"["+i+"]", elem)
	})
}

// bindPair gives both variables of a range clause their values, the operands
// of an assignment evaluated before either changes.
func (f *unit) bindPair(s *ast.RangeStmt, i string, key types.Type, val string, elem types.Type) {
	if s.Tok == token.DEFINE || isBlank(s.Key) || isBlank(s.Value) {
		if !isBlank(s.Key) && f.bare(s.Key) != i {
			f.bindIter(s, s.Key, i, key)
		}
		f.bindIter(s, s.Value, val, elem)
		return
	}
	k, v := f.place(s.Key, !isIdent(s.Key)), f.place(s.Value, !isIdent(s.Value))
	f.line("%s = %s", k.text, f.convText(i, key, f.typeOf(s.Key)))
	f.line("%s = %s", v.text, f.convText(val, elem, f.typeOf(s.Value)))
}

// bare is the slot of a variable that a range clause declares.
func (f *unit) bare(e ast.Expr) string {
	if v := f.newVar(e); v != nil {
		return f.slot(v)
	}
	return ""
}
