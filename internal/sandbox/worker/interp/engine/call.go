package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

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
	return transfer{at, off, word, copier(t)}
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
	if body := directHost(host, args, dests, pos); body != nil {
		f.then(n, body)
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
