package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// arithmetic has the operators of a type, nil for those that it has not. It is made of
// generic functions, so that each operator is written once and is the compiler's own for
// every type: overflow, rounding and division are Go's because they are done by Go.
type arithmetic struct {
	binary func(c *compiler, n *node) any
	// sum assigns x+y or x-y to a slot at once, if both are there or constant.
	sum     func(c *compiler, n *node, off uintptr) op
	move    func(c *compiler, n *node) move                   // the same for an argument
	value   func(c *compiler, n *node) any                    // a comparison
	assign  func(c *compiler, n *node, off uintptr) op        // one that goes to a slot, or nil
	branch  func(c *compiler, n *node, yes, no *block) ending // one that decides where to go
	convert func(v any, to reflect.Kind) any
	shift   func(o *inlineOp, left bool) any
	unary   func(v any, token string) any
	andNot  func(a, b any) any
	jump    func(off uintptr, table []*block, rest *block) ending
	turn    func(c *compiler, sum, cond *node, yes, no *block) ending // of a loop that counts, or nil
}

type ending = func(fr *frame) (*block, *frame)

// integers are the operators of an integer type.
func integers[T memory.Integer]() *arithmetic {
	return &arithmetic{
		binary: integerBinary[T], sum: integerSum[T], move: sumMove[T], value: compared[T], assign: integerComparedTo[T],
		branch: integerBranch[T], convert: converted[T], shift: shifted[T], unary: integerUnary[T], andNot: andNot[T], jump: jump[T],
		turn: turn[T],
	}
}

// floats are those of a floating-point type, which has no remainder, no bits and no
// shifts.
func floats[T ~float32 | ~float64]() *arithmetic {
	return &arithmetic{
		binary: floatBinary[T], sum: sumOf[T], move: sumMove[T], value: compared[T], assign: comparedTo[T],
		branch: compareBranch[T], convert: converted[T], unary: floatUnary[T],
	}
}

// arithmeticOf is nil for types that have no operators. Complex numbers have theirs as
// operations (complexBinary), because yaegi does not compile them right.
func arithmeticOf(k reflect.Kind) *arithmetic {
	switch k {
	case reflect.Int:
		return integers[int]()
	case reflect.Int8:
		return integers[int8]()
	case reflect.Int16:
		return integers[int16]()
	case reflect.Int32:
		return integers[int32]()
	case reflect.Int64:
		return integers[int64]()
	case reflect.Uint:
		return integers[uint]()
	case reflect.Uint8:
		return integers[uint8]()
	case reflect.Uint16:
		return integers[uint16]()
	case reflect.Uint32:
		return integers[uint32]()
	case reflect.Uint64:
		return integers[uint64]()
	case reflect.Uintptr:
		return integers[uintptr]()
	case reflect.Float32:
		return floats[float32]()
	case reflect.Float64:
		return floats[float64]()
	case reflect.String:
		return &arithmetic{binary: stringBinary, value: compared[string], branch: compareBranch[string]}
	case reflect.Bool:
		return &arithmetic{value: comparedBools}
	}
	return nil
}

// binary is an operator with two operands.
func (c *compiler) binary(n *node) any {
	a := arithmeticOf(c.operandType(n).Kind())
	switch {
	case a == nil:
		panic(c.unknown(n))
	case comparison(n.Generator()):
		return a.value(c, n)
	case a.binary == nil:
		panic(c.unknown(n))
	}
	return a.binary(c, n)
}

// binaryTo is an operator whose result goes to a slot, or nil.
func (c *compiler) binaryTo(n *node, off uintptr) op {
	a := arithmeticOf(c.operandType(n).Kind())
	switch {
	case a == nil:
		return nil
	case comparison(n.Generator()):
		if a.assign == nil {
			return nil
		}
		return a.assign(c, n, off)
	case a.sum == nil:
		return nil
	}
	return a.sum(c, n, off)
}

// sumMove passes an addition or subtraction, or is nil.
func (c *compiler) sumMove(n *node) move {
	a := arithmeticOf(c.operandType(n).Kind())
	if a == nil || a.move == nil {
		return nil
	}
	return a.move(c, n)
}

func sumMove[T memory.Number](c *compiler, n *node) move {
	g := n.Generator()
	x, y := sides[T](c, n)
	if !x.in || !y.constant || g != yaegi.Add && g != yaegi.Sub {
		return nil
	}
	off, k := x.off, y.k
	if g == yaegi.Add {
		return func(fr *frame, to unsafe.Pointer) { *(*T)(to) = *slot[T](fr, off) + k }
	}
	return func(fr *frame, to unsafe.Pointer) { *(*T)(to) = *slot[T](fr, off) - k }
}

// side is an operand of a binary operator, in the forms that operators have closures of
// their own for: a slot and a constant need no closure to be called.
type side[T any] struct {
	in       bool // a slot
	off      uintptr
	constant bool
	k        T
	get      get[T] // in any case
}

// sideOf is n, as a value of type t.
func sideOf[T any](c *compiler, n *node, t reflect.Type) (s side[T]) {
	n = unparen(n)
	if isConstant(n) {
		s.constant, s.k = true, *(*T)(constantCell(n.Rval, t))
	} else {
		s.off, s.in = c.slotOf(n)
	}
	s.get = c.valueOf(n, t).(get[T])
	return s
}

// sides are both operands of n, which are of one type.
func sides[T any](c *compiler, n *node) (x, y side[T]) {
	t := c.operandType(n)
	return sideOf[T](c, n.Child[0], t), sideOf[T](c, n.Child[1], t)
}

// integerBinary is an arithmetic operator.
func integerBinary[T memory.Integer](c *compiler, n *node) any {
	x, y := sides[T](c, n)
	a, b, k := x.get, y.get, y.k
	switch g := n.Generator(); g {
	case yaegi.Add, yaegi.Sub, yaegi.Mul:
		return product(g, x, y)
	case yaegi.Quo, yaegi.Rem:
		return division[T](c, n)
	case yaegi.And:
		if y.constant {
			return func(fr *frame) T { return a(fr) & k }
		}
		return func(fr *frame) T { return a(fr) & b(fr) }
	case yaegi.Or:
		return func(fr *frame) T { return a(fr) | b(fr) }
	case yaegi.Xor:
		return func(fr *frame) T { return a(fr) ^ b(fr) }
	}
	panic(c.unknown(n))
}

// floatBinary is the same for numbers whose division does not fail.
func floatBinary[T ~float32 | ~float64](c *compiler, n *node) any {
	x, y := sides[T](c, n)
	switch g := n.Generator(); g {
	case yaegi.Add, yaegi.Sub, yaegi.Mul:
		return product(g, x, y)
	case yaegi.Quo:
		a, b := x.get, y.get
		return func(fr *frame) T { return a(fr) / b(fr) }
	}
	panic(c.unknown(n))
}

// product is an addition, subtraction or multiplication: for these, each form that
// operands can have has a closure of its own.
func product[T memory.Number](g yaegi.Generator, x, y side[T]) any {
	a, b, k, i, j := x.get, y.get, y.k, x.off, y.off
	switch {
	case x.in && y.constant:
		switch g {
		case yaegi.Add:
			return func(fr *frame) T { return *slot[T](fr, i) + k }
		case yaegi.Sub:
			return func(fr *frame) T { return *slot[T](fr, i) - k }
		}
		return func(fr *frame) T { return *slot[T](fr, i) * k }
	case x.in && y.in:
		switch g {
		case yaegi.Add:
			return func(fr *frame) T { return *slot[T](fr, i) + *slot[T](fr, j) }
		case yaegi.Sub:
			return func(fr *frame) T { return *slot[T](fr, i) - *slot[T](fr, j) }
		}
		return func(fr *frame) T { return *slot[T](fr, i) * *slot[T](fr, j) }
	case y.constant:
		switch g {
		case yaegi.Add:
			return func(fr *frame) T { return a(fr) + k }
		case yaegi.Sub:
			return func(fr *frame) T { return a(fr) - k }
		}
		return func(fr *frame) T { return a(fr) * k }
	case y.in:
		switch g {
		case yaegi.Add:
			return func(fr *frame) T { return a(fr) + *slot[T](fr, j) }
		case yaegi.Sub:
			return func(fr *frame) T { return a(fr) - *slot[T](fr, j) }
		}
		return func(fr *frame) T { return a(fr) * *slot[T](fr, j) }
	case x.in:
		switch g {
		case yaegi.Add:
			return func(fr *frame) T { return *slot[T](fr, i) + b(fr) }
		case yaegi.Sub:
			return func(fr *frame) T { return *slot[T](fr, i) - b(fr) }
		}
		return func(fr *frame) T { return *slot[T](fr, i) * b(fr) }
	}
	switch g {
	case yaegi.Add:
		return func(fr *frame) T { return a(fr) + b(fr) }
	case yaegi.Sub:
		return func(fr *frame) T { return a(fr) - b(fr) }
	}
	// The product is rounded before anything is added to it, as its closure
	// returns it.
	return func(fr *frame) T { return a(fr) * b(fr) }
}

// sumOf is product with an assignment: i = i + 1, and most of what loops do.
func sumOf[T memory.Number](c *compiler, n *node, off uintptr) op {
	g := n.Generator()
	if g != yaegi.Add && g != yaegi.Sub && g != yaegi.Mul {
		return nil
	}
	x, y := sides[T](c, n)
	i, j, k, b := x.off, y.off, y.k, y.get
	switch {
	case g == yaegi.Mul && x.in && y.constant:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) * k }
	case g == yaegi.Mul && x.in && y.in:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) * *slot[T](fr, j) }
	case g == yaegi.Mul:
		return nil
	case x.in && y.constant && i == off:
		if g == yaegi.Sub {
			k = -k
		}
		return func(fr *frame) { *slot[T](fr, off) += k }
	case x.in && y.constant && g == yaegi.Add:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) + k }
	case x.in && y.constant:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) - k }
	case x.in && y.in && g == yaegi.Add:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) + *slot[T](fr, j) }
	case x.in && y.in:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) - *slot[T](fr, j) }
	case x.in && g == yaegi.Add:
		return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, i) + b(fr) }
	}
	return nil
}

// integerSum is sumOf, and a division by a constant.
func integerSum[T memory.Integer](c *compiler, n *node, off uintptr) op {
	if g := n.Generator(); g == yaegi.Quo || g == yaegi.Rem {
		return divisionTo[T](c, n, off)
	}
	return sumOf[T](c, n, off)
}

func stringBinary(c *compiler, n *node) any {
	if n.Generator() != yaegi.Add {
		panic(c.unknown(n))
	}
	x, y := sides[string](c, n)
	a, b := x.get, y.get
	return func(fr *frame) string { return a(fr) + b(fr) }
}

// converted changes a number's type, as compiled code does it; nil if to is no number.
func converted[F memory.Number](v any, to reflect.Kind) any {
	f := v.(get[F])
	switch to {
	case reflect.Int:
		return func(fr *frame) int { return int(f(fr)) }
	case reflect.Int8:
		return func(fr *frame) int8 { return int8(f(fr)) }
	case reflect.Int16:
		return func(fr *frame) int16 { return int16(f(fr)) }
	case reflect.Int32:
		return func(fr *frame) int32 { return int32(f(fr)) }
	case reflect.Int64:
		return func(fr *frame) int64 { return int64(f(fr)) }
	case reflect.Uint:
		return func(fr *frame) uint { return uint(f(fr)) }
	case reflect.Uint8:
		return func(fr *frame) uint8 { return uint8(f(fr)) }
	case reflect.Uint16:
		return func(fr *frame) uint16 { return uint16(f(fr)) }
	case reflect.Uint32:
		return func(fr *frame) uint32 { return uint32(f(fr)) }
	case reflect.Uint64:
		return func(fr *frame) uint64 { return uint64(f(fr)) }
	case reflect.Uintptr:
		return func(fr *frame) uintptr { return uintptr(f(fr)) }
	case reflect.Float32:
		return func(fr *frame) float32 { return float32(f(fr)) }
	case reflect.Float64:
		return func(fr *frame) float64 { return float64(f(fr)) }
	}
	return nil
}

// integerUnary is -x or ^x.
func integerUnary[T memory.Integer](v any, token string) any {
	f := v.(get[T])
	switch token {
	case "-":
		return func(fr *frame) T { return -f(fr) }
	case "^":
		return func(fr *frame) T { return ^f(fr) }
	}
	return nil
}

// floatUnary is -x, which of a zero makes the other one.
func floatUnary[T ~float32 | ~float64](v any, token string) any {
	f := v.(get[T])
	if token == "-" {
		return func(fr *frame) T { return -f(fr) }
	}
	return nil
}

// shifted is a shift. A count that is negative fails; one that is a constant has been
// checked by the compiler of the reader's program, so nothing is looked at. A count may
// be as large as it likes: Go's own shift says what comes of it.
func shifted[T memory.Integer](o *inlineOp, left bool) any {
	f, at := o.args[0].(get[T]), o.at
	count := counted(o.args[1], o.op.Type.In(1).Kind())
	if o.constant[1] {
		k := count(nil)
		if int64(k) >= 0 {
			if left {
				return func(fr *frame) T { return f(fr) << k }
			}
			return func(fr *frame) T { return f(fr) >> k }
		}
	}
	signed := o.op.Type.In(1).Kind() <= reflect.Int64
	check := func(fr *frame, k uint64) {
		if signed && int64(k) < 0 {
			at.note(fr)
			panic(fault.Error("negative shift amount"))
		}
	}
	if left {
		return func(fr *frame) T {
			v, k := f(fr), count(fr)
			check(fr, k)
			return v << k
		}
	}
	return func(fr *frame) T {
		v, k := f(fr), count(fr)
		check(fr, k)
		return v >> k
	}
}

// counted is a shift count as a word; a signed one is extended.
func counted(v any, kind reflect.Kind) get[uint64] {
	if kind <= reflect.Int64 {
		f := arithmeticOf(kind).convert(v, reflect.Int64).(get[int64])
		return func(fr *frame) uint64 { return uint64(f(fr)) }
	}
	return arithmeticOf(kind).convert(v, reflect.Uint64).(get[uint64])
}

// andNot is x &^ y.
func andNot[T memory.Integer](a, b any) any {
	f, g := a.(get[T]), b.(get[T])
	return func(fr *frame) T { return f(fr) &^ g(fr) }
}

// complexBinary is an operator of complex numbers, of either precision: the narrow ones
// are computed as such.
func complexBinary[T ~complex64 | ~complex128](token string, a, b any) any {
	f, g := a.(get[T]), b.(get[T])
	switch token {
	case "+":
		return func(fr *frame) T { return f(fr) + g(fr) }
	case "-":
		return func(fr *frame) T { return f(fr) - g(fr) }
	case "*":
		return func(fr *frame) T { return f(fr) * g(fr) }
	case "/":
		return func(fr *frame) T { return f(fr) / g(fr) }
	}
	return nil
}
