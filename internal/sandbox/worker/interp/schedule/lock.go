package schedule

import (
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// action is what a turnstile does at a call.
type action func(r *turnstile, t *task, a *hook.Act)

// calls are those of the library's that wait, or that the turnstile must see.
var calls = map[string]action{
	"sync.Mutex.Lock":       locks(func(p unsafe.Pointer) bool { return (*sync.Mutex)(p).TryLock() }, func(p unsafe.Pointer) { (*sync.Mutex)(p).Unlock() }),
	"sync.Mutex.Unlock":     unlocks("fatal error: sync: unlock of unlocked mutex", func(p unsafe.Pointer) bool { return (*sync.Mutex)(p).TryLock() }),
	"sync.RWMutex.Lock":     (*turnstile).lockRW,
	"sync.RWMutex.RLock":    (*turnstile).readLock,
	"sync.RWMutex.Unlock":   unlocks("fatal error: sync: Unlock of unlocked RWMutex", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryRLock() }),
	"sync.rlocker.Lock":     (*turnstile).readLock,
	"sync.rlocker.Unlock":   readUnlock,
	"sync.RWMutex.RUnlock":  readUnlock,
	"sync.WaitGroup.Wait":   (*turnstile).waitGroup,
	"sync.WaitGroup.Go":     (*turnstile).goes,
	"sync.WaitGroup.Add":    (*turnstile).adds,
	"sync.WaitGroup.Done":   (*turnstile).adds,
	"sync.Once.Do":          (*turnstile).once,
	"sync.OnceFunc":         (*turnstile).onceFunc,
	"sync.Cond.Wait":        (*turnstile).condition,
	"sync.Cond.Signal":      (*turnstile).signal,
	"sync.Cond.Broadcast":   (*turnstile).signal,
	"sync.Map.Range":        (*turnstile).rangesSync,
	"sync.Pool.Get":         (*turnstile).gets,
	"sync.Pool.Put":         (*turnstile).puts,
	"reflect.Value.MapKeys": mapKeys,
	"time.Sleep":            (*turnstile).sleeps,
	"runtime.Gosched":       (*turnstile).gosched,
	"runtime.SetFinalizer":  unfit,
	twins + "AddCleanup":    unfit,
	"time.Now":              ticks,
	"time.Since":            ticks,
	"context.Background":    plainly,
	"context.TODO":          plainly,
	"context.WithValue":     plainly,
	"sync.NewCond":          plainly,
}

// readUnlock gives a read lock back, by whichever of its two types.
var readUnlock = unlocks("fatal error: sync: RUnlock of unlocked RWMutex", func(p unsafe.Pointer) bool { return (*sync.RWMutex)(p).TryLock() })

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
	e := events.Event{Kind: events.KindTimer, Text: callee(a)}
	if a.Callee.Path == "context" {
		e.Kind = events.KindContext
	}
	for i, in := range a.In {
		if in == reflect.TypeFor[time.Duration]() {
			e.N = (*(*time.Duration)(a.Args[i])).Microseconds()
		}
	}
	r.rec.note(t, e, nil, "")
}

// callee is the name of what is called.
func callee(a *hook.Act) string {
	if a.Callee.Recv != "" {
		return a.Callee.Path + "." + a.Callee.Recv + "." + a.Callee.Name
	}
	return a.Callee.Path + "." + a.Callee.Name
}

// seen is for calls that others see, and that do not wait.
func seen(r *turnstile, t *task, a *hook.Act) {
	r.yield(t)
	a.Native()
	switch e := (events.Event{Kind: events.KindSync, N: 1, Text: callee(a)}); a.Callee.Path {
	case "sync/atomic":
		e.Kind = events.KindAtomic
		r.rec.note(t, e, nil, "")
	case "sync":
		if strings.HasPrefix(a.Callee.Name, "Try") && *(*bool)(a.Results[0]) {
			r.rec.note(t, events.Event{Kind: events.KindLock, Text: callee(a)}, a.Receiver(), "sync."+a.Callee.Recv)
		} else {
			r.rec.note(t, e, nil, "")
		}
	}
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
		r.lock(t, callee(a), p, "sync."+a.Callee.Recv, func() bool { return try(p) }, func() { free(p) })
	}
}

// lock takes the lock at p, and waits until it can.
func (r *turnstile) lock(t *task, what string, p unsafe.Pointer, kind string, try func() bool, free func()) {
	for !try() {
		r.block(t, what, p, kind, func() bool {
			if !try() {
				return false
			}
			free()
			return true
		})
	}
	r.rec.note(t, events.Event{Kind: events.KindLock, Text: what}, p, kind)
}

// lockRW takes a lock for writing: who waits for it, keeps new readers out.
func (r *turnstile) lockRW(t *task, a *hook.Act) {
	m := (*sync.RWMutex)(a.Receiver())
	if m == nil {
		a.Native()
		return
	}
	r.yield(t)
	free := m.TryLock()
	if free {
		m.Unlock() // it is taken again below, and nobody is in between
	}
	p := unsafe.Pointer(m)
	r.writer[p]++
	r.lock(t, "sync.RWMutex.Lock", p, "sync.RWMutex", m.TryLock, m.Unlock)
	r.writer[p]--
}

func (r *turnstile) readLock(t *task, a *hook.Act) {
	m := (*sync.RWMutex)(a.Receiver())
	if m == nil {
		a.Native()
		return
	}
	r.yield(t)
	try := func() bool { return r.writer[unsafe.Pointer(m)] == 0 && m.TryRLock() }
	r.lock(t, "sync.RWMutex.RLock", unsafe.Pointer(m), "sync.RWMutex", try, m.RUnlock)
}

// unlocks lets go of a lock. The runtime would end the process if nobody has it: free
// says whether.
func unlocks(message string, free func(unsafe.Pointer) bool) action {
	return func(r *turnstile, t *task, a *hook.Act) {
		r.yield(t)
		if p := a.Receiver(); p != nil && free(p) {
			r.fail(wire.OutcomePanic, 2, message)
		}
		r.rec.releases(t, events.Event{Kind: events.KindUnlock, Text: callee(a)}, a.Receiver(), "sync."+strings.Replace(a.Callee.Recv, "rlocker", "RWMutex", 1))
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

// groupCount is the counter of the WaitGroup at p.
func groupCount(p unsafe.Pointer) uint32 {
	return uint32(*(*uint64)(unsafe.Add(p, groupState())) >> 32)
}

// groupInBubble is set in a WaitGroup's word if it belongs to a bubble.
const groupInBubble = 1 << 31

// freeGroup has a WaitGroup of the program belong to no bubble any more, since it may be
// that of a package variable, which is there in the next schedule as well. The library does
// that where somebody waits natively, and nobody does here: so it is told of one who does,
// and then that there is nothing to wait for. It is for the bubble's own goroutine.
func freeGroup(wg *sync.WaitGroup) {
	word := (*uint64)(unsafe.Add(unsafe.Pointer(wg), groupState()))
	if *word&groupInBubble != 0 {
		*word = 1<<32 | groupInBubble | 1
		wg.Done()
		reflect.ValueOf(wg).Elem().SetZero() // of who was let go and is not there, too
	}
}

func (r *turnstile) waitGroup(t *task, a *hook.Act) {
	r.yield(t)
	if p := a.Receiver(); p != nil && groupCount(p) != 0 {
		r.block(t, "sync.WaitGroup.Wait", p, "sync.WaitGroup", func() bool { return groupCount(p) == 0 })
		return
	}
	a.Native()
}

// adds is Add and Done of a WaitGroup.
func (r *turnstile) adds(t *task, a *hook.Act) {
	r.yield(t)
	r.groups[a.Receiver()] = true
	a.Native()
	r.tellGroup(t, a.Receiver())
}

// goes is WaitGroup.Go. What the goroutine runs is the program's function.
func (r *turnstile) goes(t *task, a *hook.Act) {
	t.starting, t.names = a.Receiver(), r.s.program.Name(a.Args[1])
	r.groups[a.Receiver()] = true
	a.Native()
	r.tellGroup(t, a.Receiver())
}

// tellGroup tells of a WaitGroup's counter.
func (r *turnstile) tellGroup(t *task, p unsafe.Pointer) {
	r.rec.releases(t, events.Event{Kind: events.KindAdd, N: int64(groupCount(p))}, p, "sync.WaitGroup")
}

func (r *turnstile) once(t *task, a *hook.Act) {
	r.yield(t)
	r.alone(t, a.Receiver(), "sync.Once.Do", a.Native)
}

// alone lets one goroutine at a time do something, so that the others need not wait in the
// library.
func (r *turnstile) alone(t *task, p unsafe.Pointer, what string, do func()) {
	if r.onces[p] {
		r.block(t, what, p, "sync.Once", func() bool { return !r.onces[p] })
	}
	r.onces[p] = true
	done := events.Event{Kind: events.KindSync, N: 1, Text: what}
	defer func() {
		r.onces[p] = false
		r.rec.releases(t, done, p, "sync.Once")
	}()
	do()
}

// onceFunc is sync.OnceFunc: who calls the function that it returns while somebody else is
// in it, waits.
func (r *turnstile) onceFunc(t *task, a *hook.Act) {
	seen(r, t, a)
	result := (*func())(a.Results[0])
	f, p := *result, unsafe.Pointer(new(int))
	*result = func() {
		g := r.s.program.Current()
		if g == nil || g.Dead {
			f()
			return
		}
		r.alone(g.State[r.s.index].(*task), p, "sync.OnceFunc", f)
	}
}

// unfit is for what runs on goroutines of the runtime's, which have an order of their own.
func unfit(r *turnstile, t *task, a *hook.Act) {
	r.yield(t)
	r.unfit()
	r.check(t)
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
	l, kind := lockerOf(c.L)
	if l != nil {
		r.rec.releases(t, events.Event{Kind: events.KindUnlock, Text: "sync.Cond.Wait"}, l, kind)
	}
	c.L.Unlock()
	const what = "sync.Cond.Wait"
	r.block(t, what, unsafe.Pointer(c), "sync.Cond", func() bool { return *signalled })
	switch m := c.L.(type) {
	case *sync.Mutex:
		r.lock(t, what, l, kind, m.TryLock, m.Unlock)
	case *sync.RWMutex:
		r.lock(t, what, l, kind, m.TryLock, m.Unlock)
	default:
		if l != nil {
			m := (*sync.RWMutex)(l)
			r.lock(t, what, l, kind, m.TryRLock, m.RUnlock)
			return
		}
		c.L.Lock()
	}
}

// lockerOf is where the library's own lock in a Locker lies, and its type; nil for
// another.
func lockerOf(l sync.Locker) (unsafe.Pointer, string) {
	switch v := reflect.ValueOf(l); v.Type() {
	case reflect.TypeFor[*sync.Mutex]():
		return v.UnsafePointer(), "sync.Mutex"
	case reflect.TypeFor[*sync.RWMutex](), rlocker:
		return v.UnsafePointer(), "sync.RWMutex"
	}
	return nil, ""
}

// signal is Cond.Signal and Cond.Broadcast.
func (r *turnstile) signal(t *task, a *hook.Act) {
	r.yield(t)
	p := a.Receiver()
	if p != nil {
		r.rec.releases(t, events.Event{Kind: events.KindSync, N: 1, Text: callee(a)}, p, "sync.Cond")
	}
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
	d := *(*time.Duration)(a.Args[0])
	r.rec.note(t, events.Event{Kind: events.KindTimer, N: d.Microseconds(), Text: "time.Sleep"}, nil, "")
	r.sleep(t, a.Native)
}

func (r *turnstile) gosched(t *task, _ *hook.Act) {
	r.mu.Lock()
	r.yielded = true
	r.mu.Unlock()
	r.yield(t)
}
