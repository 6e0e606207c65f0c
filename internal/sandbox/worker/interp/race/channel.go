package race

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// channel is what is known of the values in a channel, and of who waits there. What can
// be done at once is done under the object's lock, so that it is known whose value it
// was. Of those who wait for the runtime to do their part it is known who they are, and
// not which of them it was: then all of them count, so that there are rather too few
// reports than a false one.
type channel struct {
	values []clock // of the senders of what is in the buffer, oldest first
	room   []clock // of the receivers that have made room, oldest first; empty for what was there from the beginning
	closed clock   // of who has closed it
	shut   bool    // by the program

	senders, receivers []*waiting
}

// waiting is a goroutine that waits to send or to receive.
type waiting struct {
	knows clock   // when it began to
	got   []clock // of those that may have done their part with it
	sure  bool    // nobody else waited when the other side did its part
}

// at is the object of the channel that an operand holds, nil for the nil channel.
func (d *Detector) at(t reflect.Type, p unsafe.Pointer) (*object, reflect.Value) {
	ch := reflect.NewAt(t, p).Elem()
	return d.channel(ch), ch
}

// channel is the object of a channel, nil for the nil channel.
func (d *Detector) channel(ch reflect.Value) *object {
	if ch.IsNil() {
		return nil
	}
	o := d.object(ch.UnsafePointer())
	o.mu.Lock()
	if o.channel == nil {
		o.channel = &channel{room: make([]clock, ch.Cap()-ch.Len())}
	}
	o.mu.Unlock()
	return o
}

// reconcile takes account of values that came or went by the runtime's hand, for a channel
// that has n values. The lock is held.
func (c *channel) reconcile(n int) {
	for len(c.values) > n { // somebody who waited to receive has taken them
		hand(c.receivers, c.values[0])
		c.values = c.values[1:]
		c.room = append(c.room, all(c.receivers))
	}
	for len(c.values) < n { // somebody who waited has sent them, or the library
		for _, w := range c.senders {
			if len(c.room) > 0 {
				w.got = append(w.got, c.room[0])
			}
		}
		if len(c.room) > 0 {
			c.room = c.room[1:]
		}
		c.values = append(c.values, all(c.senders))
	}
}

// all is what any of them knew, nil if there are none.
func all(list []*waiting) clock {
	var c clock
	for _, w := range list {
		c.join(w.knows)
	}
	return c
}

// hand lets some who wait know of what somebody has done with one of them.
func hand(list []*waiting, c clock) {
	for _, w := range list {
		w.got = append(w.got, c)
		w.sure = len(list) == 1
	}
}

// sent is what follows when t has sent a value at once. The lock is held.
func (d *Detector) sent(o *object, t *thread, ch reflect.Value) {
	c := o.channel
	known := slices.Clone(t.knows)
	t.tick()
	if ch.Len() > len(c.values) {
		if len(c.room) > 0 {
			t.knows.join(c.room[0])
			c.room = c.room[1:]
		}
		c.values = append(c.values, known)
		return
	}
	// Somebody has it who waited. In a channel with a buffer it is as if it had been there.
	waited := all(c.receivers)
	if ch.Cap() > 0 && len(c.room) > 0 {
		waited, c.room = c.room[0], append(c.room[1:], waited)
	}
	t.knows.join(waited)
	hand(c.receivers, known)
}

// received is the same for a value that t has got. The lock is held.
func (d *Detector) received(o *object, t *thread, ch reflect.Value) {
	c := o.channel
	known := slices.Clone(t.knows)
	t.tick()
	switch {
	case len(c.values) > 0:
		if c.values[0] == nil {
			d.library.acquireBy(t)
		}
		t.knows.join(c.values[0])
		c.values = c.values[1:]
		c.room = append(c.room, known)
		c.reconcile(ch.Len()) // somebody who waited may have sent into the room
	case len(c.senders) > 0:
		t.knows.join(all(c.senders))
		hand(c.senders, known)
	default:
		d.library.acquireBy(t)
	}
}

// drained is what follows when t has found a channel closed and empty. The lock is held.
func (d *Detector) drained(o *object, t *thread) {
	if o.channel.shut {
		t.knows.join(o.channel.closed)
	} else {
		d.library.acquireBy(t)
	}
}

// chanSize is how much of a channel is said to be read by a send, and to be written by
// who closes it.
const chanSize = granule

func (d *Detector) send(a *hook.Act) {
	o, ch := d.at(a.In[0], a.Args[0])
	if o == nil {
		a.Native()
		return
	}
	d.noteSize(a, ch.UnsafePointer(), chanSize, false, false)
	t, v := d.of(a.G), reflect.NewAt(a.In[1], a.Args[1]).Elem()
	o.mu.Lock()
	o.channel.reconcile(ch.Len())
	if hook.Attempt(func() bool { return ch.TrySend(v) }) {
		d.sent(o, t, ch)
		o.mu.Unlock()
		return
	}
	w := o.channel.waitToSend(t)
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.delivered(t, w, ch)
	}()
	a.Native()
}

// delivered is what follows when t has sent after a wait. The lock is held.
func (o *object) delivered(t *thread, w *waiting, ch reflect.Value) {
	c := o.channel
	c.reconcile(ch.Len())
	remove(&c.senders, w)
	if len(w.got) == 0 { // to one who was about to wait as well
		t.knows.join(all(c.receivers))
		hand(c.receivers, w.knows)
	}
	w.settle(t)
}

func (c *channel) waitToSend(t *thread) *waiting {
	w := &waiting{knows: slices.Clone(t.knows)}
	t.tick()
	c.senders = append(c.senders, w)
	return w
}

func (c *channel) waitToReceive(t *thread) *waiting {
	w := &waiting{knows: slices.Clone(t.knows)}
	t.tick()
	c.receivers = append(c.receivers, w)
	return w
}

func remove(list *[]*waiting, w *waiting) {
	if i := slices.Index(*list, w); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
	}
}

// settle is what t knows when its wait is over.
func (w *waiting) settle(t *thread) {
	for _, c := range w.got {
		t.knows.join(c)
	}
}

func (d *Detector) receive(a *hook.Act) {
	o, ch := d.at(a.In[0], a.Args[0])
	if o == nil {
		a.Native()
		return
	}
	t := d.of(a.G)
	o.mu.Lock()
	o.channel.reconcile(ch.Len())
	if v, ok := ch.TryRecv(); v.IsValid() {
		if ok {
			d.received(o, t, ch)
		} else {
			d.drained(o, t)
		}
		o.mu.Unlock()
		reflect.NewAt(a.Out[0], a.Results[0]).Elem().Set(v)
		if len(a.Results) > 1 {
			*(*bool)(a.Results[1]) = ok
		}
		return
	}
	w := o.channel.waitToReceive(t)
	o.mu.Unlock()
	a.Native()
	o.mu.Lock()
	defer o.mu.Unlock()
	d.waited(o, t, w, ch)
}

// waited is what follows when t has received, or found the channel closed, after a wait.
// The lock is held.
func (d *Detector) waited(o *object, t *thread, w *waiting, ch reflect.Value) {
	c := o.channel
	c.reconcile(ch.Len())
	remove(&c.receivers, w)
	w.settle(t)
	if len(w.got) == 0 { // from one who was about to wait as well
		t.knows.join(all(c.senders))
		hand(c.senders, w.knows)
	}
	if w.sure { // it has a value, though the channel may be closed by now
		return
	}
	if c.shut || len(w.got) == 0 && len(c.senders) == 0 {
		d.drained(o, t)
	}
}

func (d *Detector) closes(a *hook.Act) {
	o, ch := d.at(a.In[0], a.Args[0])
	if o == nil {
		a.Native()
		return
	}
	d.noteSize(a, ch.UnsafePointer(), chanSize, true, false)
	t := d.of(a.G)
	o.mu.Lock()
	o.channel.closed, o.channel.shut = slices.Clone(t.knows), true
	t.tick()
	o.mu.Unlock()
	a.Native()
}

// selecting is a select that is going on.
type selecting struct {
	*hook.Cases
	objects []*object // nil for a nil channel
	waits   []*waiting
}

func (d *Detector) selecting(a *hook.Act) *selecting {
	s := &selecting{Cases: a.Cases()}
	for i, ch := range s.Chans {
		o := d.channel(ch)
		s.objects = append(s.objects, o)
		if o != nil && s.Sends[i].IsValid() {
			d.noteSize(a, ch.UnsafePointer(), chanSize, false, false)
		}
	}
	return s
}

// lock takes the locks of all channels, in the order of their addresses, and returns what
// gives them back.
func (s *selecting) lock() (unlock func()) {
	var list []*object
	for _, o := range s.objects {
		if o != nil && !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *object) int {
		if uintptr(unsafe.Pointer(a)) < uintptr(unsafe.Pointer(b)) {
			return -1
		}
		return 1
	})
	for _, o := range list {
		o.mu.Lock()
	}
	return func() {
		for _, o := range list {
			o.mu.Unlock()
		}
	}
}

func (d *Detector) choose(a *hook.Act) {
	s, t := d.selecting(a), d.of(a.G)
	unlock := s.lock()
	for i, o := range s.objects {
		if o != nil {
			o.channel.reconcile(s.Chans[i].Len())
		}
	}
	chosen := -1
	if !hook.Attempt(func() bool { chosen = s.Try(); return true }) {
		unlock()
		a.Native()
		return
	}
	if chosen >= 0 || a.Op.Default {
		*(*int)(a.Results[0]) = chosen
		if chosen >= 0 {
			d.done(s, t, chosen)
		}
		unlock()
		return
	}
	s.wait(t)
	unlock()
	*(*int)(a.Results[0]) = -1 // what a panic leaves
	defer func() {
		defer s.lock()()
		d.woken(s, t, *(*int)(a.Results[0]))
	}()
	a.Native()
}

// done is what follows when a case was done at once. The locks are held.
func (d *Detector) done(s *selecting, t *thread, i int) {
	switch {
	case s.Sends[i].IsValid():
		d.sent(s.objects[i], t, s.Chans[i])
	case *s.OK(i):
		d.received(s.objects[i], t, s.Chans[i])
	default:
		d.drained(s.objects[i], t)
	}
}

// wait waits at all the channels.
func (s *selecting) wait(t *thread) {
	s.waits = make([]*waiting, len(s.Chans))
	for i, o := range s.objects {
		switch {
		case o == nil:
		case s.Sends[i].IsValid():
			s.waits[i] = o.channel.waitToSend(t)
		default:
			s.waits[i] = o.channel.waitToReceive(t)
		}
	}
}

// woken ends the wait, with case i chosen. The locks are held.
func (d *Detector) woken(s *selecting, t *thread, i int) {
	for k, w := range s.waits {
		if w == nil {
			continue
		}
		o := s.objects[k]
		o.channel.reconcile(s.Chans[k].Len())
		send := s.Sends[k].IsValid()
		if k == i && !send {
			d.waited(o, t, w, s.Chans[k])
			continue
		}
		if k == i {
			o.delivered(t, w, s.Chans[k])
			continue
		}
		remove(&o.channel.senders, w)
		remove(&o.channel.receivers, w)
	}
}
