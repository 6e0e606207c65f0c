package admit

import (
	"context"
	"slices"
	"time"
)

const (
	// settle is how long a program counts as starting at most.
	settle = 250 * time.Millisecond
	// growth is how long a program takes to hold what it will, most often.
	growth = time.Second
	// hungryShare is the part of a core above which a program is hungry for
	// more: fewer than thirty on one core still get that much.
	hungryShare = 0.03
	// startCost is the processor time of starting a worker, which no program's
	// account has: who only makes workers start uses the machine too.
	startCost = 25 * time.Millisecond
	// moment is how long Again waits when no program ends.
	moment = 200 * time.Millisecond
)

// Lease is the right to run one program. Leave gives it back.
type Lease struct {
	gate    *Gate
	session *session
	since   time.Time
	modest  bool
	started bool
	left    bool

	charged time.Duration // processor time that the accounts were charged with

	measured bool // Used has been called
	usedAt   time.Time
	usedCPU  time.Duration
	memory   int64
	threads  int
	hungry   bool          // uses much of a core, or it is not known yet whether
	spent    time.Duration // processor time that is in the client's recent

	again   chan struct{} // not nil while in Again; closed to end that
	againAt time.Time
	retryAt time.Time // when Again returned last
}

// Modest reports whether its client had used much lately, or had something
// running, when it was let in, unless it is of a session that is small: then it
// leaves to others what helps to start soon.
func (l *Lease) Modest() bool { return l.modest }

// Started says that the program's own code begins: it no longer counts as
// starting.
func (l *Lease) Started() {
	g := l.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if !l.started {
		l.started = true
		g.schedule()
	}
}

// Used says what the program has used so far, and what it holds.
func (l *Lease) Used(cpu time.Duration, memory int64, threads int) {
	g := l.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	l.spend(cpu, now)
	if l.measured {
		rate := float64(cpu-l.usedCPU) / float64(max(now.Sub(l.usedAt), time.Millisecond))
		l.hungry = rate > hungryShare
	}
	l.measured, l.usedAt, l.usedCPU = true, now, cpu
	l.memory, l.threads = memory, threads
	if startCost+cpu > l.charged {
		l.charge(startCost + cpu)
	}
}

// expects is what the program may come to hold: what its like came to hold before.
// Of a session that is not known those are all of the client's, but only while it
// is new: else one that held much would shut its address until all have ended.
func (l *Lease) expects(now time.Time) usual {
	switch {
	case l.session.known:
		return l.session.usual
	case now.Sub(l.since) < growth:
		return l.session.client.usual
	}
	return usual{}
}

func (l *Lease) spend(cpu time.Duration, now time.Time) {
	l.session.spend(cpu-l.spent, now)
	l.session.client.spend(cpu-l.spent, now)
	l.gate.note(l.session.client, 0, cpu-l.spent)
	l.spent = cpu
}

// charge puts right what the accounts were charged with.
func (l *Lease) charge(used time.Duration) {
	l.session.charge(used - l.charged)
	l.session.client.charge(used - l.charged)
	l.charged = used
}

// Leave gives the lease back and charges what the program used. Only the first
// call counts.
func (l *Lease) Leave(cpu time.Duration) {
	g := l.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if l.left {
		return
	}
	l.left = true
	now := time.Now()
	delete(g.running, l)
	x := l.session
	x.running--
	x.client.running--
	l.charge(startCost + cpu)
	x.learn(startCost + cpu)
	x.client.learn(startCost + cpu)
	l.spend(cpu, now)
	x.hold(l.memory, l.threads)
	g.rest(x.client, now)
	g.promises.left(now)
	g.retryShort(now, true)
	g.schedule()
}

// Again is called when the program could not be started because the machine is
// short of something. It returns when another program has ended, or after a
// moment, or with ctx's cause; of several callers the first returns first. The
// lease keeps its turn, and nobody else is let in meanwhile.
func (l *Lease) Again(ctx context.Context) error {
	g := l.gate
	g.mu.Lock()
	l.again = make(chan struct{})
	l.againAt = time.Now()
	g.short = append(g.short, l)
	g.arm()
	g.mu.Unlock()
	defer g.noLongerShort(l)
	select {
	case <-l.again:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (g *Gate) noLongerShort(l *Lease) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.short, l); i >= 0 {
		g.short = slices.Delete(g.short, i, i+1)
	}
	l.since = time.Now() // it starts anew
	l.retryAt = l.since
}

// retryShort lets the first of those in Again try, when a program ended or a
// moment has passed.
func (g *Gate) retryShort(now time.Time, ended bool) {
	if len(g.short) == 0 {
		return
	}
	l := g.short[0]
	if !ended && now.Sub(l.againAt) < moment {
		return
	}
	close(l.again)
	l.retryAt = now
	g.short = slices.Delete(g.short, 0, 1)
	if len(g.short) > 0 {
		g.short[0].againAt = now
	}
}
