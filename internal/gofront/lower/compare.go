package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// isComparison says whether the outcome is no value of the operands' type.
func isComparison(op token.Token) bool {
	return op == token.LSS || op == token.GTR || op == token.LEQ || op == token.GEQ
}

// compared is the outcome of a comparison in the type that it is wanted in: where that is
// a named one, go/types has it for the type of the comparison itself.
func (f *unit) compared(e *ast.BinaryExpr, x ir.Expr) ir.Expr {
	return f.convert(x, boolType, boolLike(f.typeOf(e)))
}

// equality is == and !=. Comparing with nil is an operation of its own: the type of nil
// is whatever stands beside it.
func (f *unit) equality(e *ast.BinaryExpr) ir.Expr {
	xn, yn := f.src.Info.Types[e.X].IsNil(), f.src.Info.Types[e.Y].IsNil()
	var r ir.Expr
	switch {
	case xn && yn:
		r = f.p.constant(constant.MakeBool(true), boolType)
	case yn:
		r = f.isNil(f.expr(e.X), f.typeOf(e.X))
	case xn:
		r = f.isNil(f.expr(e.Y), f.typeOf(e.Y))
	default:
		t := eqType(f.typeOf(e.X), f.typeOf(e.Y))
		return ir.At(e.OpPos, f.equal(f.convTo(e.X, t), f.convTo(e.Y, t), t, e.Op))
	}
	if e.Op == token.NEQ {
		return not(r)
	}
	return ir.At(e.OpPos, r)
}

// isNil is x == nil.
func (f *unit) isNil(x ir.Expr, t types.Type) ir.Expr {
	return f.p.typed(ir.OpIsNil, one(t), one(boolType)).call(x)
}

// eqType is the type in which two operands are compared.
func eqType(x, y types.Type) types.Type {
	if isInterface(x) && !isInterface(y) {
		return x
	}
	if isInterface(y) && !isInterface(x) {
		return y
	}
	if isInterface(x) && isInterface(y) {
		return anyType
	}
	if isUntyped(x) {
		if isUntyped(y) {
			return types.Default(x)
		}
		return y
	}
	// A bidirectional channel may be compared with a directed one.
	if c, ok := x.Underlying().(*types.Chan); ok && c.Dir() == types.SendRecv {
		return y
	}
	return x
}

// equal compares values of one type: basic ones by the interpreter, all others by an
// operation, which panics as Go does for what cannot be compared.
func (f *unit) equal(x, y ir.Expr, t types.Type, op token.Token) ir.Expr {
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsComplex == 0 {
		return &ir.Binary{Value: ir.Value{Type: boolType}, Op: op, X: x, Y: y}
	}
	r := f.p.typed(ir.OpEq, []types.Type{t, t}, one(boolType)).call(x, y)
	if op == token.NEQ {
		return not(r)
	}
	return r
}
