package race

import (
	"reflect"
	gosync "sync"
	"sync/atomic"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/goid"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// action is what the detector does at a call of the library.
type action func(d *Detector, a *hook.Act)

// locks has the functions of package sync, by receiver and name.
var locks = map[string]action{
	"Mutex.Lock": touches(acquires), "Mutex.Unlock": touches(releases), "Mutex.TryLock": touches(acquiresIf),
	"RWMutex.Lock": lockAll, "RWMutex.Unlock": releases, "RWMutex.TryLock": tryLockAll,
	"RWMutex.RLock": acquires, "RWMutex.TryRLock": acquiresIf, "RWMutex.RUnlock": unlockReader,
	"rlocker.Lock": acquires, "rlocker.Unlock": unlockReader, // what RWMutex.RLocker returns: the lock itself
	"WaitGroup.Add": (*Detector).add, "WaitGroup.Done": (*Detector).add, "WaitGroup.Wait": (*Detector).waits, "WaitGroup.Go": (*Detector).goes,
	"Once.Do": (*Detector).once, "Cond.Wait": (*Detector).condition,
	"Pool.Put": releases, "Pool.Get": acquires,
	"Map.Load": acquires, "Map.Range": ranges, "Map.Store": passes, "Map.Delete": passes, "Map.LoadOrStore": passes,
	"Map.LoadAndDelete": passes, "Map.Swap": passes, "Map.CompareAndSwap": passes, "Map.CompareAndDelete": passes, "Map.Clear": passes,
}

func (d *Detector) receiver(a *hook.Act) *object { return d.object(a.Receiver()) }

func acquires(d *Detector, a *hook.Act) {
	a.Native()
	d.receiver(a).acquireBy(d.of(a.G))
}

func releases(d *Detector, a *hook.Act) {
	d.receiver(a).releaseBy(d.of(a.G))
	a.Native()
}

func acquiresIf(d *Detector, a *hook.Act) {
	if a.Native(); *(*bool)(a.Results[0]) {
		d.receiver(a).acquireBy(d.of(a.G))
	}
}

// ranges is Map.Range, which calls the program with values that others may have stored just
// then: what it does with them happens after that.
func ranges(d *Detector, a *hook.Act) {
	t, o := d.of(a.G), d.receiver(a)
	outer := t.inside
	t.inside = o
	defer func() { t.inside = outer }()
	a.Native()
	o.acquireBy(t)
}

// touches is for a lock whose memory others must not write to meanwhile.
func touches(do action) action {
	return func(d *Detector, a *hook.Act) {
		d.note(a, a.Receiver(), true, true)
		do(d, a)
	}
}

// passes is something that both gives and takes.
func passes(d *Detector, a *hook.Act) {
	o, t := d.receiver(a), d.of(a.G)
	o.releaseBy(t)
	a.Native()
	o.acquireBy(t)
}

// unlockReader lets writers know, and no other reader.
func unlockReader(d *Detector, a *hook.Act) {
	o, t := d.receiver(a), d.of(a.G)
	o.mu.Lock()
	t.tell(&o.reads)
	t.tick()
	o.mu.Unlock()
	a.Native()
}

func lockAll(d *Detector, a *hook.Act) {
	a.Native()
	d.receiver(a).acquireAll(d.of(a.G))
}

func tryLockAll(d *Detector, a *hook.Act) {
	if a.Native(); *(*bool)(a.Results[0]) {
		d.receiver(a).acquireAll(d.of(a.G))
	}
}

func (o *object) acquireAll(t *thread) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acquire(t)
	t.knows.join(o.reads)
}

// add is Add and Done of a WaitGroup. The first Add and a Wait must be ordered by
// something else, so they are told as a read and a write of the same.
func (d *Detector) add(a *hook.Act) {
	n := -1
	if a.Callee.Name == "Add" {
		n = *(*int)(a.Args[1])
	}
	o, t := d.receiver(a), d.of(a.G)
	o.mu.Lock()
	if n < 0 {
		o.release(t)
	}
	first := n > 0 && o.count == 0
	o.count += n
	o.mu.Unlock()
	if first {
		d.note(a, unsafe.Add(a.Receiver(), counterOffset), false, false)
	}
	a.Native()
}

// counterOffset is where in a WaitGroup its first use is noted.
const counterOffset = 8

func (d *Detector) waits(a *hook.Act) {
	o, t := d.receiver(a), d.of(a.G)
	o.mu.Lock()
	busy := o.count > 0
	o.mu.Unlock()
	if busy {
		d.note(a, unsafe.Add(a.Receiver(), counterOffset), true, true)
	}
	a.Native()
	o.acquireBy(t)
}

// note notes an access that a call makes.
func (d *Detector) note(a *hook.Act, p unsafe.Pointer, write, atomic bool) {
	d.noteSize(a, p, granule, write, atomic)
}

func (d *Detector) noteSize(a *hook.Act, p unsafe.Pointer, size uintptr, write, atomic bool) {
	if p != nil && size > 0 {
		d.look(a.G, p, size, d.accessAt(a), a.G.Stack(), write, atomic)
	}
}

// adoption is what a goroutine gets from who let the library start it.
type adoption struct {
	knows   clock
	parent  int64
	creator *stack
	ended   clock
	once    bool                   // it is for one goroutine
	again   atomic.Pointer[object] // what lets it run again: a timer
}

// adopts wraps a function that the library is going to run on a goroutine of its own.
func (d *Detector) adopts(a *hook.Act, f func()) (wrapped func(), by *adoption) {
	t := d.of(a.G)
	by = &adoption{knows: t.passes(), parent: t.number, creator: d.here(a)}
	return func() {
		id := goid.Current()
		d.mu.Lock()
		d.adopted[id] = by
		d.mu.Unlock()
		if g := d.program.Current(); g != nil { // the library's side of the engine has begun it
			d.of(g).adopt(by)
		}
		defer func() {
			if g := d.program.Current(); g != nil {
				by.ended = d.of(g).told()
			}
			d.mu.Lock()
			delete(d.adopted, id)
			d.mu.Unlock()
		}()
		f()
	}, by
}

// adopt lets a goroutine that the library has started know what by says, and no more.
func (t *thread) adopt(by *adoption) {
	if t.knows = by.knows; !by.once {
		t.knows = by.knows.clone()
	}
	if o := by.again.Load(); o != nil {
		o.acquireBy(t)
	}
	t.knows.reach(t.slot)
	t.knows.put(t.now())
	t.parent, t.creator, t.by = by.parent, by.creator, by
}

// goes is WaitGroup.Go.
func (d *Detector) goes(a *hook.Act) {
	wg, f := (*gosync.WaitGroup)(a.Receiver()), *(*func())(a.Args[1])
	if wg == nil || f == nil {
		a.Native()
		return
	}
	o := d.receiver(a)
	o.mu.Lock()
	first := o.count == 0
	o.count++
	o.mu.Unlock()
	if first {
		d.note(a, unsafe.Add(a.Receiver(), counterOffset), false, false)
	}
	run, by := d.adopts(a, f)
	by.once = true
	f = func() {
		defer func() {
			o.mu.Lock()
			o.count--
			o.knows.join(by.ended)
			o.mu.Unlock()
		}()
		run()
	}
	if !a.Host.IsValid() {
		wg.Go(f)
		return
	}
	a.Host.Call([]reflect.Value{reflect.ValueOf(wg), reflect.ValueOf(f)})
}

// once is Once.Do: whoever returns from it knows what the function has done.
func (d *Detector) once(a *hook.Act) {
	o, t := d.receiver(a), d.of(a.G)
	once, f := (*gosync.Once)(a.Receiver()), *(*func())(a.Args[1])
	defer o.acquireBy(t)
	once.Do(func() {
		defer o.releaseBy(t)
		f()
	})
}

// onceFunc is sync.OnceFunc: who calls the function that it returns, knows what the one
// that it is given has done.
func (d *Detector) onceFunc(a *hook.Act) {
	f := *(*func())(a.Args[0])
	if f == nil {
		a.Native()
		return
	}
	*(*func())(a.Results[0]) = gosync.OnceFunc(func() {
		defer func() { d.library.releaseBy(d.of(d.program.Current())) }()
		f()
	})
}

// condition is Cond.Wait, which gives the lock away while it waits.
func (d *Detector) condition(a *hook.Act) {
	c := (*gosync.Cond)(a.Receiver())
	if c == nil || c.L == nil {
		a.Native()
		return
	}
	t := d.of(a.G)
	lock := d.object((*[2]unsafe.Pointer)(unsafe.Pointer(&c.L))[1])
	lock.releaseBy(t)
	a.Native()
	lock.acquireAll(t)
}
