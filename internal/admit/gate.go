package admit

import (
	"container/list"
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// loadFor is how long a reading of the load is good for.
	loadFor = 10 * time.Millisecond
	// look is how often the load is looked at while somebody waits.
	look = 20 * time.Millisecond
	// tellEvery is the least time between two positions that one who waits is
	// told.
	tellEvery = 250 * time.Millisecond
)

// Gate lets programs in. It is safe for concurrent use.
type Gate struct {
	cfg Config

	mu        sync.Mutex
	clients   map[string]*client
	idle      list.List // of *client: with nothing running or waiting, the longest first
	strangers *client   // the account of clients beyond cfg.Clients
	turn      uint64    // counts turns
	running   map[*Lease]bool
	lines     map[*client]bool // clients with somebody waiting
	news      map[*client]bool // clients with something to Tell
	waiting   int
	short     []*Lease // in Again, first come first
	promises  promises
	load      Load
	loadAt    time.Time
	timer     *time.Timer // set while somebody waits
}

// waiter is one who waits.
type waiter struct {
	session  *session
	since    time.Time
	asked    bool          // is within its client's rate, or waits for that too
	round    [levels]int   // in which it is served
	position int           // from 1
	moved    chan struct{} // gets a token when position changed
	turn     chan struct{} // closed when lease is set
	lease    *Lease
}

// New returns a Gate.
func New(c Config) *Gate {
	c = c.withDefaults()
	g := &Gate{
		cfg: c, clients: map[string]*client{}, running: map[*Lease]bool{}, lines: map[*client]bool{}, news: map[*client]bool{},
		promises: promises{most: (c.Queue + 1) / 2},
	}
	g.strangers = g.newClient("")
	return g
}

// Enter returns when v may run a program. While it waits, queued is told its
// position, again after changes. It returns a *BusyError if v must not wait,
// ctx's cause, or the error of queued.
func (g *Gate) Enter(ctx context.Context, v Visitor, queued func(position int) error) (*Lease, error) {
	w, err := g.join(v)
	if err != nil {
		return nil, err
	}
	if err := g.wait(ctx, w, queued); err != nil {
		g.abandon(w)
		return nil, err
	}
	return w.lease, nil
}

// join lets v in or puts it into the queue, unless it is refused.
func (g *Gate) join(v Visitor) (*waiter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	c := g.visit(v.Client, now)
	x, asked := c.sessions[v.Session], c.mayAsk(v, now)
	if !asked && (x != nil && !x.first() || c.unasked >= unasked) {
		return nil, g.refuse(RateLimited, c.promises.give(v, now, c.nextToken()))
	}
	x = g.session(c, v.Session)
	code := g.mayNotWait(v, c, now)
	if code != "" && (!asked || !g.survey(now).admits(x)) {
		return nil, g.turnAway(code, v, now)
	}
	w := &waiter{session: x, since: now, asked: asked, turn: make(chan struct{}), moved: make(chan struct{}, 1)}
	g.push(w)
	g.schedule()
	if code != "" && w.lease == nil {
		g.remove(w)
		return nil, g.turnAway(code, v, now)
	}
	g.promises.redeem(v)
	return w, nil
}

// mayNotWait tells why v may not join the queue, "" if it may. As with what is
// held, no client has all the places.
func (g *Gate) mayNotWait(v Visitor, c *client, now time.Time) Code {
	switch {
	case g.promises.due(v, now):
		return ""
	case c.waiting >= g.cfg.Places:
		return TooManyRuns
	case g.waiting >= g.cfg.Queue:
		return Busy
	case !Fits(int64(c.waiting), int64(g.waiting), 1, int64(g.cfg.Queue)):
		return TooManyRuns
	}
	return ""
}

func (g *Gate) turnAway(code Code, v Visitor, now time.Time) error {
	return g.refuse(code, g.promises.give(v, now, g.promises.gap(now, len(g.running), g.cfg.Longest)))
}

func (g *Gate) refuse(code Code, retry time.Duration) *BusyError {
	return &BusyError{Code: code, Retry: retry, Running: len(g.running), Waiting: g.waiting}
}

// push and remove keep the counts of those that wait. The caller holds mu.
func (g *Gate) push(w *waiter) {
	x := w.session
	g.rouse(x.client)
	x.waiting = append(x.waiting, w)
	x.client.waiting++
	if !w.asked {
		x.client.unasked++
	}
	g.lines[x.client] = true
	g.waiting++
}

func (g *Gate) remove(w *waiter) bool {
	x := w.session
	i := slices.Index(x.waiting, w)
	if i < 0 {
		return false
	}
	x.waiting = slices.Delete(x.waiting, i, i+1)
	if !w.asked {
		x.client.unasked--
	}
	g.waiting--
	if x.client.waiting--; x.client.waiting == 0 {
		delete(g.lines, x.client)
	}
	g.rest(x.client, time.Now())
	return true
}

// wait returns when it is w's turn.
func (g *Gate) wait(ctx context.Context, w *waiter, queued func(position int) error) error {
	quiet := time.NewTimer(0) // the first position is told at once
	defer quiet.Stop()
	var moved <-chan struct{} // nil while there is to be quiet
	for {
		select {
		case <-w.turn:
			return nil
		default:
		}
		select {
		case <-w.turn:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-quiet.C:
			moved = w.moved
		case <-moved:
			if err := queued(g.position(w)); err != nil {
				return err
			}
			moved = nil
			quiet.Reset(tellEvery)
		}
	}
}

func (g *Gate) position(w *waiter) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return w.position
}

// abandon takes w out, whether it waits or has been let in meanwhile.
func (g *Gate) abandon(w *waiter) {
	g.mu.Lock()
	waits := g.remove(w)
	if waits {
		g.schedule()
	}
	g.mu.Unlock()
	if !waits {
		w.lease.Leave(0)
	}
}

// schedule lets in whoever fits, tells the others where they are, and sees to it
// that it is called again. The caller holds mu.
func (g *Gate) schedule() {
	order := g.order()
	for w := g.next(order); w != nil; w = g.next(order) {
		g.admit(w)
		order = g.order()
	}
	for i, w := range order {
		if w.position != i+1 {
			w.position = i + 1
			select {
			case w.moved <- struct{}{}:
			default: // the token that is there stands for this change too
			}
		}
	}
	g.arm()
}

// next is the first in order that fits.
func (g *Gate) next(order []*waiter) *waiter {
	if len(order) == 0 || len(g.running) >= g.cfg.Programs {
		return nil
	}
	now := time.Now()
	s := g.survey(now)
	for _, w := range order {
		if s.admits(w.session) && w.pay(now) {
			return w
		}
	}
	return nil
}

// order is the order in which all that wait have their turn.
func (g *Gate) order() []*waiter {
	now := time.Now()
	var lines []line
	for c := range g.lines {
		lines = append(lines, line{&c.account, c.order(now), c.turn, false})
	}
	return merge(amongClients, lines)
}

// admit serves w: the rounds before its own pass, and it is charged for what its
// like used lately.
func (g *Gate) admit(w *waiter) {
	x, c := w.session, w.session.client
	now := time.Now()
	small := x.small(now)
	for other := range g.lines {
		other.advance(w.round[amongClients])
	}
	for _, other := range c.sessions {
		if len(other.waiting) > 0 {
			other.advance(w.round[amongSessions])
		}
	}
	g.turn++
	c.waves.served(w, g.turn, now)
	x.turn, c.turn = g.turn, g.turn
	l := &Lease{gate: g, session: x, since: now, modest: !c.fresh(now) && !small, hungry: true}
	c.spend(startCost, now)
	x.spend(startCost, now)
	g.note(c, 1, startCost)
	x.charge(c.cost)
	c.charge(c.cost)
	l.charged = c.cost
	x.running++
	c.running++
	g.running[l] = true
	g.remove(w)
	w.lease = l
	close(w.turn)
}

// arm sets the timer while there is something to look at. The caller holds mu.
func (g *Gate) arm() {
	if g.timer == nil && (g.waiting > 0 || len(g.short) > 0) {
		g.timer = time.AfterFunc(look, g.tick)
	}
}

func (g *Gate) tick() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.timer = nil
	g.retryShort(time.Now(), false)
	g.schedule()
}

// Promised reports whether v was told to come back about now.
func (g *Gate) Promised(v Visitor) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.promises.due(v, time.Now())
}

// Stats are figures for operators, taken at one moment.
type Stats struct {
	Running, Waiting int
	Starting         int // of those that run: not yet at their own code
	Hungry           int // of those that run: want more processor time
	Clients          int // that are remembered
	Queue            int // how many may wait
}

// Stats returns the gate's figures.
func (g *Gate) Stats() Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.survey(time.Now())
	return Stats{
		Running: len(g.running), Waiting: g.waiting, Clients: len(g.clients),
		Starting: s.starting, Hungry: s.hungry, Queue: g.cfg.Queue,
	}
}
