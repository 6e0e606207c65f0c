package race

import "slices"

// An epoch is a moment of a goroutine: its slot in clocks, and how far it was. The zero
// epoch is before everything.
type epoch uint64

func at(slot int, time uint32) epoch { return epoch(slot)<<32 | epoch(time) }

func (e epoch) slot() int    { return int(e >> 32) }
func (e epoch) time() uint32 { return uint32(e) }

// clock is what is known of each goroutine: everything up to the time in its slot has
// happened before. The first slots, which are all that most programs have, are the clock's
// own. The others are a tree that nobody changes: clocks that differ in a few slots share
// the rest of it, so that ten thousand goroutines do not need a hundred million times.
type clock struct {
	near []uint32
	far  []*block
}

type (
	leaf  [32]uint32
	block [16]*leaf
)

const (
	nearSlots  = 32
	leafSlots  = len(leaf{})
	blockSlots = len(block{}) * leafSlots
)

// clockSize is about how much memory a clock has for itself that knows of so many slots,
// in bytes: of the tree what leads to one leaf.
func clockSize(slots int) int64 {
	const time, pointer = 4, 8
	if slots <= nearSlots {
		return int64(slots) * time
	}
	return int64(nearSlots+leafSlots)*time + int64(len(block{})+slots/blockSlots+1)*pointer
}

// none says whether nothing is known.
func (c clock) none() bool { return len(c.near) == 0 && len(c.far) == 0 }

// time is up to when a goroutine is known.
func (c clock) time(slot int) uint32 {
	if slot < nearSlots {
		if slot < len(c.near) {
			return c.near[slot]
		}
		return 0
	}
	slot -= nearSlots
	if i := slot / blockSlots; i < len(c.far) && c.far[i] != nil {
		if l := c.far[i][slot%blockSlots/leafSlots]; l != nil {
			return l[slot%leafSlots]
		}
	}
	return 0
}

// knows says whether something happened before.
func (c clock) knows(e epoch) bool { return e.time() == 0 || c.time(e.slot()) >= e.time() }

// clone is a clock of its own that knows the same.
func (c clock) clone() clock { return clock{slices.Clone(c.near), c.far} }

// set replaces what c knows by what d does, in the memory that c has.
func (c *clock) set(d clock) { c.near, c.far = append(c.near[:0], d.near...), d.far }

// reach makes the near slots up to this one the clock's.
func (c *clock) reach(slot int) {
	if more := min(slot, nearSlots-1) + 1 - len(c.near); more > 0 {
		c.near = append(c.near, make([]uint32, more)...)
	}
}

// put adds that a moment has happened before.
func (c *clock) put(e epoch) {
	if c.knows(e) {
		return
	}
	slot := e.slot()
	if c.reach(slot); slot < nearSlots {
		c.near[slot] = e.time()
		return
	}
	slot -= nearSlots
	far := make([]*block, max(len(c.far), slot/blockSlots+1))
	copy(far, c.far)
	b, l := block{}, leaf{}
	if shared := far[slot/blockSlots]; shared != nil {
		b = *shared
	}
	if shared := b[slot%blockSlots/leafSlots]; shared != nil {
		l = *shared
	}
	l[slot%leafSlots] = e.time()
	b[slot%blockSlots/leafSlots] = &l
	far[slot/blockSlots] = &b
	c.far = far
}

// join adds what d knows.
func (c *clock) join(d clock) {
	if len(c.near) < len(d.near) {
		c.reach(len(d.near) - 1)
	}
	near := c.near[:len(d.near)]
	for i, t := range d.near {
		if t > near[i] {
			near[i] = t
		}
	}
	if len(d.far) > 0 {
		c.far = merged(c.far, d.far, joinBlocks)
	}
}

func joinBlocks(a, b *block) *block { return (*block)(merged(a[:], b[:], joinLeaves)) }

// joinLeaves is a or b, if that knows all that the other does.
func joinLeaves(a, b *leaf) *leaf {
	behind, ahead := false, false
	for i, t := range b {
		behind, ahead = behind || a[i] < t, ahead || a[i] > t
	}
	switch {
	case !behind:
		return a
	case !ahead:
		return b
	}
	l := *a
	for i, t := range b {
		l[i] = max(l[i], t)
	}
	return &l
}

// merged is what two lists know by their elements: one of the two, if the other adds
// nothing, so that those who learn the same come to share it.
func merged[T any](a, b []*T, join func(a, b *T) *T) []*T {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) == 0 || len(a) == len(b) && &a[0] == &b[0] {
		return a
	}
	isA, isB := true, len(a) == len(b)
	var own []*T // once it is neither
	for i := range b {
		both := a[i]
		if both == nil {
			both = b[i]
		} else if b[i] != nil && b[i] != both {
			both = join(a[i], b[i])
		}
		stillA, stillB := isA && both == a[i], isB && both == b[i]
		if own == nil && !stillA && !stillB {
			own = slices.Clone(a)
			if isB {
				copy(own, b[:i])
			}
		}
		if own != nil {
			own[i] = both
		}
		isA, isB = stillA, stillB
	}
	switch {
	case own != nil:
		return own
	case isA:
		return a
	}
	return b
}

// sync is something by which goroutines wait for each other.
type sync struct {
	knows clock
	count int   // of a WaitGroup
	reads clock // of a RWMutex: what readers have released
}

// release lets whoever acquires s know all that t does.
func (s *sync) release(t *thread) {
	t.tell(&s.knows)
	t.tick()
}

// acquire lets t know what has been released.
func (s *sync) acquire(t *thread) { t.knows.join(s.knows) }
