package engine

import (
	"math"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// The trials of numbers.

func pairsOf[T any](o ir.Op, real func(a, b T) any, vs ...T) (list []trial) {
	for _, a := range vs {
		for _, b := range vs {
			list = append(list, once(o, func() any { return real(a, b) }, a, b))
		}
	}
	return list
}

func minOf[T memory.Ordered](vs ...T) []trial {
	return pairsOf(opOf(ir.OpMin, (func(T, T) T)(nil)), func(a, b T) any { return min(a, b) }, vs...)
}

func maxOf[T memory.Ordered](vs ...T) []trial {
	return pairsOf(opOf(ir.OpMax, (func(T, T) T)(nil)), func(a, b T) any { return max(a, b) }, vs...)
}

func minTrials() []trial {
	return concat(minOf(intEdges...), minOf(int8Edges...), minOf(uintEdges...), minOf(floatEdges...), minOf(float32Edges...), minOf(stringEdges...), minOf[myInt](1, -1))
}

func maxTrials() []trial {
	return concat(maxOf(intEdges...), maxOf(int8Edges...), maxOf(uintEdges...), maxOf(floatEdges...), maxOf(float32Edges...), maxOf(stringEdges...), maxOf[myStr]("a", "b"))
}

func shiftOfType[T memory.Integer, C memory.Integer](xs []T, counts []C) (list []trial) {
	left, right := tokenOp(ir.OpBinary, "<<", (func(T, C) T)(nil)), tokenOp(ir.OpBinary, ">>", (func(T, C) T)(nil))
	for _, x := range xs {
		for _, n := range counts {
			list = append(list, once(left, func() any { return x << n }, x, n), once(right, func() any { return x >> n }, x, n))
		}
	}
	return list
}

func shiftsOf[T memory.Integer](xs []T) []trial {
	return concat(
		shiftOfType(xs, []int{0, 1, 7, 8, 31, 32, 63, 64, 65, math.MaxInt, -1}), shiftOfType(xs, []uint{0, 1, 63, 64, math.MaxUint}),
		shiftOfType(xs, []uint8{0, 1, 255}), shiftOfType(xs, []int8{1, -128}), shiftOfType(xs, []uint64{1, 1 << 63}), shiftOfType(xs, []myInt{3, -3}),
	)
}

func andNotOf[T memory.Integer](vs ...T) []trial {
	return pairsOf(tokenOp(ir.OpBinary, "&^", (func(T, T) T)(nil)), func(a, b T) any { return a &^ b }, vs...)
}

func complexOf[T complex64 | complex128](vs ...T) []trial {
	sign := func(token string, f func(a, b T) any) []trial {
		return pairsOf(tokenOp(ir.OpBinary, token, (func(T, T) T)(nil)), f, vs...)
	}
	return concat(
		sign("+", func(a, b T) any { return a + b }), sign("-", func(a, b T) any { return a - b }),
		sign("*", func(a, b T) any { return a * b }), sign("/", func(a, b T) any { return a / b }),
	)
}

func binaryTrials() []trial {
	return concat(
		shiftsOf(intEdges), shiftsOf(int8Edges), shiftsOf(int16Edges), shiftsOf(int32Edges), shiftsOf(int64Edges), shiftsOf(uintEdges), shiftsOf(uint8Edges), shiftsOf(uint16Edges),
		shiftsOf(uint32Edges), shiftsOf(uint64Edges), shiftsOf([]uintptr{0, 1, math.MaxUint}), shiftsOf([]myInt{1, -1}),
		andNotOf(intEdges...), andNotOf(int8Edges...), andNotOf(uintEdges...), andNotOf(uint8Edges...), andNotOf[myInt](1, -1),
		complexOf(complexEdges...), complexOf[complex64](0, 1.1-2i, complex64(complex(math.Inf(1), math.NaN()))),
	)
}

func unaryOfType[T any](token string, real func(T) T, vs ...T) (list []trial) {
	for _, v := range vs {
		list = append(list, once(tokenOp(ir.OpUnary, token, (func(T) T)(nil)), func() any { return real(v) }, v))
	}
	return list
}

func integersUnary[T memory.Integer](vs []T) []trial {
	return append(unaryOfType("-", func(v T) T { return -v }, vs...), unaryOfType("^", func(v T) T { return ^v }, vs...)...)
}

func unaryTrials() []trial {
	return concat(
		integersUnary(intEdges), integersUnary(int8Edges), integersUnary(int16Edges), integersUnary(int32Edges), integersUnary(int64Edges), integersUnary(uintEdges),
		integersUnary(uint8Edges), integersUnary(uint16Edges), integersUnary(uint32Edges), integersUnary(uint64Edges), integersUnary([]myInt{1, math.MinInt}),
		unaryOfType("-", func(v float64) float64 { return -v }, floatEdges...), unaryOfType("-", func(v float32) float32 { return -v }, float32Edges...),
		unaryOfType("-", func(v complex128) complex128 { return -v }, complexEdges...), unaryOfType("!", func(v bool) bool { return !v }, true, false),
	)
}

func complexTrials() (list []trial) {
	for _, re := range floatEdges {
		for _, im := range floatEdges {
			list = append(list, once(opOf(ir.OpComplex, (func(float64, float64) complex128)(nil)), func() any { return complex(re, im) }, re, im))
		}
	}
	for _, re := range float32Edges {
		list = append(list, once(opOf(ir.OpComplex, (func(float32, float32) complex64)(nil)), func() any { return complex(re, 1.5) }, re, float32(1.5)))
	}
	return list
}

func realTrials() (list []trial) {
	for _, c := range complexEdges {
		list = append(list, once(opOf(ir.OpReal, (func(complex128) float64)(nil)), func() any { return real(c) }, c))
		n := complex64(c)
		list = append(list, once(opOf(ir.OpReal, (func(complex64) float32)(nil)), func() any { return real(n) }, n))
	}
	return list
}

func imagTrials() (list []trial) {
	for _, c := range complexEdges {
		list = append(list, once(opOf(ir.OpImag, (func(complex128) float64)(nil)), func() any { return imag(c) }, c))
		n := complex64(c)
		list = append(list, once(opOf(ir.OpImag, (func(complex64) float32)(nil)), func() any { return imag(n) }, n))
	}
	return list
}

func boundsOf[T memory.Integer](vs ...T) (list []trial) {
	for _, v := range vs {
		var real func() any // for an index that is one
		if n := int(v); n < 0 == (v < 0) {
			real = func() any { return n }
		}
		list = append(list, once(opOf(ir.OpBounds, (func(T) int)(nil)), real, v))
	}
	return list
}

func boundsTrials() []trial {
	return concat(boundsOf(intEdges...), boundsOf(int8Edges...), boundsOf(uintEdges...), boundsOf(uint64Edges...), boundsOf(uint8Edges...), boundsOf[myInt](5, -5))
}
