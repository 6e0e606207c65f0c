package order

import (
	"go/token"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
)

// assign is an assignment: of one value, of several, or of all that a call returns.
func (p *pass) assign(s *ir.Assign) {
	switch {
	case len(s.Rhs) > 1:
		p.parallel(s)
	case len(s.Lhs) > 1: // by a call: what is on the left are temporaries
		p.emit(&ir.Assign{Place: s.Place, Lhs: s.Lhs, Rhs: p.list(s.Rhs)})
	default:
		p.assignOne(s.Lhs[0], s.Rhs[0])
	}
}

// assignOne is l = r. A variable always exists, so nothing has to be hoisted out of the
// right side for it.
func (p *pass) assignOne(l, r ir.Expr) {
	if !variable(l) && (ir.Calls(l) || ir.Calls(r)) {
		l = p.hoist(l)
		if c, ok := r.(*ir.Call); ok && !ir.Runs(c) {
			r = p.hoistOperands(r) // what is computed here is assigned at once
		} else {
			r = p.hoist(r)
		}
	}
	v := p.expr(r)
	p.set(p.expr(l), v)
}

// update is x op= y.
func (p *pass) update(s *ir.Update) {
	x, ops := s.X, slices.Clone(ir.Operands(s.Value))
	if ir.Calls(x) || late(x) && slices.ContainsFunc(ops, acts) {
		x = p.hoist(x)
		for i, e := range ops {
			ops[i] = p.hoist(e)
		}
	}
	if simplePlace(x, nil) {
		x = p.expr(x)
	} else {
		x = p.place(x)
	}
	for i, e := range ops {
		if _, old := e.(*ir.Old); old {
			ops[i] = x
		}
	}
	p.set(x, ir.With(s.Value, p.list(ops)))
}

// parallel is an assignment of several values.
func (p *pass) parallel(s *ir.Assign) {
	places, vals := slices.Clone(s.Lhs), slices.Clone(s.Rhs)
	assigned := map[string]bool{}
	for i, l := range places {
		if v, ok := l.(*ir.Var); ok {
			assigned[v.Name] = true
		}
		if l != nil {
			places[i] = p.hoist(l)
		}
	}
	for i, r := range vals {
		vals[i] = p.hoist(r)
	}
	for i, l := range places {
		switch {
		case l == nil:
		case simplePlace(l, assigned):
			places[i] = p.expr(l)
		default:
			places[i] = p.place(l)
		}
	}
	for i, r := range vals {
		if vals[i] = p.expr(r); !settled(vals[i]) {
			vals[i] = p.hold(vals[i])
		}
	}
	for i, l := range places {
		if l != nil {
			p.set(l, vals[i])
		}
	}
}

// place is something to be assigned to, its operands held if they could change
// between two uses, or by the assignment itself.
func (p *pass) place(e ir.Expr) ir.Expr {
	switch e := e.(type) {
	case *ir.Var:
		return e
	case *ir.Deref:
		if e.Box {
			return e
		}
		return ir.With(e, []ir.Expr{p.stable(e.X)})
	case *ir.Index:
		x := e.X
		if isArray(x) {
			x = p.place(x)
		} else {
			x = p.stable(x)
		}
		return ir.With(e, []ir.Expr{x, p.stable(e.Index)})
	case *ir.Field:
		if _, ptr := e.X.Info().Type.Underlying().(*types.Pointer); ptr {
			return ir.With(e, []ir.Expr{p.stable(e.X)})
		}
		return ir.With(e, []ir.Expr{p.place(e.X)})
	}
	return p.expr(e)
}

// isArray says whether e is an array, which is a place itself: its elements move when it
// is assigned to, where those of a slice stay where they are.
func isArray(e ir.Expr) bool {
	_, ok := e.Info().Type.Underlying().(*types.Array)
	return ok
}

// stable is a value, held unless nothing can change it.
func (p *pass) stable(e ir.Expr) ir.Expr {
	x := p.expr(e)
	if settled(x) {
		return x
	}
	return p.hold(x)
}

// variable says whether e is a variable of the program, which always exists.
func variable(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Var:
		return true
	case *ir.Deref:
		return e.Box
	}
	return false
}

// plain says whether a value is a variable of the frame or a constant, which
// nothing that is evaluated beside it can change.
func plain(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Const, *ir.Symbol, *ir.FuncName:
		return true
	case *ir.Var:
		return !e.Global
	case *ir.Not:
		return plain(e.X)
	}
	return false
}

// settled says whether a value stays what it is whatever is assigned to.
func settled(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Const, *ir.Symbol:
		return true
	case *ir.Var:
		return e.Temp
	case *ir.Call:
		if !pure(e) {
			return false
		}
		for _, a := range e.Args {
			if !settled(a) {
				return false
			}
		}
		return true
	}
	return false
}

// simple says whether e has no effects and cannot be changed by evaluating
// anything else in the statement, or by assigning to the variables in assigned.
func simple(e ir.Expr, assigned map[string]bool) bool {
	switch e := e.(type) {
	case *ir.Const, *ir.Symbol, *ir.FuncName, *ir.Old:
		return true
	case *ir.Var:
		return !e.Global && !assigned[e.Name]
	case *ir.Not:
		return simple(e.X, assigned)
	case *ir.Binary:
		return e.Op != token.QUO && e.Op != token.REM && simple(e.X, assigned) && simple(e.Y, assigned)
	case *ir.Call:
		if !pure(e) {
			return false
		}
		for _, a := range e.Args {
			if !simple(a, assigned) {
				return false
			}
		}
		return true
	}
	return false
}

// late says whether what is left of e when its calls have been made can be
// changed by another call, or panic.
func late(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Const, *ir.Symbol, *ir.FuncName, *ir.Old:
		return false
	case *ir.Var:
		return e.Global
	case *ir.Seq:
		return late(e.X)
	case *ir.Call:
		if inTurn(e) {
			return false
		}
		if !pure(e) {
			return true
		}
	case *ir.Binary:
		switch e.Op {
		case token.LAND, token.LOR:
			return false // evaluated in its turn
		case token.QUO, token.REM:
			return true
		}
	case *ir.Not, *ir.Struct:
	default:
		return true // it looks into memory
	}
	return slices.ContainsFunc(ir.Operands(e), late)
}

// pure says whether a call is of an operation that only computes from its
// operands, and does not panic.
func pure(c *ir.Call) bool {
	o, ok := c.Fun.(*ir.Operation)
	if !ok {
		return false
	}
	switch o.Op.Kind {
	case ir.OpZero, ir.OpBox, ir.OpClosure, ir.OpUnary, ir.OpEq, ir.OpIsNil:
		return true
	case ir.OpBinary:
		return o.Op.Token != "/" && o.Op.Token != "%"
	case ir.OpConvert:
		return !reads(c.Args[0].Info().Type, c.Type)
	}
	return false
}

// reads says whether a conversion looks into memory that a slice shares.
func reads(from, to types.Type) bool {
	_, slice := from.Underlying().(*types.Slice)
	_, iface := to.Underlying().(*types.Interface)
	return slice && !iface
}

// operation is the kind of operation that c calls, or -1.
func operation(c *ir.Call) ir.OpKind {
	if o, ok := c.Fun.(*ir.Operation); ok {
		return o.Op.Kind
	}
	return -1
}

// acts says whether evaluating e can change what another operand reads: it runs
// code of the program, or it writes to memory that slices share.
func acts(e ir.Expr) bool {
	if ir.Calls(e) {
		return true
	}
	if c, ok := e.(*ir.Call); ok {
		if _, native := c.Fun.(*ir.Builtin); native {
			return true
		}
		if k := operation(c); k == ir.OpAppend || k == ir.OpSpread {
			return true
		}
	}
	return slices.ContainsFunc(ir.Operands(e), acts)
}

// inTurn says whether Go's compiler evaluates e itself in its turn among the calls,
// and not when the whole expression is: that is so for calls, and for what it
// copies to a temporary of its own (cmd/compile/internal/walk, order.go, expr1).
func inTurn(e ir.Expr) bool {
	switch e := e.(type) {
	case *ir.Binary:
		return e.Op == token.LAND || e.Op == token.LOR
	case *ir.Call:
		if _, native := e.Fun.(*ir.Builtin); native || ir.Runs(e) {
			return true
		}
		switch operation(e) {
		case ir.OpLen, ir.OpCap, ir.OpMin, ir.OpMax, ir.OpComplex, ir.OpReal, ir.OpImag,
			ir.OpAppend, ir.OpSpread, ir.OpSlice, ir.OpMake, ir.OpMakeChan, ir.OpNew, ir.OpRecover, ir.OpLitMap:
			return true
		case ir.OpAssert:
			return !pointerShaped(e.Type)
		case ir.OpConvert:
			return copied(e) || decoded(e)
		}
	}
	return false
}

// pointerShaped says whether a value of the type is one pointer.
func pointerShaped(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// decoded says whether a conversion makes a slice of a string.
func decoded(c *ir.Call) bool {
	_, slice := c.Type.Underlying().(*types.Slice)
	b, ok := c.Args[0].Info().Type.Underlying().(*types.Basic)
	return slice && ok && b.Info()&types.IsString != 0
}

// copied says whether a conversion is to an interface, of a value that the
// compiler copies for it beforehand: one that has no address yet, and is not a
// word, a string or a slice.
func copied(c *ir.Call) bool {
	if _, iface := c.Type.Underlying().(*types.Interface); !iface {
		return false
	}
	switch c.Args[0].(type) {
	case *ir.Struct, *ir.Call:
	default:
		return false
	}
	from := c.Args[0].Info().Type
	switch u := from.Underlying().(type) {
	case *types.Struct, *types.Array:
	case *types.Basic:
		if u.Kind() != types.Complex128 {
			return false
		}
	default:
		return false
	}
	switch sizes.Sizeof(from) {
	case 0, 2, 4, 8:
		return false
	}
	return true
}

// sizes are those of the machines that programs run on, which have 64 bits.
var sizes = &types.StdSizes{WordSize: 8, MaxAlign: 8}

// simplePlace says whether assigning to e needs no operand held.
func simplePlace(e ir.Expr, assigned map[string]bool) bool {
	switch e := e.(type) {
	case *ir.Var:
		return true
	case *ir.Deref:
		return e.Box || simple(e.X, assigned)
	case *ir.Index:
		x := e.X
		if d, ok := x.(*ir.Deref); ok && !d.Box && isArray(d) {
			x = d.X
		}
		return simplePart(x, assigned) && simple(e.Index, assigned)
	case *ir.Field:
		return simplePart(e.X, assigned)
	}
	return false
}

// simplePart says the same of what a place is a part of: an array's element or a
// struct's field is where the whole is.
func simplePart(e ir.Expr, assigned map[string]bool) bool {
	switch x := e.(type) {
	case *ir.Index:
		return isArray(x.X) && simplePart(x.X, assigned) && simple(x.Index, assigned)
	case *ir.Field:
		_, ptr := x.X.Info().Type.Underlying().(*types.Pointer)
		return !ptr && simplePart(x.X, assigned)
	}
	return simple(e, assigned)
}
