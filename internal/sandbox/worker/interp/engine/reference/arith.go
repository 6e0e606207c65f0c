package reference

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Binary is a op b, for the operators that yaegi cannot be trusted with: shifts,
// &^, and those of complex numbers.
func Binary(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	x, y := a[0], a[1]
	v := reflect.New(out(op)).Elem()
	switch {
	case op.Token == "<<" || op.Token == ">>":
		shift(v, x, shiftCount(y), op.Token == "<<")
	case x.CanComplex():
		v.SetComplex(complexOp(op.Token, x.Complex(), y.Complex(), x.Type().Bits() == 64))
	case op.Token == "&^" && x.CanInt():
		v.SetInt(x.Int() &^ y.Int())
	case op.Token == "&^":
		v.SetUint(x.Uint() &^ y.Uint())
	default:
		panic("no operator " + op.Token)
	}
	return one(v)
}

// shiftCount is a shift's second operand, which may be of any integer type.
func shiftCount(v reflect.Value) uint64 {
	if !v.CanInt() {
		return v.Uint()
	}
	if v.Int() < 0 {
		panic(fault.Error("negative shift amount"))
	}
	return uint64(v.Int())
}

// shift sets v to x shifted by n bits. A narrow x is shifted in 64 bits: what
// leaves it to the left is cut off by v, what comes in from the left is its sign.
func shift(v, x reflect.Value, n uint64, left bool) {
	switch {
	case x.CanInt() && left:
		v.SetInt(x.Int() << n)
	case x.CanInt():
		v.SetInt(x.Int() >> n)
	case left:
		v.SetUint(x.Uint() << n)
	default:
		v.SetUint(x.Uint() >> n)
	}
}

// complexOp is x op y. Narrow numbers are computed as such: the result rounds
// differently.
func complexOp(token string, x, y complex128, narrow bool) complex128 {
	if narrow {
		a, b := complex64(x), complex64(y)
		switch token {
		case "+":
			return complex128(a + b)
		case "-":
			return complex128(a - b)
		case "*":
			return complex128(a * b)
		}
		return complex128(a / b)
	}
	switch token {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	return x / y
}

// Unary is -a, ^a or !a. Minus keeps the sign of a zero, and of the smallest integer
// makes itself.
func Unary(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	x, v := a[0], reflect.New(out(op)).Elem()
	switch {
	case op.Token == "!":
		v.SetBool(!x.Bool())
	case op.Token == "^" && x.CanInt():
		v.SetInt(^x.Int())
	case op.Token == "^":
		v.SetUint(^x.Uint())
	case x.CanInt():
		v.SetInt(-x.Int())
	case x.CanUint():
		v.SetUint(-x.Uint())
	case x.CanFloat():
		v.SetFloat(-x.Float())
	default:
		v.SetComplex(-x.Complex())
	}
	return one(v)
}

// Min is min(a, b). Operands that are equal are not to be told apart, except zeros.
func Min(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].CanFloat() {
		return float(a[0].Type(), min(a[0].Float(), a[1].Float()))
	}
	if less(a[1], a[0]) {
		return one(a[1])
	}
	return one(a[0])
}

// Max is max(a, b).
func Max(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].CanFloat() {
		return float(a[0].Type(), max(a[0].Float(), a[1].Float()))
	}
	if less(a[0], a[1]) {
		return one(a[1])
	}
	return one(a[0])
}

// float is a result of floating-point type t. The builtins min and max know about
// NaN and the sign of zero, as a comparison does not.
func float(t reflect.Type, x float64) []reflect.Value {
	return one(reflect.ValueOf(x).Convert(t))
}

// less is a < b.
func less(a, b reflect.Value) bool {
	switch {
	case a.CanInt():
		return a.Int() < b.Int()
	case a.CanUint():
		return a.Uint() < b.Uint()
	}
	return a.String() < b.String()
}

// Complex is complex(re, im), of whichever precision.
func Complex(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	v := reflect.New(out(op)).Elem()
	v.SetComplex(complex(a[0].Float(), a[1].Float()))
	return one(v)
}

// Real is real(c).
func Real(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	return float(out(op), real(a[0].Complex()))
}

// Imag is imag(c).
func Imag(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	return float(out(op), imag(a[0].Complex()))
}
