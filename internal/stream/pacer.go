package stream

import (
	"context"
	"time"

	"playground/internal/journal"
)

// A session writes paceBurst small frames of output as fast as they come.
// Beyond that it waits for paceInterval after each that might have grown: what
// comes meanwhile is merged in the journal, so a program that prints single bytes
// as fast as it can costs its client a thousand messages a second, not a hundred
// thousand. No line waits longer than paceInterval for this, and none at all below
// that rate. What is complete, because something else follows it already, is not
// worth a wait.
const (
	paceInterval = time.Millisecond
	paceBurst    = 128
)

// pacer spaces events out: the generic cell rate algorithm, which is a token
// bucket without a clock of its own.
type pacer struct{ due time.Time }

// delay counts an event that happens now and returns how long the next one
// has to wait.
func (p *pacer) delay(now time.Time) time.Duration {
	if p.due.Before(now) {
		p.due = now
	}
	p.due = p.due.Add(paceInterval)
	return max(0, p.due.Sub(now)-paceBurst*paceInterval)
}

// wait counts an event and waits until there may be another, or ctx ends.
func (p *pacer) wait(ctx context.Context) {
	d := p.delay(time.Now())
	if d == 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// backlog counts what is sent of a journal that goes on already. A program runs
// once, but a client may ask again and again for all that it said, which costs some
// hundred times as much as to ask. So it is sent at the client's rate of messages.
type backlog struct {
	server *Server
	client string
	bytes  int
}

// sent counts n bytes of an entry, and waits while the client is over its rate.
func (b *backlog) sent(ctx context.Context, e journal.Entry, n int) {
	if e.Newest {
		return
	}
	if b.bytes += n; b.bytes >= weighed {
		b.server.throttle.Wait(ctx, b.client, b.bytes/weighed)
		b.bytes %= weighed
	}
}
