package race

import (
	"sync/atomic"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// An epoch is a moment of a goroutine: its slot in clocks, and how far it was. The zero
// epoch is before everything.
type epoch uint64

func at(slot int, time uint32) epoch { return epoch(slot)<<32 | epoch(time) }

func (e epoch) slot() int    { return int(e >> 32) }
func (e epoch) time() uint32 { return uint32(e) }

// clock is what is known of each goroutine: everything up to the time in its slot has
// happened before.
type clock []uint32

// knows says whether something happened before.
func (c clock) knows(e epoch) bool {
	return e.time() == 0 || e.slot() < len(c) && c[e.slot()] >= e.time()
}

// clockSize is the size of what is known of one goroutine, in bytes.
const clockSize = 4

// join adds what d knows.
func (c *clock) join(d clock) {
	for len(*c) < len(d) {
		*c = append(*c, 0)
	}
	for i, t := range d {
		(*c)[i] = max((*c)[i], t)
	}
}

// set replaces what c knows by what d does, in the memory that c has.
func (c *clock) set(d clock) { *c = append((*c)[:0], d...) }

// thread is a goroutine. Only it uses what it knows.
type thread struct {
	number  int64
	parent  int64
	creator *stack // where it was started; nil for main and for the library's
	by      *adoption
	slot    int
	knows   clock         // its own time included
	time    atomic.Uint32 // its own time, for others
	touched epoch         // when it accessed memory last
	ended   bool          // under the detector's lock
	inside  *object       // the map in whose Range it is, if it is in one

	starting *object // the WaitGroup whose Go it is in, where goroutines go one at a time
	group    *object // the WaitGroup that hears of its end, there
	handed   bool    // it has what somebody's value says, there

	generation uint32        // of the pages below
	pages      [64]*page     // those that it used last, by number
	made       [64]*accessed // by place
}

// now is the goroutine's present.
func (t *thread) now() epoch { return at(t.slot, t.knows[t.slot]) }

// tick begins another time: what happens from now on has not happened before what has
// been released.
func (t *thread) tick() {
	t.knows[t.slot]++
	t.time.Store(t.knows[t.slot])
}

// stack is an access and the calls that it was made in.
type stack struct {
	at    *hook.Access
	calls *hook.Stack
}

// sync is something by which goroutines wait for each other.
type sync struct {
	knows clock
	count int   // of a WaitGroup
	reads clock // of a RWMutex: what readers have released
}

// release lets whoever acquires s know all that t does.
func (s *sync) release(t *thread) {
	s.knows.join(t.knows)
	t.tick()
}

// acquire lets t know what has been released.
func (s *sync) acquire(t *thread) { t.knows.join(s.knows) }
