package lower

import (
	"fmt"
	"go/constant"
	"go/types"
	"reflect"

	"playground/internal/gofront/ir"
)

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
	key := p.types.text(t) + "=" + v.ExactString()
	name, ok := p.consts[key]
	if !ok {
		name = fmt.Sprintf("K%d", len(p.consts)+1)
		p.consts[key] = name
		p.res.Exports["s/s"][name] = constantValue(v, u, p.types.rtype(t))
	}
	return &ir.Symbol{Value: ir.Value{Type: t}, Name: name}
}

func constantValue(v constant.Value, u *types.Basic, rt reflect.Type) reflect.Value {
	r := reflect.New(rt).Elem()
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
