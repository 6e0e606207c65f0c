package admit

import (
	"context"
	"sync"
	"time"
)

// forgotten is how many clients a Throttle remembers before those that are
// within their rate are forgotten.
const forgotten = 1 << 10

// Rate is how many of something there may be each second, and how many more at
// once after a time of none.
type Rate struct{ PerSecond, Burst int }

// every is the time between two.
func (r Rate) every() time.Duration { return time.Second / time.Duration(r.PerSecond) }

// over is how long to wait for one that is due then.
func (r Rate) over(due, now time.Time) time.Duration {
	return max(0, due.Sub(now)-time.Duration(r.Burst)*r.every())
}

// after is when the next is due, after one that costs as much as some.
func (r Rate) after(due, now time.Time, cost int) time.Time {
	if due.Before(now) {
		due = now
	}
	return due.Add(time.Duration(cost) * r.every())
}

// Throttle holds what clients send to a rate, of each and of all: to read it
// costs the server processor time, and asking for nothing is free of all other
// bounds. What is over the rate waits, in the client's own kernel, for as long as
// it takes: nobody is refused. It is the generic cell rate algorithm.
//
// The rate of all is for a client of very many addresses, such as one with a
// /48 of IPv6. Then everybody waits, but no longer than it takes to serve one
// of each connection. What waits for its client's rate does not count there yet:
// one client that sends thousands at once would make everybody wait for them.
type Throttle struct {
	one, all Rate

	mu      sync.Mutex
	due     map[string]time.Time // of each client's next
	allDue  time.Time
	sweepAt int // length of due at which to look for what can be forgotten
}

// NewThrottle returns a Throttle with a rate for each client and one for all.
func NewThrottle(one, all Rate) *Throttle {
	return &Throttle{one: one, all: all, due: map[string]time.Time{}, sweepAt: forgotten}
}

// Wait counts something of that cost, and waits until the client may send more,
// or ctx ends.
func (t *Throttle) Wait(ctx context.Context, client string, cost int) {
	if pause(ctx, t.own(client, cost, time.Now())) {
		pause(ctx, t.common(cost, time.Now()))
	}
}

// pause waits for d, and reports whether ctx did not end before.
func pause(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Correct counts that much more for a client, less when it is negative, when what
// something costs is known only after it was let in.
func (t *Throttle) Correct(client string, cost int) {
	now := time.Now()
	t.own(client, cost, now)
	t.common(cost, now)
}

// own counts for a client something that came now, and returns how long to wait.
func (t *Throttle) own(client string, cost int, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.due) >= t.sweepAt {
		t.forget(now)
	}
	due := t.one.after(t.due[client], now, cost)
	t.due[client] = due
	return t.one.over(due, now)
}

// common counts for all what its client may send now, and returns how long to wait.
func (t *Throttle) common(cost int, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.allDue = t.all.after(t.allDue, now, cost)
	return t.all.over(t.allDue, now)
}

// forget drops the clients of whom nothing is to be known. It looks again when
// there are twice as many: to look at all of them for each that comes would cost
// more than what it bounds. The caller holds mu.
func (t *Throttle) forget(now time.Time) {
	for client, due := range t.due {
		if due.Before(now) {
			delete(t.due, client)
		}
	}
	t.sweepAt = max(2*len(t.due), forgotten)
}
