package engine

import (
	"reflect"
	"sync/atomic"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/reference"
)

// convert changes a value's type, where that is more than a name or a number (inline).
// A pointer of the library that has a stand-in becomes that on its way into an
// interface, wherever the program puts it.
func (o *opNode) convert() func(fr *frame) {
	run, d, to := o.converted(), o.dests[0], o.out[0]
	switch {
	case d == nil:
	case o.op.Token == ir.ConvertStack:
		return func(fr *frame) {
			run(fr)
			if h := (*memory.Header)(d(fr)); h.Len <= ir.StackCopy {
				*h = memory.Move(to, *h, ir.StackCopy)
			}
		}
	case o.op.Token == ir.ConvertShared:
		return func(fr *frame) {
			run(fr)
			h := (*memory.Header)(d(fr))
			h.Cap = h.Len
		}
	}
	return run
}

// converted is the conversion itself.
func (o *opNode) converted() func(fr *frame) {
	from, to, a0, d := o.in[0], o.out[0], o.args[0], o.dests[0]
	if d == nil {
		return func(*frame) {}
	}
	if to.Kind() == reflect.Interface && from.Kind() == reflect.Pointer {
		if hook, ok := o.f.e.hooks.ToInterface(from); ok {
			return func(fr *frame) {
				reflect.NewAt(to, d(fr)).Elem().Set(reflect.ValueOf(hook(load(from, a0(fr)).Interface())))
			}
		}
	}
	if cv := memory.Converter(from, to); cv != nil {
		pos := o.pos
		return func(fr *frame) {
			fr.pos = pos
			cv(d(fr), a0(fr))
		}
	}
	switch {
	// The value is copied to the heap by reflection, as the runtime would.
	case to.Kind() == reflect.Interface && to.NumMethod() == 0 && from.Kind() != reflect.Interface:
		return func(fr *frame) { *(*any)(d(fr)) = load(from, a0(fr)).Interface() }
	case from.Kind() != reflect.Interface && to.Kind() == reflect.Interface:
		return func(fr *frame) { reflect.NewAt(to, d(fr)).Elem().Set(load(from, a0(fr))) }
	case from.Kind() == to.Kind() && from.Kind() != reflect.Interface && memory.Same(from, to):
		cp := memory.Copier(to)
		return func(fr *frame) { cp(d(fr), a0(fr)) }
	}
	pos := o.pos
	return func(fr *frame) {
		fr.pos = pos
		v := load(from, a0(fr))
		dst := reflect.NewAt(to, d(fr)).Elem()
		if from.Kind() == reflect.Interface {
			if v.IsNil() {
				dst.SetZero()
				return
			}
			dst.Set(v.Elem())
			return
		}
		dst.Set(v.Convert(to))
	}
}

// dynamicType is the descriptor of what the interface at p holds, or nil. An interface
// without methods leads to it, one with methods to a table that does.
func dynamicType(iface reflect.Type) func(p unsafe.Pointer) unsafe.Pointer {
	if iface.NumMethod() == 0 {
		return func(p unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(p) }
	}
	return func(p unsafe.Pointer) unsafe.Pointer {
		tab := (*abi.IFace)(p).Tab
		if tab == nil {
			return nil
		}
		return unsafe.Pointer(tab.Type)
	}
}

// assert is x.(T) for a type T that is not an interface: then it is one comparison of
// descriptors, since a type has one. Interfaces, and types that have stand-ins, are left
// to the reference.
func (o *opNode) assert() func(fr *frame) {
	t := o.out[0]
	if t.Kind() == reflect.Interface || o.unwanted() {
		return nil
	}
	if _, hooked := o.f.e.hooks.FromInterface(t); hooked {
		return nil
	}
	want, dyn, cp := unsafe.Pointer(abi.TypeOf(t)), dynamicType(o.in[0]), memory.Copier(t)
	zero := reflect.Zero(t)
	direct := (*abi.Value)(unsafe.Pointer(&zero)).Flag&abi.FlagIndir == 0
	a, d := o.args[0], o.dests[0]
	take := func(fr *frame, p unsafe.Pointer) {
		data := unsafe.Add(p, unsafe.Sizeof(p))
		if !direct {
			data = *(*unsafe.Pointer)(data)
		}
		cp(d(fr), data)
	}
	if o.op.Kind == ir.OpAssert {
		// The reference knows the words for what is wrong.
		slow := o.generic(reference.Assert)
		return func(fr *frame) {
			p := a(fr)
			if dyn(p) != want {
				slow(fr) // panics
				return
			}
			take(fr, p)
		}
	}
	ok := o.dests[1]
	return func(fr *frame) {
		p := a(fr)
		is := dyn(p) == want
		if is {
			take(fr, p)
		} else {
			reflect.NewAt(t, d(fr)).Elem().SetZero()
		}
		if ok != nil {
			*(*bool)(ok(fr)) = is
		}
	}
}

// typeCase remembers the outcome for some of the types that it has met: a type switch
// meets few, and which case a type falls under never changes.
func (o *opNode) typeCase() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	for _, t := range o.op.Types {
		if t == nil {
			continue
		}
		if _, hooked := o.f.e.hooks.FromInterface(t); hooked {
			return nil
		}
	}
	type outcome struct {
		typ   unsafe.Pointer
		index int
	}
	var met [8]atomic.Pointer[outcome] // by type
	dyn, context, op := dynamicType(o.in[0]), &o.f.e.context, o.op
	a, d, t := o.args[0], o.dests[0], o.in[0]
	return func(fr *frame) {
		p := a(fr)
		w := dyn(p)
		cell := &met[uintptr(w)>>5%8]
		known := cell.Load()
		if known == nil || known.typ != w {
			known = &outcome{w, int(reference.TypeCase(context, op, []reflect.Value{load(t, p)})[0].Int())}
			cell.Store(known)
		}
		*(*int)(d(fr)) = known.index
	}
}
