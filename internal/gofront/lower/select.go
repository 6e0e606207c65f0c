package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// selectStmt is a select statement: one operation that waits, and jumps to the case that
// it chose.
//
//	n, v1, ok1 = Select(c1, c2, x)     // receive from c1, or send x to c2
//	if n == 0 { goto B1 }
//	if n == 1 { goto B2 }
//	goto default, or behind
//
// All channels and values to send are evaluated first, in the order of the cases, and
// held: Go says so even for cases that are not chosen. What a receive is assigned to is
// evaluated only in its case.
func (f *unit) selectStmt(s *ast.SelectStmt, label string) {
	var in, out []types.Type
	var args []ir.Expr
	out = one(intType)
	n := f.temp(intType)
	res := []ir.Expr{n}
	var cases []ir.SelectCase
	var list []clause
	def := ""
	key := ""
	var heads []string // the labels of the cases in their order
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
		heads = append(heads, c.label)
		if send, ok := cc.Comm.(*ast.SendStmt); ok {
			ct := f.typeOf(send.Chan)
			elem := f.typ(ct.Underlying().(*types.Chan).Elem())
			args = append(args, f.hold(f.expr(send.Chan), ct), f.hold(f.convTo(send.Value, elem), elem))
			in = append(in, ct, elem)
			cases = append(cases, ir.SelectCase{Send: true, Elem: f.p.types.Type(elem)})
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
		cases = append(cases, ir.SelectCase{Elem: f.p.types.Type(elem)})
		key += "recv;"
		c.body = func() { bind(v, ok, elem) }
		list = append(list, c)
	}
	op := f.p.typedAs(ir.OpSelect, key, in, out, func(o *ir.Op) { o.Select, o.Default = cases, def != "" })
	f.at(s.Pos())
	f.setAll(res, op.call(args...))
	for i, l := range heads {
		f.when(f.compare(n, token.EQL, number(i)), func() { f.goTo(l) })
	}
	f.dispatchEnd(label, def, list)
}

// comm takes apart the receive of a select case.
func (f *unit) comm(s ast.Stmt) (recv *ast.UnaryExpr, bind func(v, ok ir.Expr, elem types.Type)) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(s.X).(*ast.UnaryExpr), func(ir.Expr, ir.Expr, types.Type) {}
	case *ast.AssignStmt:
		return ast.Unparen(s.Rhs[0]).(*ast.UnaryExpr), func(v, ok ir.Expr, elem types.Type) {
			for i, l := range s.Lhs {
				if isBlank(l) {
					continue
				}
				val, have := v, elem
				if i == 1 {
					val, have = ok, types.Type(types.Typ[types.UntypedBool])
				}
				val = f.convert(val, have, f.lhsType(l, have))
				if nv := f.newVar(l); nv != nil {
					f.define(nv, val)
				} else {
					f.set(f.expr(l), val)
				}
			}
		}
	}
	panic("communication clause")
}
