package engine

import (
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"time"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// trials has the trials of every operation, in the order of package ir's table.
// An operation without a row here does not compile.
var trials [ir.NumOps]trialRow = [...]trialRow{
	{ir.OpEq, eqTrials},
	{ir.OpIsNil, isNilTrials},
	{ir.OpPanic, panicTrials},
	{ir.OpRecover, recoverTrials},
	{ir.OpDefer, deferTrials},
	{ir.OpDeferCall, deferCallTrials},
	{ir.OpGo, goTrials},
	{ir.OpPrint, printTrials},
	{ir.OpPrintln, printlnTrials},
	{ir.OpNew, newTrials},
	{ir.OpBox, boxTrials},
	{ir.OpZero, zeroTrials},
	{ir.OpConvert, convertTrials},
	{ir.OpAssert, assertTrials},
	{ir.OpAssert2, assert2Trials},
	{ir.OpTypeCase, typeCaseTrials},
	{ir.OpClosure, closureTrials},
	{ir.OpCall, callTrials},
	{ir.OpMethod, methodTrials},
	{ir.OpMin, minTrials},
	{ir.OpMax, maxTrials},
	{ir.OpClear, clearTrials},
	{ir.OpSend, sendTrials},
	{ir.OpRecv, recvTrials},
	{ir.OpRecv2, recv2Trials},
	{ir.OpClose, closeTrials},
	{ir.OpMakeChan, makeChanTrials},
	{ir.OpLen, lenTrials},
	{ir.OpCap, capTrials},
	{ir.OpSelect, selectTrials},
	{ir.OpIter, iterTrials},
	{ir.OpNext, nextTrials},
	{ir.OpRune, runeTrials},
	{ir.OpBinary, binaryTrials},
	{ir.OpUnary, unaryTrials},
	{ir.OpComplex, complexTrials},
	{ir.OpReal, realTrials},
	{ir.OpImag, imagTrials},
	{ir.OpBounds, boundsTrials},
	{ir.OpMake, makeTrials},
	{ir.OpAppend, appendTrials},
	{ir.OpSlice, sliceTrials},
	{ir.OpSpread, spreadTrials},
	{ir.OpLitMap, litMapTrials},
	{ir.OpLitSlice, litSliceTrials},
	{ir.OpMapGet, mapGetTrials},
	{ir.OpDeferStack, deferStackTrials},
	{ir.OpDeferTo, deferToTrials},
	{ir.OpRangePanic, rangePanicTrials},
	{ir.OpNonNil, nonNilTrials},
	{ir.OpUnsafe, unsafeTrials},
}

type trialRow struct {
	kind ir.OpKind
	list func() []trial
}

// opOf is an operation whose signature is that of f, a nil function.
func opOf(kind ir.OpKind, f any) ir.Op {
	return ir.Op{Kind: kind, Name: kind.String(), Type: reflect.TypeOf(f)}
}

func tokenOp(kind ir.OpKind, token string, f any) ir.Op {
	o := opOf(kind, f)
	o.Token = token
	return o
}

// once is a trial of one operation. real may be nil.
func once(o ir.Op, real func() any, operands ...any) trial {
	return trial{
		name: fmt.Sprintf("%s %s%s", o.Type, o.Token, describe(operands)),
		run: func(v variant) any {
			r := v.do(o, operands...)
			if len(r) == 1 {
				return r[0]
			}
			return r
		},
		real: real,
	}
}

func describe(operands []any) (s string) {
	for _, v := range operands {
		s += " " + render(reflect.ValueOf(v))
	}
	return s
}

// The values at which types begin, end and change their sign.
var (
	intEdges     = []int{0, 1, -1, 2, 7, -7, math.MaxInt, math.MinInt}
	int8Edges    = []int8{0, 1, -1, 2, 7, -7, math.MaxInt8, math.MinInt8}
	int16Edges   = []int16{0, 1, -1, math.MaxInt16, math.MinInt16}
	int32Edges   = []int32{0, 1, -1, 'ä', math.MaxInt32, math.MinInt32}
	int64Edges   = []int64{0, 1, -1, math.MaxInt64, math.MinInt64}
	uintEdges    = []uint{0, 1, 2, 1 << 63, math.MaxUint}
	uint8Edges   = []uint8{0, 1, 2, 128, math.MaxUint8}
	uint16Edges  = []uint16{0, 1, math.MaxUint16}
	uint32Edges  = []uint32{0, 1, math.MaxUint32}
	uint64Edges  = []uint64{0, 1, 1 << 63, math.MaxUint64}
	floatEdges   = []float64{0, math.Copysign(0, -1), 1, -1, 1.5, -2.5, 1e300, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	float32Edges = []float32{0, float32(math.Copysign(0, -1)), 1.1, -1.1, math.MaxFloat32, float32(math.Inf(-1)), float32(math.NaN())}
	stringEdges  = []string{"", "a", "b", "ab", "ä", "\x80", "日本"}
	complexEdges = []complex128{0, 1, -1i, complex(1.1, -2.2), complex(math.Inf(1), 0), complex(0, math.NaN())}
)

// named types, which reflection tells from their underlying ones.
type (
	myInt   int
	myBytes []byte
	myStr   string
	myErr   struct{ code int }
	pair    struct {
		A int
		B string
	}
	pair2 struct {
		A int
		B string
	}
	notComparable struct{ S []int }
)

func (e *myErr) Error() string { return fmt.Sprint("code ", e.code) }

func eqOf[T any](equal func(a, b T) bool, vs ...T) (list []trial) {
	for _, a := range vs {
		for _, b := range vs {
			list = append(list, once(opOf(ir.OpEq, (func(T, T) bool)(nil)), func() any { return equal(a, b) }, a, b))
		}
	}
	return list
}

func eq[T comparable](a, b T) bool { return a == b }

func eqTrials() []trial {
	x, y := 1, 1
	c := make(chan int)
	return concat(
		eqOf[any](func(a, b any) bool { return a == b }, nil, 1, int8(1), 1.5, math.NaN(), "a", []int(nil), notComparable{}, pair{1, "a"}, &x, &y),
		eqOf[error](func(a, b error) bool { return a == b }, nil, io.EOF, errors.New("EOF"), error(&myErr{1}), double("a"), double("b")),
		eqOf(eq[*int], nil, &x, &y), eqOf(eq[chan int], nil, c, make(chan int)), eqOf(eq[unsafe.Pointer], nil, unsafe.Pointer(&x)),
		eqOf(eq[pair], pair{}, pair{1, "a"}, pair{1, "b"}), eqOf(eq[[2]float64], [2]float64{}, [2]float64{math.NaN()}, [2]float64{1, 2}),
		eqOf(eq[complex128], complexEdges...), eqOf(eq[float64], floatEdges...), eqOf(eq[myStr], "", "a"),
	)
}

func concat(lists ...[]trial) (all []trial) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func isNilOf[T any](vs ...T) (list []trial) {
	for _, v := range vs {
		list = append(list, once(opOf(ir.OpIsNil, (func(T) bool)(nil)), nil, v))
	}
	return list
}

func isNilTrials() []trial {
	return concat(
		isNilOf[*int](nil, new(int)), isNilOf[[]int](nil, []int{}), isNilOf[map[int]int](nil, map[int]int{}), isNilOf[chan int](nil, make(chan int)), isNilOf[func()](nil, func() {}),
		isNilOf[any](nil, 0, (*int)(nil)), isNilOf[error](nil, (*myErr)(nil)), isNilOf[unsafe.Pointer](nil, unsafe.Pointer(new(int))),
	)
}

func panicTrials() (list []trial) {
	for _, v := range []any{nil, "text", 7, io.EOF, &myErr{3}, []int{1}} {
		list = append(list, once(opOf(ir.OpPanic, (func(any))(nil)), func() any { panic(v) }, v))
	}
	return list
}

func recoverTrials() []trial {
	list := []trial{once(opOf(ir.OpRecover, (func() any)(nil)), func() any { return recover() })}
	for _, value := range []any{"text", io.EOF, 7, &myErr{1}} {
		list = append(list, trial{
			name: fmt.Sprint(value),
			run:  func(v variant) any { return v.recovers(value) },
			real: func() any {
				r := make([]any, 2)
				func() {
					defer func() { r[0], r[1] = recover(), recover() }()
					panic(value)
				}()
				return r
			},
		})
	}
	return list
}

// deferBy are the trials of the two ways to defer a call.
func deferBy(kind ir.OpKind) []trial {
	o := opOf(kind, (func(func()))(nil))
	return []trial{
		{name: "in reverse", run: func(v variant) any {
			var log []string
			add := func(s string) operationStep { return operationStep{o, []any{func() { log = append(log, s) }}} }
			v.function(add("first"), add("second"), add("third"))
			return fmt.Sprint(log)
		}, real: func() any { return "[third second first]" }},
		{name: "nil", run: func(v variant) any {
			v.function(operationStep{o, []any{nil}})
			return nil
		}, real: func() any { var f func(); defer f(); return nil }},
		{name: "panics", run: func(v variant) any {
			v.function(operationStep{o, []any{func() { panic("last") }}})
			return nil
		}, real: func() any { panic("last") }},
	}
}

func deferTrials() []trial     { return deferBy(ir.OpDefer) }
func deferCallTrials() []trial { return deferBy(ir.OpDeferCall) }

// A stack of deferred calls is for nothing but deferring to it.
func deferStackTrials() []trial { return deferToTrials() }

func deferToTrials() []trial {
	return []trial{{name: "from a loop's body", run: func(v variant) any {
		var log []string
		to := opOf(ir.OpDeferTo, (func(any, func()))(nil))
		add := func(s string) operationStep {
			return operationStep{to, []any{previous{}, func() { log = append(log, s) }}}
		}
		v.function(operationStep{op: opOf(ir.OpDeferStack, (func() any)(nil))}, add("first"), add("second"))
		return fmt.Sprint(log)
	}, real: func() any { return "[second first]" }}}
}

func goTrials() []trial {
	return []trial{{name: "a compiled function", run: func(v variant) any {
		done := make(chan string)
		v.do(opOf(ir.OpGo, (func(func()))(nil)), func() { done <- "ran" })
		return <-done
	}}}
}

// printed has no results; that the words are Go's is conformance's matter. What
// is printed here goes to the test's own standard error.
func printBy(kind ir.OpKind) []trial {
	return []trial{once(opOf(kind, (func(...any))(nil)), nil, 1, "a", 1.5, nil, true, 2i, uint8(3))}
}

func printTrials() []trial   { return printBy(ir.OpPrint) }
func printlnTrials() []trial { return printBy(ir.OpPrintln) }

func newTrials() []trial {
	return []trial{
		once(opOf(ir.OpNew, (func() *int)(nil)), func() any { return new(int) }),
		once(opOf(ir.OpNew, (func() *pair)(nil)), func() any { return new(pair) }),
		once(opOf(ir.OpNew, (func() *struct{})(nil)), func() any { return new(struct{}) }),
		once(opOf(ir.OpNew, (func() *any)(nil)), func() any { return new(any) }),
	}
}

func boxOf[T any](v T) trial {
	return once(opOf(ir.OpBox, (func(T) *T)(nil)), func() any { return &v }, v)
}

func boxTrials() []trial {
	return []trial{
		boxOf(7), boxOf(int8(-1)), boxOf(int32('ä')), boxOf(1.5), boxOf("text"), boxOf([]int{1, 2}), boxOf(pair{1, "a"}), boxOf(2i),
		boxOf(map[string]int{"a": 1}), boxOf[any]("held"), boxOf(error(io.EOF)), boxOf([3]byte{1, 2, 3}), boxOf(struct{}{}), boxOf(true),
		{name: "a copy", run: func(v variant) any {
			a := [2]int{1, 2}
			p := v.do(opOf(ir.OpBox, (func([2]int) *[2]int)(nil)), a)[0].(*[2]int)
			a[0] = 9
			return *p
		}},
	}
}

func zeroOf[T any]() trial {
	return once(opOf(ir.OpZero, (func() T)(nil)), func() any { var z T; return z })
}

func zeroTrials() []trial {
	return []trial{zeroOf[int](), zeroOf[string](), zeroOf[pair](), zeroOf[[]int](), zeroOf[any](), zeroOf[[3]string](), zeroOf[*int](), zeroOf[complex64]()}
}

func convertOf[F, T any](real func(F) T, vs ...F) (list []trial) {
	for _, v := range vs {
		list = append(list, once(opOf(ir.OpConvert, (func(F) T)(nil)), func() any { return real(v) }, v))
	}
	return list
}

// numbersTo converts boundary values to a number type. Floating-point values that
// T has not are left out: what comes of them is up to the machine.
func numbersTo[T memory.Number]() []trial {
	small := []float64{0, 1, 1.5, 100.9}
	return concat(
		convertOf(func(v int) T { return T(v) }, intEdges...), convertOf(func(v int8) T { return T(v) }, int8Edges...),
		convertOf(func(v int16) T { return T(v) }, int16Edges...), convertOf(func(v int32) T { return T(v) }, int32Edges...),
		convertOf(func(v int64) T { return T(v) }, int64Edges...), convertOf(func(v uint) T { return T(v) }, uintEdges...),
		convertOf(func(v uint8) T { return T(v) }, uint8Edges...), convertOf(func(v uint16) T { return T(v) }, uint16Edges...),
		convertOf(func(v uint32) T { return T(v) }, uint32Edges...), convertOf(func(v uint64) T { return T(v) }, uint64Edges...),
		convertOf(func(v uintptr) T { return T(v) }, 0, 1, math.MaxUint), convertOf(func(v float64) T { return T(v) }, small...),
		convertOf(func(v float32) T { return T(v) }, 0, 1, 1.5, 100.9), convertOf(func(v myInt) T { return T(v) }, 1, -1),
	)
}

func convertTrials() []trial {
	bytes, runes := []byte("aä"), []rune("aä")
	return concat(
		copiesTrials(),
		numbersTo[int](), numbersTo[int8](), numbersTo[int16](), numbersTo[int32](), numbersTo[int64](), numbersTo[uint](), numbersTo[uint8](),
		numbersTo[uint16](), numbersTo[uint32](), numbersTo[uint64](), numbersTo[uintptr](), numbersTo[float32](), numbersTo[float64](), numbersTo[myInt](),
		convertOf(func(v float64) float32 { return float32(v) }, floatEdges...), convertOf(func(v float32) float64 { return float64(v) }, float32Edges...),
		convertOf(func(v complex128) complex64 { return complex64(v) }, complexEdges...), convertOf(func(v complex64) complex128 { return complex128(v) }, 0, 1.1-2i),
		convertOf(func(v string) []byte { return []byte(v) }, stringEdges...), convertOf(func(v string) []rune { return []rune(v) }, stringEdges...),
		convertOf(func(v string) myBytes { return myBytes(v) }, stringEdges...), convertOf(func(v string) myStr { return myStr(v) }, stringEdges...),
		convertOf(func(v []byte) string { return string(v) }, nil, bytes), convertOf(func(v []rune) string { return string(v) }, nil, runes, []rune{-1, 0xd800}),
		convertOf(func(v myBytes) myStr { return myStr(v) }, nil, bytes), convertOf(func(v int32) string { return string(v) }, int32Edges...),
		convertOf(func(v []byte) myBytes { return v }, nil, bytes), convertOf(func(v pair) pair2 { return pair2(v) }, pair{1, "a"}),
		convertOf(func(v []int) [2]int { return [2]int(v) }, nil, []int{1}, []int{1, 2}, []int{1, 2, 3}),
		convertOf(func(v []int) *[2]int { return (*[2]int)(v) }, nil, []int{1}, []int{1, 2, 3}),
		convertOf(func(v []int) [0]int { return [0]int(v) }, nil, []int{}, []int{1}), convertOf(func(v []int) *[0]int { return (*[0]int)(v) }, nil, []int{}),
		convertOf(func(v int) any { return v }, intEdges...), convertOf(func(v pair) any { return v }, pair{1, "a"}), convertOf(func(v *myErr) error { return v }, nil, &myErr{2}),
		convertOf(func(v error) any { return v }, nil, io.EOF), convertOf(func(v interface {
			error
			Code() int
		}) error {
			return v
		}, nil),
		convertOf(func(v unsafe.Pointer) *int { return (*int)(v) }, nil, unsafe.Pointer(&intEdges[0])), convertOf(func(v *int) unsafe.Pointer { return unsafe.Pointer(v) }, nil, &intEdges[0]),
		convertOf(func(v unsafe.Pointer) uintptr { return uintptr(v) }, nil, unsafe.Pointer(&intEdges[0])), convertOf(func(v unsafe.Pointer) any { return v }, nil, unsafe.Pointer(&intEdges[0])),
		convertOf(func(v chan int) <-chan int { return v }, nil), convertOf(func(v *inside) any { return outside{v.n + 1} }, &inside{1}),
	)
}

func assertOf[I, T any](real func(I) T, vs ...I) (list []trial) {
	for _, v := range vs {
		list = append(list, once(opOf(ir.OpAssert, (func(I) T)(nil)), func() any { return real(v) }, v))
	}
	return list
}

// held are values that assertions are tried on.
func held() []any {
	return []any{nil, 1, myInt(1), "a", 1.5, pair{1, "a"}, &pair{2, "b"}, []int{1}, map[string]int{"a": 1}, io.EOF, &myErr{1}, (*myErr)(nil), double("d"), time.Second, [1]*int{}, struct{}{}}
}

func assertTrials() []trial {
	es := []error{nil, io.EOF, &myErr{1}, (*myErr)(nil), double("d")}
	return concat(
		assertOf(func(v any) int { return v.(int) }, held()...), assertOf(func(v any) string { return v.(string) }, held()...),
		assertOf(func(v any) pair { return v.(pair) }, held()...), assertOf(func(v any) *pair { return v.(*pair) }, held()...),
		assertOf(func(v any) []int { return v.([]int) }, held()...), assertOf(func(v any) map[string]int { return v.(map[string]int) }, held()...),
		assertOf(func(v any) error { return v.(error) }, held()...), assertOf(func(v any) fmt.Stringer { return v.(fmt.Stringer) }, held()...),
		assertOf(func(v any) [1]*int { return v.([1]*int) }, held()...), assertOf(func(v any) struct{} { return v.(struct{}) }, held()...),
		assertOf(func(v error) *myErr { return v.(*myErr) }, es...), assertOf(func(v error) double { return v.(double) }, es...),
		assertOf(func(v error) fmt.Stringer { return v.(fmt.Stringer) }, es...),
		assertOf(func(v any) *inside { return &inside{v.(outside).n - 1} }, any(outside{3})),
	)
}

func assert2Of[I, T any](vs ...I) (list []trial) {
	for _, v := range vs {
		list = append(list, once(opOf(ir.OpAssert2, (func(I) (T, bool))(nil)), func() any { r, ok := any(v).(T); return []any{r, ok} }, v))
	}
	return list
}

func assert2Trials() []trial {
	es := []error{nil, io.EOF, &myErr{1}, (*myErr)(nil), double("d")}
	return concat(
		assert2Of[any, int](held()...), assert2Of[any, string](held()...), assert2Of[any, pair](held()...), assert2Of[any, *pair](held()...),
		assert2Of[any, error](held()...), assert2Of[any, fmt.Stringer](held()...), assert2Of[any, [1]*int](held()...), assert2Of[any, struct{}](held()...),
		assert2Of[error, *myErr](es...), assert2Of[error, double](es...), assert2Of[error, fmt.Stringer](es...),
	)
}

func typeCaseTrials() (list []trial) {
	o := opOf(ir.OpTypeCase, (func(any) int)(nil))
	o.Types = []reflect.Type{reflect.TypeFor[int](), reflect.TypeFor[string](), nil, reflect.TypeFor[error](), reflect.TypeFor[fmt.Stringer]()}
	o.Index = []int{0, 0, 1, 2, 3}
	for _, v := range held() {
		list = append(list, once(o, func() any {
			switch v.(type) {
			case int, string:
				return 0
			case nil:
				return 1
			case error:
				return 2
			case fmt.Stringer:
				return 3
			}
			return -1
		}, v))
	}
	list = append(list, trial{name: "again", run: func(v variant) any { return append(v.do(o, 1), v.do(o, 2)...) }})
	hooked := o
	hooked.Types, hooked.Index = []reflect.Type{reflect.TypeFor[*inside]()}, []int{4}
	return append(list, once(hooked, nil, outside{1}), once(hooked, nil, 1))
}

func closureTrials() []trial {
	slot := &ir.Slot{Name: "sum", Call: func(a []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(int(a[0].Int() + a[1].Int()))}
	}}
	bind := func(f any) ir.Op {
		o := opOf(ir.OpClosure, f)
		o.Slot = slot
		return o
	}
	type fold = func(int, int) int
	return []trial{
		{name: "nothing bound", run: func(v variant) any { return v.do(bind((func() fold)(nil)))[0].(fold)(2, 3) }},
		{name: "one bound", run: func(v variant) any {
			f := v.do(bind((func(int) func(int) int)(nil)), 40)[0].(func(int) int)
			return []int{f(1), f(2)}
		}},
		{name: "all bound", run: func(v variant) any { return v.do(bind((func(int, int) func() int)(nil)), 20, 3)[0].(func() int)() }},
		{name: "a named type", run: func(v variant) any {
			type get func() int
			return v.do(bind((func(int, int) get)(nil)), 20, 3)[0].(get)()
		}},
		{name: "called by the program", run: func(v variant) any {
			f := v.do(bind((func(int) func(int) int)(nil)), 40)[0]
			return v.do(opOf(ir.OpCall, (func(func(int) int, int) int)(nil)), f, 2)
		}},
	}
}

func callTrials() []trial {
	add := func(a, b int) int { return a + b }
	join := func(sep string, parts ...string) string { return strings.Join(parts, sep) }
	two := func(s string) (string, error) { return s + s, io.EOF }
	o := opOf(ir.OpCall, (func(func(int, int) int, int, int) int)(nil))
	return []trial{
		once(o, func() any { return 5 }, add, 2, 3),
		once(o, func() any { var f func(int, int) int; return f(1, 2) }, nil, 2, 3),
		once(opOf(ir.OpCall, (func(func(string, ...string) string, string, []string) string)(nil)), func() any { return "a-b" }, join, "-", []string{"a", "b"}),
		once(opOf(ir.OpCall, (func(func(string) (string, error), string) (string, error))(nil)), func() any { return []any{"aa", io.EOF} }, two, "a"),
		once(opOf(ir.OpCall, (func(func(string), string))(nil)), nil, func(s string) { panic(s) }, "up"),
	}
}

func methodTrials() []trial {
	method := func(name string, f any) ir.Op {
		o := opOf(ir.OpMethod, f)
		o.Method = name
		return o
	}
	e := method("Error", (func(error) string)(nil))
	s := method("String", (func(fmt.Stringer) string)(nil))
	w := method("WriteString", (func(io.StringWriter, string) (int, error))(nil))
	var none *time.Duration
	return []trial{
		once(e, func() any { return "EOF" }, io.EOF), once(e, func() any { return "code 4" }, &myErr{4}),
		once(e, func() any { return "dd" }, double("d")), // by the stand-in
		once(e, func() any { var e error; return e.Error() }, nil),
		once(e, func() any { var e error = (*myErr)(nil); return e.Error() }, (*myErr)(nil)),
		once(s, func() any { return "1s" }, time.Second), once(s, nil, none),
		once(w, func() any { return []any{2, nil} }, new(strings.Builder), "ab"),
	}
}
