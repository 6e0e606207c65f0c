package engine

import (
	"reflect"

	"playground/internal/gofront/ir"
)

// binary is an operator that the interpreter cannot be trusted with.
func binary(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	out := op.Type.Out(0)
	switch op.Token {
	case "<<", ">>":
		return func(a []reflect.Value) []reflect.Value {
			return []reflect.Value{shift(a[0], a[1], op.Token == "<<", out)}
		}
	}
	return func(a []reflect.Value) []reflect.Value {
		v := reflect.New(out).Elem()
		switch x, y := a[0], a[1]; {
		case x.CanComplex():
			v.SetComplex(complexOp(op.Token, x.Complex(), y.Complex(), x.Type().Bits() == 64))
		case x.CanInt():
			v.SetInt(intOp(op.Token, x.Int(), y.Int()))
		case x.CanUint():
			v.SetUint(uint64(intOp(op.Token, int64(x.Uint()), int64(y.Uint()))))
		}
		return []reflect.Value{v}
	}
}

func intOp(token string, x, y int64) int64 {
	switch token {
	case "&^":
		return x &^ y
	}
	panic("no integer operator " + token)
}

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

func shift(x, count reflect.Value, left bool, out reflect.Type) reflect.Value {
	var n uint64
	if count.CanInt() {
		if count.Int() < 0 {
			panic(plainError("negative shift amount"))
		}
		n = uint64(count.Int())
	} else {
		n = count.Uint()
	}
	v := reflect.New(out).Elem()
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
	return v
}

func unary(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	out := op.Type.Out(0)
	return func(a []reflect.Value) []reflect.Value {
		v := reflect.New(out).Elem()
		x := a[0]
		switch op.Token {
		case "!":
			v.SetBool(!x.Bool())
		case "^":
			if x.CanInt() {
				v.SetInt(^x.Int())
			} else {
				v.SetUint(^x.Uint())
			}
		case "-":
			switch {
			case x.CanInt():
				v.SetInt(-x.Int())
			case x.CanUint():
				v.SetUint(-x.Uint())
			case x.CanFloat():
				v.SetFloat(-x.Float())
			default:
				v.SetComplex(-x.Complex())
			}
		}
		return []reflect.Value{v}
	}
}
