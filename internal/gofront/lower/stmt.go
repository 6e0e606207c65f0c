package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// block lowers statements in a row. Blocks need no scopes of their own: every variable
// has a name that no other has, and is declared at the top of its function.
func (f *unit) block(list []ast.Stmt) {
	for _, s := range list {
		f.stmt(s, "")
	}
}

// stmt lowers one statement; label is the one in front of it.
func (f *unit) stmt(s ast.Stmt, label string) {
	f.at(s.Pos())
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.ExprStmt:
		f.exprStmt(s.X)
	case *ast.BlockStmt:
		f.block(s.List)
	case *ast.IncDecStmt:
		f.incDec(s)
	case *ast.SendStmt:
		f.send(s)
	case *ast.GoStmt: // what it calls is evaluated here, as for defer
		fn, _ := f.spawn(s.Call)
		f.do(f.p.typed(ir.OpGo, one(funcType), nil).call(fn))
	case *ast.DeferStmt:
		f.deferStmt(s)
	case *ast.ReturnStmt:
		f.ret(s)
	case *ast.AssignStmt:
		f.assign(s)
	case *ast.DeclStmt:
		f.declStmt(s.Decl.(*ast.GenDecl))
	case *ast.LabeledStmt:
		f.labeled(s)
	case *ast.IfStmt:
		f.ifStmt(s)
	case *ast.ForStmt:
		f.forStmt(s, label)
	case *ast.RangeStmt:
		f.rangeStmt(s, label)
	case *ast.SwitchStmt:
		f.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		f.typeSwitch(s, label)
	case *ast.SelectStmt:
		f.selectStmt(s, label)
	case *ast.BranchStmt:
		f.branch(s)
	default:
		f.p.fail(s.Pos(), "this kind of statement is not supported")
	}
}

// exprStmt is an expression for its effects. One that is no call, such as a receive,
// needs something to be assigned to.
func (f *unit) exprStmt(e ast.Expr) {
	e = ast.Unparen(e)
	t := f.src.Info.TypeOf(e)
	x := f.expr(e)
	if tup, ok := t.(*types.Tuple); ok && tup.Len() != 1 || f.isVoid(e) {
		f.do(x)
		return
	}
	if _, ok := e.(*ast.CallExpr); ok {
		f.do(x)
		return
	}
	f.discard(x, f.typeOf(e))
}

// isVoid says whether e is a call without results.
func (f *unit) isVoid(e ast.Expr) bool {
	tv := f.src.Info.Types[e]
	return tv.IsVoid()
}

// send is c <- v.
func (f *unit) send(s *ast.SendStmt) {
	ct := f.typeOf(s.Chan)
	elem := f.typ(ct.Underlying().(*types.Chan).Elem())
	ch := f.expr(s.Chan)
	f.do(f.p.typed(ir.OpSend, []types.Type{ct, elem}, nil).call(ch, f.convTo(s.Value, elem)))
}

// deferStmt is defer. In the body of a loop over a function the call goes to the stack of
// the function around it, which the body got as a value. Whether the deferred function
// is called directly matters to recover: a function that was put between does not
// count.
func (f *unit) deferStmt(s *ast.DeferStmt) {
	fn, direct := f.spawn(s.Call)
	if f.loop != nil {
		extra := "x.Nop"
		if !direct {
			extra = "call"
		}
		op := f.p.typedAs(ir.OpDeferTo, extra, []types.Type{anyType, funcType}, nil, func(o *ir.Op) { o.Default = direct })
		f.do(op.call(f.defers, fn))
		return
	}
	kind := ir.OpDefer
	if !direct {
		kind = ir.OpDeferCall
	}
	f.do(f.p.typed(kind, one(funcType), nil).call(fn))
}

// ifStmt is if. What the condition of an else if needs is emitted within the else.
func (f *unit) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		f.stmt(s.Init, "")
	}
	f.at(s.Cond.Pos())
	n := &ir.If{Cond: f.cond(s.Cond)}
	n.Place = f.here()
	n.Then = f.aside(func() { f.block(s.Body.List) })
	if s.Else != nil {
		n.Else = f.aside(func() { f.stmt(s.Else, "") })
	}
	f.emit(n)
}

// --- jumps ---

// target is what break and continue can mean.
type target struct {
	label    string
	loop     bool
	home     *unit  // whose text contains it
	end      string // label after it
	next     string // label of its continue point
	rangeFn  bool   // the body of a range over a function
	usedEnd  bool
	usedNext bool
}

// newLabel is a label that no program can have written: those are renamed as well.
func (f *unit) newLabel(what string) string { return fmt.Sprintf("%s%d", what, f.p.tmp()) }

// push opens a statement that break or continue may mean.
func (f *unit) push(t target) *target {
	t.home = f // a jump from another function cannot be a goto
	f.ctl = append(f.ctl, &t)
	return &t
}

// pop closes the innermost one.
func (f *unit) pop() { f.ctl = f.ctl[:len(f.ctl)-1] }

// labelHere emits a label.
func (f *unit) labelHere(name string) {
	f.emit(&ir.Label{Place: f.here(), Name: name})
}

// goTo emits a jump.
func (f *unit) goTo(label string) { f.emit(&ir.Goto{Place: f.here(), Name: label}) }

// branch finds what a branch statement means: the innermost loop for continue, the
// innermost loop, switch or select for break, or the one with its label. Targets
// outside the body of a loop over a function belong to another lowered function.
func (f *unit) branch(s *ast.BranchStmt) {
	switch s.Tok {
	case token.GOTO:
		f.gotoLabel(s.Label.Name)
		return
	case token.FALLTHROUGH:
		f.goTo(f.ctl[len(f.ctl)-1].next)
		return
	}
	for i := len(f.ctl) - 1; i >= 0; i-- {
		t := f.ctl[i]
		if s.Label != nil && t.label != s.Label.Name || s.Label == nil && s.Tok == token.CONTINUE && !t.loop || s.Label == nil && t.end == "" && !t.rangeFn {
			continue
		}
		f.jump(s.Tok, t)
		return
	}
	f.p.fail(s.Pos(), "%s has no target", s.Tok)
}

// jump leaves for a target, out of as many range-over-func bodies as needed.
func (f *unit) jump(tok token.Token, t *target) {
	if t.rangeFn && f.loop != nil && f.loop.target == t {
		if tok == token.CONTINUE {
			f.goOn()
		} else {
			f.stop(ir.RangeDone)
		}
		return
	}
	if t.home != f {
		f.exit(fmt.Sprintf("%s:%p", tok, t), func(outer *unit) { outer.jump(tok, t) })
		return
	}
	if f.innermostLoop() == t {
		f.emit(&ir.Branch{Place: f.here(), Tok: tok})
		return
	}
	if tok == token.CONTINUE {
		t.usedNext = true
		f.goTo(t.next)
	} else {
		t.usedEnd = true
		f.goTo(t.end)
	}
}

// innermostLoop is the loop that a plain break or continue of the lowered source would
// mean, or nil. Switches are no statements there, so they do not stand in between.
func (f *unit) innermostLoop() *target {
	for i := len(f.ctl) - 1; i >= 0; i-- {
		if t := f.ctl[i]; t.home == f && t.loop {
			return t
		}
	}
	return nil
}

// userLabel is the new name of a label of the program's, in this function.
func (f *unit) userLabel(name string) string {
	l, ok := f.labels[name]
	if !ok {
		l = f.newLabel("U")
		f.labels[name] = l
	}
	return l
}

// gotoLabel is goto, out of the bodies of loops over functions if need be.
func (f *unit) gotoLabel(name string) {
	if f.loop != nil && !declaresLabel(f.node, name) {
		f.exit("goto:"+name, func(outer *unit) { outer.gotoLabel(name) })
		return
	}
	f.goTo(f.userLabel(name))
}

// declaresLabel says whether a label is declared within n.
func declaresLabel(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok && l.Label.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// labeled is a statement with a label. It is emitted even where nobody jumps to it: a
// goto may come later. Only loops, switches and selects can be left by it: a break that has
// a label itself leaves what is around it.
func (f *unit) labeled(s *ast.LabeledStmt) {
	name := s.Label.Name
	f.labelHere(f.userLabel(name))
	switch inner := s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		f.stmt(inner, name)
	default:
		f.stmt(inner, "")
	}
}

// --- return ---

// ret is return. Results that have variables or boxes are assigned first, then those
// are returned: deferred calls may look at them, and change them.
func (f *unit) ret(s *ast.ReturnStmt) {
	root := f.root()
	res := root.sig.Results()
	if len(s.Results) > 0 && len(root.results) > 0 {
		f.assignResults(s, root)
	}
	switch {
	case f.loop != nil: // the function around the loop returns, for the body
		f.leave()
	case res.Len() == 0 || f.boxed:
		f.returns()
	case len(root.results) > 0:
		var list []ir.Expr
		for i := range root.results {
			list = append(list, root.result(i))
		}
		f.returns(list...)
	default:
		f.returns(f.resultValues(s, root)...)
	}
}

// returns emits a return.
func (f *unit) returns(list ...ir.Expr) { f.emit(&ir.Return{Place: f.here(), Results: list}) }

// root is the unit of the function whose results a return statement sets.
func (f *unit) root() *unit {
	for f.loop != nil {
		f = f.loop.outer
	}
	return f
}

// resultValues are the values that a return statement gives, in the results' types.
func (f *unit) resultValues(s *ast.ReturnStmt, root *unit) []ir.Expr {
	res := root.sig.Results()
	var vals []ir.Expr
	if len(s.Results) < res.Len() {
		f.assignTuple(s.Results[0], res.Len(), func(i int, val ir.Expr, have types.Type) {
			vals = append(vals, f.convert(val, have, res.At(i).Type()))
		})
		return vals
	}
	for i, e := range s.Results {
		vals = append(vals, f.convTo(e, res.At(i).Type()))
	}
	return vals
}

// assignResults gives the results their values, all at once: return b, a in a function
// with results a and b swaps them.
func (f *unit) assignResults(s *ast.ReturnStmt, root *unit) {
	n := &ir.Assign{Place: f.here()}
	for i, x := range f.resultValues(s, root) {
		if to := root.result(i); !sameVariable(to, x) {
			n.Lhs, n.Rhs = append(n.Lhs, to), append(n.Rhs, x)
		}
	}
	if len(n.Lhs) > 0 {
		f.emit(n)
	}
}

// sameVariable says whether both are one variable: to return it is not to assign to it,
// which another goroutine might see.
func sameVariable(a, b ir.Expr) bool {
	switch a := a.(type) {
	case *ir.Var:
		b, ok := b.(*ir.Var)
		return ok && a.Name == b.Name
	case *ir.Deref:
		b, ok := b.(*ir.Deref)
		return ok && a.Box && b.Box && sameVariable(a.X, b.X)
	}
	return false
}
