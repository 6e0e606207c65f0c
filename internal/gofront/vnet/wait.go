package vnet

import (
	"sync"
	"time"
)

// notice tells waiters that something changed. Its channel exists only while
// somebody waits; a change closes it. It is guarded by its user's mutex.
type notice struct{ c chan struct{} }

// wait returns a channel that is closed at the next change.
func (n *notice) wait() <-chan struct{} {
	if n.c == nil {
		n.c = make(chan struct{})
	}
	return n.c
}

func (n *notice) changed() {
	if n.c != nil {
		close(n.c)
		n.c = nil
	}
}

// await waits for either. Somebody outside of the program could send what is
// waited for, as far as Go knows: with a socket, such a wait is the poller's, and
// the runtime does not count it when it looks for a deadlock. So the program waits
// until its limit.
func await(changed, moved <-chan struct{}) {
	poller.enter()
	defer poller.leave()
	select {
	case <-changed:
	case <-moved:
	}
}

// watch keeps the runtime from taking waits for a deadlock, by a timer that is
// pending while there are any. It is one for the process, as the runtime's look
// is; made outside of any testing/synctest bubble, it moves no bubble's clock.
type watch struct {
	mu    sync.Mutex
	count int
	timer *time.Timer
}

// pulse is how long the timer runs at a time. A timer that was stopped stays with
// the runtime until its time has come, so this is also how long it takes until a
// deadlock is seen once nobody waits on the network.
const pulse = 300 * time.Millisecond

var poller = newWatch()

func newWatch() *watch {
	w := &watch{}
	w.timer = time.AfterFunc(0, w.beat) // over at once, so that nothing is pending
	return w
}

func (w *watch) beat() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count > 0 {
		w.timer.Reset(pulse)
	}
}

// enter lets a timer that runs already run on: waits are many and short.
func (w *watch) enter() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count++; w.count == 1 {
		w.timer.Reset(pulse)
	}
}

func (w *watch) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count--
}

// deadline is a point in time that can be moved while somebody waits for it.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	turn  int // counts calls of set, so that a late timer changes nothing
	past  bool
	moved notice // past, or set anew
}

// set moves the deadline; the zero time is never.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.turn++
	d.past = false
	d.moved.changed()
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		d.past = true
		return
	}
	turn := d.turn
	d.timer = time.AfterFunc(left, func() { d.expire(turn) })
}

func (d *deadline) expire(turn int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.turn == turn {
		d.past = true
		d.moved.changed()
	}
}

// state reports whether the deadline has passed, and a channel that is closed
// when that may have changed.
func (d *deadline) state() (past bool, moved <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.past {
		return true, nil
	}
	return false, d.moved.wait()
}

// stop ends the timer of a deadline that nobody will wait for again.
func (d *deadline) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
}
