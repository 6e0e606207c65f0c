package lower

import (
	"go/ast"
	"go/types"

	"playground/internal/gofront/ir"
)

func isInterface(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Interface)
	return ok
}

// convTo is e's value in a context that wants type want.
func (f *unit) convTo(e ast.Expr, want types.Type) ir.Expr {
	want = f.typ(want)
	tv := f.src.Info.Types[e]
	switch {
	case tv.IsNil():
		return f.p.zero(want)
	case tv.Value != nil:
		return f.constTo(tv, want)
	}
	return f.convert(f.expr(e), f.typeOf(e), want)
}

func (f *unit) constTo(tv types.TypeAndValue, want types.Type) ir.Expr {
	have := f.typ(tv.Type)
	if isInterface(want) {
		have = types.Default(have)
		return f.convert(f.p.constant(tv.Value, have), have, want)
	}
	return f.p.constant(tv.Value, want)
}

// convert converts a value from type have to type want, which it is
// assignable to.
func (f *unit) convert(x ir.Expr, have, want types.Type) ir.Expr {
	have, want = f.typ(have), f.typ(want)
	if b, ok := have.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		// The value of a comparison or a shift.
		have = types.Default(b)
		if !isInterface(want) && b.Kind() == types.UntypedBool && !f.p.same(want, boolType) {
			return f.p.typed(ir.OpConvert, one(boolType), one(want)).call(x)
		}
	}
	if f.p.same(have, want) {
		return x
	}
	return f.p.typed(ir.OpConvert, one(have), one(want)).call(x)
}

// conversion is an explicit conversion T(e).
func (f *unit) conversion(e *ast.CallExpr) ir.Expr {
	want := f.typeOf(e)
	arg := e.Args[0]
	tv := f.src.Info.Types[arg]
	switch {
	case tv.IsNil():
		return f.p.zero(want)
	case tv.Value != nil:
		have := f.typ(tv.Type)
		if b, ok := have.(*types.Basic); ok && (b.Info()&types.IsUntyped != 0 || f.isParam(e)) {
			// What is converted to a type parameter is recorded with its default
			// type, but is still a constant that each type of the set can hold.
			if _, basic := want.Underlying().(*types.Basic); basic && sameClass(b, want) {
				return f.p.constant(tv.Value, want)
			}
			have = types.Default(b)
		}
		return f.convert(f.p.constant(tv.Value, have), have, want)
	}
	return ir.At(e.Pos(), f.convert(f.expr(arg), f.typeOf(arg), want))
}

// isParam says whether the expression is of a type parameter's type.
func (f *unit) isParam(e ast.Expr) bool {
	_, is := types.Unalias(f.src.Info.TypeOf(e)).(*types.TypeParam)
	return is
}

// sameClass says whether a constant can be written directly in type t.
func sameClass(b *types.Basic, t types.Type) bool {
	u := t.Underlying().(*types.Basic)
	const num = types.IsNumeric
	return b.Info()&num != 0 && u.Info()&num != 0 || b.Info()&types.IsString != 0 && u.Info()&types.IsString != 0 ||
		b.Info()&types.IsBoolean != 0 && u.Info()&types.IsBoolean != 0
}
