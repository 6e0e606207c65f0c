package stream

import (
	"context"
	"sync"
	"time"
)

const (
	// weighed is how many bytes of a message count as much as a message.
	weighed = 4 << 10
	// throttled is how many clients are remembered before those that are within
	// their rate are forgotten.
	throttled = 1 << 10
)

// throttle holds the messages of each client, by all its connections together,
// to a rate: to read one costs the server processor time, and asking for nothing
// is free of all other bounds. What is over the rate waits in the client's own
// kernel. The rate may be exceeded for a second's worth.
//
// It is the generic cell rate algorithm, as in pacer.
type throttle struct {
	every time.Duration // between two messages

	mu  sync.Mutex
	due map[string]time.Time // of the next message, of each client
}

func newThrottle(perSecond int) *throttle {
	return &throttle{every: time.Second / time.Duration(perSecond), due: map[string]time.Time{}}
}

// wait counts a message of so many bytes, and waits until the client may send
// another, or ctx ends.
func (t *throttle) wait(ctx context.Context, client string, size int) {
	d := t.delay(client, size, time.Now())
	if d == 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// delay counts a message that came now, and returns how long to wait.
func (t *throttle) delay(client string, size int, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.due) >= throttled {
		t.forget(now)
	}
	due := t.due[client]
	if due.Before(now) {
		due = now
	}
	due = due.Add(time.Duration(1+size/weighed) * t.every)
	t.due[client] = due
	return max(0, due.Sub(now)-time.Second)
}

// forget drops the clients of whom nothing is to be known. The caller holds mu.
func (t *throttle) forget(now time.Time) {
	for client, due := range t.due {
		if due.Before(now) {
			delete(t.due, client)
		}
	}
}
