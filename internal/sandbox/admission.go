package sandbox

import (
	"context"
	"slices"
	"sync"
)

// admission hands out a fixed number of slots, first come first served, and
// lets a bounded number of others wait.
type admission struct {
	mu      sync.Mutex
	slots   int // free
	size    int
	queue   int // most that may wait
	waiting []*waiter
}

// waiter is one who waits. turn is closed when it holds a slot; moved gets a
// token when its position changed.
type waiter struct {
	turn  chan struct{}
	moved chan struct{}
}

func newAdmission(slots, queue int) *admission {
	return &admission{slots: slots, size: slots, queue: queue}
}

// enter returns when the caller holds a slot, and how to give it back. While
// the caller waits, queued is told its position, again after every change.
func (a *admission) enter(ctx context.Context, queued func(position int) error) (leave func(), err error) {
	a.mu.Lock()
	if a.slots > 0 {
		a.slots--
		a.mu.Unlock()
		return a.leave, nil
	}
	if len(a.waiting) >= a.queue {
		err := &BusyError{Running: a.size, Waiting: len(a.waiting)}
		a.mu.Unlock()
		return nil, err
	}
	w := &waiter{turn: make(chan struct{}), moved: make(chan struct{}, 1)}
	a.waiting = append(a.waiting, w)
	w.moved <- struct{}{} // the first position is news too
	a.mu.Unlock()
	if err := a.wait(ctx, w, queued); err != nil {
		a.abandon(w)
		return nil, err
	}
	return a.leave, nil
}

func (a *admission) wait(ctx context.Context, w *waiter, queued func(int) error) error {
	for {
		select {
		case <-w.turn:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-w.moved:
			if position := a.position(w); position > 0 {
				if err := queued(position); err != nil {
					return err
				}
			}
		}
	}
}

// position is w's place in the queue, from 1; 0 when its turn has come.
func (a *admission) position(w *waiter) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Index(a.waiting, w) + 1
}

// leave gives a slot back: to the head of the queue, if there is one.
func (a *admission) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) == 0 {
		a.slots++
		return
	}
	head := a.waiting[0]
	a.waiting = slices.Delete(a.waiting, 0, 1)
	close(head.turn)
	a.announce()
}

// abandon takes w out of the queue; if its turn came meanwhile, the slot goes
// to the next.
func (a *admission) abandon(w *waiter) {
	a.mu.Lock()
	i := slices.Index(a.waiting, w)
	if i >= 0 {
		a.waiting = slices.Delete(a.waiting, i, i+1)
		a.announce()
	}
	a.mu.Unlock()
	if i < 0 {
		a.leave()
	}
}

// announce tells everyone who waits that positions changed. A token that is
// already there stands for this change too.
func (a *admission) announce() {
	for _, w := range a.waiting {
		select {
		case w.moved <- struct{}{}:
		default:
		}
	}
}

func (a *admission) load() (running, waiting int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.size - a.slots, len(a.waiting)
}
