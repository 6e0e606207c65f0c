package dispatch

import (
	"cmp"
	"math"
	"math/rand/v2"
)

// Offer is how soon a node would run a program.
type Offer struct {
	// Promised says that this visitor was told to come back to this node.
	Promised bool `json:"promised,omitempty"`
	// Waiting is how many programs wait for their turn.
	Waiting int `json:"waiting,omitempty"`
	// Full says that no more may run at once.
	Full bool `json:"full,omitempty"`
	// Busy is how many programs start or want more processor time, for each core.
	Busy float64 `json:"busy,omitempty"`
	// Idle is how many workers wait, confined and warm.
	Idle int `json:"idle,omitempty"`
}

// candidate is a node that would run a program.
type candidate struct {
	node  string
	here  bool // it is this one: no hop
	offer Offer
	lot   uint64 // decides among equals, so that gateways do not all choose the same
}

func newCandidate(node string, here bool, o Offer) candidate {
	return candidate{node, here, o, rand.Uint64()}
}

// better orders candidates, the best first.
func better(a, b candidate) int {
	return cmp.Or(
		prefer(a.offer.Promised, b.offer.Promised),
		prefer(a.offer.free(), b.offer.free()),
		cmp.Compare(a.offer.queue(), b.offer.queue()),
		cmp.Compare(a.offer.load(), b.offer.load()),
		prefer(a.offer.Idle > 0, b.offer.Idle > 0),
		prefer(a.here, b.here),
		cmp.Compare(b.offer.Idle, a.offer.Idle),
		cmp.Compare(a.lot, b.lot),
	)
}

// free reports whether a program would begin at once.
func (o Offer) free() bool { return o.Waiting == 0 && !o.Full }

// queue counts only where one has to wait.
func (o Offer) queue() int {
	if o.free() {
		return 0
	}
	return o.Waiting
}

// load is Busy in steps: a difference of less is not worth a hop.
func (o Offer) load() float64 { return math.Floor(2 * o.Busy) }

// prefer puts what is true first.
func prefer(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
