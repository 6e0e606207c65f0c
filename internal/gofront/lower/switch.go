package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// clause is a case on its way out: what leads to it and what it does.
type clause struct {
	label string
	body  func()
	list  []ast.Stmt
}

// clauses emits the bodies of a switch or a select, each behind its label.
func (f *unit) clauses(label string, list []clause) {
	end := f.newLabel("E")
	for i, c := range list {
		f.labelHere(c.label)
		next := ""
		if i+1 < len(list) {
			next = list[i+1].label
		}
		f.push(target{label: label, end: end, next: next})
		if c.body != nil {
			c.body()
		}
		f.block(c.list)
		f.pop()
		f.goTo(end)
	}
	f.labelHere(end)
}

// switchStmt is a switch on values: a chain of comparisons that jump to the clauses,
// and the clauses one behind the other.
//
//	tag = x
//	if tag == 1 { goto B1 }
//	if tag == 2 { goto B2 }
//	goto default, or behind
//	B1: ...; goto end
//	B2: ...; goto end
//
// fallthrough is a jump to the clause that follows. A switch of the lowered source
// would have no place for what a case's expression needs to have done before.
func (f *unit) switchStmt(s *ast.SwitchStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	var tag ir.Expr
	var tagT types.Type
	if s.Tag != nil {
		f.at(s.Tag.Pos())
		tagT = f.typeOf2(s.Tag)
		if isNilType(tagT) {
			tagT = anyType
		}
		tag = f.hold(f.convTo(s.Tag, tagT), tagT)
	}
	var list []clause
	def := ""
	for _, st := range s.Body.List {
		cc := st.(*ast.CaseClause)
		c := clause{label: f.newLabel("B"), list: cc.Body}
		list = append(list, c)
		if cc.List == nil {
			def = c.label
		}
	}
	for i, st := range s.Body.List {
		for _, e := range st.(*ast.CaseClause).List {
			f.at(e.Pos())
			f.when(f.caseCond(tag, tagT, e), func() { f.goTo(list[i].label) })
		}
	}
	f.dispatchEnd(label, def, list)
}

// dispatchEnd goes to the default clause, or to a body-less one at the end.
func (f *unit) dispatchEnd(label, def string, list []clause) {
	if def == "" {
		def = f.newLabel("N")
		// Skip the bodies.
		f.goTo(def)
		f.clauses(label, list)
		f.labelHere(def)
		return
	}
	f.goTo(def)
	f.clauses(label, list)
}

// isNilType says whether a type is that of nil alone.
func isNilType(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

// caseCond is whether a case applies: it is true, or equal to the tag, in the type in
// which Go compares the two.
func (f *unit) caseCond(tag ir.Expr, tagT types.Type, e ast.Expr) ir.Expr {
	if tag == nil {
		return f.cond(e)
	}
	if f.src.Info.Types[e].IsNil() {
		return f.isNil(tag, tagT)
	}
	et := f.typeOf(e)
	t := eqType(tagT, et)
	return f.equal(f.convert(tag, tagT, t), f.convTo(e, t), t, token.EQL)
}

// typeSwitch is a switch on types: one operation finds the first case that the value's
// type is in, and the variable of a clause with one type is asserted there, where it
// cannot fail.
func (f *unit) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	}
	f.at(x.Pos())
	xt := f.typeOf(x)
	v := f.hold(f.expr(x), xt)
	var cases []types.Type
	var owner []int
	var list []clause
	def := ""
	for i, st := range s.Body.List {
		cc := st.(*ast.CaseClause)
		for _, e := range cc.List {
			t := f.typeOf(e)
			if f.src.Info.Types[e].IsNil() {
				t = nil
			}
			cases = append(cases, t)
			owner = append(owner, i)
		}
		c := clause{label: f.newLabel("B"), list: cc.Body, body: func() { f.bindCase(cc, v, xt) }}
		list = append(list, c)
		if cc.List == nil {
			def = c.label
		}
	}
	f.dispatch(v, xt, cases, owner, list)
	f.dispatchEnd(label, def, list)
}

// dispatch jumps to the first clause whose type matches.
func (f *unit) dispatch(v ir.Expr, xt types.Type, cases []types.Type, owner []int, list []clause) {
	if len(cases) == 0 {
		return
	}
	key := ""
	for i, t := range cases {
		if t == nil {
			key += fmt.Sprintf("%d:nil;", owner[i])
		} else {
			key += fmt.Sprintf("%d:%s;", owner[i], f.p.types.Text(t))
		}
	}
	op := f.p.typedAs(ir.OpTypeCase, key, one(xt), one(intType), func(o *ir.Op) {
		o.Index = owner
		for _, t := range cases {
			if t == nil {
				o.Types = append(o.Types, nil)
			} else {
				o.Types = append(o.Types, f.p.types.Type(t))
			}
		}
	})
	n := f.hold(op.call(v), intType)
	last := -1
	for _, i := range owner {
		if i != last {
			f.when(f.compare(n, token.EQL, number(i)), func() { f.goTo(list[i].label) })
		}
		last = i
	}
}

// bindCase gives a clause's variable its value.
func (f *unit) bindCase(cc *ast.CaseClause, v ir.Expr, xt types.Type) {
	o, ok := f.src.Info.Implicits[cc].(*types.Var)
	if !ok {
		return
	}
	t := f.typ(o.Type())
	if len(cc.List) == 1 && !f.src.Info.Types[cc.List[0]].IsNil() && !f.p.types.Same(t, xt) {
		v = f.p.typed(ir.OpAssert, one(xt), one(t)).call(v)
	}
	f.define(o, v)
}
