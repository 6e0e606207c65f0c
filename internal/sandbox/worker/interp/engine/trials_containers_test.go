package engine

import (
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
)

// The trials of containers and channels.

func lengths[T any](kind ir.OpKind, real func(T) int, vs ...T) (list []trial) {
	for _, v := range vs {
		list = append(list, once(opOf(kind, (func(T) int)(nil)), func() any { return real(v) }, v))
	}
	return list
}

func full(n, c int) chan int {
	ch := make(chan int, c)
	for i := range n {
		ch <- i
	}
	return ch
}

func lenTrials() []trial {
	return concat(
		lengths(ir.OpLen, func(s []int) int { return len(s) }, nil, []int{}, make([]int, 2, 5)), lengths(ir.OpLen, func(s string) int { return len(s) }, stringEdges...),
		lengths(ir.OpLen, func(m map[string]int) int { return len(m) }, nil, map[string]int{"a": 1}), lengths(ir.OpLen, func(c chan int) int { return len(c) }, nil, full(2, 3)),
		lengths(ir.OpLen, func(a [3]int) int { return len(a) }, [3]int{}), lengths(ir.OpLen, func(b myBytes) int { return len(b) }, nil, myBytes("abc")),
	)
}

func capTrials() []trial {
	return concat(
		lengths(ir.OpCap, func(s []int) int { return cap(s) }, nil, []int{}, make([]int, 2, 5)), lengths(ir.OpCap, func(c chan int) int { return cap(c) }, nil, full(2, 3)),
		lengths(ir.OpCap, func(a [3]int) int { return cap(a) }, [3]int{}),
	)
}

// effect is a trial of one operation, and of what has become of its operands.
func effect(o ir.Op, real func() any, make func() []any) trial {
	return trial{name: fmt.Sprintf("%s %s%s", o.Type, o.Token, describe(make())), run: func(v variant) any {
		operands := make()
		return append(v.do(o, operands...), operands...)
	}, real: real}
}

func clearTrials() []trial {
	return []trial{
		effect(opOf(ir.OpClear, (func(map[string]int))(nil)), func() any { return []any{map[string]int{}} }, func() []any { return []any{map[string]int{"a": 1}} }),
		effect(opOf(ir.OpClear, (func(map[float64]int))(nil)), func() any { return []any{map[float64]int{}} }, func() []any { return []any{map[float64]int{math.NaN(): 1}} }),
		effect(opOf(ir.OpClear, (func(map[string]int))(nil)), func() any { return []any{map[string]int(nil)} }, func() []any { return []any{map[string]int(nil)} }),
		effect(opOf(ir.OpClear, (func([]pair))(nil)), func() any { return []any{make([]pair, 2)} }, func() []any { return []any{[]pair{{1, "a"}, {2, "b"}}} }),
	}
}

func makeOf[T any](real func(sizes []int) T, sizes ...[]int) (list []trial) {
	for _, s := range sizes {
		in := make([]reflect.Type, len(s))
		operands := make([]any, len(s))
		for i := range s {
			in[i], operands[i] = reflect.TypeFor[int](), s[i]
		}
		o := ir.Op{Kind: ir.OpMake, Type: reflect.FuncOf(in, []reflect.Type{reflect.TypeFor[T]()}, false)}
		list = append(list, once(o, func() any { return real(s) }, operands...))
	}
	return list
}

func makeTrials() []trial {
	sizes := [][]int{{0}, {3}, {-1}, {0, 0}, {1, 3}, {3, 1}, {-1, 3}, {1, -1}, {math.MaxInt}, {1, math.MaxInt}, {1 << 46}, {math.MinInt}}
	return concat(
		makeOf(func(s []int) []int {
			if len(s) == 1 {
				return make([]int, s[0])
			}
			return make([]int, s[0], s[1])
		}, sizes...),
		makeOf(func(s []int) []struct{} { return make([]struct{}, s[0]) }, []int{3}, []int{-1}),
		makeOf(func(s []int) map[string]int { return make(map[string]int, 0) }, []int{}, []int{3}, []int{-1}),
	)
}

func makeChanTrials() (list []trial) {
	for _, n := range []int{0, 3, -1, math.MaxInt} {
		list = append(list,
			once(opOf(ir.OpMakeChan, (func(int) chan int)(nil)), func() any { return make(chan int, n) }, n),
			once(opOf(ir.OpMakeChan, (func(int) <-chan pair)(nil)), func() any { return (<-chan pair)(make(chan pair, n)) }, n))
	}
	return append(list, once(opOf(ir.OpMakeChan, (func() chan<- string)(nil)), func() any { return (chan<- string)(make(chan string)) }))
}

func appendOf[T any](s func() []T, vs ...T) (list []trial) {
	for n := range len(vs) + 1 {
		in := []reflect.Type{reflect.TypeFor[[]T]()}
		operands := []any{nil}
		for _, v := range vs[:n] {
			in, operands = append(in, reflect.TypeFor[T]()), append(operands, v)
		}
		o := ir.Op{Kind: ir.OpAppend, Type: reflect.FuncOf(in, in[:1], false)}
		list = append(list, trial{name: fmt.Sprintf("%d to %s", n, render(reflect.ValueOf(s()))), run: func(v variant) any {
			base := s()
			r := v.do(o, append([]any{base}, operands[1:]...)...)[0]
			return []any{r, base[:cap(base)]} // which shares its memory if there was room
		}, real: func() any {
			base := s()
			r := append(base, vs[:n]...)
			return []any{r, base[:cap(base)]}
		}})
	}
	return list
}

// grownTrials are appends with the room that an array on the stack has.
func grownTrials() (list []trial) {
	type row struct {
		token       string
		have        []int64
		n, capacity int
	}
	for _, c := range []row{
		{ir.AppendFirst, nil, 1, 4}, {ir.AppendFirst, nil, 4, 4}, {ir.AppendFirst, nil, 5, 6},
		{ir.AppendFirst, []int64{1}, 1, 2}, {ir.AppendFirst, make([]int64, 0, 1), 1, 1}, {ir.AppendFirst, make([]int64, 0, 1), 2, 4},
		{ir.AppendClasses, nil, 1, 1}, {ir.AppendClasses, []int64{1, 2}, 1, 3}, {ir.AppendClasses, []int64{1, 2, 3}, 1, 4}, {ir.AppendClasses, []int64{1, 2, 3, 4}, 1, 8},
	} {
		in, operands := []reflect.Type{reflect.TypeFor[[]int64]()}, []any{c.have}
		for i := range c.n {
			in, operands = append(in, reflect.TypeFor[int64]()), append(operands, int64(i))
		}
		o := ir.Op{Kind: ir.OpAppend, Token: c.token, Type: reflect.FuncOf(in, in[:1], false)}
		list = append(list, trial{name: fmt.Sprintf("%s, %d to %v", c.token, c.n, c.have), run: func(v variant) any {
			r := v.do(o, operands...)[0].([]int64)
			return []any{r, cap(r)}
		}, real: func() any {
			r := make([]int64, len(c.have), c.capacity)
			copy(r, c.have)
			for i := range c.n {
				r = append(r, int64(i))
			}
			return []any{r, c.capacity}
		}})
	}
	return list
}

func appendsOf[T any](vs ...T) []trial {
	return concat(
		appendOf(func() []T { return nil }, vs...), appendOf(func() []T { return []T{vs[0]} }, vs...),
		appendOf(func() []T { return append(make([]T, 0, 2), vs[0]) }, vs...), appendOf(func() []T { return make([]T, 1, 9) }, vs...),
	)
}

func appendTrials() []trial {
	return concat(
		appendsOf(1, 2, 3), appendsOf("a", "b", "c"), appendsOf(byte(1), 2, 3), appendsOf(pair{1, "a"}, pair{}, pair{2, "b"}), appendsOf[any](1, "b", nil),
		appendsOf[*int](new(int), nil, new(int)), appendsOf(struct{}{}, struct{}{}), appendsOf[[]int]([]int{1}, nil, []int{2, 3}), appendsOf(1.5, 2, 3, 4, 5),
		grownTrials(),
	)
}

func spreadOfType[S ~[]T, T any](others ...S) (list []trial) {
	o := opOf(ir.OpSpread, (func(S, S) S)(nil))
	for _, base := range []func() S{func() S { return nil }, func() S { return make(S, 1) }, func() S { return make(S, 1, 9) }} {
		for _, other := range others {
			list = append(list, trial{name: render(reflect.ValueOf(base())) + " and " + render(reflect.ValueOf(other)), run: func(v variant) any {
				b := base()
				r := v.do(o, b, other)[0]
				return []any{r, b[:cap(b)]}
			}, real: func() any {
				b := base()
				r := append(b, other...)
				return []any{r, b[:cap(b)]}
			}})
		}
	}
	return list
}

func spreadTrials() []trial {
	list := concat(
		spreadOfType[[]int](nil, []int{}, []int{1, 2}, make([]int, 20)), spreadOfType[[]byte](nil, []byte("ab")), spreadOfType[[]string](nil, []string{"a"}), spreadOfType[myBytes](nil, myBytes("ab")),
		spreadOfType[[]pair](nil, []pair{{1, "a"}}), spreadOfType[[]*int](nil, []*int{nil, new(int)}), spreadOfType[[]any](nil, []any{1, nil}), spreadOfType[[]float64](nil, []float64{1.5}),
	)
	for _, s := range stringEdges {
		list = append(list,
			once(opOf(ir.OpSpread, (func([]byte, string) []byte)(nil)), func() any { return append([]byte("x"), s...) }, []byte("x"), s),
			once(opOf(ir.OpSpread, (func(myBytes, string) myBytes)(nil)), func() any { return append(myBytes(nil), s...) }, nil, s))
	}
	return list
}

// sliceTrials take every combination of a few indices, given and not.
func sliceTrials() (list []trial) {
	s, text, arr := make([]int, 3, 5), "hello", [4]string{"a", "b", "c", "d"}
	at := []int{0, 1, 3, 4, 5, 6, -1}
	three := func(f any, token string, real func(i, j, k int) any, x any) {
		o := tokenOp(ir.OpSlice, token, f)
		for _, i := range at {
			for _, j := range at {
				for _, k := range at {
					list = append(list, once(o, func() any { return real(i, j, k) }, x, i, j, k))
				}
			}
		}
	}
	type slicer = func([]int, int, int, int) []int
	three((slicer)(nil), "++-", func(i, j, _ int) any { return s[i:j] }, s)
	three((slicer)(nil), "+--", func(i, _, _ int) any { return s[i:] }, s)
	three((slicer)(nil), "-+-", func(_, j, _ int) any { return s[:j] }, s)
	three((slicer)(nil), "---", func(_, _, _ int) any { return s[:] }, s)
	three((slicer)(nil), "+++", func(i, j, k int) any { return s[i:j:k] }, s)
	three((slicer)(nil), "-++", func(_, j, k int) any { return s[:j:k] }, s)
	three((slicer)(nil), "++-", func(i, j, _ int) any { return []int(nil)[i:j] }, nil)
	three((func(string, int, int, int) string)(nil), "++-", func(i, j, _ int) any { return text[i:j] }, text)
	three((func(string, int, int, int) string)(nil), "+--", func(i, _, _ int) any { return text[i:] }, text)
	three((func(*[4]string, int, int, int) []string)(nil), "++-", func(i, j, _ int) any { return arr[i:j] }, &arr)
	three((func(*[4]string, int, int, int) []string)(nil), "+++", func(i, j, k int) any { return arr[i:j:k] }, &arr)
	three((func(*[4]string, int, int, int) []string)(nil), "++-", func(i, j, _ int) any { return (*[4]string)(nil)[i:j] }, nil)
	return list
}

func litSliceTrials() []trial {
	keyed := func(f any, index ...int) ir.Op {
		o := opOf(ir.OpLitSlice, f)
		o.Index = index
		return o
	}
	return []trial{
		once(opOf(ir.OpLitSlice, (func() []int)(nil)), func() any { return []int{} }),
		once(opOf(ir.OpLitSlice, (func(int, int) []int)(nil)), func() any { return []int{1, 2} }, 1, 2),
		once(opOf(ir.OpLitSlice, (func(string) [3]string)(nil)), func() any { return [3]string{"a"} }, "a"),
		once(keyed((func(int, int) []int)(nil), 4, 1), func() any { return []int{4: 1, 1: 2} }, 1, 2),
		once(opOf(ir.OpLitSlice, (func(any, any) []any)(nil)), func() any { return []any{1, nil} }, 1, nil),
	}
}

func litMapTrials() []trial {
	return []trial{
		once(opOf(ir.OpLitMap, (func() map[string]int)(nil)), func() any { return map[string]int{} }),
		once(opOf(ir.OpLitMap, (func(string, int, string, int) map[string]int)(nil)), func() any { return map[string]int{"a": 1, "b": 2} }, "a", 1, "b", 2),
		once(opOf(ir.OpLitMap, (func(any, int) map[any]int)(nil)), func() any { return map[any]int{any([]int{}): 1} }, []int{}, 1),
		once(opOf(ir.OpLitMap, (func(any, int) map[any]int)(nil)), func() any { return map[any]int{nil: 1} }, nil, 1),
	}
}

func mapGetOf[K comparable, V any](m map[K]V, keys ...K) (list []trial) {
	o := opOf(ir.OpMapGet, (func(map[K]V, K) (V, bool))(nil))
	for _, k := range keys {
		for _, m := range []map[K]V{m, nil} {
			list = append(list, once(o, func() any { v, ok := m[k]; return []any{v, ok} }, m, k))
		}
	}
	return list
}

func mapGetTrials() []trial {
	x := 1
	return concat(
		mapGetOf(map[string]int{"": 1, "a": 2}, stringEdges...), mapGetOf(map[int]string{0: "zero", -1: "minus"}, intEdges...), mapGetOf(map[string][]int{"a": {1}}, stringEdges...),
		mapGetOf(map[string]any{"a": 1, "b": nil}, stringEdges...), mapGetOf(map[string]*int{"a": &x, "b": nil}, stringEdges...), mapGetOf(map[string]bool{"a": true}, stringEdges...),
		mapGetOf(map[string]pair{"a": {1, "x"}}, stringEdges...), mapGetOf(map[uint64]float64{1 << 63: 1.5}, uint64Edges...), mapGetOf(map[int8]int{-1: 1}, int8Edges...),
		mapGetOf(map[float64]int{0: 1, math.NaN(): 2}, floatEdges...), mapGetOf(map[pair]int{{1, "a"}: 1}, pair{1, "a"}, pair{}),
		mapGetOf[any](map[any]int{1: 1, "a": 2, nil: 3}, nil, 1, "a", 1.0, any([]int{}), notComparable{}), mapGetOf(map[string]*int{"a": nil}, "a"),
		mapGetOf(map[myStr]myInt{"a": 1}, "a", "b"), mapGetOf(map[*int]struct{}{&x: {}}, &x, nil), mapGetOf(map[string]map[string]int{"a": {"b": 1}}, "a", "b"),
	)
}

func loop[K comparable, V any](m map[K]V) trial {
	return trial{name: render(reflect.ValueOf(m)), run: func(v variant) any {
		seen := map[K]V{}
		steps := 0
		it := v.do(opOf(ir.OpIter, (func(map[K]V) any)(nil)), m)[0]
		for {
			r := v.do(opOf(ir.OpNext, (func(any) (K, V, bool))(nil)), it)
			if !r[2].(bool) {
				return []any{seen, steps}
			}
			k, _ := r[0].(K)
			seen[k], _ = r[1].(V)
			steps++
		}
	}, real: func() any {
		seen := map[K]V{}
		for k, v := range m {
			seen[k] = v
		}
		return []any{seen, len(m)}
	}}
}

func iterTrials() []trial { return nextTrials() }

func nextTrials() []trial {
	return []trial{
		loop(map[string]int{"a": 1, "b": 2, "c": 3}), loop(map[int]string(nil)), loop(map[pair]any{{1, "a"}: nil, {2, "b"}: 1}), loop(map[any]pair{nil: {}, 1: {1, "x"}}), loop(map[string]struct{}{"": {}}),
	}
}

func runeTrials() (list []trial) {
	for _, s := range append(stringEdges, "a日", "\xe6\x97", "\xff") {
		for i := range []byte(s) {
			list = append(list, once(opOf(ir.OpRune, (func(string, int) (rune, int))(nil)), func() any {
				next := len(s)
				var first rune
				for at, r := range s[i:] {
					if at > 0 {
						next = i + at
						break
					}
					first = r
				}
				return []any{first, next - i}
			}, s, i))
		}
	}
	return list
}

// channelOf are the trials of one element type: kind is OpSend, OpRecv or OpRecv2.
func channelOf[T any](kind ir.OpKind, v T) []trial {
	made := func(n int, closed bool) chan T {
		c := make(chan T, 2)
		for range n {
			c <- v
		}
		if closed {
			close(c)
		}
		return c
	}
	rest := func(c chan T) (list []any) {
		for len(c) > 0 {
			list = append(list, <-c)
		}
		return list
	}
	switch kind {
	case ir.OpSend:
		o := opOf(kind, (func(chan T, T))(nil))
		return []trial{
			{name: fmt.Sprintf("%T", v), run: func(r variant) any { c := made(1, false); r.do(o, c, v); return rest(c) }, real: func() any { return []any{v, v} }},
			{name: "closed", run: func(r variant) any { return r.do(o, made(0, true), v) }, real: func() any { made(0, true) <- v; return nil }},
		}
	case ir.OpRecv:
		o := opOf(kind, (func(<-chan T) T)(nil))
		return []trial{
			{name: fmt.Sprintf("%T", v), run: func(r variant) any { c := made(2, false); return append(r.do(o, (<-chan T)(c)), rest(c)...) }, real: func() any { return []any{v, v} }},
			{name: "closed", run: func(r variant) any { return r.do(o, (<-chan T)(made(0, true))) }, real: func() any { var z T; return []any{z} }},
		}
	}
	o := opOf(kind, (func(chan T) (T, bool))(nil))
	return []trial{
		{name: fmt.Sprintf("%T", v), run: func(r variant) any { return r.do(o, made(1, true)) }, real: func() any { return []any{v, true} }},
		{name: "closed", run: func(r variant) any { return r.do(o, made(0, true)) }, real: func() any { var z T; return []any{z, false} }},
	}
}

func channels(kind ir.OpKind) []trial {
	return concat(
		channelOf(kind, 7), channelOf(kind, true), channelOf(kind, "text"), channelOf(kind, []int{1}), channelOf[any](kind, 1.5), channelOf(kind, struct{}{}),
		channelOf(kind, new(int)), channelOf(kind, pair{1, "a"}), channelOf(kind, 1.5), channelOf(kind, int32(3)), channelOf(kind, map[string]int{"a": 1}), channelOf(kind, error(&myErr{1})),
	)
}

func sendTrials() []trial  { return channels(ir.OpSend) }
func recvTrials() []trial  { return channels(ir.OpRecv) }
func recv2Trials() []trial { return channels(ir.OpRecv2) }

func closeTrials() []trial {
	o := opOf(ir.OpClose, (func(chan int))(nil))
	closed := func() chan int { c := make(chan int); close(c); return c }
	return []trial{
		{name: "open", run: func(v variant) any { c := full(1, 2); v.do(o, c); <-c; _, ok := <-c; return ok }, real: func() any { return false }},
		{name: "one direction", run: func(v variant) any {
			c := full(0, 1)
			v.do(opOf(ir.OpClose, (func(chan<- int))(nil)), (chan<- int)(c))
			_, ok := <-c
			return ok
		}, real: func() any { return false }},
		{name: "closed", run: func(v variant) any { return v.do(o, closed()) }, real: func() any { close(closed()); return nil }},
		{name: "nil", run: func(v variant) any { return v.do(o, nil) }, real: func() any { var c chan int; close(c); return nil }},
	}
}

func selectTrials() []trial {
	send := ir.Op{Kind: ir.OpSelect, Type: reflect.TypeFor[func(chan int, int, chan string) (int, string, bool)](), Select: []ir.SelectCase{{Send: true, Elem: reflect.TypeFor[int]()}, {Elem: reflect.TypeFor[string]()}}}
	orElse := send
	orElse.Default = true
	closed := make(chan string)
	close(closed)
	some := func() chan string { c := make(chan string, 1); c <- "text"; return c }
	return []trial{
		{name: "send", run: func(v variant) any { c := full(0, 1); return append(v.do(send, c, 5, nil), <-c) }, real: func() any { return []any{0, "", false, 5} }},
		{name: "receive", run: func(v variant) any { return v.do(send, nil, 5, some()) }, real: func() any { return []any{1, "text", true} }},
		{name: "closed", run: func(v variant) any { return v.do(send, nil, 5, closed) }, real: func() any { return []any{1, "", false} }},
		{name: "default", run: func(v variant) any { return v.do(orElse, nil, 5, nil) }, real: func() any { return []any{-1, "", false} }},
		{name: "not the default", run: func(v variant) any { return v.do(orElse, nil, 5, some()) }, real: func() any { return []any{1, "text", true} }},
		{name: "send on a closed one", run: func(v variant) any { c := make(chan int); close(c); return v.do(send, c, 5, nil) }, real: func() any {
			c := make(chan int)
			close(c)
			select {
			case c <- 5:
			case <-(chan string)(nil):
			}
			return nil
		}},
	}
}

func rangePanicTrials() []trial {
	return []trial{once(opOf(ir.OpRangePanic, (func(int))(nil)), nil, 1)}
}

func nonNilTrials() []trial {
	o := opOf(ir.OpNonNil, (func(any) any)(nil))
	return []trial{
		once(o, func() any { return 1 }, 1), once(o, func() any { return (*int)(nil) }, (*int)(nil)),
		once(o, func() any { var e error; return e.Error() }, nil),
		once(opOf(ir.OpNonNil, (func(unsafe.Pointer) unsafe.Pointer)(nil)), nil, unsafe.Pointer(new(int))),
	}
}
