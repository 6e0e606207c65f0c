package ir

import "go/token"

// At is e at a position, unless e has one of its own. Nodes may be shared, so
// it is a copy.
func At(pos token.Pos, e Expr) Expr {
	if e.Info().Pos.IsValid() || !pos.IsValid() {
		return e
	}
	c := clone(e)
	c.Info().Pos = pos
	return c
}

// clone is a copy of a node, which shares its operands.
func clone(e Expr) Expr {
	switch e := e.(type) {
	case *Var:
		c := *e
		return &c
	case *Const:
		c := *e
		return &c
	case *Symbol:
		c := *e
		return &c
	case *FuncName:
		c := *e
		return &c
	case *Operation:
		c := *e
		return &c
	case *Builtin:
		c := *e
		return &c
	case *Deref:
		c := *e
		return &c
	case *Addr:
		c := *e
		return &c
	case *Field:
		c := *e
		return &c
	case *Index:
		c := *e
		return &c
	case *Not:
		c := *e
		return &c
	case *Binary:
		c := *e
		return &c
	case *Struct:
		c := *e
		return &c
	case *Call:
		c := *e
		return &c
	case *Seq:
		c := *e
		return &c
	case *Old:
		c := *e
		return &c
	}
	panic("ir: no such expression")
}

// Operands are the parts of e in the order in which Go evaluates them. A Seq has
// none, because statements stand before its value.
func Operands(e Expr) []Expr {
	switch e := e.(type) {
	case *Deref:
		return []Expr{e.X}
	case *Addr:
		return []Expr{e.X}
	case *Field:
		return []Expr{e.X}
	case *Index:
		return []Expr{e.X, e.Index}
	case *Not:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.X, e.Y}
	case *Struct:
		return e.Fields
	case *Call:
		return e.Args
	}
	return nil
}

// With is e with other operands.
func With(e Expr, ops []Expr) Expr {
	if len(ops) == 0 {
		return e
	}
	c := clone(e)
	switch c := c.(type) {
	case *Deref:
		c.X = ops[0]
	case *Addr:
		c.X = ops[0]
	case *Field:
		c.X = ops[0]
	case *Index:
		c.X, c.Index = ops[0], ops[1]
	case *Not:
		c.X = ops[0]
	case *Binary:
		c.X, c.Y = ops[0], ops[1]
	case *Struct:
		c.Fields = ops
	case *Call:
		c.Args = ops
	}
	return c
}

// Calls says whether evaluating e can run code of the program, or wait.
func Calls(e Expr) bool {
	switch e := e.(type) {
	case nil:
		return false
	case *Call:
		if Runs(e) {
			return true
		}
	case *Seq:
		return anyCalls(e.Body) || Calls(e.X)
	}
	for _, x := range Operands(e) {
		if Calls(x) {
			return true
		}
	}
	return false
}

// Runs says whether a call itself runs code of the program, or waits, whatever
// its arguments are.
func Runs(c *Call) bool {
	switch fun := c.Fun.(type) {
	case *FuncName, *Symbol:
		return true
	case *Operation:
		return fun.Op.Kind == OpCall || fun.Op.Kind == OpMethod || fun.Op.Kind == OpRecv || fun.Op.Kind == OpRecv2
	}
	return false
}

// anyCalls is Calls for statements.
func anyCalls(list []Stmt) bool {
	for _, s := range list {
		if stmtCalls(s) {
			return true
		}
	}
	return false
}

// stmtCalls is Calls for one statement. Jumps and labels run nothing.
func stmtCalls(s Stmt) bool {
	switch s := s.(type) {
	case *Assign:
		return listCalls(s.Lhs) || listCalls(s.Rhs)
	case *Update:
		return Calls(s.X) || Calls(s.Value)
	case *Do:
		return Calls(s.X)
	case *If:
		return Calls(s.Cond) || anyCalls(s.Then) || anyCalls(s.Else)
	case *For:
		return Calls(s.Cond) || anyCalls(s.Post) || anyCalls(s.Body)
	case *Return:
		return listCalls(s.Results)
	}
	return false
}

// listCalls is Calls for expressions, of which some may be missing.
func listCalls(list []Expr) bool {
	for _, e := range list {
		if e != nil && Calls(e) {
			return true
		}
	}
	return false
}
