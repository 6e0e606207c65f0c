package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"playground/internal/gofront/ir"
)

func hostInt(n int) reflect.Value { return reflect.ValueOf(n) }

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
		f.line("goto %s", end)
	}
	f.labelHere(end)
}

func (f *unit) switchStmt(s *ast.SwitchStmt, label string) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	var tag string
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
			f.line("if %s {", unwrap(f.caseCond(tag, tagT, e)))
			f.line("goto %s", list[i].label)
			f.line("}")
		}
	}
	f.dispatchEnd(label, def, list)
}

// dispatchEnd goes to the default clause, or to a body-less one at the end.
func (f *unit) dispatchEnd(label, def string, list []clause) {
	if def == "" {
		def = f.newLabel("N")
		// Skip the bodies.
		f.line("goto %s", def)
		f.clauses(label, list)
		f.labelHere(def)
		return
	}
	f.line("goto %s", def)
	f.clauses(label, list)
}

func isNilType(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.UntypedNil
}

func (f *unit) caseCond(tag string, tagT types.Type, e ast.Expr) string {
	if tag == "" {
		return f.cond(e)
	}
	if f.src.Info.Types[e].IsNil() {
		return f.isNil(tag, tagT)
	}
	et := f.typeOf(e)
	t := eqType(tagT, et)
	return f.equal(f.convText(tag, tagT, t), f.convTo(e, t), t, token.EQL)
}

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
func (f *unit) dispatch(v string, xt types.Type, cases []types.Type, owner []int, list []clause) {
	if len(cases) == 0 {
		return
	}
	key := ""
	for i, t := range cases {
		if t == nil {
			key += fmt.Sprintf("%d:nil;", owner[i])
		} else {
			key += fmt.Sprintf("%d:%s;", owner[i], f.p.types.text(t))
		}
	}
	op := f.p.typedAs(ir.OpTypeCase, key, one(xt), one(intType), func(o *ir.Op) {
		o.Index = owner
		for _, t := range cases {
			if t == nil {
				o.Types = append(o.Types, nil)
			} else {
				o.Types = append(o.Types, f.p.types.rtype(t))
			}
		}
	})
	n := f.hold(op+"("+v+")", intType)
	last := -1
	for _, i := range owner {
		if i != last {
			f.line("if %s == %d {", n, i)
			f.line("goto %s", list[i].label)
			f.line("}")
		}
		last = i
	}
}

// bindCase gives a clause's variable its value.
func (f *unit) bindCase(cc *ast.CaseClause, v string, xt types.Type) {
	o, ok := f.src.Info.Implicits[cc].(*types.Var)
	if !ok {
		return
	}
	t := f.typ(o.Type())
	if len(cc.List) == 1 && !f.src.Info.Types[cc.List[0]].IsNil() && f.p.types.text(t) != f.p.types.text(xt) {
		v = f.p.typed(ir.OpAssert, one(xt), one(t)) + "(" + v + ")"
	}
	f.define(o, v)
}

func (f *unit) selectStmt(s *ast.SelectStmt, label string) {
	var in, out []types.Type
	var args []string
	out = one(intType)
	n := f.temp(intType)
	res := []string{n}
	var cases []ir.SelectCase
	var list []clause
	def := ""
	key := ""
	index := 0
	var heads []string
	for _, st := range s.Body.List {
		cc := st.(*ast.CommClause)
		c := clause{label: f.newLabel("B"), list: cc.Body}
		if cc.Comm == nil {
			def = c.label
			key += "default;"
			list = append(list, c)
			continue
		}
		f.at(cc.Comm.Pos())
		heads = append(heads, fmt.Sprintf("if %s == %d {\ngoto %s\n}", n, index, c.label))
		index++
		if send, ok := cc.Comm.(*ast.SendStmt); ok {
			ct := f.typeOf(send.Chan)
			elem := f.typ(ct.Underlying().(*types.Chan).Elem())
			args = append(args, f.hold(f.expr(send.Chan), ct), f.hold(f.convTo(send.Value, elem), elem))
			in = append(in, ct, elem)
			cases = append(cases, ir.SelectCase{Send: true, Elem: f.p.types.rtype(elem)})
			key += "send;"
			list = append(list, c)
			continue
		}
		recv, bind := f.comm(cc.Comm)
		ct := f.typeOf(recv.X)
		elem := f.typ(ct.Underlying().(*types.Chan).Elem())
		args = append(args, f.hold(f.expr(recv.X), ct))
		in = append(in, ct)
		v, ok := f.temp(elem), f.temp(boolType)
		res = append(res, v, ok)
		out = append(out, elem, boolType)
		cases = append(cases, ir.SelectCase{Elem: f.p.types.rtype(elem)})
		key += "recv;"
		c.body = func() { bind(v, ok, elem) }
		list = append(list, c)
	}
	op := f.p.typedAs(ir.OpSelect, key, in, out, func(o *ir.Op) { o.Select, o.Default = cases, def != "" })
	f.at(s.Pos())
	f.line("%s = %s(%s)", strings.Join(res, ", "), op, strings.Join(args, ", "))
	for _, h := range heads {
		for _, l := range strings.Split(h, "\n") {
			f.line("%s", l)
		}
	}
	f.dispatchEnd(label, def, list)
}

// comm takes apart the receive of a select case.
func (f *unit) comm(s ast.Stmt) (recv *ast.UnaryExpr, bind func(v, ok string, elem types.Type)) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(s.X).(*ast.UnaryExpr), func(string, string, types.Type) {}
	case *ast.AssignStmt:
		return ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr), func(v, ok string, elem types.Type) {
			for i, l := range s.Lhs {
				if isBlank(l) {
					continue
				}
				val, have := v, elem
				if i == 1 {
					val, have = ok, types.Type(types.Typ[types.UntypedBool])
				}
				val = f.convText(val, have, f.lhsType(l, have))
				if nv := f.newVar(l); nv != nil {
					f.define(nv, val)
				} else {
					f.line("%s = %s", f.place(l, !isIdent(l)).text, val)
				}
			}
		}
	}
	panic("communication clause")
}
