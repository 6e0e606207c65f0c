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
	values fifo  // of the senders of what is in the buffer, oldest first
	unused int   // room that was there from the beginning
	room   fifo  // of the receivers that have made more, oldest first
	closed clock // of who has closed it
	shut   bool  // by the program

	senders, receivers queue
}

// takeRoom is what is known of the oldest room in the buffer, if it has any.
func (c *channel) takeRoom() (known clock, ok bool) {
	switch {
	case c.unused > 0:
		c.unused--
	case len(c.room) > 0:
		known = c.room.pop()
	default:
		return known, false
	}
	return known, true
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
		o.channel = &channel{unused: ch.Cap() - ch.Len()}
	}
	o.mu.Unlock()
	return o
}

// reconcile takes account of values that came or went by the runtime's hand, for a channel
// that has n values. The lock is held.
func (c *channel) reconcile(n int) {
	for len(c.values) > n { // somebody who waited to receive has taken them
		c.receivers.hand(c.values.pop())
		c.room = append(c.room, c.receivers.all())
	}
	for len(c.values) < n { // somebody who waited has sent them, or the library
		if room, ok := c.takeRoom(); ok {
			c.senders.hand(room)
		}
		c.values = append(c.values, c.senders.all())
	}
}

// sent is what follows when t has sent a value at once. The lock is held.
func (d *Detector) sent(o *object, t *thread, ch reflect.Value) {
	c := o.channel
	known := t.passes()
	if ch.Len() > len(c.values) {
		if room, ok := c.takeRoom(); ok {
			t.knows.join(room)
		}
		c.values = append(c.values, known)
		return
	}
	// Somebody has it who waited. In a channel with a buffer it is as if it had been there.
	waited := c.receivers.all()
	if room, ok := c.takeRoom(); ok && ch.Cap() > 0 {
		waited, c.room = room, append(c.room, waited)
	}
	t.knows.join(waited)
	c.receivers.hand(known)
}

// received is the same for a value that t has got. The lock is held.
func (d *Detector) received(o *object, t *thread, ch reflect.Value) {
	c := o.channel
	known := t.passes()
	switch {
	case len(c.values) > 0:
		sender := c.values.pop()
		if sender.none() {
			d.library.acquireBy(t)
		}
		t.knows.join(sender)
		c.room = append(c.room, known)
		c.reconcile(ch.Len()) // somebody who waited may have sent into the room
	case len(c.senders.list) > 0:
		t.knows.join(c.senders.all())
		c.senders.hand(known)
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
	w := o.channel.senders.enter(t)
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
	c.senders.leave(w)
	if len(w.got) == 0 { // to one who was about to wait as well
		t.knows.join(c.receivers.all())
		c.receivers.hand(w.knows)
	}
	w.settle(t)
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
	w := o.channel.receivers.enter(t)
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
	c.receivers.leave(w)
	w.settle(t)
	if len(w.got) == 0 { // from one who was about to wait as well
		t.knows.join(c.senders.all())
		c.senders.hand(w.knows)
	}
	if w.sure { // it has a value, though the channel may be closed by now
		return
	}
	if c.shut || len(w.got) == 0 && len(c.senders.list) == 0 {
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
	o.channel.closed, o.channel.shut = t.passes(), true
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
			s.waits[i] = o.channel.senders.enter(t)
		default:
			s.waits[i] = o.channel.receivers.enter(t)
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
		if send {
			o.channel.senders.leave(w)
		} else {
			o.channel.receivers.leave(w)
		}
	}
}
