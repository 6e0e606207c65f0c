package engine

import (
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
)

// opNode is a call of an operation on its way to becoming a closure.
type opNode struct {
	f     *fn
	n     *node
	op    *ir.Op
	in    []reflect.Type
	out   []reflect.Type
	args  []operand
	dests []operand
	pos   int32
}

// genOp gives a node its operation.
func (f *fn) genOp(n *node, op *ir.Op) {
	o := &opNode{f: f, n: n, op: op, out: outTypes(op.Type), pos: f.e.offset(n)}
	for i, c := range n.Child[1:] {
		t := paramType(op.Type, i, false)
		o.in = append(o.in, t)
		o.args = append(o.args, f.operand(c, t))
	}
	o.dests = f.results(n, o.out)
	body := o.body()
	if body == nil {
		body = o.fast()
	}
	if body == nil {
		body = o.generic(reference(f.e, op))
	}
	f.then(n, body)
}

// generic runs an operation on reflect values.
func (o *opNode) generic(ref func(args []reflect.Value) []reflect.Value) func(fr *frame) {
	return func(fr *frame) {
		fr.pos = o.pos
		in := make([]reflect.Value, len(o.args))
		for i, a := range o.args {
			in[i] = load(o.in[i], a(fr))
		}
		store(fr, o.dests, o.out, ref(in))
		fr.g.top = fr
	}
}

// body returns the operations that need the frame, or that are worth a
// closure of their own; nil for the others.
func (o *opNode) body() func(fr *frame) {
	e, pos := o.f.e, o.pos
	var a0 operand
	if len(o.args) > 0 {
		a0 = o.args[0]
	}
	switch o.op.Kind {
	case ir.OpPanic:
		return func(fr *frame) {
			fr.pos = pos
			panic(*(*any)(a0(fr)))
		}
	case ir.OpRecover:
		d := o.dests[0]
		return func(fr *frame) {
			r := fr.recover()
			if d != nil {
				*(*any)(d(fr)) = r
			}
		}
	case ir.OpDefer, ir.OpDeferCall:
		return func(fr *frame) {
			fr.defers = append(fr.defers, deferredOf(a0(fr)))
		}
	case ir.OpDeferStack:
		d := o.dests[0]
		return func(fr *frame) { *(*any)(d(fr)) = fr }
	case ir.OpDeferTo:
		a1 := o.args[1]
		return func(fr *frame) {
			to := (*(*any)(a0(fr))).(*frame)
			to.defers = append(to.defers, deferredOf(a1(fr)))
		}
	case ir.OpGo:
		return func(fr *frame) {
			d := deferredOf(a0(fr))
			if d.c != nil {
				e.spawn(fr.g.number, traceFrame{fr.fn.meta.Reader, pos}, func(g *goroutine) { d.c.call0(g, nil) })
			} else {
				fr.pos = pos
				go d.f()
			}
		}
	case ir.OpClosure:
		return o.closure()
	case ir.OpCall:
		return o.dynamicCall()
	case ir.OpMethod:
		return o.methodCall()
	case ir.OpZero:
		t, d := o.out[0], o.dests[0]
		return func(fr *frame) { reflect.NewAt(t, d(fr)).Elem().SetZero() }
	case ir.OpConvert:
		return o.convert()
	case ir.OpBox:
		return o.box()
	case ir.OpLen:
		return o.length()
	case ir.OpSend:
		return o.send()
	case ir.OpRecv, ir.OpRecv2:
		return o.recv()
	case ir.OpMapGet:
		return o.mapGet()
	case ir.OpAppend:
		return o.append()
	case ir.OpIsNil:
		return o.isNil()
	}
	return nil
}

// deferredOf is the func() at p as something to call later.
func deferredOf(p unsafe.Pointer) deferred {
	fp := *(*unsafe.Pointer)(p)
	if fp == nil {
		return deferred{f: func() { var f func(); f() }}
	}
	if c := closureOf(fp); c != nil {
		return deferred{c: c}
	}
	return deferred{f: *(*func())(p)}
}

// closure binds captured values to a lowered function.
func (o *opNode) closure() func(fr *frame) {
	callee := o.f.e.funcs[o.op.Slot.Name]
	t, d := o.out[0], o.dests[0]
	in, args := o.in, o.args
	if len(in) == 0 {
		v := funcWord(t, &closure{fn: callee})
		return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = v }
	}
	native := nativeMakers[t]
	return func(fr *frame) {
		caps := make([]reflect.Value, len(in))
		for i := range caps {
			caps[i] = reflect.New(in[i]).Elem()
			caps[i].Set(load(in[i], args[i](fr)))
		}
		c := &closure{fn: callee, caps: caps}
		if native != nil {
			*(*unsafe.Pointer)(d(fr)) = native(c)
			return
		}
		*(*unsafe.Pointer)(d(fr)) = funcPointer(newClosure(t, c))
	}
}

// dynamicCall calls a function value.
func (o *opNode) dynamicCall() func(fr *frame) {
	a0, t, pos := o.args[0], o.in[0], o.pos
	call := o.call(1)
	variadic := t.IsVariadic()
	return func(fr *frame) {
		fr.pos = pos
		fp := *(*unsafe.Pointer)(a0(fr))
		if fp == nil {
			panic(nilDereference())
		}
		if c := closureOf(fp); c != nil {
			call(fr, c.fn, c.caps)
			return
		}
		o.hostCall(fr, load(t, a0(fr)), 1, variadic)
	}
}

// call calls a lowered function with bound values and then the operands from
// the given one on.
func (o *opNode) call(from int) func(fr *frame, callee *fn, bound []reflect.Value) {
	args := o.args[from:]
	copies := make([]func(d, s unsafe.Pointer), len(args))
	for i := range args {
		copies[i] = copier(o.in[from+i])
	}
	outs := make([]func(d, s unsafe.Pointer), len(o.out))
	for i, t := range o.out {
		outs[i] = copier(t)
	}
	return func(fr *frame, callee *fn, bound []reflect.Value) {
		nf := callee.enter(fr.g, fr)
		slot := callee.nret
		for _, b := range bound {
			nf.Data[slot].Set(b)
			slot++
		}
		for i, a := range args {
			copies[i](nf.Slot(slot), a(fr))
			slot++
		}
		callee.run(nf)
		for i, d := range o.dests {
			if d != nil {
				outs[i](d(fr), nf.Slot(i))
			}
		}
		callee.leave(nf)
	}
}

func (o *opNode) hostCall(fr *frame, host reflect.Value, from int, variadic bool) {
	in := make([]reflect.Value, len(o.args)-from)
	for i := range in {
		in[i] = load(o.in[from+i], o.args[from+i](fr))
	}
	var res []reflect.Value
	if variadic {
		res = host.CallSlice(in)
	} else {
		res = host.Call(in)
	}
	fr.g.top = fr
	store(fr, o.dests, o.out, res)
}

// methodCall calls a method of what an interface holds.
func (o *opNode) methodCall() func(fr *frame) {
	a0, t, pos, name := o.args[0], o.in[0], o.pos, o.op.Method
	methods := o.f.e.prog.Methods
	call := o.call(1)
	return func(fr *frame) {
		fr.pos = pos
		v := load(t, a0(fr)).Elem()
		if !v.IsValid() {
			panic(nilDereference())
		}
		rt := v.Type()
		if slot := methods[lower.MethodKey{Type: rt, Name: name}]; slot != nil {
			if rt.Kind() == reflect.Pointer && !slot.Ptr && rt != slot.Recv {
				if v.IsNil() {
					panic(nilMethod(rt, name))
				}
				v = v.Elem()
			}
			call(fr, slot.Data.(*fn), []reflect.Value{v})
			return
		}
		if f, ok := o.f.e.Method(rt, name); ok {
			o.hostFunc(fr, f, v)
			return
		}
		m := v.MethodByName(name)
		o.hostCall(fr, m, 1, m.Type().IsVariadic())
	}
}

// hostFunc calls a function that takes the receiver first.
func (o *opNode) hostFunc(fr *frame, f, recv reflect.Value) {
	in := []reflect.Value{recv}
	for i, a := range o.args[1:] {
		in = append(in, load(o.in[i+1], a(fr)))
	}
	var res []reflect.Value
	if f.Type().IsVariadic() {
		res = f.CallSlice(in)
	} else {
		res = f.Call(in)
	}
	fr.g.top = fr
	store(fr, o.dests, o.out, res)
}

func nilMethod(rt reflect.Type, name string) any {
	return plainError(fmt.Sprintf("value method %s.%s called using nil *%s pointer", rt.Elem(), name, rt.Elem().Name()))
}

// box puts a value on the heap.
func (o *opNode) box() func(fr *frame) {
	t, a0, d := o.in[0], o.args[0], o.dests[0]
	cp := copier(t)
	return func(fr *frame) {
		p := reflect.New(t).UnsafePointer()
		cp(p, a0(fr))
		*(*unsafe.Pointer)(d(fr)) = p
	}
}

func (o *opNode) length() func(fr *frame) {
	a0, d := o.args[0], o.dests[0]
	switch o.in[0].Kind() {
	case reflect.Slice:
		return func(fr *frame) { *(*int)(d(fr)) = len(*(*[]byte)(a0(fr))) }
	case reflect.String:
		return func(fr *frame) { *(*int)(d(fr)) = len(*(*string)(a0(fr))) }
	}
	return nil
}

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
				panic(nilDereference())
			}
			return a
		}
	case ir.OpRangePanic:
		return func([]reflect.Value) []reflect.Value {
			panic(plainError("range function continued iteration after function for loop body returned false"))
		}
	}
	panic("no operation " + op.Name + " " + strconv.Itoa(int(op.Kind)))
}
