package race

import (
	"io"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// Turns is a mode that finds the races of a program whose goroutines go one at a time,
// over and over (package schedule). It stands before the scheduler, which carries out what
// may wait, and which tells whose value went to whom: so nothing is tried here, and no lock
// is held while somebody else may have its turn.
type Turns struct {
	*Detector
	runs int
}

// NewTurns is one for a program that may use so many bytes of memory, as New has it.
func NewTurns(memory int64) *Turns {
	return &Turns{Detector: New(nil, nil, memory)}
}

// collected is after how many schedules the memory of those before is freed: between two of
// them nothing is forgotten by that.
const collected = 64

// Reset forgets the schedule before.
func (s *Turns) Reset() {
	if s.runs++; s.runs%collected == 0 {
		var m runtime.MemStats
		if runtime.ReadMemStats(&m); int64(m.HeapAlloc) > s.most {
			runtime.GC()
		}
	}
	s.Detector.reset()
}

// Stop ends the detection for good: nobody tells any more whose value went to whom.
func (s *Turns) Stop() { s.table.Store(nil) }

// reset makes a detector as it was before its program began.
func (d *Detector) reset() {
	d.mu.Lock()
	d.main, d.library = nil, object{}
	d.free, d.threads, d.freeing, d.found, d.reports = nil, nil, false, 0, nil
	d.waiting.Store(0)
	clear(d.told)
	clear(d.adopted)
	d.mu.Unlock()
	for i := range d.objects {
		o := &d.objects[i]
		o.mu.Lock()
		clear(o.m)
		o.mu.Unlock()
	}
	d.begin()
}

// turned are the calls that are done otherwise than where the runtime lets goroutines wait.
var turned = map[string]action{
	"sync.WaitGroup.Go": turnsGroup, "sync.Once.Do": turnsOnce, "sync..OnceFunc": nil,
	"time..AfterFunc": publish,
}

// Wants implements hook.Mode.
func (s *Turns) Wants(p *hook.Point) bool {
	wants := s.Detector.Wants(p)
	if p.Kind != hook.Call {
		return wants
	}
	if do, ok := turned[p.Callee.Path+"."+p.Callee.Recv+"."+p.Callee.Name]; ok {
		p.State[s.index] = do
		return do != nil
	} else if p.Callee.Name == "" {
		p.State[s.index] = action(turnsExchange)
	} else if p.Callee.Path == "sync/atomic" {
		p.State[s.index] = turnsAtomic(p)
	}
	return wants
}

// Do implements hook.Mode.
func (s *Turns) Do(a *hook.Act) {
	if s.table.Load() == nil {
		a.Native()
		return
	}
	switch a.Kind {
	case hook.Send:
		if _, ch := s.at(a.In[0], a.Args[0]); !ch.IsNil() {
			s.noteSize(a, ch.UnsafePointer(), chanSize, false, false)
		}
		a.Native()
	case hook.Recv:
		a.Native()
	case hook.Select:
		s.selecting(a)
		a.Native()
	default:
		s.Detector.Do(a)
	}
}

// End implements hook.Mode.
func (s *Turns) End(g *hook.Goroutine) {
	if t := s.of(g); t.group != nil {
		t.group.mu.Lock()
		t.group.count--
		t.tell(&t.group.knows)
		t.group.mu.Unlock()
	}
	s.Detector.End(g)
}

// Sent is told when g has sent a value: to one who waited for it in a channel without a
// buffer, if to is not nil, or into the buffer. Nobody else runs.
func (s *Turns) Sent(g *hook.Goroutine, ch reflect.Value, to *hook.Goroutine) {
	o, t := s.channel(ch), s.of(g)
	o.mu.Lock()
	defer o.mu.Unlock()
	known := t.passes()
	switch c := o.channel; {
	case ch.Cap() > 0:
		if room, ok := c.takeRoom(); ok {
			t.knows.join(room)
		}
		c.values = append(c.values, known)
	case to != nil:
		r := s.of(to)
		t.knows.join(r.passes())
		r.knows.join(known)
		r.handed = true
	default:
		s.library.releaseBy(t)
	}
}

// Received is told when g has received a value, or has found the channel closed.
func (s *Turns) Received(g *hook.Goroutine, ch reflect.Value, ok bool) {
	o, t := s.channel(ch), s.of(g)
	o.mu.Lock()
	defer o.mu.Unlock()
	switch c := o.channel; {
	case t.handed:
		t.handed = false
	case !ok:
		s.drained(o, t)
	case len(c.values) > 0:
		known := t.passes()
		t.knows.join(c.values.pop())
		c.room = append(c.room, known)
	default: // from the library
		s.library.acquireBy(t)
	}
}

// turnsGroup is WaitGroup.Go: whoever waits knows what the goroutine has done that it
// starts.
func turnsGroup(d *Detector, a *hook.Act) {
	t := d.of(a.G)
	t.starting = d.receiver(a)
	t.starting.mu.Lock()
	first := t.starting.count == 0
	t.starting.count++
	t.starting.mu.Unlock()
	if first {
		d.note(a, unsafe.Add(a.Receiver(), counterOffset), false, false)
	}
	a.Native()
	t.starting = nil
}

// turnsExchange is exchange of a function that may have called the program: what that has
// done is known to others as well.
func turnsExchange(d *Detector, a *hook.Act) {
	exchange(d, a)
	d.library.releaseBy(d.of(a.G))
}

// turnsOnce is Once.Do: the first who comes back from it has run the function.
func turnsOnce(d *Detector, a *hook.Act) {
	o, t := d.receiver(a), d.of(a.G)
	defer func() {
		if a.G.Dead {
			return
		}
		if o.knows.none() {
			o.releaseBy(t)
		} else {
			o.acquireBy(t)
		}
	}()
	a.Native()
}

// turnsAtomic is an operation of package atomic, which nobody else can be in the middle of.
func turnsAtomic(p *hook.Point) action {
	op, ok := atomicOf(p)
	if !ok {
		return passes
	}
	return func(d *Detector, a *hook.Act) {
		p := a.Receiver()
		a.Native()
		if p == nil {
			return
		}
		o := d.object(p)
		o.mu.Lock()
		defer o.mu.Unlock()
		op.done(d, a, o)
	}
}

// Races are those of the schedule.
func (s *Turns) Races() (list []wire.Race) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.reports {
		list = append(list, s.race(c))
	}
	return list
}

// Print writes their reports.
func (s *Turns) Print(w io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, c := range s.reports {
		s.write(&b, c)
	}
	s.count(&b)
	_, _ = io.WriteString(w, b.String())
}
