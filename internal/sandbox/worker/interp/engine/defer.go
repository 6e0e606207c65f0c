package engine

import (
	"slices"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
)

// deferred is a call that waits for its function's end.
type deferred struct {
	c *closure // nil for compiled code
	f func()
}

// deferredOf is the func() at p as something to call later. That it is nil is found
// when it is called, as in Go, and where the runtime would find it.
func deferredOf(p unsafe.Pointer) deferred {
	fp := *(*unsafe.Pointer)(p)
	if fp == nil {
		return deferred{f: func() { var f func(); f() }}
	}
	if c := closureOf(fp); c != nil {
		return deferred{c: c}
	}
	return deferred{f: *(*func())(p)}
}

// runDefers executes a function that has defer statements: however its body ends, the
// calls it has deferred run, last first, and one of them may stop a panic.
//
// It ends in one of four ways. The body returned: the calls run, and nothing is left
// to do. It panicked: they run, and if none has recovered, the panic goes on with the
// same value, and its record in g.rec. One of them panicked: then that is what goes
// on. And Goexit, which no recover sees: a deferred function that neither returned nor
// panicked.
func (f *fn) runDefers(fr *frame) {
	done := false
	held := fr.g.held
	fr.extra()
	defer func() {
		if !done && !fr.g.dead() {
			fr.dies(recover(), held)
		}
	}()
	run(f.code, fr)
	done = true
	fr.runAllDeferred()
}

// dead says whether a mode has ended the goroutine: nothing of the program's runs on it
// any more.
func (g *goroutine) dead() bool { return g.watched != nil && g.watched.Dead }

// dies runs the deferred calls of a function that did not return: r is the panic, nil
// for a Goexit, and held what the goroutine held of frames when it was called.
func (fr *frame) dies(r any, held int64) {
	g := fr.g
	if r != nil {
		fr.rare.panics = g.panicking(r)
		g.rec = nil
	} else {
		fr.rare.panics = g.exiting()
	}
	g.held = held // the frames above are gone
	fr.runAllDeferred()
}

// runAllDeferred runs the deferred calls, and panics if a panic is left then. A Goexit
// goes on by itself.
func (fr *frame) runAllDeferred() {
	rare := fr.rare
	for len(rare.defers) > 0 {
		d := rare.defers[len(rare.defers)-1]
		rare.defers = rare.defers[:len(rare.defers)-1]
		fr.runDeferred(d)
	}
	p := rare.panics
	rare.panics = nil
	if p != nil && !p.goexit {
		fr.g.rec = p
		panic(p.value)
	}
}

// runDeferred runs one deferred call. A panic in it takes the place of the one that
// was going on; a recover in it ends that. It has a native frame of its own, because
// the panic of one call must not keep the others from being made.
func (fr *frame) runDeferred(d deferred) {
	g, rare := fr.g, fr.extra()
	g.top = fr
	done := false
	before := rare.panics
	defer func() {
		if done {
			g.top = fr
			return
		}
		if g.dead() {
			return
		}
		r := recover()
		if r == nil { // Goexit: the remaining calls run all the same
			rare.panics = g.exiting()
			g.top = fr
			for len(rare.defers) > 0 {
				d := rare.defers[len(rare.defers)-1]
				rare.defers = rare.defers[:len(rare.defers)-1]
				fr.runDeferred(d)
			}
			return
		}
		p := g.panicking(r)
		g.rec, g.top = nil, fr
		p.follow(before)
		rare.panics = p
	}()
	if d.c != nil {
		d.c.call0(g, fr)
	} else {
		d.f()
	}
	// A recover only marks the panic; it ends when the call that recovered returns.
	if rare.panics != nil && rare.panics.recovered && !rare.panics.goexit {
		rare.panics = nil
	}
	done = true
}

// recover is what the builtin of that name returns in fr: it works in a call that a
// dying frame made, and nowhere below or above that, once.
func (fr *frame) recover() any {
	if fr.fn.meta.Suspended {
		fr = fr.deferrer()
	}
	if fr == nil || fr.rare == nil || fr.rare.rescuer == nil {
		return nil
	}
	r := fr.rare.rescuer.extra()
	if r.panics == nil || r.panics.recovered || r.panics.goexit {
		return nil
	}
	r.panics.recovered = true
	return r.panics.value
}

// deferrer is the frame for which fr calls a builtin that was deferred itself, or nil
// where a recover has nobody to act for: in a go statement, and while that frame's own
// panic runs its deferred calls, since there is no function between the two then.
func (fr *frame) deferrer() *frame {
	if fr.rare == nil || fr.rare.rescuer == nil || fr.rare.rescuer.extra().panics != nil {
		return nil
	}
	return fr.rare.rescuer
}

// panicking is a panic on its way up: what Go's value does not carry.
type panicking struct {
	value     any
	way       fault.Way
	trace     trace
	prev      *panicking // the one that was going on when this one began
	recovered bool
	goexit    bool
}

// panicking is the record of the panic that r was recovered from: the one that was
// left for whoever meets it next, if the value is that, or a new one for a panic that
// begins here. Its trace is taken now, since the frames are still there.
func (g *goroutine) panicking(r any) *panicking {
	if p := g.rec; p != nil && fault.Same(p.value, r) {
		return p
	}
	v := fault.Translate(r)
	return &panicking{value: v, way: fault.WayOf(v), trace: g.top.trace()}
}

// follow puts p, and those that it replaced, after a panic that was going on, since
// that is how the runtime prints them: in the order in which they began.
func (p *panicking) follow(before *panicking) {
	for p != before && p.prev != nil {
		p = p.prev
	}
	if p != before && before != nil && !before.goexit {
		p.prev = before
	}
}

// exiting is the record of a Goexit. It is kept like a panic, since a panic in a
// deferred call replaces it just so.
func (g *goroutine) exiting() *panicking {
	return &panicking{goexit: true, way: fault.Exited, trace: g.top.trace()}
}

// text is what the runtime prints of p and the panics that it replaced.
func (p *panicking) text() string {
	var list []fault.Panic
	for ; p != nil; p = p.prev {
		list = append(list, fault.Panic{Value: p.value, Recovered: p.recovered, Goexit: p.goexit})
	}
	slices.Reverse(list)
	return fault.Text(list)
}

// panicking is panic(v).
func (o *opNode) panicking() func(fr *frame) {
	a, pos := o.args[0], o.pos
	return func(fr *frame) {
		fr.pos = pos
		panic(*(*any)(a(fr)))
	}
}

// recovering is recover().
func (o *opNode) recovering() func(fr *frame) {
	d := o.dests[0]
	return func(fr *frame) {
		r := fr.recover()
		if d != nil {
			*(*any)(d(fr)) = r
		}
	}
}

// deferring is defer f().
func (o *opNode) deferring() func(fr *frame) {
	a := o.args[0]
	return func(fr *frame) {
		x := fr.extra()
		x.defers = append(x.defers, deferredOf(a(fr)))
	}
}

// deferStack is the frame itself, for loop bodies that are functions of their own
// and defer calls to the end of this one.
func (o *opNode) deferStack() func(fr *frame) {
	d := o.dests[0]
	return func(fr *frame) { *(*any)(d(fr)) = fr }
}

// deferTo is defer f() at the end of another frame's function.
func (o *opNode) deferTo() func(fr *frame) {
	to, f := o.args[0], o.args[1]
	return func(fr *frame) {
		x := (*(*any)(to(fr))).(*frame).extra()
		x.defers = append(x.defers, deferredOf(f(fr)))
	}
}
