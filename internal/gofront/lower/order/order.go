package order

import (
	"fmt"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// Names is what the pass needs of the program that the function belongs to.
type Names interface {
	// Number returns a number that no name of the program has yet.
	Number() int
	// Needs notes that the program mentions a type.
	Needs(types.Type)
}

// Func puts a function in order. It makes new nodes, and leaves the old as they
// were.
func Func(f *ir.Func, names Names) {
	p := &pass{fn: f, names: names}
	f.Body = p.block(f.Body)
}

// pass is the ordering of one function.
type pass struct {
	fn    *ir.Func
	names Names
	out   []ir.Stmt // the statements in order so far
	at    ir.Place  // of the statement at hand
}

// emit adds statements that are in order.
func (p *pass) emit(list ...ir.Stmt) { p.out = append(p.out, list...) }

// set emits l = r, where both are in order.
func (p *pass) set(l, r ir.Expr) {
	p.emit(&ir.Assign{Place: p.at, Lhs: []ir.Expr{l}, Rhs: []ir.Expr{r}})
}

// aside collects what f emits, instead of emitting it.
func (p *pass) aside(f func()) []ir.Stmt {
	old := p.out
	p.out = []ir.Stmt{}
	f()
	list := p.out
	p.out = old
	return list
}

// hold puts a value into a temporary.
func (p *pass) hold(x ir.Expr) ir.Expr {
	t := x.Info().Type
	p.names.Needs(t)
	v := &ir.Var{Value: ir.Value{Type: t}, Name: fmt.Sprintf("t%d", p.names.Number()), Temp: true}
	p.fn.Locals = append(p.fn.Locals, v)
	p.set(v, x)
	return v
}

// block puts statements in order on their own: nothing of theirs is moved out of a
// branch or a loop.
func (p *pass) block(list []ir.Stmt) []ir.Stmt {
	return p.aside(func() {
		for _, s := range list {
			p.stmt(s)
		}
	})
}

// stmt puts one statement in order, and whatever has to come before it.
func (p *pass) stmt(s ir.Stmt) {
	p.at = ir.Place{Pos: s.Where()}
	switch s := s.(type) {
	case *ir.Assign:
		p.assign(s)
	case *ir.Update:
		p.update(s)
	case *ir.Do:
		if x := p.expr(s.X); !plain(x) {
			p.emit(&ir.Do{Place: s.Place, X: x})
		}
	case *ir.If:
		cond := p.expr(s.Cond)
		n := &ir.If{Place: s.Place, Cond: cond, Then: p.block(s.Then)}
		if s.Else != nil {
			n.Else = p.block(s.Else)
		}
		p.emit(n)
	case *ir.For:
		p.loop(s)
	case *ir.Return:
		p.emit(&ir.Return{Place: s.Place, Results: p.list(s.Results)})
	default:
		p.emit(s)
	}
}

// loop uses the loop's own condition and post statement where they stay one
// expression and one assignment.
func (p *pass) loop(s *ir.For) {
	n := &ir.For{Place: s.Place}
	pre := p.aside(func() {
		if s.Cond != nil {
			n.Cond = p.expr(s.Cond)
		}
	})
	n.Post = p.block(s.Post)
	if len(pre) == 0 && (len(n.Post) == 0 || single(n.Post)) {
		n.Body = p.block(s.Body)
		p.emit(n)
		return
	}
	body := p.block(s.Body)
	if len(n.Post) > 0 {
		// What continues must go on with the post statements.
		next := &ir.Label{Place: s.Place, Name: fmt.Sprintf("C%d", p.names.Number())}
		if continues(body, next.Name) {
			body = append(body, next)
		}
	}
	if n.Cond != nil {
		stop := &ir.Branch{Place: s.Place, Tok: token.BREAK}
		not := &ir.Not{Value: ir.Value{Type: types.Typ[types.Bool]}, X: n.Cond}
		pre = append(pre, &ir.If{Place: s.Place, Cond: not, Then: []ir.Stmt{stop}})
	}
	n.Body = append(append(pre, body...), n.Post...)
	n.Cond, n.Post = nil, nil
	p.emit(n)
}

// single says whether statements can stand as a for statement's post statement.
func single(list []ir.Stmt) bool {
	if len(list) != 1 {
		return false
	}
	_, ok := list[0].(*ir.Assign)
	return ok
}

// continues makes every continue of a loop with this body a jump to a label, and
// says whether there is one.
func continues(body []ir.Stmt, label string) bool {
	found := false
	for i, s := range body {
		switch s := s.(type) {
		case *ir.Branch:
			if s.Tok == token.CONTINUE {
				body[i] = &ir.Goto{Place: s.Place, Name: label}
				found = true
			}
		case *ir.If:
			then, other := continues(s.Then, label), continues(s.Else, label)
			found = found || then || other
		}
	}
	return found
}

// expr is a value in order: what it needs to be computed before is emitted.
func (p *pass) expr(e ir.Expr) ir.Expr {
	switch e := e.(type) {
	case *ir.Seq:
		p.body(e)
		return p.expr(e.X)
	case *ir.Binary:
		if e.Op == token.LAND || e.Op == token.LOR {
			return p.logical(e)
		}
	case *ir.Call:
		if operation(e) == ir.OpLitMap && acts(e) {
			return p.mapLiteral(e)
		}
	}
	ops := ir.Operands(e)
	if len(ops) == 0 {
		return e
	}
	return ir.With(e, p.list(ops))
}

// body puts the statements of a Seq before the one at hand.
func (p *pass) body(e *ir.Seq) {
	at := p.at
	for _, s := range e.Body {
		p.stmt(s)
	}
	p.at = at
}

// mapLiteral evaluates a map's entries one after the other, as the compiler does,
// which stores each before it looks at the next.
func (p *pass) mapLiteral(e *ir.Call) ir.Expr {
	var vals []ir.Expr
	for i := 0; i < len(e.Args); i += 2 {
		for _, x := range p.list(e.Args[i : i+2]) {
			if !plain(x) {
				x = p.hold(x)
			}
			vals = append(vals, x)
		}
	}
	return ir.With(e, vals)
}

// logical keeps what the right operand needs behind the left one's outcome.
func (p *pass) logical(e *ir.Binary) ir.Expr {
	x := p.expr(e.X)
	var y ir.Expr
	pre := p.aside(func() { y = p.expr(e.Y) })
	if len(pre) == 0 {
		return ir.With(e, []ir.Expr{x, y})
	}
	v := p.hold(x)
	cond := v
	if e.Op == token.LOR {
		cond = &ir.Not{Value: e.Value, X: v}
	}
	then := append(pre, &ir.Assign{Place: p.at, Lhs: []ir.Expr{v}, Rhs: []ir.Expr{y}})
	p.emit(&ir.If{Place: p.at, Cond: cond, Then: then})
	return v
}

// list puts operands in order. Where one needs statements, those before it are
// held first.
func (p *pass) list(ops []ir.Expr) []ir.Expr {
	if callsLate(ops) {
		return p.callsFirst(ops)
	}
	vals := make([]ir.Expr, len(ops))
	held := 0
	for i, e := range ops {
		pre := p.aside(func() { vals[i] = p.expr(e) })
		if len(pre) == 0 {
			continue
		}
		for ; held < i; held++ {
			if !plain(vals[held]) {
				vals[held] = p.hold(vals[held])
			}
		}
		p.emit(pre...)
	}
	return vals
}

// callsLate says whether a call follows an operand that it could change.
func callsLate(ops []ir.Expr) bool {
	loads := false
	for _, e := range ops {
		if loads && acts(e) {
			return true
		}
		loads = loads || late(e)
	}
	return false
}

// callsFirst evaluates the calls in operands from left to right, and then what
// is left of them.
func (p *pass) callsFirst(ops []ir.Expr) []ir.Expr {
	left := make([]ir.Expr, len(ops))
	for i, e := range ops {
		left[i] = p.hoist(e)
	}
	vals := make([]ir.Expr, len(ops))
	for i, e := range left {
		vals[i] = p.expr(e)
	}
	return vals
}

// hoist evaluates the calls in e, and what else the compiler evaluates in its turn.
// It returns e with temporaries in their places.
func (p *pass) hoist(e ir.Expr) ir.Expr {
	if inTurn(e) {
		return p.hold(p.expr(e))
	}
	if q, ok := e.(*ir.Seq); ok {
		p.body(q)
		return p.hoist(q.X)
	}
	return p.hoistOperands(e)
}

// hoistOperands is hoist for what e is made of.
func (p *pass) hoistOperands(e ir.Expr) ir.Expr {
	ops := ir.Operands(e)
	if len(ops) == 0 {
		return e
	}
	left := make([]ir.Expr, len(ops))
	for i, x := range ops {
		left[i] = p.hoist(x)
	}
	return ir.With(e, left)
}
