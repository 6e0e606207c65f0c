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
