package dispatch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/protocol"
	"playground/internal/runs"
)

const (
	// probeAfter is how long an answer may take before it is looked whether its node has
	// gone.
	probeAfter = 50 * time.Millisecond
	// askAgain is how long is waited between two looks for what another starts.
	askAgain = 20 * time.Millisecond
	// searchAgain is how long is waited between two questions for a run that must be
	// somewhere.
	searchAgain = 100 * time.Millisecond
	// foundSoon is how long who reads on waits to be told that there is no run, rather
	// than that as the run's last message.
	foundSoon = 300 * time.Millisecond
	// answers bounds those to one question that wait to be read.
	answersKept = 256
)

// Meet waits until those that this node joins have been heard, and is for before it has
// readers: who asks nobody learns that nobody has a run. It gives up after a while, for
// they may be down, or this node the first.
func (d *Dispatcher) Meet(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, meetWithin)
	defer cancel()
	for d.Nodes() <= d.cfg.Node.Others() && ctx.Err() == nil {
		d.pause(askAgain)
	}
	d.cfg.Logger.Info("cluster: met", "heard", d.Nodes()-1, "joins", d.cfg.Node.Others())
}

// pause waits, but not after the end.
func (d *Dispatcher) pause(t time.Duration) {
	select {
	case <-time.After(t):
	case <-d.ctx.Done():
	}
}

// ask asks every node. It returns when one has the run, or when all that are there have
// answered: the one whose answer is missing may be the one that has it. A node whose
// process has ended is told by NATS, and not waited for; one that stands still is, until
// it is lost. Nobody is waited for once it is known that the run was placed at a node that
// gives no answer any more: then no other has it. The answer of this node is not among
// them.
func (d *Dispatcher) ask(a ask) (list []answer) {
	awaited := d.peers.list()
	if len(awaited) == 0 {
		return nil
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
	deadline := time.NewTimer(d.cfg.Silence + 2*beatEvery)
	defer deadline.Stop()
	look := time.NewTicker(probeAfter)
	defer look.Stop()
	absent := make(chan string, len(awaited))
	probed := false
	for len(awaited) > 0 && !d.isMissing(d.placedAt(a.runKey, list), awaited, list) {
		select {
		case b := <-got:
			list = append(list, b)
			if b.Has || b.Gone {
				return list
			}
			awaited = slices.DeleteFunc(awaited, func(id string) bool { return id == b.From })
		case id := <-absent:
			awaited = slices.DeleteFunc(awaited, func(other string) bool { return other == id })
		case <-look.C:
			awaited = slices.DeleteFunc(awaited, d.peers.isLost)
			if !probed {
				d.probe(awaited, absent)
				probed = true
			}
		case <-deadline.C:
			return list
		case <-d.ctx.Done():
			return list
		}
	}
	return list
}

// placedAt is the node that a run was placed at, as far as this node or one that has
// answered knows; "" if none does.
func (d *Dispatcher) placedAt(k runKey, list []answer) string {
	where := d.memory.where(k)
	for _, a := range list {
		where = cmp.Or(where, a.Placed)
	}
	return where
}

// isMissing reports whether another node's answer will not come.
func (d *Dispatcher) isMissing(id string, awaited []string, list []answer) bool {
	return id != "" && id != d.id && !slices.Contains(awaited, id) && !slices.ContainsFunc(list, func(a answer) bool { return a.From == id })
}

// probe looks which nodes have gone: nobody listens to their subjects any more.
func (d *Dispatcher) probe(nodes []string, absent chan<- string) {
	for _, id := range nodes {
		d.start(func() {
			if _, err := d.request(id, verbPing, struct{}{}, replyFor); errors.Is(err, nats.ErrNoResponders) {
				absent <- id
			}
		})
	}
}

// answer is what this node knows of what is asked.
func (d *Dispatcher) answer(a ask) answer {
	out := answer{Minor: minor, From: d.id, Number: a.Number}
	switch r, e := d.cfg.Book.Find(a.Session, a.ID); {
	case e == nil:
		out.Has, out.Print = true, printOf(r)
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
	return r != nil && !r.isSettled() && r.stamp != 0 && (a.Stamp == 0 || r.stamp < a.Stamp || r.stamp == a.Stamp && d.id < a.From)
}

// found is what a question for a run came to. At most one of its fields is set.
type found struct {
	at       string // the node that has it; this one's id for here
	print    []byte
	lost     bool // with the node that had it
	gone     bool
	starting bool // a node whose turn is first is about to start it
}

func (f found) isNothing() bool { return f.at == "" && !f.lost && !f.gone }

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
	where := d.placedAt(k, list)
	switch {
	case where == "" || where == d.id: // here it would have been found
		return f
	case d.peers.isLost(where):
		return found{lost: true}
	case d.isMissing(where, nil, list):
		// It has not answered, or this node, which has just begun, has not heard of it.
		// Whoever reads will find out whether it is there.
		return found{at: where}
	}
	return f
}
