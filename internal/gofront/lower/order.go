package lower

import (
	"go/ast"
	"go/types"

	"playground/internal/gofront/ir"
)

// Go fixes the order of calls, channel operations and && and ||, from left to
// right, and leaves open when a variable is read beside a call that changes it.
// Programs have come to rely on what Go's compiler does there, so that is kept:
// calls first, then the other operands, except where it evaluates in place.

// operand is a part of an expression, evaluated in its turn.
type operand struct {
	typ  types.Type
	expr ast.Expr // nil if calls in it may stay where they are
	eval func() ir.Expr
}

// sequence evaluates operands from left to right: when one needs statements
// before the expression, those before it are held first.
func (f *unit) sequence(list []operand) []ir.Expr {
	if f.callsLate(list) {
		return f.callsFirst(list)
	}
	vals := make([]ir.Expr, len(list))
	held := 0
	for i, o := range list {
		pre := f.aside(func() { vals[i] = o.eval() })
		if len(pre) == 0 {
			continue
		}
		for ; held < i; held++ {
			if !plain(vals[held]) {
				vals[held] = f.hold(vals[held], list[held].typ)
			}
		}
		f.emit(pre...)
	}
	return vals
}

// callsLate says whether a call follows an operand that it could change.
func (f *unit) callsLate(list []operand) bool {
	loads := false
	for _, o := range list {
		switch {
		case o.expr == nil:
		case f.hasCall(o.expr):
			if loads {
				return true
			}
		case !f.simple(o.expr, nil):
			loads = true
		}
	}
	return false
}

// callsFirst evaluates the operands with calls in order, and then the others:
// the language leaves it open, and this is what Go's compiler does.
func (f *unit) callsFirst(list []operand) []ir.Expr {
	vals := make([]ir.Expr, len(list))
	for i, o := range list {
		if o.expr != nil && (f.hasCall(o.expr) || f.inPlace(o.expr)) {
			vals[i] = f.hold(o.eval(), o.typ)
		}
	}
	for i, o := range list {
		if vals[i] == nil {
			vals[i] = o.eval()
		}
	}
	return vals
}

// inPlace says whether Go's compiler evaluates e in its turn though it calls
// nothing.
func (f *unit) inPlace(e ast.Expr) bool {
	if f.src.Info.Types[e].Value != nil {
		return false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.TypeAssertExpr:
		return true
	case *ast.CallExpr:
		if !f.src.Info.Types[e.Fun].IsBuiltin() {
			return false
		}
		switch builtinName(ast.Unparen(e.Fun)) {
		case "len", "cap", "min", "max", "complex":
			return true
		}
	}
	return false
}

// plain says whether a value is a variable of the frame or a constant, which
// nothing that is evaluated beside it can change.
func plain(x ir.Expr) bool {
	switch x := x.(type) {
	case *ir.Var, *ir.Const, *ir.Symbol, *ir.FuncName:
		return true
	case *ir.Not:
		return plain(x.X)
	}
	return false
}
