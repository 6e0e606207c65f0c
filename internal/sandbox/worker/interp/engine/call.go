package engine

import (
	"reflect"
	"unsafe"
)

// move copies one operand to one slot.
type move struct {
	src  operand
	slot int
	copy func(dst, src unsafe.Pointer)
}

// genStatic is a call of a lowered function.
func (f *fn) genStatic(n *node, callee *fn) {
	args := make([]move, 0, len(n.child)-1)
	types := callee.def.types
	for i, c := range n.child[1:] {
		slot := callee.nret + i
		args = append(args, move{f.operand(c, types[slot]), slot, copier(types[slot])})
	}
	out := types[:callee.nret]
	dests := f.callResults(n, out)
	copies := make([]func(d, s unsafe.Pointer), len(out))
	for i, t := range out {
		copies[i] = copier(t)
	}
	pos := f.e.offset(n)
	f.then(n, func(fr *frame) {
		nf := callee.enter(fr.g, fr)
		for i := range args {
			a := &args[i]
			a.copy(slotPtr(nf, a.slot), a.src(fr))
		}
		fr.pos = pos
		callee.run(nf)
		for i, d := range dests {
			if d != nil {
				copies[i](d(fr), slotPtr(nf, i))
			}
		}
		callee.leave(nf)
	})
}

// callResults: yaegi copies the results of a call of source code to their
// variables by itself.
func (f *fn) callResults(n *node, out []reflect.Type) []operand {
	dests := make([]operand, len(out))
	for i := range out {
		j := n.findex + i
		switch {
		case n.findex < 0:
		case n.level == -1:
			dests[i] = func(fr *frame) unsafe.Pointer { return slotPtr(fr.root, j) }
		default:
			dests[i] = func(fr *frame) unsafe.Pointer { return slotPtr(fr, j) }
		}
	}
	return dests
}

// genHost is a call of compiled code.
func (f *fn) genHost(n *node, host reflect.Value) {
	t := host.Type()
	children := n.child[1:]
	slice := n.action == aCallSlice
	args := make([]operand, len(children))
	types := make([]reflect.Type, len(children))
	for i, c := range children {
		at := paramType(t, i, slice)
		args[i], types[i] = f.operand(c, at), at
	}
	out := outTypes(t)
	dests := f.results(n, out)
	pos := f.e.offset(n)
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

const aCallSlice = 13
