package observe

import (
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// lockAction finds what is done at a method of package sync.
func lockAction(p *hook.Point) action {
	if do, ok := locks[p.Callee.Recv+"."+p.Callee.Name]; ok {
		return do
	}
	if p.Callee.Recv == "" {
		return nil // OnceFunc and its like: what they return is the program's
	}
	return counted(events.KindSync)
}

// locks has the methods that wait, or end a wait.
var locks = map[string]action{
	"Mutex.Lock":      locking("sync.Mutex.Lock", func(p unsafe.Pointer) bool { return (*sync.Mutex)(p).TryLock() }),
	"RWMutex.Lock":    locking("sync.RWMutex.Lock", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryLock() }),
	"RWMutex.RLock":   locking("sync.RWMutex.RLock", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryRLock() }),
	"Mutex.TryLock":   trying("sync.Mutex.TryLock"),
	"RWMutex.TryLock": trying("sync.RWMutex.TryLock"), "RWMutex.TryRLock": trying("sync.RWMutex.TryRLock"),
	"Mutex.Unlock":   unlocking("sync.Mutex.Unlock"),
	"RWMutex.Unlock": unlocking("sync.RWMutex.Unlock"), "RWMutex.RUnlock": unlocking("sync.RWMutex.RUnlock"),
	"WaitGroup.Add": (*Observer).add, "WaitGroup.Done": (*Observer).add,
	"WaitGroup.Go": (*Observer).goes, "WaitGroup.Wait": (*Observer).waitGroup,
	"Once.Do":   (*Observer).once,
	"Cond.Wait": (*Observer).condition, "Cond.Signal": signals("sync.Cond.Signal"), "Cond.Broadcast": signals("sync.Cond.Broadcast"),
}

// lockOf is the object of the lock that a method is called on. The lock is held.
func (o *Observer) lockOf(a *hook.Act) *object {
	return o.object(a.Receiver(), a, "sync."+a.Callee.Recv)
}

func locking(name string, try func(p unsafe.Pointer) bool) action {
	return func(o *Observer, a *hook.Act) {
		p := a.Receiver()
		if p == nil {
			a.Native()
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		x, site := o.lockOf(a), o.site(a)
		if !try(p) {
			o.waits(a, x, site, name, func() int64 { return x.waker })
		}
		x.holder = a.G.Number
		o.tell(events.Event{Kind: events.KindLock, G: a.G.Number, Site: site, Object: x.id, Text: name})
	}
}

func trying(name string) action {
	return func(o *Observer, a *hook.Act) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if a.Native(); *(*bool)(a.Results[0]) {
			x := o.lockOf(a)
			x.holder = a.G.Number
			o.tell(events.Event{Kind: events.KindLock, G: a.G.Number, Site: o.site(a), Object: x.id, Text: name})
		}
	}
}

func unlocking(name string) action {
	return func(o *Observer, a *hook.Act) {
		if a.Receiver() != nil {
			o.mu.Lock()
			x := o.lockOf(a)
			x.holder, x.waker = 0, a.G.Number
			o.tell(events.Event{Kind: events.KindUnlock, G: a.G.Number, Site: o.site(a), Object: x.id, Text: name})
			o.mu.Unlock()
		}
		a.Native()
	}
}

// add is Add and Done of a WaitGroup.
func (o *Observer) add(a *hook.Act) {
	n := -1
	if a.Callee.Name == "Add" {
		n = *(*int)(a.Args[1])
	}
	if a.Receiver() != nil {
		o.mu.Lock()
		o.addTo(o.lockOf(a), a.G.Number, o.site(a), n)
		o.mu.Unlock()
	}
	a.Native()
}

// addTo tells of a WaitGroup's counter. The lock is held.
func (o *Observer) addTo(x *object, g, site int64, n int) {
	x.count += int64(n)
	if x.count == 0 {
		x.waker = g
	}
	o.tell(events.Event{Kind: events.KindAdd, G: g, Site: site, Object: x.id, N: x.count})
}

// goes is WaitGroup.Go. What it calls is told apart from the library's own goroutines by
// the name of the program's function, and what it does when that returns is told as well.
func (o *Observer) goes(a *hook.Act) {
	p, f := (*sync.WaitGroup)(a.Receiver()), *(*func())(a.Args[1])
	if p == nil || f == nil {
		a.Native()
		return
	}
	o.of(a.G).child = o.program.Name(a.Args[1])
	o.mu.Lock()
	x, site := o.lockOf(a), o.site(a)
	o.addTo(x, a.G.Number, site, 1)
	o.mu.Unlock()
	a.Host.Call([]reflect.Value{reflect.ValueOf(p), reflect.ValueOf(func() {
		defer func() {
			g := o.program.Current()
			o.mu.Lock()
			o.addTo(x, g.Number, site, -1)
			o.mu.Unlock()
		}()
		f()
	})})
}

func (o *Observer) waitGroup(a *hook.Act) {
	if a.Receiver() == nil {
		a.Native()
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	x := o.lockOf(a)
	if x.count <= 0 { // it does not wait, but perhaps for who is about to be done
		o.mu.Unlock()
		a.Native()
		o.mu.Lock()
		return
	}
	o.waits(a, x, o.site(a), "sync.WaitGroup.Wait", func() int64 { return x.waker })
}

// once is Once.Do: whoever comes while the function runs waits for its end.
func (o *Observer) once(a *hook.Act) {
	if a.Receiver() == nil {
		a.Native()
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	x, site := o.lockOf(a), o.site(a)
	if !x.done && x.holder != 0 && x.holder != a.G.Number {
		o.waits(a, x, site, "sync.Once.Do", func() int64 { return x.waker })
		return
	}
	o.tell(events.Event{Kind: events.KindSync, G: a.G.Number, Site: site, Object: x.id, N: 1, Text: "sync.Once.Do"})
	if x.done {
		a.Native()
		return
	}
	x.holder = a.G.Number
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		x.done, x.holder, x.waker = true, 0, a.G.Number
	}()
	a.Native()
}

// condition is Cond.Wait, which gives the lock away while it waits.
func (o *Observer) condition(a *hook.Act) {
	c := (*sync.Cond)(a.Receiver())
	if c == nil {
		a.Native()
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	x, site := o.lockOf(a), o.site(a)
	var lock *object
	if m, ok := c.L.(*sync.Mutex); ok && m != nil {
		lock = o.object(unsafe.Pointer(m), a, "sync.Mutex")
		lock.holder, lock.waker = 0, a.G.Number
		o.tell(events.Event{Kind: events.KindUnlock, G: a.G.Number, Site: site, Object: lock.id, Text: "sync.Cond.Wait"})
	}
	o.waits(a, x, site, "sync.Cond.Wait", func() int64 { return x.waker })
	if lock != nil {
		lock.holder = a.G.Number
		o.tell(events.Event{Kind: events.KindLock, G: a.G.Number, Site: site, Object: lock.id, Text: "sync.Cond.Wait"})
	}
}

func signals(name string) action {
	return func(o *Observer, a *hook.Act) {
		if a.Receiver() != nil {
			o.mu.Lock()
			x := o.lockOf(a)
			x.waker = a.G.Number
			o.tell(events.Event{Kind: events.KindSync, G: a.G.Number, Site: o.site(a), Object: x.id, N: 1, Text: name})
			o.mu.Unlock()
		}
		a.Native()
	}
}
