package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/reference"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// arm replaces the operations of a function's nodes.
func (f *fn) arm() {
	f.modes = map[*node]mode{}
	f.findAliases(f.def.Child[3])
	f.walk(f.def.Child[3])
}

func (f *fn) walk(n *node) {
	for _, c := range n.Child {
		f.walk(c)
	}
	if n.Kind == yaegi.CallExpr {
		f.armCall(n)
		return
	}
	op := n.Generator()
	switch op {
	case yaegi.Reset:
		n.Gen = func(n *node) { f.then(n, func(*frame) {}) }
	case yaegi.FieldOfOwn, yaegi.FieldOfPointer, yaegi.Field, yaegi.IndexArray, yaegi.Deref:
		n.Gen = f.genPlace
	case yaegi.Struct, yaegi.StructNoType:
		n.Gen = f.genStruct
	case yaegi.Add, yaegi.Sub, yaegi.Mul, yaegi.Quo, yaegi.Rem, yaegi.And, yaegi.Or, yaegi.Xor, yaegi.Equal, yaegi.NotEqual, yaegi.Lower, yaegi.LowerEqual, yaegi.Greater, yaegi.GreaterEqual:
		f.try(n, func() bool { return f.genBinary(n, op) })
	case yaegi.Not, yaegi.Land, yaegi.Lor:
		n.Gen = func(n *node) { f.genLogic(n, op) }
	case yaegi.IndexMap:
		n.Gen = f.genMapIndex
	case yaegi.Addr:
		n.Gen = f.genAddr
	case yaegi.Assign:
		f.try(n, func() bool { return f.genAssign(n) })
	case yaegi.Return:
		n.Gen = f.genReturn
	default:
		f.locate(n)
	}
}

// try uses yaegi's operation where ours does not apply.
func (f *fn) try(n *node, ours func() bool) {
	f.locate(n)
	theirs := n.Gen
	n.Gen = func(n *node) {
		if !ours() {
			theirs(n)
		}
	}
}

// armCall finds out what a call calls.
func (f *fn) armCall(n *node) {
	c0 := unparen(n.Child[0])
	switch {
	case c0.Kind == yaegi.SelectorExpr && c0.Child[0].Ident == "x":
		if op := f.e.prog.Ops[c0.Child[1].Ident]; op != nil {
			if op.Kind == ir.OpDefer || op.Kind == ir.OpDeferCall || op.Kind == ir.OpDeferStack {
				f.hasDefer = true
			}
			n.Gen = func(n *node) { f.genOp(n, op) }
		}
	case c0.Kind == yaegi.SelectorExpr && c0.Child[0].Ident == "s":
		host := c0.Rval
		if host.IsValid() && host.Kind() == reflect.Func {
			n.Gen = func(n *node) { f.genHost(n, host) }
		}
	case c0.Kind == yaegi.IdentExpr:
		if callee := f.e.funcs[c0.Ident]; callee != nil {
			n.Gen = func(n *node) { f.genStatic(n, callee) }
		}
	}
}

// locate makes yaegi's own operations note where they are, if they can panic.
func (f *fn) locate(n *node) {
	switch n.Kind {
	case yaegi.StarExpr, yaegi.IndexExpr, yaegi.BinaryExpr, yaegi.AssignStmt, yaegi.AddressExpr:
	default:
		return
	}
	gen := n.Gen
	if gen == nil {
		return
	}
	pos := f.e.offset(n)
	n.Gen = func(n *node) {
		gen(n)
		theirs := toStep(n.Exec)
		if theirs == nil {
			return
		}
		setStep(n, func(fr *frame) step {
			fr.pos = pos
			return theirs(fr)
		})
	}
}

// offset is the position of a node in the lowered source.
func (e *Engine) offset(n *node) int32 {
	file := e.in.FileSet().File(n.Pos)
	if file == nil {
		return 0
	}
	return int32(file.Offset(n.Pos))
}

// then makes body the node's operation.
func (f *fn) then(n *node, body func(fr *frame)) {
	next := stepOf(n.Tnext)
	if n.Fnext == nil {
		setStep(n, func(fr *frame) step {
			body(fr)
			return next
		})
		return
	}
	fnext := stepOf(n.Fnext)
	dest := f.results(n, []reflect.Type{reflect.TypeFor[bool]()})[0]
	setStep(n, func(fr *frame) step {
		body(fr)
		if *(*bool)(dest(fr)) {
			return next
		}
		return fnext
	})
}

// flow gives a node an operation that yields a condition.
func flow(n *node, cond func(fr *frame) bool) {
	next := stepOf(n.Tnext)
	if n.Fnext == nil {
		setStep(n, func(fr *frame) step {
			cond(fr)
			return next
		})
		return
	}
	fnext := stepOf(n.Fnext)
	setStep(n, func(fr *frame) step {
		if cond(fr) {
			return next
		}
		return fnext
	})
}

// jump is an operation that yields the address of its value, which may be a
// condition.
func (f *fn) jump(n *node, body func(fr *frame) unsafe.Pointer) {
	next := stepOf(n.Tnext)
	if n.Fnext == nil {
		setStep(n, func(fr *frame) step {
			body(fr)
			return next
		})
		return
	}
	fnext := stepOf(n.Fnext)
	setStep(n, func(fr *frame) step {
		if *(*bool)(body(fr)) {
			return next
		}
		return fnext
	})
}

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
	{ir.OpEq, (*opNode).equal, reference.Eq},
	{ir.OpIsNil, (*opNode).isNil, reference.IsNil},
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
	{ir.OpCall, (*opNode).dynamicCall, reference.Call},
	{ir.OpMethod, (*opNode).methodCall, reference.Method},
	{ir.OpMin, nil, reference.Min},
	{ir.OpMax, nil, reference.Max},
	{ir.OpClear, nil, reference.Clear},
	{ir.OpSend, (*opNode).send, reference.Send},
	{ir.OpRecv, (*opNode).recv, reference.Recv},
	{ir.OpRecv2, (*opNode).recv, reference.Recv2},
	{ir.OpClose, nil, reference.Close},
	{ir.OpMakeChan, nil, reference.MakeChan},
	{ir.OpLen, (*opNode).length, reference.Len},
	{ir.OpCap, nil, reference.Cap},
	{ir.OpSelect, nil, reference.Select},
	{ir.OpIter, nil, reference.Iter},
	{ir.OpNext, (*opNode).next, reference.Next},
	{ir.OpRune, (*opNode).rune, reference.Rune},
	{ir.OpBinary, (*opNode).shift, reference.Binary},
	{ir.OpUnary, (*opNode).unary, reference.Unary},
	{ir.OpComplex, nil, reference.Complex},
	{ir.OpReal, nil, reference.Real},
	{ir.OpImag, nil, reference.Imag},
	{ir.OpBounds, (*opNode).bounds, reference.Bounds},
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
}

// opNode is a call of an operation on its way to becoming a closure.
type opNode struct {
	f     *fn
	op    *ir.Op
	in    []reflect.Type
	out   []reflect.Type
	args  []operand
	dests []operand // nil for a result that nobody wants
	pos   int32
}

// genOp gives a node its operation.
func (f *fn) genOp(n *node, op *ir.Op) {
	o := &opNode{f: f, op: op, out: outTypes(op.Type), pos: f.e.offset(n)}
	for i, c := range n.Child[1:] {
		t := paramType(op.Type, i, false)
		o.in = append(o.in, t)
		o.args = append(o.args, f.operand(c, t))
	}
	o.dests = f.results(n, o.out)
	f.then(n, o.body())
}

// body is what carries the operation out.
func (o *opNode) body() func(fr *frame) {
	if special := operations[o.op.Kind].special; special != nil {
		if body := special(o); body != nil {
			return body
		}
	}
	return o.generic(operations[o.op.Kind].reference)
}

// generic runs an operation on reflect values.
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

func store(fr *frame, dests []operand, out []reflect.Type, res []reflect.Value) {
	for i, d := range dests {
		if d != nil {
			reflect.NewAt(out[i], d(fr)).Elem().Set(res[i])
		}
	}
}

func paramType(t reflect.Type, i int, slice bool) reflect.Type {
	if t.IsVariadic() && !slice && i >= t.NumIn()-1 {
		return t.In(t.NumIn() - 1).Elem()
	}
	return t.In(i)
}

func outTypes(t reflect.Type) []reflect.Type {
	out := make([]reflect.Type, t.NumOut())
	for i := range out {
		out[i] = t.Out(i)
	}
	return out
}
