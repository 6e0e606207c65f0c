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

	number  int64         // in traces
	creator traceFrame    // the go statement that started it
	parent  int64         // the number of the goroutine that ran it
	first   *closure      // what that calls
	at      time.Duration // when that was, for processors.began

	watched *hook.Goroutine // what modes know it by, nil without any

	next *goroutine // in the registry

	held  int64      // bytes of frames
	free  *freeLists // noFrames until a frame is used again
	spare [2]*frame  // until then, lists of free frames of one function each
}

// freeLists are lists of frames to use again, by function: those whose numbers
// have the same remainder share a list, which holds frames of one of them.
type freeLists [16]*frame

// noFrames is what a goroutine has until it calls something after a call has returned:
// of those of which a program has thousands, many make a few calls, wait in the last and
// end. Nobody writes to it.
var noFrames freeLists

// spares keeps a free frame without lists, if it can.
func (g *goroutine) spares(fr *frame) bool {
	for i, head := range g.spare {
		if head == nil || head.fn == fr.fn && head.behind < maxFree {
			fr.link(head)
			g.spare[i] = fr
			return true
		}
	}
	return false
}

// list gives g its lists, with what it has kept so far.
func (g *goroutine) list() {
	g.free = new(freeLists)
	for i, head := range g.spare {
		g.spare[i] = nil
		if head == nil {
			continue
		}
		at := &g.free[head.fn.list()]
		if *at == nil {
			*at = head
		} else {
			g.shrink(head.fn.size * uintptr(head.behind+1))
			head.release()
		}
	}
}

// release lets all goroutines have the free frames of a list: as a whole, for what is
// shared grows with how many things are in it.
func (head *frame) release() {
	for fr := head; fr != nil; fr = fr.caller {
		fr.g, fr.site = nil, nil
	}
	head.fn.pool.Put(head)
}

// giveBack lets other goroutines have the frames that g has kept.
func (g *goroutine) giveBack() {
	for _, heads := range [][]*frame{g.free[:], g.spare[:]} {
		for _, head := range heads {
			if head != nil {
				head.release()
			}
		}
	}
	g.free, g.spare = &noFrames, [2]*frame{}
}

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

// shard is a hash table of lists. What links them is part of the goroutines: a map that
// grows to ten thousand of them takes half a megabyte, and some stack of each.
type shard struct {
	mu    sync.RWMutex
	heads [32]*goroutine
}

func (r *registry) shard(id uintptr) *shard { return &r.shards[id%64] }

// at is what points to the goroutine of that number, or to nil where it would be.
func (s *shard) at(id uintptr) **goroutine {
	p := &s.heads[id/64%32]
	for *p != nil && (*p).id != id {
		p = &(*p).next
	}
	return p
}

// get is the goroutine of that number, or nil.
func (r *registry) get(id uintptr) *goroutine {
	if g := r.last.Load(); g != nil && g.id == id {
		return g
	}
	s := r.shard(id)
	s.mu.RLock()
	g := *s.at(id)
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
	g := *s.at(id)
	s.mu.RUnlock()
	return g
}

// count is how many there are.
func (r *registry) count() (n int) {
	for i := range r.shards {
		s := &r.shards[i]
		s.mu.RLock()
		for _, g := range s.heads {
			for ; g != nil; g = g.next {
				n++
			}
		}
		s.mu.RUnlock()
	}
	return n
}

// put adds g, or replaces the one that has its number, for as long as a call of the
// host's runs on its goroutine.
func (r *registry) put(g *goroutine) {
	s := r.shard(g.id)
	s.mu.Lock()
	if p := s.at(g.id); *p != g {
		g.next = nil
		if was := *p; was != nil {
			g.next, was.next = was.next, nil
		}
		*p = g
	}
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
	p := s.at(g.id)
	if was := *p; was != nil {
		*p, was.next = was.next, nil
	}
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
	defer func() {
		if returned {
			e.leave(g, outer, nil, fail)
			g.giveBack()
		} else {
			e.leave(g, outer, recover(), fail)
		}
	}()
	f(g)
	returned = true
}

// leave is where g ends: it is not known any more, or outer is again, and fail is called
// if a panic r is on its way.
func (e *Engine) leave(g, outer *goroutine, r any, fail func(text string)) {
	if outer != nil {
		e.states.put(outer)
	} else {
		if r == nil {
			e.ends(g)
		}
		e.states.drop(g)
	}
	if r != nil {
		fail(e.crashText(g, g.panicking(r)))
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
// creator. No mode is there: see hookedSpawn.
func (e *Engine) spawn(parent int64, creator traceFrame, c *closure) {
	g := c.fn.goroutine()
	g.number, g.creator, g.parent, g.first, g.at = e.newNumber(), creator, parent, c, e.processors.spawning()
	go g.live()
}

// live is the whole of a goroutine. The runtime gives it a stack of 2 KB, of which
// little more than half may be used before it becomes a larger one, which takes as long
// as all the rest: so little is in between, and what is rare is elsewhere.
func (g *goroutine) live() {
	e := g.first.fn.e
	g.id = goid.Current()
	e.states.put(g)
	returned := false
	defer func() {
		if returned {
			g.retire()
		} else {
			e.leave(g, nil, recover(), e.hooks.Crash)
		}
	}()
	e.processors.began(g.at)
	g.first.call0(g, nil)
	returned = true
}

// retire ends a goroutine that has returned: it is for the next one that begins with the
// same function, with its frames.
func (g *goroutine) retire() {
	f := g.first.fn
	f.e.states.drop(g)
	g.first, g.rec = nil, nil
	f.ended.Put(g)
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
