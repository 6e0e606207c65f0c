package dispatch

import (
	"bytes"
	"sync"
	"time"

	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/stream"
)

const (
	// settleFor is how long standard input waits for a run that is being placed.
	settleFor = 5 * time.Second
	// replyFor is how long a node gets to answer, and tries how often it is asked: a
	// message may have been lost on its way.
	replyFor = 700 * time.Millisecond
	tries    = 3
	// unheard is how long a run is read for somebody who does not come.
	unheard = 5 * time.Second
)

// run is a run of a reader of this node, wherever it is: a stream.Run.
type run struct {
	d     *Dispatcher
	key   runKey
	print []byte // of what was asked for; nil if that is not known
	stamp uint64 // its turn, if it is to be placed from here

	first *listener // begins with the run, for who listens first; nil for a run that was found

	recalling sync.Once
	archived  *runs.Run // see recall

	mu        sync.Mutex
	adopted   bool          // somebody has first
	settled   chan struct{} // closed once it is known where it is, or that it is not to be
	local     stream.Run    // it is here
	node      string        // it is there
	trace     string
	refused   *protocol.Error
	lost      bool // its node was lost
	killed    bool // before it was known where
	abandoned bool
	listeners map[*listener]bool
}

func (d *Dispatcher) newRun(k runKey) *run {
	return &run{d: d, key: k, settled: make(chan struct{}), listeners: map[*listener]bool{}}
}

func (r *run) isSettled() bool {
	select {
	case <-r.settled:
		return true
	default:
		return false
	}
}

// settle says where the run is, by set, and lets those who wait for it begin.
func (r *run) settle(set func()) {
	r.mu.Lock()
	set()
	close(r.settled)
	if r.local != nil && !r.adopted && r.first != nil {
		r.adopted = true // nobody needs it: the run is here
		delete(r.listeners, r.first)
	}
	kill, abandon := r.killed, r.abandoned
	var waiting []*listener
	for l := range r.listeners {
		waiting = append(waiting, l)
	}
	r.mu.Unlock()
	for _, l := range waiting {
		l.attach()
	}
	switch {
	case kill:
		r.Kill()
	case abandon:
		r.Abandon()
	}
	r.forgetIfIdle()
}

// SameAs implements stream.Run.
func (r *run) SameAs(q protocol.Request) *protocol.Error {
	if print := q.Fingerprint(); r.isOf(print[:]) {
		return nil
	}
	return conflict(q.ID)
}

func conflict(id string) *protocol.Error {
	return protocol.NewError(id, protocol.CodeConflict, "this id belongs to a run of another program; take a new id")
}

func printOf(r *runs.Run) []byte {
	print := r.Fingerprint()
	return print[:]
}

// isOf reports whether the run may be of a program.
func (r *run) isOf(print []byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.print == nil || print == nil || bytes.Equal(print, r.print)
}

// Listen implements stream.Run.
func (r *run) Listen(after int64, wake chan<- struct{}) (stream.Listener, *protocol.Error) {
	r.mu.Lock()
	local, known := r.local, r.isSettled()
	r.mu.Unlock()
	if local != nil {
		return local.Listen(after, wake)
	}
	if after == 0 && r.adopt(wake) {
		return r.first, nil
	}
	l := &listener{run: r, wake: wake, after: after, seq: after}
	if known {
		if e := l.open(); e != nil {
			return nil, e
		}
	}
	r.mu.Lock()
	r.listeners[l] = true
	late := !known && r.isSettled()
	r.mu.Unlock()
	r.d.remember(r)
	if late {
		l.attach()
	}
	return l, nil
}

// adopt gives who listens from the beginning what has been read for it, if nobody has
// that.
func (r *run) adopt(wake chan<- struct{}) bool {
	r.mu.Lock()
	had := r.adopted
	r.adopted = true
	r.mu.Unlock()
	if r.first == nil || had {
		return false
	}
	r.first.mu.Lock()
	defer r.first.mu.Unlock()
	r.first.wake = wake
	signal(wake)
	return true
}

// isWanted reports whether somebody listens, or may be about to. Whoever has gone before
// the run was placed, because that took long, asks for it by another node.
func (r *run) isWanted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.adopted || len(r.listeners) > 0
}

// dropFirst ends the reading for who has not come.
func (r *run) dropFirst() {
	if r.adopt(make(chan struct{}, 1)) {
		r.first.Close()
	}
}

// leave lets go of a listener.
func (r *run) leave(l *listener) {
	r.mu.Lock()
	delete(r.listeners, l)
	r.mu.Unlock()
	r.forgetIfIdle()
}

// forgetIfIdle lets go of a run that is not being placed and that nobody here listens
// to: it will be found again.
func (r *run) forgetIfIdle() {
	r.d.mu.Lock()
	defer r.d.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isSettled() && (len(r.listeners) == 0 || r.local != nil) && r.d.runs[r.key] == r {
		delete(r.d.runs, r.key)
	}
}

// remember keeps a run at hand while somebody listens to it.
func (d *Dispatcher) remember(r *run) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.runs[r.key] == nil {
		d.runs[r.key] = r
	}
}

// nodeLost ends the run for its readers if it was there.
func (r *run) nodeLost(node string) {
	r.mu.Lock()
	if r.node != node || r.lost {
		r.mu.Unlock()
		return
	}
	r.lost = true
	var list []*listener
	for l := range r.listeners {
		list = append(list, l)
	}
	r.mu.Unlock()
	for _, l := range list {
		r.d.start(l.nodeLost)
	}
}

// recall is the run as the archive has it, nil if it has not: it may have ended before
// its node did. The archive is asked once: a node of it that stands still gives no answer.
func (r *run) recall() *runs.Run {
	r.recalling.Do(func() { r.archived = r.d.cfg.Book.Recall(r.key.Session, r.key.ID) })
	return r.archived
}

// Kill implements stream.Run.
func (r *run) Kill() { r.tell(verbKill) }

// Abandon implements stream.Run.
func (r *run) Abandon() { r.tell(verbGone) }

// tell lets the run's node know what its reader wants. It does not wait: the node may
// have to be asked more than once.
func (r *run) tell(verb string) {
	r.mu.Lock()
	if !r.isSettled() {
		r.killed = r.killed || verb == verbKill
		r.abandoned = r.abandoned || verb == verbGone
		r.mu.Unlock()
		return
	}
	local, node := r.local, r.node
	r.mu.Unlock()
	switch {
	case local != nil && verb == verbKill:
		local.Kill()
	case local != nil:
		local.Abandon()
	case node != "":
		r.d.start(func() {
			r.ask(node, verb, struct {
				Minor int `json:"minor"`
				runKey
			}{minor, r.key})
		})
	}
}

// ask asks the run's node for what may be asked for twice.
func (r *run) ask(node, verb string, m any) (reply, error) {
	var got reply
	var err error
	for range tries {
		if got, err = r.d.request(node, verb, m, replyFor); err == nil || r.d.ctx.Err() != nil || r.d.peers.isLost(node) {
			break
		}
	}
	return got, err
}

// Input implements stream.Run.
func (r *run) Input(q protocol.Request) *protocol.Error { return r.feedInput(q, false) }

// CloseInput implements stream.Run.
func (r *run) CloseInput(q protocol.Request) *protocol.Error { return r.feedInput(q, true) }

func (r *run) feedInput(q protocol.Request, end bool) *protocol.Error {
	select {
	case <-r.settled:
	case <-time.After(settleFor):
		return r.unreachable()
	case <-r.d.ctx.Done():
		return r.unreachable()
	}
	r.mu.Lock()
	local, node := r.local, r.node
	r.mu.Unlock()
	switch {
	case local != nil && end:
		return local.CloseInput(q)
	case local != nil:
		return local.Input(q)
	case node == "":
		return r.unreachable()
	}
	m := input{Minor: minor, runKey: r.key, Writer: q.Writer, Part: q.Part, Body: q.Body, Close: end}
	var got reply
	var err error
	if q.Part == 0 && !end { // it would be read twice
		got, err = r.d.request(node, verbInput, m, replyFor)
	} else {
		got, err = r.ask(node, verbInput, m)
	}
	if err != nil {
		return r.unreachable()
	}
	return got.Error
}

func (r *run) unreachable() *protocol.Error {
	return protocol.NewError(r.key.ID, protocol.CodeInput, "the machine that runs this cannot be reached at the moment")
}
