package dispatch

import (
	"slices"
	"time"

	"playground/internal/protocol"
	"playground/internal/runs"
)

const (
	// askFor is how long a start waits for the answers of all nodes. One that stands
	// still is left out until it is lost.
	askFor = 250 * time.Millisecond
	// askAgain is how long is waited between two looks for what another starts.
	askAgain = 20 * time.Millisecond
	// answers bounds those to one question that wait to be read.
	answersKept = 256
)

// ask asks every node. It returns when all that are there have answered, when one
// answered as is enough, or after a time; complete says that nobody's answer is
// missing. That of this node is not among them.
func (d *Dispatcher) ask(a ask, enough func(answer) bool, within time.Duration) (list []answer, complete bool) {
	awaited := d.peers.list()
	if len(awaited) == 0 {
		return nil, true
	}
	a.Minor, a.From, a.Number = minor, d.id, d.count.Add(1)
	got := make(chan answer, answersKept)
	d.mu.Lock()
	d.questions[a.Number] = got
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.questions, a.Number)
	}()
	d.toAll(verbAsk, a)
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	look := time.NewTicker(beatEvery)
	defer look.Stop()
	for len(awaited) > 0 {
		select {
		case b := <-got:
			list = append(list, b)
			if enough(b) {
				return list, true
			}
			awaited = slices.DeleteFunc(awaited, func(id string) bool { return id == b.From })
		case <-look.C:
			awaited = slices.DeleteFunc(awaited, d.peers.isLost)
		case <-deadline.C:
			return list, false
		case <-d.ctx.Done():
			return list, false
		}
	}
	return list, true
}

// answer is what this node knows of what is asked.
func (d *Dispatcher) answer(a ask) answer {
	out := answer{Minor: minor, From: d.id, Number: a.Number}
	switch r, e := d.cfg.Book.Find(a.Session, a.ID); {
	case e == nil:
		print := r.Fingerprint()
		out.Has, out.Print = true, print[:]
		return out
	case e.Code == protocol.CodeGone:
		out.Gone = true
		return out
	}
	out.Starting = d.isFirst(a)
	out.Placed = d.memory.where(a.runKey)
	if a.Start {
		out.Active = d.cfg.Book.Active(a.Session)
		out.Offer = d.offer(a)
	}
	return out
}

// offer is what this node offers, nil for nothing.
func (d *Dispatcher) offer(a ask) *Offer {
	if d.cfg.Offer == nil || d.drains.Load() {
		return nil
	}
	o := d.cfg.Offer(runs.VisitorOf(a.Client, a.Session))
	return &o
}

// isFirst reports whether this node is about to start what is asked for, and has the
// turn before who asks.
func (d *Dispatcher) isFirst(a ask) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = max(d.clock, a.Stamp)
	r := d.runs[a.runKey]
	return r != nil && !r.isSettled() && (a.Stamp == 0 || r.stamp < a.Stamp || r.stamp == a.Stamp && d.id < a.From)
}

// found is what a question for a run came to. At most one of its fields is set.
type found struct {
	at       string // the node that has it; this one's id for here
	print    []byte
	lost     bool // with the node that had it
	gone     bool
	starting bool // a node whose turn is first is about to start it
}

// find is what answers say of a run.
func (d *Dispatcher) find(k runKey, list []answer) (f found) {
	for _, a := range list {
		switch {
		case a.Has:
			return found{at: a.From, print: a.Print}
		case a.Gone:
			return found{gone: true}
		case a.Starting:
			f.starting = true
		}
	}
	where := d.memory.where(k)
	for _, a := range list {
		if where == "" {
			where = a.Placed
		}
	}
	switch {
	case where == "" || where == d.id: // here it would have been found
		return f
	case d.peers.isLost(where):
		return found{lost: true}
	case slices.Contains(d.peers.list(), where) && !slices.ContainsFunc(list, func(a answer) bool { return a.From == where }):
		return found{at: where} // and has not answered yet
	}
	return f
}

// isThere is enough to know of a run.
func isThere(a answer) bool { return a.Has || a.Gone }
