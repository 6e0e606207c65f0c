package engine

import (
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"playground/internal/gofront/lower"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// goroutine is what the engine knows of a goroutine that runs the program. Only that
// goroutine writes it, except that who prints traces of all reads top as it finds it.
type goroutine struct {
	top *frame
	id  uintptr
	rec *panicking // the panic on its way, for whoever meets it next

	number  int64      // in traces
	creator traceFrame // the go statement that started it
	parent  int64      // the number of the goroutine that ran it

	watched *hook.Goroutine // what modes know it by, nil without any

	held int64      // bytes of frames
	free *freeLists // noFrames until the first call returns
}

// freeLists are lists of frames to use again, by function: those whose numbers
// have the same remainder share a list, which holds frames of one of them.
type freeLists [16]*frame

// noFrames is what a goroutine has that no call has returned on: many wait in
// their first. Nobody writes to it.
var noFrames freeLists

// maxCounted is how much of one frame counts. The compiler has no larger variable
// on the stack: a table of a hundred megabytes is no deep recursion.
const maxCounted = 128 << 10

// grow counts a frame that g gets. What is counted are frames that it holds, in use
// or free, so a call that finds a free one costs nothing here. Calls that go deeper
// than most are what overflows a stack in compiled Go.
func (g *goroutine) grow(size uintptr, most int64) {
	g.held += int64(min(size, maxCounted))
	if g.held > most {
		overflow(0)
	}
}

// maxFrames bounds the bytes of a goroutine's frames: by what the runtime allows a
// stack, since both have to fit into the program's memory when one overflows.
func maxFrames() int64 {
	most := debug.SetMaxStack(math.MaxInt32)
	debug.SetMaxStack(most)
	return int64(most)
}

// shrink counts a frame that g gives away.
func (g *goroutine) shrink(size uintptr) { g.held -= int64(min(size, maxCounted)) }

// overflow overflows the goroutine's own stack: there is no other way to make the
// runtime say so.
//
//go:noinline
func overflow(n int) int {
	var page [512]byte
	if n < 0 {
		return 0
	}
	page[n%len(page)] = 1
	return overflow(n+1) + int(page[n%7])
}

// registry finds what the engine knows of a goroutine by its identity. Only goroutines
// that run the program now are in it. Compiled code that calls the program back asks
// at every call, mostly for the one that asked last; the shards are for programs with
// many goroutines that do so.
type registry struct {
	last   atomic.Pointer[goroutine]
	shards [64]shard
}

type shard struct {
	mu sync.RWMutex
	m  map[uintptr]*goroutine
}

func (r *registry) shard(id uintptr) *shard { return &r.shards[id%64] }

// get is the goroutine of that number, or nil.
func (r *registry) get(id uintptr) *goroutine {
	if g := r.last.Load(); g != nil && g.id == id {
		return g
	}
	s := r.shard(id)
	s.mu.RLock()
	g := s.m[id]
	s.mu.RUnlock()
	if g != nil {
		r.last.Store(g)
	}
	return g
}

// find is get for a process that is dying: it waits for nobody and remembers
// nothing. Whom somebody else is looking for just then, it does not find.
func (r *registry) find(id uintptr) *goroutine {
	s := r.shard(id)
	if !s.mu.TryRLock() {
		return nil
	}
	g := s.m[id]
	s.mu.RUnlock()
	return g
}

// count is how many there are.
func (r *registry) count() (n int) {
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.RLock()
		n += len(s.m)
		s.mu.RUnlock()
	}
	return n
}

// put adds g, or replaces the one that has its number, for as long as a call of the
// host's runs on its goroutine.
func (r *registry) put(g *goroutine) {
	s := r.shard(g.id)
	s.mu.Lock()
	if s.m == nil {
		s.m = map[uintptr]*goroutine{}
	}
	s.m[g.id] = g
	s.mu.Unlock()
	if l := r.last.Load(); l != nil && l.id == g.id {
		r.last.CompareAndSwap(l, g)
	}
}

// drop removes g. last must not lead to it any more: the next goroutine with that
// number would be taken for this one.
func (r *registry) drop(g *goroutine) {
	s := r.shard(g.id)
	s.mu.Lock()
	delete(s.m, g.id)
	s.mu.Unlock()
	if l := r.last.Load(); l != nil && l.id == g.id {
		r.last.CompareAndSwap(l, nil)
	}
}

// mainGoroutine is the number of the goroutine that runs main. Those that
// follow begin after firstGoroutine, about where Go's own do for a program:
// those before are the runtime's.
const (
	mainGoroutine  = 1
	firstGoroutine = 17
)

func (e *Engine) newNumber() int64 { return firstGoroutine + e.started.Add(1) }

// guard runs f at the bottom of the goroutine of that number and calls fail with the
// text of an unrecovered panic: before it returns, which it does not do if the panic
// came up while the goroutine was exiting. The program may be running further out on
// the same goroutine, as when package testing calls one of its functions: then what
// is below shows in traces as that goroutine. Modes know a goroutine as w, if it is not
// nil.
func (e *Engine) guard(number int64, w *hook.Goroutine, fail func(text string), f func(g *goroutine)) {
	g := &goroutine{id: goid.Current(), number: number, free: &noFrames}
	outer := e.states.get(g.id)
	if outer != nil {
		g.number, g.creator, g.parent, g.watched = outer.number, outer.creator, outer.parent, outer.watched
	}
	e.states.put(g)
	if outer == nil {
		e.begins(g, w)
	}
	returned := false
	defer e.leave(g, outer, nil, &returned, fail)
	f(g)
	returned = true
}

// leave is deferred where g begins: it is not known any more, or outer is again, and
// calls fail if a panic is on its way. What began with a call of first and has returned
// is for the next that begins so, with its frames.
func (e *Engine) leave(g, outer *goroutine, first *fn, returned *bool, fail func(text string)) {
	var r any
	if !*returned {
		r = recover()
	}
	if outer != nil {
		e.states.put(outer)
	} else {
		if r == nil {
			e.ends(g)
		}
		e.states.drop(g)
	}
	switch {
	case r != nil:
		fail(e.crashText(g, g.panicking(r)))
	case *returned && first != nil:
		g.rec = nil
		first.ended.Put(g)
	case *returned:
		g.giveBack()
	}
}

// Protect runs f at the bottom of the calling goroutine and returns the text
// of the panic that ended it, or "".
func (e *Engine) Protect(f func()) (crash string) {
	e.guard(mainGoroutine, nil, func(text string) { crash = text }, func(*goroutine) { f() })
	return crash
}

// Guarded runs f on a goroutine of the host and calls fail with the text of a
// panic that f did not recover from.
func (e *Engine) Guarded(fail func(text string), f func()) {
	e.guard(e.newNumber(), nil, fail, func(*goroutine) { f() })
}

// Crash ends the process with the text of a panic that nobody recovered from.
func (e *Engine) Crash(text string) { e.hooks.Crash(text) }

// spawn starts a goroutine that begins with a call of c, for parent's statement at
// creator.
func (e *Engine) spawn(parent int64, creator traceFrame, c *closure) {
	number, at := e.newNumber(), e.processors.spawning()
	go e.live(c, number, parent, creator, at)
}

// live is the whole of a goroutine. Much of what runs on one needs more stack than the
// runtime gives it at first, and then pays for a larger one: so little is in between.
func (e *Engine) live(c *closure, number, parent int64, creator traceFrame, at time.Duration) {
	g := c.fn.goroutine()
	g.id, g.number, g.creator, g.parent = goid.Current(), number, creator, parent
	e.states.put(g)
	first := c.fn
	if len(e.modes) > 0 {
		first = nil // modes keep what they know of it
		e.begins(g, nil)
	}
	returned := false
	defer e.leave(g, nil, first, &returned, e.hooks.Crash)
	e.processors.began(at)
	c.call0(g, nil)
	returned = true
}

// goroutine is for one that begins with a call of f. One that began so and has ended
// has the frames that this one will need.
func (f *fn) goroutine() *goroutine {
	if g, ok := f.ended.Get().(*goroutine); ok {
		return g
	}
	return &goroutine{free: &noFrames}
}

// creatorHere is the call in which g is, as a trace shows it.
func (g *goroutine) creatorHere() (creator traceFrame) {
	g.top.frames(func(f *lower.Func, pos int32) bool {
		creator = traceFrame{f, pos}
		return false
	})
	return creator
}

// Go runs f on a goroutine of its own, as if the calling function of the
// program had started it.
func (e *Engine) Go(f func()) {
	var creator traceFrame
	if g := e.states.get(goid.Current()); g != nil {
		creator = g.creatorHere()
		if len(e.modes) > 0 {
			p := &hook.Point{Kind: hook.Go, Place: hook.Place{Func: creator.fn, Offset: creator.pos}}
			e.hookedSpawn(g, p, hook.Wanted(e.modes, p), unsafe.Pointer(&f), deferredOf(unsafe.Pointer(&f)))
			return
		}
	}
	e.spawnGuarded(e.newNumber(), e.number(), creator, nil, func(*goroutine) { f() })
}

// spawnGuarded starts a goroutine that runs f, which need not begin with a call of the
// program's. Modes know it as w, if that is not nil.
func (e *Engine) spawnGuarded(number, parent int64, creator traceFrame, w *hook.Goroutine, f func(g *goroutine)) {
	at := e.processors.spawning()
	go e.guard(number, w, e.hooks.Crash, func(g *goroutine) {
		e.processors.began(at)
		g.creator, g.parent = creator, parent
		f(g)
	})
}

// spawning is go f(). A compiled function needs nothing of ours on its goroutine: when
// it calls the program back, it is known by then.
func (o *opNode) spawning() func(fr *frame) {
	e, a, pos := o.f.e, o.args[0], o.pos
	return func(fr *frame) {
		d := deferredOf(a(fr))
		if d.c != nil {
			e.spawn(fr.g.number, traceFrame{fr.fn.meta, pos}, d.c)
		} else {
			fr.pos = pos
			go d.f()
		}
	}
}
