package race

import (
	"sync/atomic"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// thread is a goroutine. Only it uses what it knows.
type thread struct {
	number  int64
	parent  int64
	creator *stack // where it was started; nil for main and for the library's
	by      *adoption
	slot    int
	knows   clock         // of others, and of itself if its slot is near
	time    atomic.Uint32 // its own, which it alone sets
	touched epoch         // when it accessed memory last
	ended   bool          // under the detector's lock
	inside  *object       // the map in whose Range it is, if it is in one

	starting *object // the WaitGroup whose Go it is in, where goroutines go one at a time
	group    *object // the WaitGroup that hears of its end, there
	handed   bool    // it has what somebody's value says, there

	generation uint32      // of the pages below
	pages      []*page     // those that it used last, by number
	made       []*accessed // by place
	missed     int         // how often what it needed was not there
}

// A goroutine remembers few pages and places until it turns out to need more: of those
// of which a program has thousands, most touch little.
const (
	fewRemembered  = 4
	manyRemembered = 64 // powers of two
	oftenMissed    = 16
)

func newThread() *thread {
	return &thread{pages: make([]*page, fewRemembered), made: make([]*accessed, fewRemembered)}
}

// threadSize is about how much more memory a goroutine needs because it is watched, in
// bytes: the most of what it knows and knew when it began to wait, and of its calls.
func threadSize(slot int) int64 {
	const calls = 1500
	return calls + 2*clockSize(slot) // now, and in a queue
}

// miss counts that something was not remembered.
func (t *thread) miss() {
	if t.missed++; t.missed == oftenMissed {
		t.pages, t.made = make([]*page, manyRemembered), make([]*accessed, manyRemembered)
	}
}

// takes makes a slot t's, whose time goes on after what is used of it.
func (t *thread) takes(slot int, used uint32) {
	t.slot = slot
	t.knows.reach(slot)
	t.time.Store(used)
	t.tick()
}

// now is the goroutine's present.
func (t *thread) now() epoch { return at(t.slot, t.time.Load()) }

// tick begins another time: what happens from now on has not happened before what has
// been released.
func (t *thread) tick() {
	now := t.time.Load() + 1
	t.time.Store(now)
	if t.slot < len(t.knows.near) {
		t.knows.near[t.slot] = now
	}
}

// knew says whether something happened before what t does now.
func (t *thread) knew(e epoch) bool {
	return e.slot() == t.slot || t.knows.knows(e)
}

// tell adds all that t knows to c, its present included.
func (t *thread) tell(c *clock) {
	c.join(t.knows)
	t.add(c)
}

// told is all that t knows, its present included.
func (t *thread) told() clock {
	c := t.knows.clone()
	t.add(&c)
	return c
}

// add adds the present to what t knows, where it is not part of it.
func (t *thread) add(c *clock) {
	if t.slot >= nearSlots {
		c.put(t.now())
	}
}

// passes is told, of something that t passes on: what it does from now on is not part of it.
func (t *thread) passes() clock {
	c := t.told()
	t.tick()
	return c
}

// stack is an access and the calls that it was made in.
type stack struct {
	at    *hook.Access
	calls *hook.Stack
}
