package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
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
				e.spawn(fr.g.number, traceFrame{fr.fn.meta, pos}, func(g *goroutine) { d.c.call0(g, nil) })
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

// fast returns the operations that have a form without reflection for the
// types at hand, or nil.
func (o *opNode) fast() func(fr *frame) {
	if len(o.dests) > 0 && o.dests[0] == nil {
		return nil
	}
	switch o.op.Kind {
	case ir.OpBinary:
		if o.op.Token == "<<" || o.op.Token == ">>" {
			return o.shift()
		}
	case ir.OpUnary:
		return o.unary()
	case ir.OpEq:
		return o.equal()
	case ir.OpAssert, ir.OpAssert2:
		return o.assert()
	case ir.OpTypeCase:
		return o.typeCase()
	case ir.OpRune:
		return o.rune()
	case ir.OpNext:
		return o.next()
	case ir.OpNew:
		t, d := o.out[0].Elem(), o.dests[0]
		return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = reflect.New(t).UnsafePointer() }
	}
	return nil
}

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
