package schedule

import (
	"fmt"
	"reflect"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// waiting is a goroutine at channels: at one for a send or a receive, at those of a
// select's cases.
type waiting struct {
	t      *task
	kind   hook.Kind
	cases  []chanCase
	chosen int // -1 until one of the cases is done
	panics bool
}

// chanCase is a case of it.
type chanCase struct {
	ch   reflect.Value
	send reflect.Value // invalid for a receive
	to   reflect.Value // where a receive's value goes
	ok   *bool         // nil if nobody wants to know
}

// complete ends the wait by case i, whose receive gave v.
func (w *waiting) complete(i int, v reflect.Value, ok bool) {
	w.chosen = i
	c := w.cases[i]
	if c.send.IsValid() {
		return
	}
	c.to.Set(v)
	if c.ok != nil {
		*c.ok = ok
	}
}

// chanOf is the channel at p, of any type whose underlying type is one.
func chanOf(t reflect.Type, p unsafe.Pointer) reflect.Value { return reflect.NewAt(t, p).Elem() }

// one is a send or a receive.
func one(t *task, a *hook.Act) *waiting {
	c := chanCase{ch: chanOf(a.In[0], a.Args[0])}
	if a.Kind == hook.Send {
		c.send = reflect.NewAt(a.In[1], a.Args[1]).Elem()
	} else {
		c.to = reflect.NewAt(a.Out[0], a.Results[0]).Elem()
		if len(a.Results) > 1 {
			c.ok = (*bool)(a.Results[1])
		}
	}
	return &waiting{t: t, kind: a.Kind, cases: []chanCase{c}, chosen: -1}
}

// several are a select's cases.
func several(t *task, a *hook.Act) *waiting {
	w := &waiting{t: t, kind: hook.Select, chosen: -1}
	arg, res := 0, 1
	for _, sc := range a.Op.Select {
		c := chanCase{ch: chanOf(a.In[arg], a.Args[arg])}
		arg++
		if sc.Send {
			c.send = reflect.NewAt(a.In[arg], a.Args[arg]).Elem()
			arg++
		} else {
			c.to = reflect.NewAt(a.Out[res], a.Results[res]).Elem()
			c.ok = (*bool)(a.Results[res+1])
			res += 2
		}
		w.cases = append(w.cases, c)
	}
	return w
}

// can says whether case i can be done now. What only a receive can tell, of a channel
// that compiled code sends to, is received. The lock is held.
func (r *turnstile) can(t *task, w *waiting, i int) bool {
	c := w.cases[i]
	if c.ch.IsNil() {
		return false
	}
	p := c.ch.UnsafePointer()
	if c.send.IsValid() {
		return r.closed[p] || c.ch.Len() < c.ch.Cap() || r.partner(t, p, false) != nil
	}
	if r.closed[p] || c.ch.Len() > 0 || r.partner(t, p, true) != nil {
		return true
	}
	if !r.made[p] {
		if v, ok := c.ch.TryRecv(); v.IsValid() {
			r.got(t, w, i, v, ok)
			return true
		}
	}
	return false
}

// done ends a task's wait by case i, whose receive gives v, and tells that it goes on,
// woken by the other side of the channel.
func (r *turnstile) done(w *waiting, i int, v reflect.Value, ok bool, by int64) {
	w.complete(i, v, ok)
	if w.t.heard {
		r.wakes(w.t, by)
	}
	if w.kind == hook.Select {
		c := w.cases[i]
		r.rec.note(w.t, events.Event{Kind: events.KindSelect, N: int64(i)}, c.ch.UnsafePointer(), c.ch.Type().String())
	}
}

// got is done for what has been received already.
func (r *turnstile) got(t *task, w *waiting, i int, v reflect.Value, ok bool) {
	r.done(w, i, v, ok, 0)
	r.received(t, w.cases[i].ch, v, ok)
}

// sent is told when t has sent v: to the task that waited for it, if to is not nil.
func (r *turnstile) sent(t *task, ch, v reflect.Value, to *task) {
	r.rec.sent(t, ch, v, to)
	if r.races == nil {
		return
	}
	var g *hook.Goroutine
	if to != nil {
		g = to.g
	}
	r.races.Sent(t.g, ch, g)
}

// received is told when t has received v, or has found the channel closed.
func (r *turnstile) received(t *task, ch, v reflect.Value, ok bool) {
	r.rec.received(t, ch, v, ok)
	if r.races != nil {
		r.races.Received(t.g, ch, ok)
	}
}

// meeting is a case at which another task waits.
type meeting struct {
	w *waiting
	i int
}

// partner finds who waits to send to the channel, or to receive from it. The lock is held.
func (r *turnstile) partner(t *task, p unsafe.Pointer, send bool) *meeting {
	var first *task
	at := 0
	for _, o := range r.tasks {
		if o == t || o.state != blocked || o.wait == nil || o.wait.chosen >= 0 || first != nil && first.since <= o.since {
			continue
		}
		for i, c := range o.wait.cases {
			if c.send.IsValid() == send && !c.ch.IsNil() && c.ch.UnsafePointer() == p {
				first, at = o, i
				break
			}
		}
	}
	if first == nil {
		return nil
	}
	return &meeting{first.wait, at}
}

// try does one of the cases that can be done, and says whether there was one. The lock is
// held.
func (r *turnstile) try(t *task, w *waiting) bool {
	var able []int
	for i := range w.cases {
		if r.can(t, w, i) {
			if w.chosen >= 0 { // by looking
				return true
			}
			able = append(able, i)
		}
	}
	switch len(able) {
	case 0:
		return false
	case 1:
		r.carryOut(t, w, able[0])
	default:
		i := r.choose(Choice{Options: len(able)}, nil, func(i int) string { return fmt.Sprintf("select, case %d", able[i]+1) })
		if i < 0 {
			return false
		}
		r.carryOut(t, w, able[i])
	}
	return true
}

// carryOut does a case that can be done. The lock is held.
func (r *turnstile) carryOut(t *task, w *waiting, i int) {
	c := w.cases[i]
	p := c.ch.UnsafePointer()
	if c.send.IsValid() {
		if r.closed[p] {
			w.chosen, w.panics = i, true
			if t.heard {
				r.wakes(t, r.rec.waker(p))
			}
			return
		}
		m := r.partner(t, p, false)
		r.done(w, i, reflect.Value{}, false, 0)
		if m == nil || c.ch.Len() > 0 {
			r.sent(t, c.ch, c.send, nil)
			c.ch.TrySend(c.send)
			return
		}
		r.sent(t, c.ch, c.send, m.w.t)
		r.done(m.w, m.i, c.send, true, number(t))
		r.received(m.w.t, c.ch, c.send, true)
		return
	}
	if v, ok := c.ch.TryRecv(); v.IsValid() {
		r.got(t, w, i, v, ok)
		if m := r.partner(t, p, true); m != nil && ok && !r.closed[p] {
			// By its own value of the channel: t's may be one that can only receive.
			if s := m.w.cases[m.i]; s.ch.TrySend(s.send) {
				r.done(m.w, m.i, reflect.Value{}, true, number(t)) // there is room for it now
				r.sent(m.w.t, c.ch, s.send, nil)
			}
		}
		return
	}
	if m := r.partner(t, p, true); m != nil {
		v := m.w.cases[m.i].send
		r.done(m.w, m.i, reflect.Value{}, true, number(t))
		r.sent(m.w.t, c.ch, v, t)
		r.done(w, i, v, true, number(m.w.t))
		r.received(t, c.ch, v, true)
	}
}

// communicate is a send, a receive or a select.
func (r *turnstile) communicate(t *task, a *hook.Act) {
	w := one
	if a.Kind == hook.Select {
		w = several
	}
	at := w(t, a)
	r.yield(t)
	r.mu.Lock()
	ok := r.try(t, at)
	r.mu.Unlock()
	if !ok && !(a.Kind == hook.Select && a.Op.Default) {
		t.wait = at
		r.block(t, waitsFor(a, at), at.only(), at.chanType(), func() bool { return at.chosen >= 0 || r.anyOf(t, at) })
		for at.chosen < 0 {
			r.mu.Lock()
			ok := r.try(t, at)
			r.mu.Unlock()
			if !ok {
				r.block(t, t.what, at.only(), at.chanType(), t.ready)
			}
		}
		t.wait = nil
	}
	if at.panics {
		panics(a, at)
	}
	if a.Kind == hook.Select {
		*(*int)(a.Results[0]) = at.chosen
		if at.chosen < 0 {
			r.rec.note(t, events.Event{Kind: events.KindSelect, N: -1}, nil, "")
		}
	}
}

// only is the channel of a wait at one, nil for others.
func (w *waiting) only() unsafe.Pointer {
	if len(w.cases) != 1 || w.cases[0].ch.IsNil() {
		return nil
	}
	return w.cases[0].ch.UnsafePointer()
}

// chanType is its type.
func (w *waiting) chanType() string {
	if len(w.cases) != 1 {
		return ""
	}
	return w.cases[0].ch.Type().String()
}

// panics is the send on a closed channel, at which the runtime panics.
func panics(a *hook.Act, w *waiting) {
	if a.Kind == hook.Send {
		a.Native()
		return
	}
	c := w.cases[w.chosen]
	c.ch.TrySend(c.send)
}

func (r *turnstile) anyOf(t *task, w *waiting) bool {
	for i := range w.cases {
		if r.can(t, w, i) {
			return true
		}
	}
	return false
}

// waitsFor is what a goroutine waits for, in the words of traces.
func waitsFor(a *hook.Act, w *waiting) string {
	what := "chan receive"
	switch a.Kind {
	case hook.Send:
		what = "chan send"
	case hook.Select:
		if len(w.cases) == 0 {
			return "select (no cases)"
		}
		return "select"
	}
	if w.cases[0].ch.IsNil() {
		what += " (nil chan)"
	}
	return what
}

// closes closes a channel.
func (r *turnstile) closes(t *task, a *hook.Act) {
	r.yield(t)
	ch := chanOf(a.In[0], a.Args[0])
	if ch.IsNil() || r.closed[ch.UnsafePointer()] {
		a.Native()
		return
	}
	r.mu.Lock()
	r.closed[ch.UnsafePointer()] = true
	r.mu.Unlock()
	r.rec.releases(t, events.Event{Kind: events.KindClose}, ch.UnsafePointer(), ch.Type().String())
	a.Native()
}

// makes makes one.
func (r *turnstile) makes(t *task, a *hook.Act) {
	a.Native()
	r.mu.Lock()
	r.made[*(*unsafe.Pointer)(a.Results[0])] = true
	r.mu.Unlock()
	r.rec.made(t, chanOf(a.Out[0], a.Results[0]))
}
