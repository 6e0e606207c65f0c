package observe

import (
	"go/token"
	"path/filepath"
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// Observer is a mode. It must be the last that is given to a program.
type Observer struct {
	put     func(events.Event)
	now     func() int64
	program hook.Program
	index   int

	mu      sync.Mutex // guards what follows, and is held while things are tried
	sites   map[hook.Place]int64
	objects map[uintptr]*object
	last    int64 // object's number
}

// New returns an observer whose events go to put, one at a time, with the times that
// now gives: of one clock, in µs.
func New(put func(events.Event), now func() int64) *Observer {
	return &Observer{put: put, now: now, sites: map[hook.Place]int64{}, objects: map[uintptr]*object{}}
}

// object is a channel, a lock, or what else goroutines share.
type object struct {
	id int64
	queue
	holder int64 // who has the lock, or runs the function
	waker  int64 // who has let go of it, or closed it, last
	count  int64 // of a WaitGroup
	done   bool  // of a Once, or a context
	parks  *parking
}

// maxObjects bounds those that are remembered: what has not been seen since begins anew.
const maxObjects = 10_000

// state is what the observer keeps of a goroutine, which alone uses it.
type state struct {
	child string           // the name of the goroutine that it is about to start
	often map[int64]*often // at each site
}

// Attach implements hook.Mode.
func (o *Observer) Attach(p hook.Program, index int) { o.program, o.index = p, index }

// Wants implements hook.Mode.
func (o *Observer) Wants(p *hook.Point) bool {
	switch p.Kind {
	case hook.Len, hook.Insert, hook.Range, hook.Next:
		return false
	case hook.Call:
		what := actions[p.Callee.Path]
		if what == nil {
			return false
		}
		act := what(p)
		p.State[o.index] = act
		return act != nil
	}
	return true
}

// action is what the observer does at a call.
type action func(o *Observer, a *hook.Act)

// actions find it for a function of a package, nil for one that does not matter.
var actions = map[string]func(p *hook.Point) action{
	"sync": lockAction, "sync/atomic": atomicAction, "internal/sync": lockAction, "time": timeAction, "context": contextAction,
}

// Do implements hook.Mode.
func (o *Observer) Do(a *hook.Act) {
	switch a.Kind {
	case hook.Go:
		o.spawn(a)
	case hook.Send:
		o.send(a)
	case hook.Recv:
		o.receive(a)
	case hook.Select:
		o.choose(a)
	case hook.Close:
		o.closes(a)
	case hook.MakeChan:
		a.Native()
		o.mu.Lock()
		o.made(*(*unsafe.Pointer)(a.Results[0]), a, int64(o.chanAt(a.Out[0], a.Results[0]).Cap()), a.Out[0].String())
		o.mu.Unlock()
	case hook.Call:
		a.State[o.index].(action)(o, a)
	}
}

// Start implements hook.Mode.
func (o *Observer) Start(g *hook.Goroutine) {
	g.State[o.index] = &state{often: map[int64]*often{}}
	o.emit(events.Event{Kind: events.KindStart, G: g.Number, Peer: g.Parent})
}

// End implements hook.Mode.
func (o *Observer) End(g *hook.Goroutine) {
	o.emit(events.Event{Kind: events.KindEnd, G: g.Number})
}

func (o *Observer) of(g *hook.Goroutine) *state { return g.State[o.index].(*state) }

func (o *Observer) spawn(a *hook.Act) {
	st := o.of(a.G)
	if a.Child.Name == "" {
		a.Child.Name = st.child
	}
	st.child = ""
	o.mu.Lock()
	o.tell(events.Event{Kind: events.KindGo, G: a.G.Number, Site: o.site(a), Peer: a.Child.Number, Text: a.Child.Name})
	o.mu.Unlock()
	a.Native()
}

// emit tells of an event.
func (o *Observer) emit(e events.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tell(e)
}

// tell is emit where the lock is held.
func (o *Observer) tell(e events.Event) {
	e.T = o.now()
	o.put(e)
}

// site is the number of the reader's place of an act. The lock is held.
func (o *Observer) site(a *hook.Act) int64 {
	at := a.Where()
	if id, ok := o.sites[at]; ok { // not one of a module, which has none of its own
		return id
	}
	pos := o.program.Position(at.Offset)
	if filepath.IsAbs(pos.Filename) { // of a module: what matters is who called that
		for p := range a.G.Calls {
			if q := o.program.Position(p.Offset); !filepath.IsAbs(q.Filename) {
				at, pos = p, q
				break
			}
		}
	}
	return o.siteFor(at, pos)
}

// siteFor is the number of a place, which is told when it is met first. The lock is held.
func (o *Observer) siteFor(at hook.Place, pos token.Position) int64 {
	id, ok := o.sites[at]
	if !ok {
		id = int64(len(o.sites)) + 1
		o.sites[at] = id
		o.tell(events.Event{Kind: events.KindSite, Site: id, N: int64(pos.Line), Text: events.SiteText(pos.Filename, at.Func.Reader)})
	}
	return id
}

// object is what lies at p, made or first met where the goroutine is. The lock is held.
func (o *Observer) object(p unsafe.Pointer, a *hook.Act, t string) *object {
	if x := o.objects[uintptr(p)]; x != nil {
		return x
	}
	return o.made(p, a, 0, t)
}

// made is a new object at p, whatever was there before.
func (o *Observer) made(p unsafe.Pointer, a *hook.Act, n int64, t string) *object {
	if len(o.objects) >= maxObjects {
		clear(o.objects)
	}
	o.last++
	x := &object{id: o.last}
	o.objects[uintptr(p)] = x
	o.tell(events.Event{Kind: events.KindObject, G: a.G.Number, Object: x.id, Site: o.site(a), N: n, Text: t})
	return x
}

// waits carries the act out natively, as one that waits for x, which is nil for what
// nobody can give. settle is told of its end, under the lock, before the wake: who it
// was that ended it.
func (o *Observer) waits(a *hook.Act, x *object, site int64, reason string, settle func() (waker int64)) {
	o.parks(a, x, site, reason, nil, settle)
}

// parks is waits for who has to be in a channel's queue before anybody else tries it.
func (o *Observer) parks(a *hook.Act, x *object, site int64, reason string, p *parking, settle func() (waker int64)) {
	var id int64
	if x != nil {
		id = x.id
	}
	o.tell(events.Event{Kind: events.KindBlock, G: a.G.Number, Site: site, Object: id, Text: reason})
	o.mu.Unlock()
	defer func() { // also when it panics: a send on a channel that was closed meanwhile
		if p != nil {
			p.back.Store(true)
		}
		o.mu.Lock()
		o.tell(events.Event{Kind: events.KindWake, G: a.G.Number, Site: site, Object: id, Peer: settle()})
	}()
	a.Native()
}

// chanAt is the channel of type t at p.
func (o *Observer) chanAt(t reflect.Type, p unsafe.Pointer) reflect.Value {
	return reflect.NewAt(t, p).Elem()
}
