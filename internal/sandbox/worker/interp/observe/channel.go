package observe

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// channel is the object of the channel at p, nil for the nil channel. The lock is held.
func (o *Observer) channel(t reflect.Type, p unsafe.Pointer, a *hook.Act) (*object, reflect.Value) {
	ch := o.chanAt(t, p)
	x := o.channelOf(ch, a)
	if x != nil {
		o.settled(x)
	}
	return x, ch
}

// channelOf is the object of a channel, nil for the nil channel. The lock is held.
func (o *Observer) channelOf(ch reflect.Value, a *hook.Act) *object {
	if ch.IsNil() {
		return nil
	}
	return o.object(ch.UnsafePointer(), a, ch.Type().String())
}

func (o *Observer) send(a *hook.Act) {
	v := reflect.NewAt(a.In[1], a.Args[1]).Elem()
	o.mu.Lock()
	defer o.mu.Unlock()
	x, ch := o.channel(a.In[0], a.Args[0], a)
	site, text := o.site(a), Show(v)
	if x == nil {
		o.waits(a, nil, site, "chan send (nil chan)", func() int64 { return 0 })
		return
	}
	if hook.Attempt(func() bool { return ch.TrySend(v) }) {
		o.tellSent(x, a.G.Number, site, text, ch.Cap())
		return
	}
	w := &waiter{g: a.G.Number, site: site, text: text, chosen: new(bool)}
	x.senders = append(x.senders, w)
	x.parks = park(ch, true)
	o.parks(a, x, site, "chan send", x.parks, func() int64 { return o.settleSend(x, w) })
	if !w.settled { // and it has not panicked
		o.tellSent(x, w.g, site, text, ch.Cap())
	}
}

// settleSend ends w's wait to send, and says who ended it.
func (o *Observer) settleSend(x *object, w *waiter) int64 {
	*w.chosen = true
	remove(&x.senders, w)
	if w.settled {
		return w.peer
	}
	if x.done {
		return x.waker
	}
	if len(x.receivers) > 0 {
		return x.receivers[0].g
	}
	return 0
}

// tellSent tells that g has sent a value, which somebody may have got by that.
func (o *Observer) tellSent(x *object, g, site int64, text string, n int) {
	x.sends++
	to := x.sent(item{x.sends, g}, n)
	o.tell(events.Event{Kind: events.KindSend, G: g, Site: site, Object: x.id, N: x.sends, Peer: to, Text: text})
}

// tellReceived tells that g has received, and that somebody who waited to send has sent
// by that.
func (o *Observer) tellReceived(x *object, g, site int64, it item, freed *waiter, v reflect.Value) {
	if freed != nil {
		o.tell(events.Event{Kind: events.KindSend, G: freed.g, Site: freed.site, Object: x.id, N: freed.item.number, Peer: g, Text: freed.text})
	}
	o.tell(events.Event{Kind: events.KindRecv, G: g, Site: site, Object: x.id, N: it.number, Peer: it.from, Text: Show(v)})
}

// tellDrained tells that g received from a closed channel that has nothing left.
func (o *Observer) tellDrained(x *object, g, site int64) {
	o.tell(events.Event{Kind: events.KindRecv, G: g, Site: site, Object: x.id, Peer: x.waker, Text: "closed"})
}

func (o *Observer) receive(a *hook.Act) {
	o.mu.Lock()
	defer o.mu.Unlock()
	x, ch := o.channel(a.In[0], a.Args[0], a)
	site := o.site(a)
	if x == nil {
		o.waits(a, nil, site, "chan receive (nil chan)", func() int64 { return 0 })
		return
	}
	if v, ok := ch.TryRecv(); v.IsValid() {
		reflect.NewAt(a.Out[0], a.Results[0]).Elem().Set(v)
		if len(a.Results) > 1 {
			*(*bool)(a.Results[1]) = ok
		}
		if !ok {
			o.tellDrained(x, a.G.Number, site)
			return
		}
		it, freed := x.received(a.G.Number, ch.Cap())
		o.tellReceived(x, a.G.Number, site, it, freed, v)
		return
	}
	w := &waiter{g: a.G.Number, site: site, chosen: new(bool)}
	x.receivers = append(x.receivers, w)
	x.parks = park(ch, false)
	o.parks(a, x, site, "chan receive", x.parks, func() int64 { return o.settleReceive(x, w, ch.Cap()) })
	o.tellWaited(x, w, site, reflect.NewAt(a.Out[0], a.Results[0]).Elem())
}

// settleReceive ends w's wait to receive, and says who ended it.
func (o *Observer) settleReceive(x *object, w *waiter, n int) int64 {
	*w.chosen = true
	remove(&x.receivers, w)
	remove(&x.handed, w)
	if !w.settled && !(x.done && len(x.buffer) == 0 && len(x.senders) == 0) {
		var freed *waiter
		if w.item, freed = x.received(w.g, n); freed != nil {
			o.tell(events.Event{Kind: events.KindSend, G: freed.g, Site: freed.site, Object: x.id, N: freed.item.number, Peer: w.g, Text: freed.text})
		}
		w.settled, w.peer = true, w.item.from
	}
	if w.settled {
		return w.peer
	}
	return x.waker
}

// tellWaited tells what w received, which has waited.
func (o *Observer) tellWaited(x *object, w *waiter, site int64, v reflect.Value) {
	if !w.settled {
		o.tellDrained(x, w.g, site)
		return
	}
	o.tellReceived(x, w.g, site, w.item, nil, v)
}

func (o *Observer) closes(a *hook.Act) {
	o.mu.Lock()
	defer o.mu.Unlock()
	x, _ := o.channel(a.In[0], a.Args[0], a)
	site := o.site(a)
	if x != nil { // before, since those who wait go on at once
		x.done, x.waker = true, a.G.Number
	}
	a.Native()
	o.tell(events.Event{Kind: events.KindClose, G: a.G.Number, Site: site, Object: x.id})
}

// selecting is a select that is going on.
type selecting struct {
	*hook.Cases
	a       *hook.Act
	site    int64
	objects []*object // nil for a nil channel
}

// selecting takes the operands of a select apart. The lock is held.
func (o *Observer) selecting(a *hook.Act) *selecting {
	s := &selecting{Cases: a.Cases(), a: a, site: o.site(a)}
	for _, ch := range s.Chans {
		s.objects = append(s.objects, o.channelOf(ch, a))
	}
	for s.unsettled() { // one may have begun to wait while another was waited for
		for _, x := range s.objects {
			if x != nil {
				o.settled(x)
			}
		}
	}
	return s
}

// unsettled says whether somebody is about to wait at one of the channels.
func (s *selecting) unsettled() bool {
	return slices.ContainsFunc(s.objects, func(x *object) bool { return x != nil && x.parks != nil })
}

func (o *Observer) choose(a *hook.Act) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s := o.selecting(a)
	if len(s.Chans) == 0 && !a.Op.Default {
		o.waits(a, nil, s.site, "select (no cases)", func() int64 { return 0 })
		return
	}
	chosen := -1
	panics := !hook.Attempt(func() bool { chosen = s.Try(); return true })
	switch {
	case panics:
		a.Native()
	case chosen < 0 && !a.Op.Default:
		o.waitSelect(s)
	default:
		*(*int)(a.Results[0]) = chosen
		o.tellChosen(s, chosen)
		if chosen >= 0 {
			o.tellDone(s, chosen)
		}
	}
}

func (o *Observer) tellChosen(s *selecting, i int) {
	var id int64
	if i >= 0 && s.objects[i] != nil {
		id = s.objects[i].id
	}
	o.tell(events.Event{Kind: events.KindSelect, G: s.a.G.Number, Site: s.site, Object: id, N: int64(i)})
}

// tellDone tells what the chosen case did, at once.
func (o *Observer) tellDone(s *selecting, i int) {
	x, g, n := s.objects[i], s.a.G.Number, s.Chans[i].Cap()
	switch {
	case s.Sends[i].IsValid():
		o.tellSent(x, g, s.site, Show(s.Sends[i]), n)
	case *s.OK(i):
		it, freed := x.received(g, n)
		o.tellReceived(x, g, s.site, it, freed, s.Value(i))
	default:
		o.tellDrained(x, g, s.site)
	}
}

// waitSelect waits in all the queues, until one of the cases is chosen.
func (o *Observer) waitSelect(s *selecting) {
	chosen := new(bool)
	list := make([]*waiter, len(s.Chans))
	var p *parking // it comes into all queues at once
	for i, x := range s.objects {
		if x == nil {
			continue
		}
		if p == nil {
			p = park(s.Chans[i], s.Sends[i].IsValid())
		}
		x.parks = p
		w := &waiter{g: s.a.G.Number, site: s.site, chosen: chosen}
		if list[i] = w; s.Sends[i].IsValid() {
			w.text = Show(s.Sends[i])
			x.senders = append(x.senders, w)
		} else {
			x.receivers = append(x.receivers, w)
		}
	}
	*(*int)(s.a.Results[0]) = -1 // what a panic leaves
	o.parks(s.a, nil, s.site, "select", p, func() int64 { return o.settleSelect(s, list) })
	i := *(*int)(s.a.Results[0])
	o.tellChosen(s, i)
	w := list[i]
	switch {
	case !s.Sends[i].IsValid():
		o.tellWaited(s.objects[i], w, s.site, s.Value(i))
	case !w.settled:
		o.tellSent(s.objects[i], w.g, s.site, w.text, s.Chans[i].Cap())
	}
}

// settleSelect takes the goroutine out of all queues, and says who made the chosen case
// possible.
func (o *Observer) settleSelect(s *selecting, list []*waiter) (peer int64) {
	i := *(*int)(s.a.Results[0])
	for k, w := range list {
		switch {
		case w == nil || k == i:
		case s.Sends[k].IsValid():
			remove(&s.objects[k].senders, w)
		default:
			remove(&s.objects[k].receivers, w)
			remove(&s.objects[k].handed, w)
		}
	}
	switch {
	case i < 0:
		return 0
	case s.Sends[i].IsValid():
		return o.settleSend(s.objects[i], list[i])
	}
	return o.settleReceive(s.objects[i], list[i], s.Chans[i].Cap())
}
