package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hostcall"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// transfer copies a value between a place of the caller and a slot of the
// callee.
type transfer struct {
	at   src
	off  uintptr
	word bool // eight bytes without pointers
	copy func(dst, src unsafe.Pointer)
}

func newTransfer(at src, off uintptr, t reflect.Type) transfer {
	word := false
	switch t.Kind() {
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Float64, reflect.Uintptr:
		word = true
	}
	return transfer{at, off, word, memory.Copier(t)}
}

// genStatic is a call of a lowered function.
func (f *fn) genStatic(n *node, callee *fn) {
	args := make([]transfer, 0, len(n.Child)-1)
	types := callee.types
	for i, c := range n.Child[1:] {
		slot := callee.nret + i
		args = append(args, newTransfer(f.src(c, types[slot]), callee.offsets[slot], types[slot]))
	}
	var outs []transfer
	for i, t := range types[:callee.nret] {
		if n.Findex >= 0 {
			outs = append(outs, newTransfer(f.destAt(n, i, t), callee.offsets[i], t))
		}
	}
	pos := f.e.offset(n)
	f.then(n, func(fr *frame) {
		nf := callee.enter(fr.g, fr)
		for i := range args {
			a := &args[i]
			if a.word {
				*(*uint64)(unsafe.Add(nf.base, a.off)) = *(*uint64)(a.at.at(fr))
			} else {
				a.copy(unsafe.Add(nf.base, a.off), a.at.at(fr))
			}
		}
		fr.pos = pos
		callee.run(nf)
		for i := range outs {
			o := &outs[i]
			if o.word {
				*(*uint64)(o.at.at(fr)) = *(*uint64)(unsafe.Add(nf.base, o.off))
			} else {
				o.copy(o.at.at(fr), unsafe.Add(nf.base, o.off))
			}
		}
		callee.leave(nf)
	})
}

// genReturn leaves the function; the results are the first slots.
func (f *fn) genReturn(n *node) {
	var moves []transfer
	for i, c := range n.Child {
		if s, ok := slotOf(c); ok && s == i {
			continue // computed in place
		}
		moves = append(moves, newTransfer(f.src(c, f.types[i]), f.offsets[i], f.types[i]))
	}
	if f.hasDefer {
		// Deferred calls are made from the return statement.
		pos := f.e.offset(n)
		setStep(n, func(fr *frame) step {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			fr.pos = pos
			return nil
		})
		return
	}
	switch len(moves) {
	case 0:
		n.Exec = nil
	case 1:
		m := moves[0]
		setStep(n, func(fr *frame) step {
			if m.word {
				*(*uint64)(unsafe.Add(fr.base, m.off)) = *(*uint64)(m.at.at(fr))
				return nil
			}
			m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			return nil
		})
	default:
		setStep(n, func(fr *frame) step {
			for i := range moves {
				m := &moves[i]
				m.copy(unsafe.Add(fr.base, m.off), m.at.at(fr))
			}
			return nil
		})
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
			panic(fault.NilDereference())
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
		copies[i] = memory.Copier(o.in[from+i])
	}
	outs := make([]func(d, s unsafe.Pointer), len(o.out))
	for i, t := range o.out {
		outs[i] = memory.Copier(t)
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

// methodCall calls a method of what an interface holds.
func (o *opNode) methodCall() func(fr *frame) {
	a0, t, pos, name := o.args[0], o.in[0], o.pos, o.op.Method
	methods := o.f.e.prog.Methods
	call := o.call(1)
	return func(fr *frame) {
		fr.pos = pos
		v := load(t, a0(fr)).Elem()
		if !v.IsValid() {
			panic(fault.NilDereference())
		}
		rt := v.Type()
		if slot := methods[lower.MethodKey{Type: rt, Name: name}]; slot != nil {
			if rt.Kind() == reflect.Pointer && !slot.Ptr && rt != slot.Recv {
				if v.IsNil() {
					panic(fault.NilMethod(rt, name))
				}
				v = v.Elem()
			}
			call(fr, slot.Data.(*fn), []reflect.Value{v})
			return
		}
		if f, ok := o.f.e.hooks.Method(rt, name); ok {
			o.hostFunc(fr, f, v)
			return
		}
		m := v.MethodByName(name)
		o.hostCall(fr, m, 1, m.Type().IsVariadic())
	}
}

// genHost is a call of compiled code.
func (f *fn) genHost(n *node, host reflect.Value) {
	t := host.Type()
	children := n.Child[1:]
	slice := n.Action == yaegi.CallSlice
	args := make([]operand, len(children))
	types := make([]reflect.Type, len(children))
	for i, c := range children {
		at := paramType(t, i, slice)
		args[i], types[i] = f.operand(c, at), at
	}
	out := outTypes(t)
	dests := f.results(n, out)
	pos := f.e.offset(n)
	if call := hostcall.Operation(host, hostPlaces(args), hostPlaces(dests)); call != nil {
		f.then(n, func(fr *frame) {
			fr.pos = pos
			call(unsafe.Pointer(fr))
			fr.g.top = fr
		})
		return
	}
	f.then(n, func(fr *frame) {
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
	})
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

// callHost runs the function for compiled code.
func (f *fn) callHost(caps, args []reflect.Value) []reflect.Value {
	id := goid.Current()
	if g := f.e.states.get(id); g != nil {
		return f.callOn(g, caps, args)
	}
	g := &goroutine{id: id, number: f.e.newNumber()}
	f.e.states.put(g)
	defer f.e.states.drop(g)
	return f.callOn(g, caps, args)
}

func (f *fn) callOn(g *goroutine, caps, args []reflect.Value) []reflect.Value {
	caller := g.top
	fr := f.enter(g, caller)
	in := fr.Data[f.nret:]
	for i, c := range caps {
		in[i].Set(c)
	}
	for i, a := range args {
		in[len(caps)+i].Set(a)
	}
	f.run(fr)
	out := make([]reflect.Value, f.nret)
	for i := range out {
		out[i] = reflect.New(f.types[i]).Elem()
		out[i].Set(fr.Data[i])
	}
	f.leave(fr)
	g.top = caller
	return out
}

// hostPlaces is the operands for package hostcall, to which a frame is a pointer.
func hostPlaces(ops []operand) []hostcall.Place { return *(*[]hostcall.Place)(unsafe.Pointer(&ops)) }
