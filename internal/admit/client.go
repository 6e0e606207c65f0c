package admit

import (
	"container/list"
	"math"
	"time"

	"golang.org/x/time/rate"
)

// forgetAfter is how long a client is remembered that asks for nothing. What it
// owes is forgotten with it.
const forgetAfter = time.Minute

// idleSessions is how many sessions of a client with nothing running or waiting
// are remembered.
const idleSessions = 64

// client is one address with its sessions.
type client struct {
	account
	name     string
	limiter  *rate.Limiter
	sessions map[string]*session
	running  int
	waiting  int

	usual  held          // by one of its programs, at most, lately
	recent time.Duration // processor time, worth half after each halfLife
	asOf   time.Time     // when recent was so

	idle   *list.Element // in Gate.idle, while it has nothing running or waiting
	idleAt time.Time
}

// session is one reader, as far as that can be told.
type session struct {
	account
	client  *client
	name    string
	running int
	waiting []*waiter // first come first
}

const (
	halfLife = 5 * time.Second
	// lightUse is the recent processor time below which a client's next program is
	// likely to be done soon.
	lightUse = 500 * time.Millisecond
)

// spend counts processor time as recent.
func (c *client) spend(d time.Duration, now time.Time) {
	c.recent = c.faded(now) + d
	c.asOf = now
}

func (c *client) faded(now time.Time) time.Duration {
	return time.Duration(float64(c.recent) * math.Exp2(-float64(now.Sub(c.asOf))/float64(halfLife)))
}

// fresh reports whether the client has nothing running and has used little lately.
func (c *client) fresh(now time.Time) bool { return c.running == 0 && c.faded(now) < lightUse }

// hold takes what a program came to hold into the experience.
func (c *client) hold(memory int64, threads int) {
	c.usual.memory = max((3*c.usual.memory+memory)/4, memory)
	c.usual.threads = max((3*c.usual.threads+threads)/4, threads)
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
	if len(c.sessions) >= idleSessions+c.running+c.waiting {
		c.dropIdle()
	}
	g.turn++
	x := &session{account: newAccount(g.turn), client: c, name: name}
	c.sessions[name] = x
	return x
}

// dropIdle forgets the sessions with nothing running or waiting.
func (c *client) dropIdle() {
	for name, x := range c.sessions {
		if x.running == 0 && len(x.waiting) == 0 {
			delete(c.sessions, name)
		}
	}
}

// order is the order in which the client's sessions have their turn.
func (c *client) order() []*waiter {
	return merge(amongSessions, c.lines())
}

func (c *client) lines() []line {
	var lines []line
	for _, x := range c.sessions {
		if len(x.waiting) > 0 {
			lines = append(lines, line{&x.account, x.waiting})
		}
	}
	return lines
}
