package admit

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// youngest is how long those have waited at most who came last. Each wave after
// theirs is twice as long.
const youngest = 250 * time.Millisecond

// waves are the newcomers of a client who wait, by how long they have: a wave has
// its turn as the others do, however many came with it. Nothing tells somebody new
// from attackers at the same address who are as new, but that they came at once, or
// come and go without end. Behind hundreds of the first it would wait for all their
// programs, and the second have left before they are in an older wave.
type waves [8]uint64 // the turn in which a newcomer of each was served last

// of is the wave of one who has waited for d.
func (v *waves) of(d time.Duration) int {
	return min(bits.Len64(uint64(d/youngest)), len(v)-1)
}

// served notes that it is w's turn.
func (v *waves) served(w *waiter, turn uint64, now time.Time) {
	if w.session.newcomer() {
		v[v.of(now.Sub(w.since))] = turn
	}
}

// mix gives the places that newcomers have in lines to the waves in turns, and
// within each to those who came first.
func (v *waves) mix(lines []line, now time.Time) {
	type place struct {
		line      *line
		wave, nth int // of those in the wave
	}
	var places []place
	var turns []uint64
	for i, l := range lines {
		if l.waiters[0].session.newcomer() {
			places = append(places, place{line: &lines[i], wave: v.of(now.Sub(l.waiters[0].since))})
			turns = append(turns, l.turn)
		}
	}
	slices.Sort(turns)
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.line.turn, b.line.turn) })
	var count [len(waves{})]int
	for i := range places {
		places[i].nth = count[places[i].wave]
		count[places[i].wave]++
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.nth, b.nth), cmp.Compare(v[a.wave], v[b.wave]), cmp.Compare(b.wave, a.wave))
	})
	for i, p := range places {
		p.line.turn = turns[i]
	}
}

// first reports whether the session's next program would be its first.
func (x *session) first() bool { return x.newcomer() && len(x.waiting) == 0 }

// newcomer reports whether none of the session's programs runs or has ended.
func (x *session) newcomer() bool { return !x.known && x.running == 0 }
