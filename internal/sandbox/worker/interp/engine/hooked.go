package engine

import (
	"go/token"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// What a program is compiled to where somebody looks at it or steers it (package hook).
// Without modes nothing of this is in a program's closures.

// kindOf is the kind of point that an operation is, if it is one.
func kindOf(op *ir.Op) (hook.Kind, bool) {
	switch op.Kind {
	case ir.OpGo:
		return hook.Go, true
	case ir.OpSend:
		return hook.Send, true
	case ir.OpRecv, ir.OpRecv2:
		return hook.Recv, true
	case ir.OpSelect:
		return hook.Select, true
	case ir.OpClose:
		return hook.Close, true
	case ir.OpMakeChan:
		return hook.MakeChan, true
	case ir.OpLen, ir.OpCap:
		return hook.Len, op.Type.In(0).Kind() == reflect.Chan
	case ir.OpIter:
		return hook.Range, true
	case ir.OpNext:
		return hook.Next, true
	case ir.OpLitMap:
		return hook.Insert, identifies(op.Type.Out(0).Key())
	}
	return 0, false
}

// identifies says whether values of a type may differ by what they point to alone, which
// is elsewhere in each run: keys that cannot be put in order.
func identifies(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan, reflect.Interface:
		return true
	case reflect.Array:
		return identifies(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if identifies(f.Type) {
				return true
			}
		}
	}
	return false
}

// hookInsert is body, which is m[k] = v, where modes want to be there.
func (c *compiler) hookInsert(n *node, t reflect.Type, m, k operand, body func(fr *frame)) func(fr *frame) {
	if len(c.f.e.modes) == 0 || !identifies(t.Key()) {
		return body
	}
	p := &hook.Point{Kind: hook.Insert, In: []reflect.Type{t, t.Key()}, Place: hook.Place{Func: c.f.meta, Offset: c.f.e.offset(n)}}
	modes := hook.Wanted(c.f.e.modes, p)
	if len(modes) == 0 {
		return body
	}
	return hooked(p, modes, []operand{m, k}, nil, body)
}

// hookOperation is the operation's body where modes want to be there, or the body itself.
func (c *compiler) hookOperation(o *opNode) func(fr *frame) {
	kind, ok := kindOf(o.op)
	if !ok || len(o.f.e.modes) == 0 {
		return o.body()
	}
	p := &hook.Point{Kind: kind, Op: o.op, In: o.in, Out: o.out, Place: hook.Place{Func: o.f.meta, Offset: o.pos}}
	modes := hook.Wanted(o.f.e.modes, p)
	if kind == hook.Go {
		return o.hookedGo(p, modes)
	}
	if len(modes) == 0 {
		return o.body()
	}
	o.dests = c.wanted(o.dests, o.out)
	return hooked(p, modes, o.args, o.dests, o.body())
}

// hookHost is the same for a call of the library's function that the node names.
func (c *compiler) hookHost(n *node, host reflect.Value, in []reflect.Type, args, dests []operand, body func(dests []operand) func(fr *frame)) func(fr *frame) {
	if len(c.f.e.modes) == 0 {
		return body(dests)
	}
	p := &hook.Point{Kind: hook.Call, Host: host, In: in, Out: outTypes(host.Type()), Slice: n.Action == yaegi.CallSlice, Place: hook.Place{Func: c.f.meta, Offset: c.f.e.offset(n)}}
	if c0 := unparen(n.Child[0]); c0.Kind == yaegi.SelectorExpr {
		p.Callee = c.f.e.prog.Hosts[c0.Child[1].Ident]
	}
	modes := hook.Wanted(c.f.e.modes, p)
	if len(modes) == 0 {
		return body(dests)
	}
	dests = c.wanted(dests, p.Out)
	return hooked(p, modes, args, dests, body(dests))
}

// wanted gives results that the program drops a place, so that modes see them.
func (c *compiler) wanted(dests []operand, out []reflect.Type) []operand {
	all := make([]operand, len(dests))
	for i, d := range dests {
		if all[i] = d; d == nil {
			off := c.temp(out[i])
			all[i] = func(fr *frame) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(fr), off) }
		}
	}
	return all
}

// hooked lets the modes carry out body.
func hooked(p *hook.Point, modes []hook.Mode, args, dests []operand, body func(fr *frame)) func(fr *frame) {
	native := *(*func(unsafe.Pointer))(unsafe.Pointer(&body)) // a frame is a pointer to modes
	return func(fr *frame) {
		fr.pos = p.Offset
		w := fr.g.watched
		a := w.Act(len(args), len(dests))
		for i, at := range args {
			a.Args[i] = at(fr)
		}
		for i, at := range dests {
			a.Results[i] = at(fr)
		}
		a.Perform(p, modes, native, unsafe.Pointer(fr))
		w.Done(a)
		fr.g.top = fr
	}
}

// hookedGo is go f(). Compiled functions run under the engine's eyes here as well, since
// the goroutine must have its beginning and its end.
func (o *opNode) hookedGo(p *hook.Point, modes []hook.Mode) func(fr *frame) {
	e, at := o.f.e, o.args[0]
	return func(fr *frame) {
		fr.pos = p.Offset
		d := deferredOf(at(fr))
		e.hookedSpawn(fr.g, p, modes, at(fr), d)
	}
}

// hookedSpawn lets modes carry out a go statement of g's at p.
func (e *Engine) hookedSpawn(g *goroutine, p *hook.Point, modes []hook.Mode, f unsafe.Pointer, d deferred) {
	creator := traceFrame{p.Func, p.Offset}
	if p.Func != nil && p.Func.Hidden {
		creator = g.creatorHere()
	}
	child := &hook.Goroutine{Number: e.newNumber(), Parent: g.number, Creator: hook.Place{Func: creator.fn, Offset: creator.pos}}
	if d.c != nil {
		child.Name = e.calledBy(d.c)
	}
	start := func(unsafe.Pointer) {
		e.spawnGuarded(child.Number, child.Parent, creator, child, func(n *goroutine) {
			if d.c != nil {
				d.c.call0(n, nil)
			} else {
				d.f()
			}
		})
	}
	a := g.watched.Act(1, 0)
	a.Args[0], a.Child = f, child
	a.Perform(p, modes, start, nil)
	g.watched.Done(a)
}

// calledBy is the name of what a goroutine's first function calls: itself, unless it
// only makes the call of a go statement.
func (e *Engine) calledBy(c *closure) string {
	meta := c.fn.meta
	if !meta.Suspended {
		return meta.Reader
	}
	if f := e.prog.Funcs[meta.Calls]; f != nil {
		return f.Reader
	}
	if h, ok := e.prog.Hosts[meta.Calls]; ok {
		return h.String()
	}
	if len(c.caps) > 0 && c.fn.types[c.fn.nret].Kind() == reflect.Func {
		if v := *(*unsafe.Pointer)(unsafe.Add(c.data, c.caps[0].from)); v != nil && closureOf(v) != nil {
			return closureOf(v).fn.meta.Reader
		}
	}
	return ""
}

// Name implements hook.Program.
func (e *Engine) Name(f unsafe.Pointer) string {
	if v := *(*unsafe.Pointer)(f); v != nil && closureOf(v) != nil {
		return e.calledBy(closureOf(v))
	}
	return ""
}

// begins gives g what modes know it by, and tells them that it begins. w is nil for a
// goroutine that the library has started.
func (e *Engine) begins(g *goroutine, w *hook.Goroutine) {
	if len(e.modes) == 0 {
		return
	}
	if w == nil {
		w = &hook.Goroutine{Number: g.number}
	}
	w.Calls = func(yield func(hook.Place) bool) {
		g.top.frames(func(f *lower.Func, pos int32) bool { return yield(hook.Place{Func: f, Offset: pos}) })
	}
	w.Stack = func() *hook.Stack { return g.top.calls() }
	g.watched = w
	for _, m := range e.modes {
		m.Start(w)
	}
}

// ends tells the modes that g has ended.
func (e *Engine) ends(g *goroutine) {
	for _, m := range e.modes {
		m.End(g.watched)
	}
}

// forget drops a goroutine that the library has started: its call of the program is over.
func (e *Engine) forget(g *goroutine) {
	e.ends(g)
	e.states.drop(g)
}

// Position implements hook.Program.
func (e *Engine) Position(offset int32) token.Position { return e.hooks.Position(int(offset)) }

// Current implements hook.Program.
func (e *Engine) Current() *hook.Goroutine {
	if g := e.states.get(goid.Current()); g != nil {
		return g.watched
	}
	return nil
}

// hookSite is where calls are made of which only the call itself tells what is called.
type hookSite struct {
	e   *Engine
	f   *lower.Func
	pos int32
	met sync.Map // of what is called: its code, or a methodOf, to *hookCallee
}

// methodOf is a method by its name, as an interface's value has it.
type methodOf struct {
	recv reflect.Type
	name string
}

// hookCallee is what has been called at a site.
type hookCallee struct {
	point *hook.Point
	modes []hook.Mode
	call  func(in []reflect.Value) []reflect.Value
}

// hookSite is one for a dynamic call, or nil if nobody looks.
func (c *compiler) hookSite(d *dynamic) *hookSite {
	if len(c.f.e.modes) == 0 {
		return nil
	}
	return &hookSite{e: c.f.e, f: c.f.meta, pos: d.pos}
}

// function is what a function value of the library's calls.
func (s *hookSite) function(host reflect.Value, spread bool) *hookCallee {
	code := host.Pointer()
	if m, ok := s.met.Load(code); ok && m.(*hookCallee).point.Callee.Name != "" {
		return m.(*hookCallee)
	}
	p := s.point(s.e.hostName(code), host)
	p.Slice = spread
	// What has no name may have captured something, so it is a callee of its own.
	m := &hookCallee{p, hook.Wanted(s.e.modes, p), func(in []reflect.Value) []reflect.Value { return callSpread(host, in, spread) }}
	if p.Callee.Name != "" {
		s.met.Store(code, m)
	}
	return m
}

// method is what a method of a type of the library's calls, with its receiver first.
func (s *hookSite) method(recv reflect.Type, name string) *hookCallee {
	if m, ok := s.met.Load(methodOf{recv, name}); ok {
		return m.(*hookCallee)
	}
	t := recv
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	host, standIn := s.e.hooks.Method(recv, name)
	if !standIn {
		host = reflect.Zero(recv).MethodByName(name)
	}
	p := s.point(lower.HostFunc{Path: t.PkgPath(), Recv: t.Name(), Name: name}, host)
	p.Slice = host.Type().IsVariadic()
	m := &hookCallee{p, hook.Wanted(s.e.modes, p), func(in []reflect.Value) []reflect.Value { return callSpread(host, in, p.Slice) }}
	if !standIn {
		p.Host, p.In = reflect.Value{}, append([]reflect.Type{recv}, p.In...)
		m.call = func(in []reflect.Value) []reflect.Value {
			return callSpread(in[0].MethodByName(name), in[1:], p.Slice)
		}
	}
	s.met.Store(methodOf{recv, name}, m)
	return m
}

func (s *hookSite) point(name lower.HostFunc, host reflect.Value) *hook.Point {
	t := host.Type()
	return &hook.Point{
		Kind: hook.Call, Callee: name, Host: host, In: slices.Collect(t.Ins()), Out: outTypes(t), Place: hook.Place{Func: s.f, Offset: s.pos},
	}
}

// hostName is the name of a function of the library that has its code there, if the
// program mentions it; function values that the library makes have none.
func (e *Engine) hostName(code uintptr) lower.HostFunc {
	for sym, v := range e.prog.Exports["s/s"] {
		if v.Kind() == reflect.Func && v.Pointer() == code {
			return e.prog.Hosts[sym]
		}
	}
	return lower.HostFunc{}
}

// call calls m by way of the modes.
func (s *hookSite) call(g *goroutine, m *hookCallee, in []reflect.Value) []reflect.Value {
	if len(m.modes) == 0 {
		return m.call(in)
	}
	a := g.watched.Act(len(in), len(m.point.Out))
	for i, v := range in {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		a.Args[i], in[i] = p.UnsafePointer(), p.Elem()
	}
	out := make([]reflect.Value, len(m.point.Out))
	for i, t := range m.point.Out {
		p := reflect.New(t)
		a.Results[i], out[i] = p.UnsafePointer(), p.Elem()
	}
	a.Perform(m.point, m.modes, func(unsafe.Pointer) {
		for i, v := range m.call(in) {
			out[i].Set(v)
		}
	}, nil)
	g.watched.Done(a)
	return out
}
