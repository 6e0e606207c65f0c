package engine

import (
	"reflect"
	"sync/atomic"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/hostcall"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// call carries out a call, whose results go to the slots res: as many as it has, or none;
// 0 is nowhere. What is called decides how: a function of the program ends the block and
// goes on in another frame, compiled code and operations are part of the block.
func (c *compiler) call(n *node, res []uintptr) {
	if op := c.opOf(n); op != nil {
		switch op.Kind {
		case ir.OpCall:
			c.callValue(n, op, res)
		case ir.OpMethod:
			c.callMethod(n, op, res)
		case ir.OpLitSlice:
			if len(res) == 1 && res[0] != 0 && op.Index == nil && op.Type.Out(0).Kind() == reflect.Slice && len(n.Child) > 1 {
				c.listLiteral(n, op, res[0])
				return
			}
			c.callOp(n, op, res)
		default:
			c.callOp(n, op, res)
		}
		return
	}
	if callee := c.calleeOf(n); callee != nil {
		c.callStatic(n, callee, res)
		return
	}
	if host := unparen(n.Child[0]).Rval; host.IsValid() && host.Kind() == reflect.Func {
		c.callHost(n, host, res)
		return
	}
	switch unparen(n.Child[0]).Ident {
	case "delete":
		c.deletes(n)
	case "copy":
		c.copies(n, res)
	default:
		panic(c.unknown(n))
	}
}

// resultTypes are the types of a call's results.
func (c *compiler) resultTypes(n *node) []reflect.Type {
	if callee := c.calleeOf(n); callee != nil {
		return callee.types[:callee.nret]
	}
	t, ok := c.called(n)
	if !ok {
		panic(c.unknown(n))
	}
	return outTypes(t)
}

// argument is a value for a callee, and at which offset of its frame it goes. It is
// computed after the callee's frame has been entered, straight into it.
type argument struct {
	move move
	off  uintptr
}

// callStatic calls a lowered function by its name: the callee and the places of its
// parameters are known when the call is compiled.
func (c *compiler) callStatic(n *node, callee *fn, res []uintptr) {
	if c.inlineCall(n, callee, res) {
		return
	}
	children := n.Child[1:]
	c.sequence(children)
	args := make([]argument, len(children))
	for i, a := range children {
		k := callee.nret + i
		args[i] = argument{c.passes(a, callee.types[k]), callee.slotAt(k)}
	}
	next := c.block()
	s := c.returnTo(res, callee.types[:callee.nret], next)
	c.cur.end = staticCall(callee, args, s, c.f.e.offset(n))
	c.cur = next
}

// staticCall is the end of a block that calls. For few arguments there are forms without
// a loop over them, since calls are what recursive programs do.
func staticCall(callee *fn, args []argument, s *site, pos int32) ending {
	switch len(args) {
	case 0:
		return func(fr *frame) (*block, *frame) {
			fr.pos = pos
			return callee.enter(fr.g, fr).begin(s)
		}
	case 1:
		m, at := args[0].move, args[0].off
		return func(fr *frame) (*block, *frame) {
			fr.pos = pos
			nf := callee.enter(fr.g, fr)
			m(fr, unsafe.Add(unsafe.Pointer(nf), at))
			return nf.begin(s)
		}
	case 2:
		m, at, m2, at2 := args[0].move, args[0].off, args[1].move, args[1].off
		return func(fr *frame) (*block, *frame) {
			fr.pos = pos
			nf := callee.enter(fr.g, fr)
			m(fr, unsafe.Add(unsafe.Pointer(nf), at))
			m2(fr, unsafe.Add(unsafe.Pointer(nf), at2))
			return nf.begin(s)
		}
	}
	return func(fr *frame) (*block, *frame) {
		fr.pos = pos
		nf := callee.enter(fr.g, fr)
		for i := range args {
			args[i].move(fr, unsafe.Add(unsafe.Pointer(nf), args[i].off))
		}
		return nf.begin(s)
	}
}

// begin enters a frame that has its arguments: what run does next is the callee.
func (fr *frame) begin(s *site) (*block, *frame) {
	fr.site = s
	fr.g.top = fr
	return fr.fn.entry, fr
}

// returnTo is where a call returns to: it takes the results and goes on at next. Results
// come first in every frame, so that their offsets follow from their types, and a caller
// need not know which function it was that returned.
func (c *compiler) returnTo(res []uintptr, types []reflect.Type, next *block) *site {
	layout := &fn{size: headerSize}
	type result struct {
		from, to uintptr
		copy     func(d, s unsafe.Pointer)
	}
	var taken []result
	var only *representation
	for i, t := range types {
		from := layout.place(t)
		if i < len(res) && res[i] != 0 {
			taken = append(taken, result{from, res[i], memory.Copier(t)})
			only = representationOf(t)
		}
	}
	switch {
	case len(taken) == 0:
		return &site{func(callee *frame) (*block, *frame) {
			fr := callee.caller
			callee.fn.leave(callee)
			fr.g.top = fr
			return next, fr
		}}
	case len(taken) == 1 && only != nil:
		return &site{only.back(taken[0].to, taken[0].from, next)}
	}
	return &site{func(callee *frame) (*block, *frame) {
		fr := callee.caller
		for i := range taken {
			r := &taken[i]
			r.copy(unsafe.Add(unsafe.Pointer(fr), r.to), unsafe.Add(unsafe.Pointer(callee), r.from))
		}
		callee.fn.leave(callee)
		fr.g.top = fr
		return next, fr
	}}
}

// dynamic is a call of which the callee is found when it is made: a function value or a
// method of an interface. It may be the program's or compiled, so the arguments are
// there in both forms.
type dynamic struct {
	moves []move
	boxes []func(fr *frame) reflect.Value // the same for compiled code
	s     *site
	pos   int32
	next  *block

	results  []uintptr
	out      []reflect.Type
	variadic bool
	hooks    *hookSite // nil where nobody looks
}

// dynamicCall prepares the arguments from children, for parameters from the
// given one on of a function of type t.
func (c *compiler) dynamicCall(n *node, children []*node, t reflect.Type, from int, res []uintptr) *dynamic {
	d := &dynamic{pos: c.f.e.offset(n), next: c.block(), out: outTypes(t), results: res}
	for i, a := range children {
		in := paramType(t, from+i, false)
		d.moves = append(d.moves, c.passes(a, in))
		d.boxes = append(d.boxes, c.boxed(a, in))
	}
	d.s = c.returnTo(res, d.out, d.next)
	d.hooks = c.hookSite(d)
	return d
}

// boxed is a value for reflection, which compiled code of no common signature is called
// by.
func (c *compiler) boxed(n *node, t reflect.Type) func(fr *frame) reflect.Value {
	if r := representationOf(t); r != nil {
		return r.box(t, c.valueOf(n, t))
	}
	at := c.memory(n, t)
	return func(fr *frame) reflect.Value { return load(t, at(fr)) }
}

// enter goes on in f, which takes the captured values or the receiver first: those have
// been put there already.
func (d *dynamic) enter(fr, nf *frame, bound int) (*block, *frame) {
	f := nf.fn
	if len(d.moves) > 0 {
		params := f.params[bound:]
		for i, m := range d.moves {
			m(fr, unsafe.Add(unsafe.Pointer(nf), params[i]))
		}
	}
	return nf.begin(d.s)
}

// host calls compiled code, with the given values before the arguments. A panic there
// finds the caller's frame as it is: the position has been noted.
func (d *dynamic) host(fr *frame, host reflect.Value, first ...reflect.Value) (*block, *frame) {
	in := first
	for _, b := range d.boxes {
		in = append(in, b(fr))
	}
	spread := d.variadic || host.Type().IsVariadic()
	if d.hooks != nil {
		return d.after(fr, d.hooks.call(fr.g, d.hooks.function(host, spread), in))
	}
	return d.after(fr, callSpread(host, in, spread))
}

// after takes the results of compiled code.
func (d *dynamic) after(fr *frame, out []reflect.Value) (*block, *frame) {
	fr.g.top = fr
	for i, off := range d.results {
		if off != 0 {
			reflect.NewAt(d.out[i], unsafe.Add(unsafe.Pointer(fr), off)).Elem().Set(out[i])
		}
	}
	return d.next, fr
}

// callValue calls a function value. The arguments have been evaluated when it is found to
// be nil, as in compiled Go.
func (c *compiler) callValue(n *node, op *ir.Op, res []uintptr) {
	c.sequence(n.Child[1:])
	t := op.Type.In(0)
	d := c.dynamicCall(n, n.Child[2:], op.Type, 1, res)
	d.variadic = t.IsVariadic()
	value := c.valueOf(n.Child[1], t).(get[unsafe.Pointer])
	c.cur.end = func(fr *frame) (*block, *frame) {
		fp := value(fr)
		fr.pos = d.pos
		if fp == nil {
			panic(fault.NilDereference())
		}
		cl := closureOf(fp)
		if cl == nil {
			return d.host(fr, funcOf(t, fp))
		}
		nf := cl.fn.enter(fr.g, fr)
		cl.capture(nf)
		return d.enter(fr, nf, len(cl.caps))
	}
	c.cur = d.next
}

// funcOf is a function value for reflection. It is apart so that the word of the
// caller's stays where it is.
func funcOf(t reflect.Type, word unsafe.Pointer) reflect.Value {
	return load(t, unsafe.Pointer(&word))
}

// holderOf is an interface for reflection.
func holderOf(t reflect.Type, v iface) reflect.Value { return load(t, unsafe.Pointer(&v)) }

// method is the method that an interface's dynamic type has, and how the
// interface's data become its first argument.
type method struct {
	typ    unsafe.Pointer
	fn     *fn // nil for compiled code
	direct bool
	check  bool // a nil pointer has no value for a value's method
	copy   func(d, s unsafe.Pointer)
	rt     reflect.Type
}

// callMethod calls a method of what an interface holds. A place in the program meets few
// types: it remembers some, by the address of their descriptor. Several goroutines may
// do so at once; each finds what another has stored, or looks for itself.
func (c *compiler) callMethod(n *node, op *ir.Op, res []uintptr) {
	c.sequence(n.Child[1:])
	t, name, e := op.Type.In(0), op.Method, c.f.e
	d := c.dynamicCall(n, n.Child[2:], op.Type, 1, res)
	value := c.valueOf(n.Child[1], t).(get[iface])
	plain := t.NumMethod() == 0
	var met [4]atomic.Pointer[method]
	c.cur.end = func(fr *frame) (*block, *frame) {
		v := value(fr)
		fr.pos = d.pos
		if v.tab == nil {
			panic(fault.NilDereference())
		}
		typ := v.tab
		if !plain {
			typ = unsafe.Pointer((*abi.ITab)(typ).Type)
		}
		// Descriptors are aligned, so their lowest bits say nothing.
		cell := &met[uintptr(typ)>>6%4]
		r := cell.Load()
		if r == nil || r.typ != typ {
			r = e.method(typ, name)
			cell.Store(r)
		}
		if r.fn == nil {
			return d.compiled(fr, e, holderOf(t, v).Elem(), name)
		}
		nf := r.fn.enter(fr.g, fr)
		to := unsafe.Add(unsafe.Pointer(nf), r.fn.params[0])
		switch {
		case r.direct:
			*(*unsafe.Pointer)(to) = v.data
		case r.check && v.data == nil:
			panic(fault.NilMethod(r.rt, name))
		default:
			r.copy(to, v.data)
		}
		return d.enter(fr, nf, 1)
	}
	c.cur = d.next
}

// method finds the method of a type. One of the program's is a lowered function; what is
// not may still be a type of the program's that has it from an embedded type of the
// library, and is then found by reflection at each call.
func (e *Engine) method(typ unsafe.Pointer, name string) *method {
	var holder any
	*(*unsafe.Pointer)(unsafe.Pointer(&holder)) = typ
	rt := reflect.TypeOf(holder)
	r := &method{typ: typ, rt: rt}
	slot := e.prog.Methods[lower.MethodKey{Type: rt, Name: name}]
	if slot == nil {
		return r
	}
	r.fn = slot.Data.(*fn)
	if rt.Kind() == reflect.Pointer && !slot.Ptr && rt != slot.Recv {
		r.check, r.copy = true, memory.Copier(rt.Elem())
		return r
	}
	r.direct, r.copy = pointerShaped(rt), memory.Copier(rt)
	return r
}

// pointerShaped says whether an interface holds a value of type t itself, and
// not a pointer to it.
func pointerShaped(t reflect.Type) bool {
	zero := reflect.Zero(t)
	return (*abi.Value)(unsafe.Pointer(&zero)).Flag&abi.FlagIndir == 0
}

// compiled calls a method of the library's, or what stands in for it.
func (d *dynamic) compiled(fr *frame, e *Engine, v reflect.Value, name string) (*block, *frame) {
	if d.hooks != nil {
		in := []reflect.Value{v}
		for _, b := range d.boxes {
			in = append(in, b(fr))
		}
		return d.after(fr, d.hooks.call(fr.g, d.hooks.method(v.Type(), name), in))
	}
	if f, ok := e.hooks.Method(v.Type(), name); ok {
		return d.host(fr, f, v)
	}
	return d.host(fr, v.MethodByName(name))
}

// callHost calls compiled code by its name: directly where the signature is a common one,
// else by reflection. It may call the program back, on this goroutine: then the frames
// of that lie above this one, and top has to be set again when it returns.
func (c *compiler) callHost(n *node, host reflect.Value, res []uintptr) {
	t := host.Type()
	children := n.Child[1:]
	slice := n.Action == yaegi.CallSlice
	args := make([]operand, len(children))
	types := make([]reflect.Type, len(children))
	c.inSlot(children)
	for i, a := range children {
		types[i] = paramType(t, i, slice)
		args[i] = c.operand(a, types[i])
	}
	out := outTypes(t)
	c.emit(c.hookHost(n, host, types, args, c.destinations(res, len(out)), func(dests []operand) func(fr *frame) {
		return hostBody(host, types, args, out, dests, slice, c.f.e.offset(n))
	}))
}

// hostBody calls host with what args are and leaves its results in dests.
func hostBody(host reflect.Value, types []reflect.Type, args []operand, out []reflect.Type, dests []operand, slice bool, pos int32) func(fr *frame) {
	if call := hostcall.Operation(host, hostPlaces(args), hostPlaces(dests)); call != nil {
		return func(fr *frame) {
			fr.pos = pos
			call(unsafe.Pointer(fr))
			fr.g.top = fr
		}
	}
	return func(fr *frame) {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = load(types[i], a(fr))
		}
		fr.pos = pos
		var res []reflect.Value
		if slice {
			res = host.CallSlice(in)
		} else {
			res = host.Call(in)
		}
		fr.g.top = fr
		store(fr, dests, out, res)
	}
}

// callSpread is host(in...), of which the last is all variadic ones if spread says so.
func callSpread(host reflect.Value, in []reflect.Value, spread bool) []reflect.Value {
	if spread {
		return host.CallSlice(in)
	}
	return host.Call(in)
}

// hostPlaces is the operands for package hostcall, to which a frame is a pointer.
func hostPlaces(ops []operand) []hostcall.Place { return *(*[]hostcall.Place)(unsafe.Pointer(&ops)) }
