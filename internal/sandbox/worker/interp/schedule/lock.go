package schedule

import (
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// action is what a turnstile does at a call.
type action func(r *turnstile, t *task, a *hook.Act)

// calls are those of the library's that wait, or that the turnstile must see.
var calls = map[string]action{
	"sync.Mutex.Lock":      locks(func(p unsafe.Pointer) bool { return (*sync.Mutex)(p).TryLock() }, func(p unsafe.Pointer) { (*sync.Mutex)(p).Unlock() }),
	"sync.Mutex.Unlock":    unlocks("fatal error: sync: unlock of unlocked mutex", func(p unsafe.Pointer) bool { return (*sync.Mutex)(p).TryLock() }),
	"sync.RWMutex.Lock":    (*turnstile).lockRW,
	"sync.RWMutex.RLock":   (*turnstile).readLock,
	"sync.RWMutex.Unlock":  unlocks("fatal error: sync: Unlock of unlocked RWMutex", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryRLock() }),
	"sync.rlocker.Lock":    (*turnstile).readLock,
	"sync.rlocker.Unlock":  unlocks("fatal error: sync: RUnlock of unlocked RWMutex", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryLock() }),
	"sync.RWMutex.RUnlock": unlocks("fatal error: sync: RUnlock of unlocked RWMutex", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryLock() }),
	"sync.WaitGroup.Wait":  (*turnstile).waitGroup,
	"sync.WaitGroup.Go":    plainly,
	"sync.Once.Do":         (*turnstile).once,
	"sync.Cond.Wait":       (*turnstile).condition,
	"sync.Cond.Signal":     (*turnstile).signal,
	"sync.Cond.Broadcast":  (*turnstile).signal,
	"time.Sleep":           (*turnstile).sleeps,
	"runtime.Gosched":      (*turnstile).gosched,
	"time.Now":             ticks,
	"time.Since":           ticks,
	"context.Background":   plainly,
	"context.TODO":         plainly,
	"context.WithValue":    plainly,
	"sync.NewCond":         plainly,
}

// rlocker is what RWMutex.RLocker returns: the lock itself, as another type.
var rlocker = reflect.TypeOf(new(sync.RWMutex).RLocker())

// plainly is for calls that nobody sees.
func plainly(_ *turnstile, _ *task, a *hook.Act) { a.Native() }

// ticks is for looking at the clock: who waits for it to go on, must not wait for ever.
func ticks(r *turnstile, t *task, a *hook.Act) {
	r.timed = true
	seen(r, t, a)
}

// starts is for what sets a timer.
func starts(r *turnstile, t *task, a *hook.Act) {
	r.timed = true
	foreign(r, t, a)
}

// seen is for calls that others see, and that do not wait.
func seen(r *turnstile, t *task, a *hook.Act) {
	r.yield(t)
	a.Native()
}

// foreign is for calls of which nothing is known: they may wait, and start goroutines.
func foreign(r *turnstile, t *task, a *hook.Act) {
	r.yield(t)
	a.Native()
	r.settle(t)
}

// locks takes a lock that can be tried.
func locks(try func(unsafe.Pointer) bool, free func(unsafe.Pointer)) action {
	return func(r *turnstile, t *task, a *hook.Act) {
		p := a.Receiver()
		if p == nil {
			a.Native()
			return
		}
		r.yield(t)
		r.lock(t, "sync."+a.Callee.Recv+"."+a.Callee.Name, func() bool { return try(p) }, func() { free(p) })
	}
}

// lock takes a lock, and waits until it can.
func (r *turnstile) lock(t *task, what string, try func() bool, free func()) {
	for !try() {
		r.block(t, what, func() bool {
			if !try() {
				return false
			}
			free()
			return true
		})
	}
}

// lockRW takes a lock for writing: who waits for it, keeps new readers out.
func (r *turnstile) lockRW(t *task, a *hook.Act) {
	m := (*sync.RWMutex)(a.Receiver())
	if m == nil {
		a.Native()
		return
	}
	r.yield(t)
	if m.TryLock() {
		return
	}
	r.writer[unsafe.Pointer(m)]++
	r.lock(t, "sync.RWMutex.Lock", m.TryLock, m.Unlock)
	r.writer[unsafe.Pointer(m)]--
}

func (r *turnstile) readLock(t *task, a *hook.Act) {
	m := (*sync.RWMutex)(a.Receiver())
	if m == nil {
		a.Native()
		return
	}
	r.yield(t)
	try := func() bool { return r.writer[unsafe.Pointer(m)] == 0 && m.TryRLock() }
	r.lock(t, "sync.RWMutex.RLock", try, m.RUnlock)
}

// unlocks lets go of a lock. The runtime would end the process if nobody has it: free
// says whether.
func unlocks(message string, free func(unsafe.Pointer) bool) action {
	return func(r *turnstile, t *task, a *hook.Act) {
		r.yield(t)
		if p := a.Receiver(); p != nil && free(p) {
			r.fail(wire.OutcomePanic, 2, message)
		}
		a.Native()
	}
}

// groupState is where a WaitGroup has its counter, in the upper half of a word.
var groupState = sync.OnceValue(func() uintptr {
	f, ok := reflect.TypeFor[sync.WaitGroup]().FieldByName("state")
	if !ok || f.Type.Size() != 8 {
		panic("schedule: sync.WaitGroup has no counter where it is looked for")
	}
	return f.Offset
})

func (r *turnstile) waitGroup(t *task, a *hook.Act) {
	r.yield(t)
	if p := a.Receiver(); p != nil {
		count := (*uint64)(unsafe.Add(p, groupState()))
		if *count>>32 != 0 {
			r.block(t, "sync.WaitGroup.Wait", func() bool { return *count>>32 == 0 })
			return
		}
	}
	a.Native()
}

func (r *turnstile) once(t *task, a *hook.Act) {
	p := a.Receiver()
	r.yield(t)
	if r.onces[p] {
		r.block(t, "sync.Once.Do", func() bool { return !r.onces[p] })
	}
	r.onces[p] = true
	defer func() { r.onces[p] = false }()
	a.Native()
}

// condition is Cond.Wait.
func (r *turnstile) condition(t *task, a *hook.Act) {
	c := (*sync.Cond)(a.Receiver())
	if c == nil {
		a.Native()
		return
	}
	r.yield(t)
	signalled := new(bool)
	r.conds[unsafe.Pointer(c)] = append(r.conds[unsafe.Pointer(c)], signalled)
	c.L.Unlock()
	r.block(t, "sync.Cond.Wait", func() bool { return *signalled })
	switch l := c.L.(type) {
	case *sync.Mutex:
		r.lock(t, "sync.Cond.Wait", l.TryLock, l.Unlock)
	case *sync.RWMutex:
		r.lock(t, "sync.Cond.Wait", l.TryLock, l.Unlock)
	default:
		if v := reflect.ValueOf(c.L); v.Type() == rlocker {
			m := (*sync.RWMutex)(v.UnsafePointer())
			r.lock(t, "sync.Cond.Wait", m.TryRLock, m.RUnlock)
			return
		}
		c.L.Lock()
	}
}

// signal is Cond.Signal and Cond.Broadcast.
func (r *turnstile) signal(t *task, a *hook.Act) {
	r.yield(t)
	p := a.Receiver()
	list := r.conds[p]
	if len(list) == 0 {
		return
	}
	n := 1
	if a.Callee.Name == "Broadcast" {
		n = len(list)
	}
	for _, s := range list[:n] {
		*s = true
	}
	r.conds[p] = list[n:]
}

func (r *turnstile) sleeps(t *task, a *hook.Act) {
	r.timed = true
	r.yield(t)
	t.what = "sleep"
	r.sleep(t, a.Native)
}

func (r *turnstile) gosched(t *task, _ *hook.Act) {
	r.mu.Lock()
	r.yielded = true
	r.mu.Unlock()
	r.yield(t)
}
