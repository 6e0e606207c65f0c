package race

import (
	"io"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	gosync "sync"
	"sync/atomic"
	"time"
	"unsafe"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// Status is the exit status of a program that has races, as with the race detector of
// compiled Go.
const Status = 66

// Detector is a mode that finds data races. It must be the only one.
type Detector struct {
	out     io.Writer
	tell    func(wire.Race)
	program hook.Program
	index   int
	sites   gosync.Map // of points, as accesses

	table       atomic.Pointer[table] // nil when it has given up
	generation  atomic.Uint32         // of the table
	used        atomic.Int64          // bytes of it
	collections atomic.Int64          // when it was made
	waiting     atomic.Int64          // bytes of goroutines that have not ended
	most        int64                 // bytes of either
	full        int64                 // bytes that are used before the collector runs
	usual       struct {              // what the collector did before
		percent int
		limit   int64
	}

	objects [64]struct {
		mu gosync.Mutex
		m  map[unsafe.Pointer]*object
	}
	begun   gosync.Once
	main    *thread // of main's goroutine, which alone sets it
	library object  // what compiled code may pass on without anybody seeing it

	mu      gosync.Mutex // guards what follows
	free    []*thread    // that have ended, and whose slots others may have
	threads []*thread    // by slot, the last that had it
	freeing bool         // some code runs when memory is freed
	found   int
	reports []conflict // in the place of what is written, if there is no out
	told    map[[2]*hook.Access]bool
	adopted map[uintptr]*adoption // by goroutine, of those that the library starts
}

// object is something by which goroutines wait for each other: a lock, a channel.
type object struct {
	mu gosync.Mutex
	sync
	channel *channel
}

// maxForgotten is how often the detector begins anew. A program whose memory is full has
// the collector run all the time, and is not watched to an end.
const maxForgotten = 16

// New returns a detector that writes its reports to out, and tells of races. memory is how much the program
// and the detector may use, in bytes: the detector may have a good part of it.
//
// Memory that is used again looks like memory that several goroutines share, so the
// collector must not run while goroutines are watched, or what is known is forgotten: it
// is turned off when the program begins, until four fifths of memory are used. It is for
// a process that runs one program.
func New(out io.Writer, tell func(wire.Race), memory int64) *Detector {
	return &Detector{out: out, tell: tell, most: memory / share, full: memory * 4 / 5, told: map[[2]*hook.Access]bool{}, adopted: map[uintptr]*adoption{}}
}

// share is the part of what a program may use, 1/share, that the detector may have for
// each of what it keeps: accesses, and goroutines.
const share = 4

// watch begins to watch, when the program does: what compiling it needs of memory has
// nothing to do with that.
func (d *Detector) watch() {
	d.usual.percent = debug.SetGCPercent(-1)
	d.usual.limit = debug.SetMemoryLimit(d.full)
	d.forget()
	d.whenCollected()
}

// whenCollected forgets all accesses whenever the collector has run: what has been freed
// may be something else from now on.
func (d *Detector) whenCollected() {
	type sentinel struct{ next *int }
	runtime.AddCleanup(&sentinel{new(int)}, func(d *Detector) {
		d.forget()
		d.whenCollected()
	}, d)
}

// forget begins anew, unless that has been too often.
func (d *Detector) forget() {
	switch n := d.generation.Load(); {
	case n > 0 && d.table.Load() == nil:
		return // it has given up
	case n > maxForgotten:
		d.giveUp(variables)
		return
	}
	d.begin()
}

// begin begins with an empty table.
func (d *Detector) begin() {
	d.collections.Store(collections())
	d.table.Store(new(table))
	d.used.Store(0)
	d.generation.Add(1)
}

// collections is how often the collector has run.
func collections() int64 {
	var s debug.GCStats
	debug.ReadGCStats(&s)
	return s.NumGC
}

// What there may be too many of.
const (
	variables  = "variables"
	goroutines = "goroutines"
)

// giveUp ends the detection: there is no room for more of these.
func (d *Detector) giveUp(many string) {
	if d.table.Swap(nil) == nil {
		return
	}
	d.generation.Add(1)
	if d.out == nil {
		return
	}
	debug.SetGCPercent(d.usual.percent)
	debug.SetMemoryLimit(d.usual.limit)
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = io.WriteString(d.out, "race: too many "+many+" to watch: races from here on are not found\n")
	d.tell(wire.Race{Over: true, Goroutines: many == goroutines})
}

// Attach implements hook.Mode.
func (d *Detector) Attach(p hook.Program, index int) { d.program, d.index = p, index }

// Wants implements hook.Mode.
func (d *Detector) Wants(p *hook.Point) bool {
	switch p.Kind {
	case hook.Insert, hook.Range, hook.Next: // seen as accesses to memory
		return false
	case hook.Call:
		act := actionAt(p)
		p.State[d.index] = act
		return act != nil
	}
	return true
}

// Do implements hook.Mode.
func (d *Detector) Do(a *hook.Act) {
	if d.table.Load() == nil && a.Kind != hook.Go { // it has given up
		a.Native()
		return
	}
	switch a.Kind {
	case hook.Go:
		d.spawn(a)
	case hook.Send:
		d.send(a)
	case hook.Recv:
		d.receive(a)
	case hook.Select:
		d.choose(a)
	case hook.Close:
		d.closes(a)
	case hook.MakeChan:
		a.Native()
		d.object(*(*unsafe.Pointer)(a.Results[0])).renew()
	case hook.Len:
		a.Native()
	case hook.Call:
		a.State[d.index].(action)(d, a)
	}
}

// spawn is go: what the goroutine does happens after what has been done so far.
func (d *Detector) spawn(a *hook.Act) {
	t := d.of(a.G)
	child := d.thread(t)
	child.parent, child.creator, child.group = t.number, d.here(a), t.starting
	t.starting = nil
	a.Child.State[d.index] = child
	a.Native()
	if d.out != nil && rand.IntN(2) == 0 { // either may be first: otherwise a short program shows one order only
		runtime.Gosched()
	}
}

// linger lets the goroutines that main has left run for a moment: what they do is no less a
// race because the process would have ended before it.
func (d *Detector) linger() {
	const most, pause = 20 * time.Millisecond, time.Millisecond / 2
	for begin := time.Now(); d.running() && time.Since(begin) < most; {
		time.Sleep(pause)
	}
}

// running says whether goroutines of the program have not ended, besides main.
func (d *Detector) running() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.threads)-len(d.free) > 1
}

// thread is a new one that knows what parent does, or nothing.
func (d *Detector) thread(parent *thread) *thread {
	t := newThread()
	if parent != nil && d.table.Load() != nil {
		t.knows = parent.passes()
	}
	d.mu.Lock()
	slot, used := 0, uint32(0)
	if d.table.Load() != nil {
		slot, used = d.slot(t.knows)
	} else if len(d.threads) == 0 {
		d.threads = append(d.threads, nil)
	}
	d.threads[slot] = t
	d.mu.Unlock()
	t.takes(slot, used)
	if d.waiting.Add(threadSize(slot)) > d.most {
		d.giveUp(goroutines)
	}
	return t
}

// maxSlots is how many goroutines have a slot of their own. Beyond, one may get the slot
// of somebody who has ended and of whom it knows nothing: then races of the two are not
// found.
const maxSlots = 1 << 14

// slot is one that nobody has, and how much of its time is used. A goroutine that knows
// of the last that another did can have its slot: all of that has happened before
// everything that this one does. The lock is held.
func (d *Detector) slot(knows clock) (slot int, used uint32) {
	const looked = 64
	for i := len(d.free) - 1; i >= 0 && i >= len(d.free)-looked; i-- {
		if old := d.free[i]; knows.knows(old.touched) {
			d.free = append(d.free[:i], d.free[i+1:]...)
			return old.slot, old.time.Load()
		}
	}
	if len(d.threads) >= maxSlots && len(d.free) > 0 {
		old := d.free[0]
		d.free = d.free[1:]
		return old.slot, old.time.Load()
	}
	d.threads = append(d.threads, nil)
	return len(d.threads) - 1, 0
}

// Start implements hook.Mode.
func (d *Detector) Start(g *hook.Goroutine) {
	d.begun.Do(d.watch)
	t, _ := g.State[d.index].(*thread)
	if t == nil {
		t = d.started(g)
		g.State[d.index] = t
	}
	t.number = g.Number
}

// started is a goroutine that go has not started: main, or one of the library's.
func (d *Detector) started(g *hook.Goroutine) *thread {
	if g.Number == mainGoroutine {
		if d.main == nil {
			d.main = d.thread(nil)
		}
		d.library.acquireBy(d.main)
		return d.main
	}
	d.mu.Lock()
	by := d.adopted[goid.Current()]
	d.mu.Unlock()
	if by != nil {
		t := d.thread(nil)
		t.adopt(by)
		return t
	}
	t := d.thread(nil)
	d.library.acquireBy(t)
	d.mu.Lock()
	freeing := d.freeing
	d.mu.Unlock()
	if freeing { // it may run what is called when memory is freed, which nobody uses any more
		d.acquireAll(t)
	}
	return t
}

// acquireAll lets t know what all others have done.
func (d *Detector) acquireAll(t *thread) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for slot, other := range d.threads {
		if other != t {
			t.knows.put(at(slot, other.time.Load()))
		}
	}
}

const mainGoroutine = 1

// End implements hook.Mode.
func (d *Detector) End(g *hook.Goroutine) {
	t := d.of(g)
	switch {
	case t.by != nil:
		t.by.ended = t.told()
	case t.parent == 0:
		d.library.releaseBy(t)
	}
	if t == d.main {
		return // tests run on it after what is initialised
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t.ended = true
	d.waiting.Add(-threadSize(t.slot))
	t.knows, t.pages, t.made = clock{}, nil, nil // reports of its accesses keep it
	d.free = append(d.free, t)
}

func (d *Detector) of(g *hook.Goroutine) *thread { return g.State[d.index].(*thread) }

// here is where an act is.
func (d *Detector) here(a *hook.Act) *stack { return &stack{d.accessAt(a), a.G.Stack()} }

// accessAt is the place of an act.
func (d *Detector) accessAt(a *hook.Act) *hook.Access {
	if at, ok := d.sites.Load(a.Place); ok {
		return at.(*hook.Access)
	}
	at, _ := d.sites.LoadOrStore(a.Place, &hook.Access{Place: a.Place})
	return at.(*hook.Access)
}

// Read implements hook.Memory.
func (d *Detector) Read(g *hook.Goroutine, p unsafe.Pointer, size uintptr, at *hook.Access, calls *hook.Stack) {
	d.look(g, p, size, at, calls, false, false)
}

// Write implements hook.Memory.
func (d *Detector) Write(g *hook.Goroutine, p unsafe.Pointer, size uintptr, at *hook.Access, calls *hook.Stack) {
	d.look(g, p, size, at, calls, true, false)
}

func (d *Detector) look(g *hook.Goroutine, p unsafe.Pointer, size uintptr, at *hook.Access, calls *hook.Stack, write, atomic bool) {
	if p == nil {
		return
	}
	t := d.of(g)
	if t.inside != nil {
		t.inside.acquireBy(t)
	}
	t.touched = t.now()
	c := d.access(t, p, size, t.accessed(at, calls, write, atomic))
	if c.before == nil || d.isTold(c) { // a loop may race at every turn
		return
	}
	if collections() != d.collections.Load() { // the memory may have been something else
		d.forget()
		return
	}
	d.report(c)
}

// object is the one at an address.
func (d *Detector) object(p unsafe.Pointer) *object {
	s := &d.objects[uintptr(p)>>4%uintptr(len(d.objects))]
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.m[p]
	if o == nil {
		if o = new(object); s.m == nil {
			s.m = map[unsafe.Pointer]*object{}
		}
		s.m[p] = o
	}
	return o
}

// renew is for what is new at the address.
func (o *object) renew() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sync, o.channel = sync{}, nil
}

// releaseBy is release under the object's lock, acquireBy is acquire.
func (o *object) releaseBy(t *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.release(t)
}

func (o *object) acquireBy(t *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acquire(t)
}
