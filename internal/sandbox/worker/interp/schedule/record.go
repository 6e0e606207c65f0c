package schedule

import (
	"path/filepath"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
	"playground/internal/sandbox/worker/interp/observe"
)

// record notes what happens in a schedule, as the events of a timeline: the same ones
// whenever the schedule is followed, times included. A nil record notes nothing.
//
// The mode that observes (package observe) cannot do that: it looks on while the runtime
// lets goroutines wait, and here the runtime does not.
type record struct {
	r     *turnstile
	begin time.Time   // of the schedule's clock
	done  atomic.Bool // what goroutines do while they are being ended is not told

	mu      sync.Mutex // guards what follows; held alone
	sites   map[hook.Place]int64
	objects map[unsafe.Pointer]*object
	first   []events.Event
	last    []events.Event // of those beyond the first, as a ring
	count   int64          // of all but definitions
}

// object is a channel, a lock, or what else goroutines share.
type object struct {
	id      int64
	senders []int64 // of values, the oldest first, as far as they have not been received
	sends   int64
	recvs   int64
	waker   int64 // who has let go of it, or closed it, last
}

const (
	// eventTakes is how long something takes in the timeline of a schedule, in µs: in
	// truth its clock stands still while anybody can go on, and nothing would be seen.
	eventTakes = 100
	// keepLast is how many of the events are kept for the end if there are too many.
	keepLast   = 1000
	keepFirst  = events.MaxEvents - keepLast
	maxObjects = 2000
)

func newRecord(r *turnstile) *record {
	return &record{r: r, sites: map[hook.Place]int64{}, objects: map[unsafe.Pointer]*object{}}
}

// number is what events call a task.
func number(t *task) int64 {
	if t == nil {
		return 0
	}
	return int64(t.id) + 1
}

// tell notes an event of t's, where t is. The lock is held.
func (rec *record) tell(t *task, e events.Event) {
	e.G, e.Site = number(t), rec.site(t)
	rec.put(e)
}

// put notes an event. The lock is held.
func (rec *record) put(e events.Event) {
	if e.Kind == events.KindSite || e.Kind == events.KindObject {
		rec.first = append(rec.first, e)
		return
	}
	e.T = time.Since(rec.begin).Microseconds() + rec.count*eventTakes
	if rec.count++; rec.count <= keepFirst {
		rec.first = append(rec.first, e)
	} else if len(rec.last) < keepLast {
		rec.last = append(rec.last, e)
	} else {
		rec.last[(rec.count-keepFirst-1)%keepLast] = e
	}
}

// site is the number of the place where t is, which is told when it is met first. The
// lock is held.
func (rec *record) site(t *task) int64 {
	if t.at.Func == nil {
		return 0
	}
	id, ok := rec.sites[t.at]
	if !ok {
		id = int64(len(rec.sites)) + 1
		rec.sites[t.at] = id
		pos := rec.r.s.program.Position(t.at.Offset)
		rec.put(events.Event{Kind: events.KindSite, Site: id, N: int64(pos.Line), Text: events.SiteText(pos.Filename, t.at.Func.Reader)})
	}
	return id
}

// object is what lies at p. The lock is held.
func (rec *record) object(t *task, p unsafe.Pointer, n int, text string) *object {
	if p == nil {
		return &object{}
	}
	x := rec.objects[p]
	if x == nil {
		x = &object{}
		if len(rec.objects) < maxObjects {
			x.id = int64(len(rec.objects)) + 1
			rec.objects[p] = x // which keeps p, so that nothing else comes to lie there
			rec.put(events.Event{Kind: events.KindObject, G: number(t), Object: x.id, Site: rec.site(t), N: int64(n), Text: text})
		}
	}
	return x
}

// note is tell for who does not hold the lock, about what lies at p if that is not nil.
func (rec *record) note(t *task, e events.Event, p unsafe.Pointer, what string) {
	if rec == nil || rec.done.Load() {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if p != nil {
		e.Object = rec.object(t, p, 0, what).id
	}
	rec.tell(t, e)
}

// blocks notes that t begins to wait for what lies at p.
func (rec *record) blocks(t *task, state string, p unsafe.Pointer, what string) {
	rec.note(t, events.Event{Kind: events.KindBlock, Text: state}, p, what)
}

// wakes notes that t goes on, since by did something, or 0 did.
func (rec *record) wakes(t *task, by int64) {
	rec.note(t, events.Event{Kind: events.KindWake, Peer: by}, nil, "")
}

// waker is who has let go last of what lies at p.
func (rec *record) waker(p unsafe.Pointer) int64 {
	if rec == nil {
		return 0
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if x := rec.objects[p]; x != nil {
		return x.waker
	}
	return 0
}

// releases notes that t has let go of what lies at p.
func (rec *record) releases(t *task, e events.Event, p unsafe.Pointer, what string) {
	if rec == nil || rec.done.Load() {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	x := rec.object(t, p, 0, what)
	x.waker, e.Object = number(t), x.id
	rec.tell(t, e)
}

// channel is the object of a channel. The lock is held.
func (rec *record) channel(t *task, ch reflect.Value) *object {
	return rec.object(t, ch.UnsafePointer(), ch.Cap(), ch.Type().String())
}

// made notes that t has made a channel.
func (rec *record) made(t *task, ch reflect.Value) {
	if rec == nil || rec.done.Load() {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.channel(t, ch)
}

// sent notes that t has sent v, to the task that waits for it if there is one.
func (rec *record) sent(t *task, ch, v reflect.Value, to *task) {
	if rec == nil || rec.done.Load() {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	x := rec.channel(t, ch)
	x.sends++
	x.senders = append(x.senders, number(t))
	rec.tell(t, events.Event{Kind: events.KindSend, Object: x.id, N: x.sends, Peer: number(to), Text: observe.Show(v)})
}

// received notes that t has received v, or has found the channel closed.
func (rec *record) received(t *task, ch, v reflect.Value, ok bool) {
	if rec == nil || rec.done.Load() {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	x := rec.channel(t, ch)
	if !ok {
		rec.tell(t, events.Event{Kind: events.KindRecv, Object: x.id, Peer: x.waker, Text: "closed"})
		return
	}
	x.recvs++
	e := events.Event{Kind: events.KindRecv, Object: x.id, N: x.recvs, Text: observe.Show(v)}
	if len(x.senders) > 0 {
		e.Peer, x.senders = x.senders[0], x.senders[1:]
	}
	rec.tell(t, e)
}

// deliver writes all of it to a ring, and waits where there is no room, but not for ever.
func (rec *record) deliver(ring *events.Ring) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	const most, pause = 2 * time.Second, 5 * time.Millisecond
	deadline := time.Now().Add(most)
	put := func(list []events.Event) {
		for _, e := range list {
			for ring.Full() && time.Now().Before(deadline) {
				time.Sleep(pause)
			}
			ring.Put(e)
		}
	}
	put(rec.first)
	ring.Skip(max(0, rec.count-keepFirst-int64(len(rec.last))))
	from := 0
	if len(rec.last) == keepLast {
		from = int((rec.count - keepFirst) % keepLast)
	}
	put(rec.last[from:])
	put(rec.last[:from])
}

// readers is the place of the reader's program that t is at: of what a module does, where
// it was called.
func (s *Scheduler) readers(t *task, at hook.Place) hook.Place {
	if !s.ofModule(at) {
		return at
	}
	for p := range t.g.Calls {
		if !s.ofModule(p) {
			return p
		}
	}
	return at
}

// ofModule says whether a place is in a package that the program only imports.
func (s *Scheduler) ofModule(at hook.Place) bool {
	if v, ok := s.modules.Load(at); ok {
		return v.(bool)
	}
	is := filepath.IsAbs(s.program.Position(at.Offset).Filename)
	s.modules.Store(at, is)
	return is
}
