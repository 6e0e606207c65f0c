package engine

import (
	"math"
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// Operations that only compute something from their operands are inlined: they
// are part of the closure of the expression that they are in. What makes one fit for
// that is that it does not call the program and has one result; that it may panic
// does no harm, if it notes its position.

// inlineOp is one of them, with its operands.
type inlineOp struct {
	op       *ir.Op
	args     []any
	constant []bool
	at       failure
}

// inline says whether a call is of such an operation, for the types at hand: exactly
// those for which value has something. The others become operations on memory.
func (c *compiler) inline(n *node) bool {
	op := c.opOf(n)
	if op == nil {
		return false
	}
	var in reflect.Kind
	var from reflect.Type
	if op.Type.NumIn() > 0 {
		from = op.Type.In(0)
		in = from.Kind()
	}
	switch op.Kind {
	case ir.OpLen, ir.OpCap:
		return in == reflect.Slice || in == reflect.String && op.Kind == ir.OpLen
	case ir.OpConvert:
		return inlineConversion(from, op.Type.Out(0))
	case ir.OpBinary:
		switch op.Token {
		case "<<", ">>", "&^":
			return isInteger(in)
		}
		return in == reflect.Complex64 || in == reflect.Complex128
	case ir.OpUnary:
		return isInteger(in) || in == reflect.Float32 || in == reflect.Float64
	case ir.OpEq:
		return pointerLike(from) || in == reflect.Interface
	case ir.OpIsNil, ir.OpReal, ir.OpImag, ir.OpComplex:
		return true
	case ir.OpZero:
		return representationOf(op.Type.Out(0)) != nil
	case ir.OpBounds:
		return isInteger(in)
	}
	return false
}

func isInteger(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uintptr }

func isNumber(k reflect.Kind) bool {
	return isInteger(k) || k == reflect.Float32 || k == reflect.Float64
}

// inlineConversion says whether a conversion is one of numbers, or changes
// nothing but the name.
func inlineConversion(from, to reflect.Type) bool {
	if isNumber(from.Kind()) && isNumber(to.Kind()) {
		return true
	}
	return from.Kind() == to.Kind() && from.Kind() != reflect.Interface && memory.Same(from, to)
}

// inlined is the value of such a call.
func (c *compiler) inlined(n *node) any {
	op := c.opOf(n)
	if op.Kind == ir.OpConvert && !isNumber(op.Type.In(0).Kind()) {
		// Only the name changes, so the operand's closure is the conversion's.
		return c.valueOf(n.Child[1], op.Type.In(0))
	}
	o := &inlineOp{op: op, at: c.failure(n)}
	for i, a := range n.Child[1:] {
		o.args = append(o.args, c.valueOf(a, op.Type.In(i)))
		o.constant = append(o.constant, isConstant(unparen(a)))
	}
	v := o.value()
	if v == nil {
		panic(c.unknown(n))
	}
	return v
}

// value is the closure that computes the operation: a get of what represents its
// result, as everywhere in expressions.
func (o *inlineOp) value() any {
	t := o.op.Type
	switch o.op.Kind {
	case ir.OpLen:
		if t.In(0).Kind() == reflect.String {
			f := o.args[0].(get[string])
			return func(fr *frame) int { return len(f(fr)) }
		}
		f := o.args[0].(get[[]byte])
		return func(fr *frame) int { return len(f(fr)) }
	case ir.OpCap:
		f := o.args[0].(get[[]byte])
		return func(fr *frame) int { return cap(f(fr)) }
	case ir.OpConvert:
		return arithmeticOf(t.In(0).Kind()).convert(o.args[0], t.Out(0).Kind())
	case ir.OpUnary:
		return arithmeticOf(t.In(0).Kind()).unary(o.args[0], o.op.Token)
	case ir.OpBinary:
		return o.binary()
	case ir.OpEq:
		return equalValues(t.In(0), o.args[0], o.args[1], o.at)
	case ir.OpIsNil:
		return nilness(t.In(0), o.args[0])
	case ir.OpZero:
		return representationOf(t.Out(0)).constant(reflect.New(t.Out(0)).UnsafePointer())
	case ir.OpBounds:
		return bounded(t.In(0).Kind(), o.args[0])
	case ir.OpReal, ir.OpImag, ir.OpComplex:
		return o.complex()
	}
	return nil
}

// binary is an operator that yaegi gets wrong: its shifts, its &^ and its complex
// numbers are not Go's.
func (o *inlineOp) binary() any {
	in := o.op.Type.In(0).Kind()
	switch {
	case in == reflect.Complex64:
		return complexBinary[complex64](o.op.Token, o.args[0], o.args[1])
	case in == reflect.Complex128:
		return complexBinary[complex128](o.op.Token, o.args[0], o.args[1])
	case o.op.Token == "&^":
		return arithmeticOf(in).andNot(o.args[0], o.args[1])
	}
	return arithmeticOf(in).shift(o, o.op.Token == "<<")
}

// bounded is an index of any integer type as an int, which is out of any range if the
// index does not fit: what fails then can say which index it was.
func bounded(in reflect.Kind, v any) any {
	if in <= reflect.Int64 {
		return arithmeticOf(in).convert(v, reflect.Int)
	}
	f := arithmeticOf(in).convert(v, reflect.Uint64).(get[uint64])
	return func(fr *frame) int {
		k := f(fr)
		if k > math.MaxInt {
			return fault.HugeIndex(k)
		}
		return int(k)
	}
}

// complex takes complex numbers apart, or makes them.
func (o *inlineOp) complex() any {
	in := o.op.Type.In(0).Kind()
	switch o.op.Kind {
	case ir.OpComplex:
		if in == reflect.Float32 {
			f, g := o.args[0].(get[float32]), o.args[1].(get[float32])
			return func(fr *frame) complex64 { return complex(f(fr), g(fr)) }
		}
		f, g := o.args[0].(get[float64]), o.args[1].(get[float64])
		return func(fr *frame) complex128 { return complex(f(fr), g(fr)) }
	case ir.OpReal:
		if in == reflect.Complex64 {
			f := o.args[0].(get[complex64])
			return func(fr *frame) float32 { return real(f(fr)) }
		}
		f := o.args[0].(get[complex128])
		return func(fr *frame) float64 { return real(f(fr)) }
	}
	if in == reflect.Complex64 {
		f := o.args[0].(get[complex64])
		return func(fr *frame) float32 { return imag(f(fr)) }
	}
	f := o.args[0].(get[complex128])
	return func(fr *frame) float64 { return imag(f(fr)) }
}

// character is a byte of a string.
func (c *compiler) character(n *node) any {
	s, i := c.value(n.Child[0]).(get[string]), c.value(n.Child[1]).(get[int])
	out := c.failure(n)
	return func(fr *frame) byte {
		str, k := s(fr), i(fr)
		if uint(k) >= uint(len(str)) {
			out.index(fr, k, len(str))
		}
		return str[k]
	}
}
