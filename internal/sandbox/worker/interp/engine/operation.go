package engine

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/reference"
)

// operation is how calls of one kind of package x's functions are carried out.
type operation struct {
	kind ir.OpKind
	// special makes an operation on memory, for speed or because it needs the
	// frame. It is nil, or returns nil, where there is none for the types at hand.
	special func(o *opNode) func(fr *frame)
	// reference carries out every one, on reflect values.
	reference reference.Func
}

// operations has a row for each row of package ir's table, in its order. An
// operation that is missing here does not compile.
var operations [ir.NumOps]operation = [...]operation{
	{ir.OpEq, nil, reference.Eq},
	{ir.OpIsNil, nil, reference.IsNil},
	{ir.OpPanic, (*opNode).panicking, reference.Panic},
	{ir.OpRecover, (*opNode).recovering, reference.Recover},
	{ir.OpDefer, (*opNode).deferring, reference.Defer},
	{ir.OpDeferCall, (*opNode).deferring, reference.Defer},
	{ir.OpGo, (*opNode).spawning, reference.Go},
	{ir.OpPrint, nil, reference.Print},
	{ir.OpPrintln, nil, reference.Println},
	{ir.OpNew, (*opNode).newValue, reference.New},
	{ir.OpBox, (*opNode).box, reference.Box},
	{ir.OpZero, (*opNode).zero, reference.Zero},
	{ir.OpConvert, (*opNode).convert, reference.Convert},
	{ir.OpAssert, (*opNode).assert, reference.Assert},
	{ir.OpAssert2, (*opNode).assert, reference.Assert2},
	{ir.OpTypeCase, (*opNode).typeCase, reference.TypeCase},
	{ir.OpClosure, (*opNode).closure, reference.Closure},
	{ir.OpCall, nil, reference.Call},
	{ir.OpMethod, nil, reference.Method},
	{ir.OpMin, nil, reference.Min},
	{ir.OpMax, nil, reference.Max},
	{ir.OpClear, nil, reference.Clear},
	{ir.OpSend, (*opNode).send, reference.Send},
	{ir.OpRecv, (*opNode).recv, reference.Recv},
	{ir.OpRecv2, (*opNode).recv, reference.Recv2},
	{ir.OpClose, nil, reference.Close},
	{ir.OpMakeChan, nil, reference.MakeChan},
	{ir.OpLen, nil, reference.Len},
	{ir.OpCap, nil, reference.Cap},
	{ir.OpSelect, nil, reference.Select},
	{ir.OpIter, nil, reference.Iter},
	{ir.OpNext, (*opNode).next, reference.Next},
	{ir.OpRune, (*opNode).rune, reference.Rune},
	{ir.OpBinary, nil, reference.Binary},
	{ir.OpUnary, nil, reference.Unary},
	{ir.OpComplex, nil, reference.Complex},
	{ir.OpReal, nil, reference.Real},
	{ir.OpImag, nil, reference.Imag},
	{ir.OpBounds, nil, reference.Bounds},
	{ir.OpMake, nil, reference.Make},
	{ir.OpAppend, (*opNode).append, reference.Append},
	{ir.OpSlice, nil, reference.Slice},
	{ir.OpSpread, (*opNode).spread, reference.Spread},
	{ir.OpLitMap, nil, reference.LitMap},
	{ir.OpLitSlice, nil, reference.LitSlice},
	{ir.OpMapGet, (*opNode).mapGet, reference.MapGet},
	{ir.OpDeferStack, (*opNode).deferStack, reference.DeferStack},
	{ir.OpDeferTo, (*opNode).deferTo, reference.DeferTo},
	{ir.OpRangePanic, nil, reference.RangePanic},
	{ir.OpNonNil, nil, reference.NonNil},
	{ir.OpUnsafe, nil, reference.Unsafe},
}

// opNode is a call of an operation on its way to becoming a closure over memory.
type opNode struct {
	f     *fn
	op    *ir.Op
	in    []reflect.Type
	out   []reflect.Type
	args  []operand
	dests []operand // nil for a result that nobody wants
	pos   int32
}

// callOp carries out an operation that works on memory. So its operands must lie
// somewhere: what is not in a slot by now is computed into one.
func (c *compiler) callOp(n *node, op *ir.Op, res []uintptr) {
	o := &opNode{f: c.f, op: op, out: outTypes(op.Type), pos: c.f.e.offset(n)}
	if c.in != nil {
		o.pos = c.in.pos // the frame is the caller's
	}
	c.inSlot(n.Child[1:])
	for i, a := range n.Child[1:] {
		t := paramType(op.Type, i, false)
		o.in = append(o.in, t)
		o.args = append(o.args, c.operand(a, t))
	}
	o.dests = c.destinations(res, len(o.out))
	if look := looks[op.Kind]; look != nil {
		c.watch(n, append(slices.Clone(o.in), o.out...), o.args, look)
	}
	c.emit(c.hookOperation(o))
}

// body is what carries the operation out: its special form, or the reference.
func (o *opNode) body() func(fr *frame) {
	if special := operations[o.op.Kind].special; special != nil {
		if body := special(o); body != nil {
			return body
		}
	}
	return o.generic(operations[o.op.Kind].reference)
}

// generic runs an operation on reflect values. They share the operands' memory, so a
// reference that keeps one has to copy it.
func (o *opNode) generic(ref reference.Func) func(fr *frame) {
	c, op := &o.f.e.context, o.op
	return func(fr *frame) {
		fr.pos = o.pos
		in := make([]reflect.Value, len(o.args))
		for i, a := range o.args {
			in[i] = load(o.in[i], a(fr))
		}
		store(fr, o.dests, o.out, ref(c, op, in))
		fr.g.top = fr // which compiled code in between may have changed
	}
}

// unwanted says whether nobody wants the first result.
func (o *opNode) unwanted() bool { return o.dests[0] == nil }

// load is the value at p. It shares p's memory: for callees that copy.
func load(t reflect.Type, p unsafe.Pointer) reflect.Value { return reflect.NewAt(t, p).Elem() }

// store leaves results where they go, as values of the types that these places have.
func store(fr *frame, dests []operand, out []reflect.Type, res []reflect.Value) {
	for i, d := range dests {
		if d != nil {
			reflect.NewAt(out[i], d(fr)).Elem().Set(res[i])
		}
	}
}

// paramType is the type of argument i of a function of type t, of whose variadic
// parameter the argument is a slice already, or not.
func paramType(t reflect.Type, i int, slice bool) reflect.Type {
	if t.IsVariadic() && !slice && i >= t.NumIn()-1 {
		return t.In(t.NumIn() - 1).Elem()
	}
	return t.In(i)
}

// outTypes are the types of a function's results.
func outTypes(t reflect.Type) []reflect.Type {
	out := make([]reflect.Type, t.NumOut())
	for i := range out {
		out[i] = t.Out(i)
	}
	return out
}
