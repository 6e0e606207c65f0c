package dispatch

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/stream"
)

const (
	// window is how many bytes of a run wait here for a reader, at most: a slow one
	// keeps the program waiting, as on one node.
	window = 64 << 10
	// quiet is after how long without a word a node is asked again for what a run
	// says; it says twice a second that there is nothing.
	quiet     = 1500 * time.Millisecond
	sayEvery  = 500 * time.Millisecond
	batchSize = 32 << 10
)

// listener reads what a run says, wherever it is: a stream.Listener.
type listener struct {
	run   *run
	wake  chan<- struct{}
	after int64 // what its reader has had by others: the number of the last message

	mu     sync.Mutex
	local  stream.Listener // the run is here
	seq    int64           // of the last numbered message in queue or before
	queue  []journal.Entry
	held   int64     // bytes in queue
	number uint64    // by which batches come, 0 for none
	node   string    // from which they come
	base   int64     // credit when that began
	taken  int64     // bytes taken since
	told   int64     // the credit that was told last
	heard  time.Time // when something came
	time   time.Duration
	line   []byte // the last that may tell a later time
	asking bool   // it is being opened again
	ended  bool   // nothing follows what is in queue
	closed bool
}

// Take implements stream.Listener.
func (l *listener) Take() (journal.Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.queue) > 0:
	case l.local != nil:
		return l.local.Take()
	default:
		return journal.Entry{}, false
	}
	e := l.queue[0]
	l.queue[0] = journal.Entry{}
	l.queue = l.queue[1:]
	l.held -= sizeOf(e)
	l.taken += sizeOf(e)
	e.Newest = e.Newest && len(l.queue) == 0
	if credit := l.base + l.taken; credit-l.told >= window/4 {
		l.tell(credit)
	}
	return e, true
}

// Elsewhere reports whether what follows is to come from another node.
func (l *listener) Elsewhere() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.local == nil && !l.ended
}

// tell gives the run's node credit. The caller holds mu.
func (l *listener) tell(credit int64) {
	if l.number == 0 || l.ended {
		return
	}
	l.told = credit
	l.run.d.to(l.node, "do", verbMore, more{Minor: minor, From: l.run.d.id, Number: l.number, Credit: credit})
}

// Close implements stream.Listener.
func (l *listener) Close() {
	l.mu.Lock()
	l.closed = true
	local := l.local
	l.detach()
	l.mu.Unlock()
	if local != nil {
		local.Close()
	}
	l.run.leave(l)
}

// detach ends the reading by the present number. The caller holds mu.
func (l *listener) detach() {
	if l.number == 0 {
		return
	}
	d := l.run.d
	d.mu.Lock()
	delete(d.feeds, l.number)
	d.mu.Unlock()
	d.to(l.node, "do", verbClose, more{Minor: minor, From: d.id, Number: l.number})
	l.number = 0
}

// attach begins to read, now that it is known where the run is.
func (l *listener) attach() {
	r := l.run
	r.mu.Lock()
	local := r.local
	r.mu.Unlock()
	if local == nil {
		if l.isOpen() {
			return
		}
		r.d.start(func() {
			if e := l.open(); e != nil {
				l.finish(protocol.Encode(e))
			}
		})
		return
	}
	l.follow(local)
}

// follow reads what is here, after what has come.
func (l *listener) follow(local stream.Run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.ended || l.local != nil {
		return
	}
	l.detach()
	there, e := local.Listen(l.seq, l.wake)
	if e != nil {
		l.end(protocol.Encode(e))
		return
	}
	l.local = there
}

// isOpen reports whether the run's node has been asked already.
func (l *listener) isOpen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.number != 0 || l.ended
}

// open asks the run's node for what follows what is here already, or says why there
// is nothing.
func (l *listener) open() *protocol.Error {
	r := l.run
	r.mu.Lock()
	node, refused, lost := r.node, r.refused, r.lost
	r.mu.Unlock()
	switch {
	case refused != nil:
		return refused
	case lost || l.gone(node):
		l.nodeLost()
		return nil
	}
	q, ok := l.begin(node)
	if !ok {
		return nil
	}
	got, err := r.d.request(node, verbRead, q, replyFor)
	l.begun()
	switch {
	case err != nil:
		return nil // it is asked again until it answers or is lost
	case got.Error != nil:
		return got.Error
	}
	r.mu.Lock()
	r.trace = got.Trace
	r.mu.Unlock()
	return nil
}

// gone reports whether the run's node is there no longer, as far as this listener
// would know: it may have been lost before anybody listened, or before it was heard.
func (l *listener) gone(node string) bool {
	p := l.run.d.peers
	if p.isLost(node) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.number != 0 && time.Since(l.heard) > p.silence && !p.isThere(node)
}

// begun says that what begin was for has been answered, or has not.
func (l *listener) begun() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asking = false
}

// begin takes a new number to read by, from a node.
func (l *listener) begin(node string) (q read, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.ended || l.asking {
		return q, false
	}
	d := l.run.d
	l.asking = true
	if l.number == 0 {
		l.heard = time.Now()
	}
	l.detach()
	l.number, l.node = d.count.Add(1), node
	l.base, l.taken = window-l.held, 0
	l.told = l.base
	d.mu.Lock()
	d.feeds[l.number] = l
	d.mu.Unlock()
	return read{Minor: minor, From: d.id, Number: l.number, runKey: l.run.key, After: l.seq, Credit: l.base}, true
}

// feed takes what another node sends for a reader here.
func (d *Dispatcher) feed(m *nats.Msg) {
	end := 0
	for end < len(m.Data) && m.Data[end] != '\n' {
		end++
	}
	var b batch
	err := json.Unmarshal(m.Data[:end], &b)
	var list []journal.Entry
	if err == nil {
		list, err = b.entries(m.Data[min(end+1, len(m.Data)):])
	}
	if err != nil {
		d.cfg.Logger.Warn("cluster: message that cannot be read", "subject", m.Subject, "err", err)
		return
	}
	d.mu.Lock()
	l := d.feeds[b.Number]
	d.mu.Unlock()
	if l == nil { // it has closed, or this node stood still and was given up
		d.to(b.From, "do", verbClose, more{Minor: minor, From: d.id, Number: b.Number})
		return
	}
	if !l.add(b, list) {
		d.start(l.again)
	}
}

// add puts what came into the queue. It reports false if something before it is
// missing.
func (l *listener) add(b batch, list []journal.Entry) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.ended || b.Number != l.number {
		return true
	}
	l.heard = time.Now()
	for _, e := range list {
		switch {
		case e.Seq > l.seq+1:
			return false
		case e.Seq > 0 && e.Seq <= l.seq:
			l.taken += sizeOf(e)
			continue
		}
		l.put(e)
	}
	return b.Seq <= l.seq
}

// put appends to the queue. The caller holds mu.
func (l *listener) put(e journal.Entry) {
	if e.Seq > 0 {
		l.seq = e.Seq
	}
	if e.Stream != 0 {
		l.time, l.line = max(l.time, e.T), nil
	} else {
		l.line = e.Line
	}
	l.queue = append(l.queue, e)
	l.held += sizeOf(e)
	if e.Last {
		l.ended = true
		l.release()
	}
	signal(l.wake)
}

// signal leaves a token in c unless one is there.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// release gives back the number of a reading whose other side has ended. The caller
// holds mu.
func (l *listener) release() {
	d := l.run.d
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.feeds, l.number)
	l.number = 0
}

// finish ends the listening with a message.
func (l *listener) finish(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end(line)
}

// end is finish for a caller that holds mu.
func (l *listener) end(line []byte) {
	if !l.ended && !l.closed {
		l.detach()
		l.put(journal.Entry{Line: line, Last: true})
	}
}

// nodeLost ends the listening because the run's node is lost. What came before is
// told first, and what the archive has of a run that ended.
func (l *listener) nodeLost() {
	if ended := l.run.recall(); ended != nil {
		l.follow(stream.LocalRun(ended))
		return
	}
	l.run.mu.Lock()
	trace := l.run.trace
	l.run.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || l.closed {
		return
	}
	var also struct {
		T int64 `json:"t"`
	}
	switch {
	case l.after > 0 && l.seq == l.after:
		l.time = 0 // its reader has messages that may be later than all that has come here
	case json.Unmarshal(l.line, &also) == nil:
		l.time = max(l.time, time.Duration(also.T)*time.Microsecond)
	}
	l.detach()
	e := protocol.NewEnd(l.run.key.ID, trace, l.seq+1, l.time, sandbox.Result{
		Status: sandbox.StatusNodeLost, ExitCode: -1, WallTime: l.time,
	})
	l.put(journal.Entry{Seq: l.seq + 1, Line: protocol.Encode(e), Last: true})
}

// again asks the node once more, for what follows what is here.
func (l *listener) again() {
	if e := l.open(); e != nil {
		l.finish(protocol.Encode(e))
	}
}

// mend repeats the credit, and asks again for what did not come.
func (l *listener) mend() {
	l.mu.Lock()
	if l.closed || l.ended || l.local != nil || l.number == 0 {
		l.mu.Unlock()
		return
	}
	silent := time.Since(l.heard) > quiet
	if !silent {
		l.tell(l.base + l.taken)
	}
	l.mu.Unlock()
	if silent {
		l.run.d.start(l.again)
	}
}
