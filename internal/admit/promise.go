package admit

import "time"

const (
	minRetry = time.Second
	maxRetry = time.Minute
	// promiseSlack is how late somebody may come back and still be let in.
	promiseSlack = 5 * time.Second
	// leavesKept is how many ends of programs the rate is taken from, and
	// leavesFor how old they may be.
	leavesKept = 64
	leavesFor  = 10 * time.Second
	// ratePromises is how many of one client are told when they may ask again.
	ratePromises = 80
)

// promises are the times at which those who were refused are to come back. Who
// does is not refused again for the same reason. Only what is kept is promised.
type promises struct {
	most   int
	at     map[Visitor]time.Time
	last   time.Time // the latest that was given
	leaves []time.Time
}

// left notes that a program ended.
func (p *promises) left(now time.Time) {
	p.leaves = append(p.leaves, now)
	if len(p.leaves) > leavesKept {
		p.leaves = p.leaves[1:]
	}
}

// gap is the time from one program's end to the next: as it was lately, or, when
// hardly any ended, as it must be if each of those that run takes the longest.
func (p *promises) gap(now time.Time, running int, longest time.Duration) time.Duration {
	for len(p.leaves) > 0 && now.Sub(p.leaves[0]) > leavesFor {
		p.leaves = p.leaves[1:]
	}
	worst := longest / time.Duration(max(running, 1))
	if n := len(p.leaves); n > 1 {
		return min(now.Sub(p.leaves[0])/time.Duration(n), worst)
	}
	return worst
}

// give promises v a place, one gap after the promise before, and returns how
// long that is from now. A promise that is still to be kept stands. When as many
// are promised as can be kept, or as this client may have, it is 0: nobody knows.
func (p *promises) give(v Visitor, now time.Time, gap time.Duration) time.Duration {
	if at, ok := p.at[v]; ok && at.After(now) {
		return at.Sub(now)
	}
	p.expire(now)
	if !Fits(p.of(v.Client), int64(len(p.at)), 1, int64(p.most)) {
		return 0
	}
	at := now.Add(gap)
	if next := p.last.Add(gap); next.After(at) {
		at = next
	}
	p.last = at
	retry := min(max(at.Sub(now), minRetry), maxRetry)
	if p.at == nil {
		p.at = map[Visitor]time.Time{}
	}
	p.at[v] = now.Add(retry)
	return retry
}

// of is how many promises a client has.
func (p *promises) of(client string) (n int64) {
	for v := range p.at {
		if v.Client == client {
			n++
		}
	}
	return n
}

// due reports whether v comes back as it was told to.
func (p *promises) due(v Visitor, now time.Time) bool {
	at, ok := p.at[v]
	return ok && !at.After(now) && now.Sub(at) <= promiseSlack
}

// redeem forgets what v was promised, because it has it.
func (p *promises) redeem(v Visitor) { delete(p.at, v) }

func (p *promises) expire(now time.Time) {
	for v, at := range p.at {
		if now.Sub(at) > promiseSlack {
			delete(p.at, v)
		}
	}
}
