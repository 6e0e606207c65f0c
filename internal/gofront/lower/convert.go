package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"reflect"
	"unicode/utf8"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/escape"
)

// Two types are the same at run time if their texts are (package typetable); a value that
// goes from one type to another is converted by an operation, even where nothing of its
// memory changes: the interpreter's types have to agree.
//
// Constants are exact until they get a type. Those that a Go literal of the lowered
// source gives exactly are such literals; the others are values of package s, made here.

// isInterface says whether a value of the type has its own type with it.
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

// constTo is a constant in a context that wants type want. An interface gets the
// constant's default type; everything else the constant itself, exact in its type,
// so that nothing is rounded twice.
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
		if !isInterface(want) && b.Kind() == types.UntypedBool && !f.p.types.Same(want, boolType) {
			return f.p.typed(ir.OpConvert, one(boolType), one(want)).call(x)
		}
	}
	if f.p.types.Same(have, want) {
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
		x := f.convert(f.p.constant(tv.Value, have), have, want)
		if s, ok := want.Underlying().(*types.Slice); ok && tv.Value.Kind() == constant.String {
			return f.full(x, want, elementsOf(constant.StringVal(tv.Value), s))
		}
		return x
	}
	_, toSlice := want.Underlying().(*types.Slice)
	if text, ok := f.typeOf(arg).Underlying().(*types.Basic); ok && toSlice && text.Info()&types.IsString != 0 {
		return ir.At(e.Pos(), f.copied(e, want))
	}
	return ir.At(e.Pos(), f.convert(f.expr(arg), f.typeOf(arg), want))
}

// copied is a string's bytes or runes, with as much room as in compiled code.
func (f *unit) copied(e *ast.CallExpr, want types.Type) ir.Expr {
	token := ""
	switch f.p.buffers()[e] {
	case escape.First:
		token = ir.ConvertStack
	case escape.Shared:
		token = ir.ConvertShared
	}
	arg := e.Args[0]
	in := one(f.typeOf(arg))
	return f.p.typedAs(ir.OpConvert, token, in, one(want), func(o *ir.Op) { o.Token = token }).call(f.expr(arg))
}

// elementsOf is how many elements a slice of type s has for a string's bytes or runes.
func elementsOf(text string, s *types.Slice) int {
	if s.Elem().Underlying().(*types.Basic).Kind() == types.Byte {
		return len(text)
	}
	return utf8.RuneCountInString(text)
}

// full is a slice of n elements without room for more: what the compiler makes of a
// constant string is an array of just its length.
func (f *unit) full(x ir.Expr, t types.Type, n int) ir.Expr {
	const given = "-++"
	in := []types.Type{t, intType, intType, intType}
	op := f.p.typedAs(ir.OpSlice, given, in, one(t), func(o *ir.Op) { o.Token = given })
	return op.call(x, f.bound(nil), number(n), number(n))
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

// constant is a constant of type t. Constants of type int, string
// and bool are literals; all others are symbols of package s that hold the
// exact value, because the interpreter's own constants are not exact.
func (p *program) constant(v constant.Value, t types.Type) ir.Expr {
	u, ok := t.Underlying().(*types.Basic)
	if !ok { // an interface: the constant's default type
		p.fail(0, "constant of type %s", t)
	}
	_, isBasic := t.(*types.Basic)
	switch {
	case isBasic && (u.Kind() == types.Bool || u.Kind() == types.UntypedBool):
		return &ir.Const{Value: ir.Value{Type: t}, Val: v}
	case isBasic && (u.Kind() == types.String || u.Kind() == types.UntypedString) && v.Kind() == constant.String:
		return &ir.Const{Value: ir.Value{Type: t}, Val: v}
	case isBasic && (u.Kind() == types.Int || u.Kind() == types.UntypedInt):
		if n, ok := constant.Int64Val(constant.ToInt(v)); ok && n >= 0 {
			return &ir.Const{Value: ir.Value{Type: t}, Val: constant.MakeInt64(n)}
		}
	}
	key := p.types.Text(t) + "=" + v.ExactString()
	name, ok := p.consts[key]
	if !ok {
		name = fmt.Sprintf("K%d", len(p.consts)+1)
		p.consts[key] = name
		p.res.Exports["s/s"][name] = constantValue(v, u, p.types.Type(t))
	}
	return &ir.Symbol{Value: ir.Value{Type: t}, Name: name}
}

// constantValue is a constant as a value of its run-time type.
func constantValue(v constant.Value, u *types.Basic, rt reflect.Type) reflect.Value {
	r := reflect.New(rt).Elem() // of the type itself, which may be a forged one
	switch info := u.Info(); {
	case info&types.IsBoolean != 0:
		r.SetBool(constant.BoolVal(v))
	case info&types.IsString != 0:
		if v.Kind() == constant.Int {
			n, exact := constant.Int64Val(v)
			if !exact || n != int64(rune(n)) {
				n = 0xfffd
			}
			r.SetString(string(rune(n)))
		} else {
			r.SetString(constant.StringVal(v))
		}
	case info&types.IsUnsigned != 0:
		n, _ := constant.Uint64Val(constant.ToInt(v))
		r.SetUint(n)
	case info&types.IsInteger != 0:
		n, _ := constant.Int64Val(constant.ToInt(v))
		r.SetInt(n)
	case info&types.IsFloat != 0:
		r.SetFloat(float(constant.ToFloat(v), rt))
	case info&types.IsComplex != 0:
		c := constant.ToComplex(v)
		part := reflect.TypeFor[float64]()
		if rt.Kind() == reflect.Complex64 {
			part = reflect.TypeFor[float32]()
		}
		r.SetComplex(complex(float(constant.Real(c), part), float(constant.Imag(c), part)))
	}
	// A value that cannot be assigned to, as the interpreter expects.
	return reflect.ValueOf(r.Interface())
}

// float rounds once, to the type's own precision.
func float(v constant.Value, rt reflect.Type) float64 {
	if rt.Kind() == reflect.Float32 {
		x, _ := constant.Float32Val(v)
		return float64(x)
	}
	x, _ := constant.Float64Val(v)
	return x
}
