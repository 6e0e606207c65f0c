package admit

import (
	"cmp"
	"container/list"
	"maps"
	"math"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

// forgetAfter is how long a client is remembered that asks for nothing. What it
// owes is forgotten with it.
const forgetAfter = time.Minute

const (
	// idleSessions is how many sessions of a client are remembered that have
	// nothing running or waiting and never ran a program.
	idleSessions = 64
	// knownSessions is how many are that did. No more than some dozens of programs
	// end in a second, of all clients together.
	knownSessions = 512
)

// unasked is how many of a client's newcomers may wait although it asks too often,
// each for its first program.
const unasked = 32

// client is one address with its sessions.
type client struct {
	account
	recent
	name     string
	limiter  *rate.Limiter
	promises promises // to those who were refused for asking too often
	sessions map[string]*session
	running  int
	waiting  int
	unasked  int // of those that wait, not within the rate yet
	waves    waves
	news     News // not told yet

	usual usual // of its programs, as far as their sessions are not known

	idle   *list.Element // in Gate.idle, while it has nothing running or waiting
	idleAt time.Time
}

// session is one reader, as far as that can be told.
type session struct {
	account
	recent
	client  *client
	name    string
	running int
	waiting []*waiter // first come first
	known   bool      // a program of it has ended
	usual   usual     // of its programs, once it is known
}

// usual is what a program holds at most, by experience.
type usual struct {
	memory  int64
	threads int
}

// learn takes what a program came to hold into the experience.
func (u *usual) learn(memory int64, threads int) {
	u.memory = max((3*u.memory+memory)/4, memory)
	u.threads = max((3*u.threads+threads)/4, threads)
}

// small reports whether the session has nothing running, and its next program is
// likely to be small and done soon, as those before were. Readers behind one
// address are told apart by this: one who runs small programs goes before those
// whose programs compute, hold much, or only come, which may all be the same
// attacker's. So it may be for one program at a time, of a session that has shown
// what its programs are like.
func (x *session) small(now time.Time) bool {
	return x.known && x.running == 0 && x.cost < smallCost && x.faded(now) < smallUse &&
		x.usual.memory <= smallMemory && x.usual.threads <= smallThreads
}

// hold takes what a program of the session came to hold into the experience.
func (x *session) hold(memory int64, threads int) {
	x.known = true
	x.usual.learn(memory, threads)
	x.client.usual.learn(memory, threads)
}

const (
	halfLife = 5 * time.Second
	// lightUse is the recent processor time below which a client's next program is
	// likely to be done soon.
	lightUse = 500 * time.Millisecond
	// smallCost is the processor time, by experience, below which a session's next
	// program is likely to be done before it is in anybody's way. It is more than a
	// new account's cost: one program that costs little is enough.
	smallCost = 150 * time.Millisecond
	// smallUse is the recent processor time beyond which a session is not small,
	// however little each of its programs uses: that of a fifth of a core.
	smallUse = 1500 * time.Millisecond
	// smallMemory and smallThreads are more than most of an article's programs hold.
	smallMemory  = 48 << 20
	smallThreads = 32
)

// recent is the processor time that somebody used lately.
type recent struct {
	used time.Duration // worth half after each halfLife
	asOf time.Time     // when it was so
}

func (r *recent) spend(d time.Duration, now time.Time) {
	r.used = r.faded(now) + d
	r.asOf = now
}

func (r *recent) faded(now time.Time) time.Duration {
	return time.Duration(float64(r.used) * math.Exp2(-float64(now.Sub(r.asOf))/float64(halfLife)))
}

// fresh reports whether the client has nothing running and has used little lately.
func (c *client) fresh(now time.Time) bool { return c.running == 0 && c.faded(now) < lightUse }

// mayAsk reports whether v may ask to run a program now, as often as its client
// did. The last quarter of what the client may ask for at once is for those who
// were told to come now, for newcomers who wait, and for sessions that are small:
// who is behind one address with somebody who asks without end gets through.
func (c *client) mayAsk(v Visitor, now time.Time) bool {
	if c.promises.due(v, now) {
		c.promises.redeem(v)
		c.limiter.ReserveN(now, 1) // even if there is none left
		return true
	}
	if x := c.sessions[v.Session]; x != nil && x.small(now) {
		return c.limiter.AllowN(now, 1)
	}
	return c.take(now, c.limiter.Burst()/4)
}

// take takes one of what the client may ask for, if it leaves some.
func (c *client) take(now time.Time, left int) bool {
	return c.limiter.TokensAt(now) >= 1+float64(left) && c.limiter.AllowN(now, 1)
}

// pay reports whether w is within its client's rate by now. Half of what is kept
// back is for those that are small.
func (w *waiter) pay(now time.Time) bool {
	c := w.session.client
	return w.asked || c.take(now, c.limiter.Burst()/8)
}

// nextToken is the time between two that may ask because they were told to: a
// quarter of the rate is theirs.
func (c *client) nextToken() time.Duration {
	return time.Duration(4 / float64(c.limiter.Limit()) * float64(time.Second))
}

// visit finds or makes the account of a visitor's client. When there are as
// many as are remembered, and all are at it, strangers share one.
func (g *Gate) visit(name string, now time.Time) *client {
	g.expire(now)
	if c := g.clients[name]; c != nil {
		return c
	}
	if len(g.clients) >= g.cfg.Clients {
		front := g.idle.Front()
		if front == nil {
			return g.strangers
		}
		g.forget(front.Value.(*client))
	}
	c := g.newClient(name)
	g.clients[name] = c
	g.rest(c, now)
	return c
}

func (g *Gate) newClient(name string) *client {
	g.turn++
	return &client{
		account: newAccount(g.turn), name: name,
		limiter:  rate.NewLimiter(g.cfg.Rate, g.cfg.Burst),
		promises: promises{most: ratePromises},
		sessions: map[string]*session{},
	}
}

// expire forgets the clients that have been idle for long.
func (g *Gate) expire(now time.Time) {
	for e := g.idle.Front(); e != nil; e = g.idle.Front() {
		c := e.Value.(*client)
		if now.Sub(c.idleAt) < forgetAfter {
			return
		}
		g.forget(c)
	}
}

func (g *Gate) forget(c *client) {
	g.idle.Remove(c.idle)
	delete(g.clients, c.name)
	delete(g.news, c)
}

// rest puts a client with nothing to do among the idle.
func (g *Gate) rest(c *client, now time.Time) {
	if c == g.strangers || c.running+c.waiting > 0 {
		return
	}
	c.idleAt = now
	if c.idle == nil {
		c.idle = g.idle.PushBack(c)
	} else {
		g.idle.MoveToBack(c.idle)
	}
}

// rouse takes a client out of the idle.
func (g *Gate) rouse(c *client) {
	if c.idle != nil {
		g.idle.Remove(c.idle)
		c.idle = nil
	}
}

// session finds or makes the account of one of a client's sessions.
func (g *Gate) session(c *client, name string) *session {
	if x := c.sessions[name]; x != nil {
		return x
	}
	c.dropIdle()
	g.turn++
	x := &session{account: newAccount(g.turn), client: c, name: name}
	c.sessions[name] = x
	return x
}

// dropIdle forgets sessions with nothing running or waiting when there are too
// many: those that never ran anything, then those that did not for longest.
func (c *client) dropIdle() {
	if len(c.sessions) < idleSessions+c.running+c.waiting {
		return
	}
	var known []*session
	strange := 0
	for _, x := range c.sessions {
		switch {
		case x.running > 0 || len(x.waiting) > 0:
		case x.known:
			known = append(known, x)
		default:
			strange++
		}
	}
	if strange >= idleSessions {
		maps.DeleteFunc(c.sessions, func(_ string, x *session) bool {
			return !x.known && x.running == 0 && len(x.waiting) == 0
		})
	}
	if len(known) < knownSessions {
		return
	}
	slices.SortFunc(known, func(a, b *session) int { return cmp.Compare(a.turn, b.turn) })
	for _, x := range known[:len(known)/2] {
		delete(c.sessions, x.name)
	}
}

// order is the order in which the client's sessions have their turn.
func (c *client) order(now time.Time) []*waiter {
	return merge(amongSessions, c.lines(now))
}

func (c *client) lines(now time.Time) []line {
	var lines []line
	for _, x := range c.sessions {
		if len(x.waiting) > 0 {
			lines = append(lines, line{&x.account, x.waiting, x.turn, x.small(now)})
		}
	}
	c.waves.mix(lines, now)
	return lines
}
