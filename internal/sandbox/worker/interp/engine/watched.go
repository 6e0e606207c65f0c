package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// What a program is compiled to where a mode looks at memory (hook.Memory). Without one
// no place is watched, and nothing of this is in a program's closures.

// watcher is the mode that looks at memory, or nil.
func watcher(modes []hook.Mode) hook.Memory {
	for _, m := range modes {
		if w, ok := m.(hook.Memory); ok {
			return w
		}
	}
	return nil
}

// access is the place of a node, nil where nobody looks.
func (c *compiler) access(n *node) *hook.Access {
	if c.f.e.memory == nil {
		return nil
	}
	a := &hook.Access{Place: hook.Place{Func: c.f.meta, Offset: c.f.e.offset(n)}}
	if c.in != nil {
		a.Func, a.Call = c.in.callee.meta, hook.Place{Func: c.f.meta, Offset: c.in.pos}
	}
	return a
}

// shared says whether others may know of what lies there: a variable of the frame is
// this call's alone.
func (p *place) shared() bool {
	for p.kind == elementOfArray {
		p = p.outer
	}
	return p.kind != inSlot
}

// reading is the address of something that is about to be read, writing that of what is
// about to be written.
func (p place) reading() operand { return p.watched(hook.Memory.Read) }
func (p place) writing() operand { return p.watched(hook.Memory.Write) }

func (p place) watched(tell func(w hook.Memory, g *hook.Goroutine, at unsafe.Pointer, size uintptr, a *hook.Access, calls *hook.Stack)) operand {
	at := p.address()
	if p.watch == nil {
		return at
	}
	w, a, size := p.watcher, p.watch, p.t.Size()
	return func(fr *frame) unsafe.Pointer {
		q := at(fr)
		tell(w, fr.g.watched, q, size, a, fr.calls())
		return q
	}
}

// calls is the calls that fr is in, for who remembers them. They are noted once for a
// call: while it lasts its callers stay where they are.
func (fr *frame) calls() *hook.Stack {
	if fr == nil {
		return nil
	}
	x := fr.extra()
	if x.calls == nil {
		x.calls = &hook.Stack{Func: fr.fn.meta}
		if fr.caller != nil {
			x.calls.Caller, x.calls.Offset = fr.caller.calls(), fr.caller.pos
		}
	}
	return x.calls
}

// watched is what an operation or a built-in function does to memory that its operands
// lead to, before it is carried out.
type watched struct {
	w     hook.Memory
	at    *hook.Access
	types []reflect.Type
	args  []operand
}

func (o *watched) read(fr *frame, p unsafe.Pointer, size uintptr) {
	if size > 0 && p != nil {
		o.w.Read(fr.g.watched, p, size, o.at, fr.calls())
	}
}

func (o *watched) write(fr *frame, p unsafe.Pointer, size uintptr) {
	if size > 0 && p != nil {
		o.w.Write(fr.g.watched, p, size, o.at, fr.calls())
	}
}

// slice is the elements of operand i, a slice or a string, and their size.
func (o *watched) slice(fr *frame, i int) (h memory.Header, size uintptr) {
	p := o.args[i](fr)
	if o.types[i].Kind() == reflect.String {
		s := *(*string)(p)
		return memory.Header{Data: unsafe.Pointer(unsafe.StringData(s)), Len: len(s), Cap: len(s)}, 1
	}
	return *(*memory.Header)(p), o.types[i].Elem().Size()
}

// pointer is what operand i, a map, leads to.
func (o *watched) pointer(fr *frame, i int) unsafe.Pointer {
	return *(*unsafe.Pointer)(o.args[i](fr))
}

// watch emits what looks at the memory of an operation, if somebody does.
func (c *compiler) watch(n *node, types []reflect.Type, args []operand, look func(o *watched, fr *frame)) {
	if c.f.e.memory == nil {
		return
	}
	o := &watched{c.f.e.memory, c.access(n), types, args}
	c.emit(func(fr *frame) { look(o, fr) })
}

// mapHeader is how much of a map is written by what changes it.
const mapHeader = unsafe.Sizeof(uintptr(0))

func readsMap(o *watched, fr *frame)  { o.read(fr, o.pointer(fr, 0), mapHeader) }
func writesMap(o *watched, fr *frame) { o.write(fr, o.pointer(fr, 0), mapHeader) }

// copiesElements is what copy does.
func copiesElements(o *watched, fr *frame) {
	to, size := o.slice(fr, 0)
	from, _ := o.slice(fr, 1)
	n := uintptr(min(to.Len, from.Len)) * size
	if o.types[1].Kind() != reflect.String {
		o.read(fr, from.Data, n)
	}
	o.write(fr, to.Data, n)
}

// looks is what the operations do to memory that their operands lead to. What they read
// of operands themselves is seen where those are computed.
var looks = map[ir.OpKind]func(o *watched, fr *frame){
	ir.OpMapGet: readsMap,
	ir.OpIter:   readsMap,
	ir.OpLen: func(o *watched, fr *frame) {
		if o.types[0].Kind() == reflect.Map {
			readsMap(o, fr)
		}
	},
	ir.OpClear: func(o *watched, fr *frame) {
		if o.types[0].Kind() == reflect.Map {
			writesMap(o, fr)
			return
		}
		h, size := o.slice(fr, 0)
		o.write(fr, h.Data, uintptr(h.Len)*size)
	},
	ir.OpAppend: func(o *watched, fr *frame) { o.appends(fr, len(o.args)-1) },
	ir.OpSpread: func(o *watched, fr *frame) {
		from, size := o.slice(fr, 1)
		if o.types[1].Kind() != reflect.String {
			o.read(fr, from.Data, uintptr(from.Len)*size)
		}
		o.appends(fr, from.Len)
	},
	ir.OpConvert: func(o *watched, fr *frame) {
		if o.types[0].Kind() == reflect.Slice && o.types[1].Kind() == reflect.String {
			h, size := o.slice(fr, 0)
			o.read(fr, h.Data, uintptr(h.Len)*size)
		}
	},
}

// appends is what append does to the memory of a slice that n elements are added to.
func (o *watched) appends(fr *frame, n int) {
	h, size := o.slice(fr, 0)
	if h.Len+n > h.Cap {
		o.read(fr, h.Data, uintptr(h.Len)*size)
		return
	}
	o.write(fr, unsafe.Add(h.Data, uintptr(h.Len)*size), uintptr(n)*size)
}
