package dispatch

import (
	"errors"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/stream"
)

// Start implements stream.Book. It does not wait for the others: a run that is being
// placed can be listened to, and says in the end where it is or why it is not to be.
func (d *Dispatcher) Start(client, token string, q protocol.Request) (stream.Run, *protocol.Error) {
	k := runKey{hashOf(token), q.ID}
	switch r, e := d.cfg.Book.Find(k.Session, k.ID); {
	case e == nil:
		return stream.LocalRun(r), r.SameAs(q)
	case e.Code == protocol.CodeGone:
		return nil, e
	}
	if _, e := q.Program(d.Maxima()); e != nil {
		return nil, e
	}
	r, fresh := d.reserve(k, q)
	switch {
	case r == nil:
		return nil, protocol.ShuttingDown(q.ID)
	case !fresh:
		return r, r.SameAs(q)
	}
	if !d.start(func() { d.place(r, client, q) }) {
		d.refuse(r, protocol.ShuttingDown(q.ID))
	}
	time.AfterFunc(unheard, r.dropFirst)
	return r, nil
}

// reserve makes a run that is to be placed, or returns the one that is being placed
// or listened to.
func (d *Dispatcher) reserve(k runKey, q protocol.Request) (r *run, fresh bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.runs[k] != nil:
		return d.runs[k], false
	case d.closed:
		return nil, false
	}
	r = d.newRun(k)
	print := q.Fingerprint()
	r.print = print[:]
	d.clock++
	r.stamp = d.clock
	r.first = &listener{run: r, wake: make(chan struct{}, 1)}
	r.listeners[r.first] = true
	d.runs[k] = r
	return r, true
}

// start runs f on a goroutine that Close waits for. It reports false when nothing is
// started any more.
func (d *Dispatcher) start(f func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closed {
		d.going.Go(f)
	}
	return !d.closed
}

// place finds out whether the run is somewhere already, and if it is not, gives it to
// the best node.
//
// Several nodes may be asked to start the same run at a time: a reader that lost a
// connection asks by another. Then turns decide, as Ricart and Agrawala have them:
// each stamps its question by a clock that is ahead of all questions it has heard,
// and leaves the run to whoever has a smaller stamp, or the smaller id of two that
// have the same. So who asks after another was asked has the later turn, and of any
// two exactly one yields.
func (d *Dispatcher) place(r *run, client string, q protocol.Request) {
	question := ask{From: d.id, runKey: r.key, Client: client, Start: true, Stamp: r.stamp}
	list := d.ask(question)
	list = append(list, d.answer(question))
	f := d.find(r.key, list)
	if f.starting {
		f = d.follow(question, f)
	}
	switch {
	case f.at != "" && !r.isOf(f.print):
		r.settle(func() { r.refused = conflict(q.ID) })
	case f.at != "" && f.at != d.id:
		r.settle(func() { r.node = f.at })
	case f.lost || f.gone:
		if e := d.settleAt(r, f); e != nil {
			d.refuse(r, e)
		}
	case f.starting:
		d.refuse(r, unavailable(q.ID))
	default:
		d.choose(r, client, q, list)
	}
}

// yieldFor is how long a node leaves a run to another whose turn is first.
const yieldFor = 3 * time.Second

// follow waits for what another node is about to start. If that comes to nothing it
// returns nothing, and the run is this node's to place.
func (d *Dispatcher) follow(question ask, f found) found {
	question.Start = false
	for began := time.Now(); f.starting && time.Since(began) < yieldFor && d.ctx.Err() == nil; {
		d.pause(askAgain)
		f = d.find(question.runKey, d.ask(question))
	}
	return f
}

func noLongerKept(id string) *protocol.Error {
	return protocol.NewError(id, protocol.CodeGone, "a run of this id has ended, and what it printed is no longer kept; take a new id to run it again")
}

// choose gives the run to the best of those that offer to run it.
func (d *Dispatcher) choose(r *run, client string, q protocol.Request, list []answer) {
	active := 0
	var candidates []candidate
	for _, a := range list {
		active += a.Active
		if a.Offer != nil {
			candidates = append(candidates, newCandidate(a.From, a.From == d.id, *a.Offer))
		}
	}
	if active >= d.cfg.MaxRuns {
		d.refuse(r, protocol.TooManyRuns(q.ID, active))
		return
	}
	if !r.isWanted() {
		d.refuse(r, unavailable(q.ID))
		return
	}
	slices.SortFunc(candidates, better)
	for _, c := range candidates {
		if d.try(r, c, client, q) {
			return
		}
	}
	d.refuse(r, unavailable(q.ID))
}

// unavailable is the answer when no node would run a program.
func unavailable(id string) *protocol.Error {
	e := protocol.NewError(id, protocol.CodeUnavailable, "no machine that runs programs can be reached; try again in a few seconds")
	e.RetryAfterMs = (2 * time.Second).Milliseconds()
	return e
}

func (d *Dispatcher) refuse(r *run, e *protocol.Error) {
	r.settle(func() { r.refused = e })
}

// try gives the run to one node. It reports false if the next is to be tried.
func (d *Dispatcher) try(r *run, c candidate, client string, q protocol.Request) bool {
	if c.here {
		local, e := d.cfg.Book.Start(client, r.key.Session, q)
		if e != nil && e.Code == protocol.CodeShuttingDown {
			return false
		}
		if e != nil {
			d.refuse(r, e)
			return true
		}
		d.placedHere(r.key)
		r.settle(func() { r.local = stream.LocalRun(local) })
		return true
	}
	reading, _ := r.first.begin(c.node) // nothing, if who listened has gone already
	got, err := d.requestStart(c.node, start{Minor: minor, runKey: r.key, Client: client, Request: q, Read: reading})
	r.first.begun()
	switch {
	case errors.Is(err, nats.ErrMaxPayload):
		d.refuse(r, protocol.NewError(q.ID, protocol.CodeSourceTooLarge, "the program and its input are too large to be sent to a machine that runs it"))
	case errors.Is(err, nats.ErrNoResponders):
		return false
	case err == nil && got.Error != nil && got.Error.Code == protocol.CodeShuttingDown:
		return false
	case err == nil && got.Error != nil:
		d.refuse(r, got.Error)
	default:
		// After an error it may be there or not. The node will tell, or be lost.
		r.settle(func() { r.node, r.trace = c.node, got.Trace })
	}
	return true
}

// requestStart asks a node to start a run, more than once if need be: for the node it is the
// same run.
func (d *Dispatcher) requestStart(node string, m start) (got reply, err error) {
	for range tries {
		if got, err = d.request(node, verbStart, m, replyFor); err == nil || errors.Is(err, nats.ErrNoResponders) || d.peers.isLost(node) {
			break
		}
	}
	return got, err
}

// Find implements stream.Book.
func (d *Dispatcher) Find(token, id string, after int64) (stream.Run, *protocol.Error) {
	k := runKey{hashOf(token), id}
	here, none := d.cfg.Book.Find(k.Session, id)
	if none == nil {
		return stream.LocalRun(here), nil
	}
	d.mu.Lock()
	r := d.runs[k]
	d.mu.Unlock()
	if r != nil {
		return r, nil
	}
	r = d.newRun(k)
	if after > 0 && none.Code != protocol.CodeGone {
		return d.resume(r)
	}
	f := found{gone: none.Code == protocol.CodeGone}
	if !f.gone {
		f = d.look(k)
	}
	switch e := d.settleAt(r, f); {
	case e != nil:
		return nil, e
	case !r.isSettled():
		return nil, none
	}
	return r, nil
}

// resume finds a run that began, for its reader has messages of it. A search that takes
// long, because a node stands still, goes on behind the run: the reader hears meanwhile
// that this gateway is there, and does not try the next one for nothing.
func (d *Dispatcher) resume(r *run) (stream.Run, *protocol.Error) {
	if !d.start(func() { d.search(r) }) {
		return nil, protocol.ShuttingDown(r.key.ID)
	}
	select {
	case <-r.settled:
	case <-time.After(foundSoon):
		return r, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refused != nil {
		return nil, r.refused
	}
	return r, nil
}

// look asks all nodes for a run.
func (d *Dispatcher) look(k runKey) found {
	f := d.find(k, d.ask(ask{runKey: k}))
	return d.follow(ask{runKey: k}, f)
}

// settleAt says where a run was found, or why it cannot be read. One that is on no node
// may have ended, and be in the archive; what is nowhere is not settled.
func (d *Dispatcher) settleAt(r *run, f found) *protocol.Error {
	var ended *runs.Run
	if f.at == "" {
		ended = r.recall()
	}
	switch {
	case ended != nil && !r.isOf(printOf(ended)):
		return conflict(r.key.ID)
	case ended != nil:
		r.settle(func() { r.local = stream.LocalRun(ended) })
	case f.gone:
		return noLongerKept(r.key.ID)
	case !f.isNothing():
		r.settle(func() { r.node, r.print, r.lost = f.at, f.print, f.lost })
	}
	return nil
}

// search looks for a run that began: a node that knows of it may not be heard at the
// moment. What is not found for as long as it takes to lose a node was lost with all that
// knew of it.
func (d *Dispatcher) search(r *run) {
	f := d.look(r.key)
	for began := time.Now(); f.isNothing() && time.Since(began) < d.cfg.Silence && d.ctx.Err() == nil; {
		d.pause(searchAgain)
		f = d.look(r.key)
	}
	e := protocol.ShuttingDown(r.key.ID)
	if d.ctx.Err() == nil {
		f.lost = f.lost || f.isNothing()
		e = d.settleAt(r, f)
	}
	if e != nil {
		d.refuse(r, e)
	}
}
