package engine

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// reference carries out an operation on reflect values, for those without a
// closure of their own.
func reference(e *Engine, op *ir.Op) func(a []reflect.Value) []reflect.Value {
	var out reflect.Type
	if op.Type.NumOut() > 0 {
		out = op.Type.Out(0)
	}
	yes := func(b bool) []reflect.Value { return []reflect.Value{reflect.ValueOf(b)} }
	num := func(n int) []reflect.Value { return []reflect.Value{reflect.ValueOf(n)} }
	switch op.Kind {
	case ir.OpEq:
		return func(a []reflect.Value) []reflect.Value { return yes(equal(a[0], a[1])) }
	case ir.OpIsNil:
		return func(a []reflect.Value) []reflect.Value { return yes(a[0].IsNil()) }
	case ir.OpNew:
		return func([]reflect.Value) []reflect.Value { return []reflect.Value{reflect.New(out.Elem()).Convert(out)} }
	case ir.OpAssert, ir.OpAssert2:
		return assertion(e, op)
	case ir.OpTypeCase:
		return typeCase(e, op)
	case ir.OpPrint, ir.OpPrintln:
		return func(a []reflect.Value) []reflect.Value { printArgs(a, op.Kind == ir.OpPrintln); return nil }
	case ir.OpLen:
		return func(a []reflect.Value) []reflect.Value { return num(a[0].Len()) }
	case ir.OpCap:
		return func(a []reflect.Value) []reflect.Value { return num(a[0].Cap()) }
	case ir.OpClear:
		return func(a []reflect.Value) []reflect.Value { a[0].Clear(); return nil }
	case ir.OpMin, ir.OpMax:
		return func(a []reflect.Value) []reflect.Value {
			return []reflect.Value{minMax(a[0], a[1], op.Kind == ir.OpMax)}
		}
	case ir.OpSend:
		return func(a []reflect.Value) []reflect.Value { send(a[0], a[1]); return nil }
	case ir.OpRecv:
		return func(a []reflect.Value) []reflect.Value { v, _ := recv(a[0]); return []reflect.Value{v} }
	case ir.OpRecv2:
		return func(a []reflect.Value) []reflect.Value {
			v, ok := recv(a[0])
			return []reflect.Value{v, reflect.ValueOf(ok)}
		}
	case ir.OpClose:
		return func(a []reflect.Value) []reflect.Value {
			if a[0].IsNil() {
				close((chan int)(nil))
			}
			if a[0].Type().ChanDir()&reflect.RecvDir == 0 {
				(a[0]).Close()
				return nil
			}
			a[0].Close()
			return nil
		}
	case ir.OpMakeChan:
		return func(a []reflect.Value) []reflect.Value { return []reflect.Value{makeChan(out, a)} }
	case ir.OpMake:
		return func(a []reflect.Value) []reflect.Value { return []reflect.Value{makeValue(out, a)} }
	case ir.OpSelect:
		return selection(op)
	case ir.OpIter:
		return func(a []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf(a[0].MapRange())} }
	case ir.OpNext:
		return nextEntry(op)
	case ir.OpMapGet:
		return func(a []reflect.Value) []reflect.Value {
			v := a[0].MapIndex(a[1])
			if !v.IsValid() {
				return []reflect.Value{reflect.Zero(out), reflect.ValueOf(false)}
			}
			return []reflect.Value{v, reflect.ValueOf(true)}
		}
	case ir.OpRune:
		return func(a []reflect.Value) []reflect.Value {
			r, w := utf8.DecodeRuneInString(a[0].String()[a[1].Int():])
			return []reflect.Value{reflect.ValueOf(r), reflect.ValueOf(w)}
		}
	case ir.OpBinary:
		return binary(op)
	case ir.OpUnary:
		return unary(op)
	case ir.OpComplex:
		return func(a []reflect.Value) []reflect.Value {
			v := reflect.New(out).Elem()
			v.SetComplex(complex(a[0].Float(), a[1].Float()))
			return []reflect.Value{v}
		}
	case ir.OpReal, ir.OpImag:
		return func(a []reflect.Value) []reflect.Value {
			v := reflect.New(out).Elem()
			if op.Kind == ir.OpReal {
				v.SetFloat(real(a[0].Complex()))
			} else {
				v.SetFloat(imag(a[0].Complex()))
			}
			return []reflect.Value{v}
		}
	case ir.OpBounds:
		return func(a []reflect.Value) []reflect.Value { return num(toIndex(a[0])) }
	case ir.OpAppend:
		return func(a []reflect.Value) []reflect.Value { return []reflect.Value{reflect.Append(a[0], a[1:]...)} }
	case ir.OpSpread:
		return func(a []reflect.Value) []reflect.Value {
			if a[1].Kind() == reflect.String {
				return []reflect.Value{reflect.ValueOf(append(bytesOf(a[0]), a[1].String()...)).Convert(out)}
			}
			return []reflect.Value{reflect.AppendSlice(a[0], convertTo(a[1], a[0].Type()))}
		}
	case ir.OpSlice:
		return slicing(op)
	case ir.OpLitSlice:
		return listLiteral(op)
	case ir.OpLitMap:
		return func(a []reflect.Value) []reflect.Value {
			m := reflect.MakeMapWithSize(out, len(a)/2)
			for i := 0; i < len(a); i += 2 {
				m.SetMapIndex(a[i], a[i+1])
			}
			return []reflect.Value{m}
		}
	case ir.OpNonNil:
		return func(a []reflect.Value) []reflect.Value {
			if a[0].IsNil() {
				panic(fault.NilDereference())
			}
			return a
		}
	case ir.OpRangePanic:
		return func([]reflect.Value) []reflect.Value {
			panic(fault.Error("range function continued iteration after function for loop body returned false"))
		}
	}
	panic("no operation " + op.Name + " " + strconv.Itoa(int(op.Kind)))
}

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
			panic(fault.Error("negative shift amount"))
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

// equal is ==, with the runtime's panics.
func equal(a, b reflect.Value) bool {
	return a.Interface() == b.Interface()
}

func convertTo(v reflect.Value, t reflect.Type) reflect.Value {
	if v.Type() == t {
		return v
	}
	if v.Type().ConvertibleTo(t) {
		return v.Convert(t)
	}
	// Same memory, other name for the element type.
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return reflect.NewAt(t, p.UnsafePointer()).Elem()
}

func bytesOf(v reflect.Value) []byte {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return *(*[]byte)(p.UnsafePointer())
}

// holds says whether an interface's value v has type t.
func holds(v reflect.Value, t reflect.Type) bool {
	if !v.IsValid() {
		return false
	}
	if t.Kind() == reflect.Interface {
		return v.Type().Implements(t)
	}
	return v.Type() == t
}

func assertion(e *Engine, op *ir.Op) func(a []reflect.Value) []reflect.Value {
	t := op.Type.Out(0)
	hook, hooked := e.hooks.FromInterface(t)
	return func(a []reflect.Value) []reflect.Value {
		v := a[0].Elem()
		if hooked && v.IsValid() {
			v = reflect.ValueOf(hook(v.Interface()))
		}
		ok := holds(v, t)
		if op.Kind == ir.OpAssert2 {
			if !ok {
				return []reflect.Value{reflect.Zero(t), reflect.ValueOf(false)}
			}
			return []reflect.Value{v, reflect.ValueOf(true)}
		}
		if !ok {
			panic(fault.Assertion(op.Type.In(0), v, t))
		}
		return []reflect.Value{v}
	}
}

func typeCase(e *Engine, op *ir.Op) func(a []reflect.Value) []reflect.Value {
	hooks := make([]func(any) any, len(op.Types))
	for i, t := range op.Types {
		if t != nil {
			hooks[i], _ = e.hooks.FromInterface(t)
		}
	}
	return func(a []reflect.Value) []reflect.Value {
		x := a[0].Elem()
		for i, t := range op.Types {
			v := x
			if hooks[i] != nil && v.IsValid() {
				v = reflect.ValueOf(hooks[i](v.Interface()))
			}
			if t == nil && !v.IsValid() || t != nil && holds(v, t) {
				return []reflect.Value{reflect.ValueOf(op.Index[i])}
			}
		}
		return []reflect.Value{reflect.ValueOf(-1)}
	}
}

// printArgs is the builtin print, which writes to standard error.
func printArgs(args []reflect.Value, ln bool) {
	var b strings.Builder
	for i, a := range args {
		if ln && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(printText(a))
	}
	if ln {
		b.WriteByte('\n')
	}
	fmt.Fprint(os.Stderr, b.String())
}

func printText(a reflect.Value) string {
	v := a
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return "(0x0,0x0)"
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Float32, reflect.Float64:
		return printFloat(v.Float())
	case reflect.Complex64, reflect.Complex128:
		return printComplex(v.Complex())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	}
	switch {
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Map || v.Kind() == reflect.Chan || v.Kind() == reflect.Func:
		return fmt.Sprintf("%#x", v.Pointer())
	}
	return fmt.Sprintf("(%#x,%#x)", dataType(v), dataWord(v.Interface()))
}

// printFloat is how the runtime prints a floating-point number.
func printFloat(f float64) string {
	switch {
	case f != f:
		return "NaN"
	case math.IsInf(f, 1):
		return "+Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// printComplex is how the runtime prints a complex number.
func printComplex(c complex128) string {
	im := printFloat(imag(c))
	if im[0] != '-' && im[0] != '+' {
		im = "+" + im
	}
	return "(" + printFloat(real(c)) + im + "i)"
}

func minMax(a, b reflect.Value, largest bool) reflect.Value {
	less := false
	switch {
	case a.CanInt():
		less = b.Int() < a.Int()
		if largest {
			less = b.Int() > a.Int()
		}
	case a.CanUint():
		less = b.Uint() < a.Uint()
		if largest {
			less = b.Uint() > a.Uint()
		}
	case a.CanFloat():
		v := reflect.New(a.Type()).Elem()
		if largest {
			v.SetFloat(max(a.Float(), b.Float()))
		} else {
			v.SetFloat(min(a.Float(), b.Float()))
		}
		return v
	default:
		less = b.String() < a.String()
		if largest {
			less = b.String() > a.String()
		}
	}
	if less {
		return b
	}
	return a
}

// send and recv go through the reader's own direction: a channel is a channel.
func send(ch, v reflect.Value) {
	if ch.IsNil() {
		var never chan struct{}
		never <- struct{}{}
	}
	ch.Send(v)
}

func recv(ch reflect.Value) (reflect.Value, bool) {
	if ch.IsNil() {
		var never chan struct{}
		<-never
	}
	return ch.Recv()
}

func makeChan(t reflect.Type, a []reflect.Value) reflect.Value {
	n := 0
	if len(a) > 0 {
		n = int(a[0].Int())
	}
	both := reflect.ChanOf(reflect.BothDir, t.Elem())
	if n < 0 {
		panic(fault.Plain("makechan: size out of range"))
	}
	c := reflect.MakeChan(both, n)
	if both == t {
		return c
	}
	return c.Convert(t)
}

func makeValue(t reflect.Type, a []reflect.Value) reflect.Value {
	n, c := 0, 0
	if len(a) > 0 {
		n = int(a[0].Int())
		c = n
	}
	if len(a) > 1 {
		c = int(a[1].Int())
	}
	if t.Kind() == reflect.Map {
		return reflect.MakeMapWithSize(t, max(n, 0))
	}
	size := int(t.Elem().Size())
	most := 1<<63 - 1
	if size > 0 {
		most = 1 << 47 / size
	}
	if n < 0 || n > most {
		panic(fault.Error("makeslice: len out of range"))
	}
	if c < n || c > most {
		panic(fault.Error("makeslice: cap out of range"))
	}
	return reflect.MakeSlice(t, n, c)
}

// toIndex is an index of any integer type as an int that is out of range if
// the index does not fit.
func toIndex(v reflect.Value) int {
	if v.CanInt() {
		return int(v.Int())
	}
	if n := v.Uint(); n <= 1<<63-1 {
		return int(n)
	}
	return -1
}

func selection(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	return func(a []reflect.Value) []reflect.Value {
		cases := make([]reflect.SelectCase, 0, len(op.Select)+1)
		arg := 0
		for _, c := range op.Select {
			sc := reflect.SelectCase{Dir: reflect.SelectRecv, Chan: a[arg]}
			arg++
			if c.Send {
				sc.Dir, sc.Send = reflect.SelectSend, a[arg]
				arg++
			}
			cases = append(cases, sc)
		}
		if op.Default {
			cases = append(cases, reflect.SelectCase{Dir: reflect.SelectDefault})
		}
		if len(cases) == 0 {
			select {}
		}
		chosen, v, ok := reflect.Select(cases)
		return selected(op, chosen, v, ok)
	}
}

func selected(op *ir.Op, chosen int, v reflect.Value, ok bool) []reflect.Value {
	index := chosen
	if chosen == len(op.Select) {
		index = -1
	}
	out := []reflect.Value{reflect.ValueOf(index)}
	for i, c := range op.Select {
		switch {
		case c.Send:
		case i == chosen:
			out = append(out, v, reflect.ValueOf(ok))
		default:
			out = append(out, reflect.Zero(c.Elem), reflect.ValueOf(false))
		}
	}
	return out
}

func nextEntry(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	k, v := op.Type.Out(0), op.Type.Out(1)
	return func(a []reflect.Value) []reflect.Value {
		it := a[0].Interface().(*reflect.MapIter)
		if !it.Next() {
			return []reflect.Value{reflect.Zero(k), reflect.Zero(v), reflect.ValueOf(false)}
		}
		return []reflect.Value{it.Key(), it.Value(), reflect.ValueOf(true)}
	}
}

func listLiteral(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	t := op.Type.Out(0)
	return func(a []reflect.Value) []reflect.Value {
		n := len(a)
		for _, i := range op.Index {
			n = max(n, i+1)
		}
		var s reflect.Value
		if t.Kind() == reflect.Slice {
			s = reflect.MakeSlice(t, n, n)
		} else {
			s = reflect.New(t).Elem()
		}
		for i, v := range a {
			if op.Index != nil {
				i = op.Index[i]
			}
			s.Index(i).Set(v)
		}
		return []reflect.Value{s}
	}
}

// slicing is x[i:j:k].
func slicing(op *ir.Op) func(a []reflect.Value) []reflect.Value {
	out := op.Type.Out(0)
	has := func(i int) bool { return op.Token[i] == '+' }
	return func(a []reflect.Value) []reflect.Value {
		x := a[0]
		if x.Kind() == reflect.Pointer {
			if x.IsNil() {
				panic(fault.NilDereference())
			}
			x = x.Elem()
		}
		lo, hi := 0, x.Len()
		most := hi
		if x.Kind() != reflect.String {
			most = x.Cap()
		}
		if has(0) {
			lo = int(a[1].Int())
		}
		if has(1) {
			hi = int(a[2].Int())
		}
		if has(2) {
			k := int(a[3].Int())
			fault.CheckSlice3(lo, hi, k, most, x.Kind() == reflect.Array)
			return []reflect.Value{convertTo(x.Slice3(lo, hi, k), out)}
		}
		fault.CheckSlice(lo, hi, most, x.Kind())
		return []reflect.Value{convertTo(x.Slice(lo, hi), out)}
	}
}

func dataType(r reflect.Value) uintptr {
	v := r.Interface()
	return (*[2]uintptr)(unsafe.Pointer(&v))[0]
}

func dataWord(v any) uintptr { return (*[2]uintptr)(unsafe.Pointer(&v))[1] }
