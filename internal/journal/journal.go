package journal

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"playground/internal/protocol"
	"playground/internal/sandbox"
)

var (
	// ErrGone is returned for a number whose successors are no longer kept.
	ErrGone = errors.New("journal: no longer kept")
	// ErrAhead is returned for a number that no message has had.
	ErrAhead = errors.New("journal: no message has this number yet")
	// ErrEnded is returned for what comes after the last message.
	ErrEnded = errors.New("journal: message after the last one")
)

// overhead is what an entry costs beside its bytes: itself, the room for growth
// in the slice that it lies in, and the least that an allocation takes.
const overhead = 160

// Entry is one message. Its bytes must not be changed.
type Entry struct {
	Seq int64 // 0 for a state

	// Stream, T and Text are set for output: the rest of the message is the
	// reader's to add.
	Stream sandbox.Stream
	T      time.Duration
	Text   []byte

	Line []byte // any other message, encoded, with its newline
	Last bool   // nothing follows

	// Newest says that nothing had followed when it was taken: had the reader
	// waited, it might have grown.
	Newest bool
}

// Growing reports whether e is a piece of output that a reader who waits a little
// gets more with.
func (e Entry) Growing() bool { return e.Newest && e.Stream != 0 && len(e.Text) < protocol.MaxBody/2 }

func (e Entry) size() int { return overhead + len(e.Text) + len(e.Line) }

// AppendTo appends the encoded message of the run id.
func (e Entry) AppendTo(b *bytes.Buffer, id string) {
	if e.Stream == 0 {
		b.Write(e.Line)
		return
	}
	protocol.EncodeTo(b, protocol.NewOutput(id, e.Seq, e.Stream, e.T, e.Text))
}

// Journal is what one run said.
type Journal struct {
	window int

	mu      sync.Mutex
	entries []Entry // of consecutive numbers
	last    int64   // the newest number
	taken   int64   // the highest number that a reader has taken
	bytes   int
	ended   bool
	state   state
	readers []*Reader
	room    chan struct{} // holds a token when a reader took something, or came or went
}

// state is the newest message of a kind that is only worth its last.
type state struct {
	version int64
	after   int64 // the number that was the newest then
	line    []byte
}

// New returns an empty journal that holds at most window bytes.
func New(window int) *Journal {
	return &Journal{window: window, room: make(chan struct{}, 1)}
}

// Of returns a journal that has ended, of entries as Entries gave them.
func Of(entries []Entry) *Journal {
	j := New(0)
	j.entries, j.ended = entries, true
	for _, e := range entries {
		j.last = e.Seq
		j.bytes += e.size()
	}
	return j
}

// Entries are the numbered messages that the journal holds.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}

// Output appends a piece of a stream, of at most protocol.MaxBody bytes. It
// waits for room until ctx ends; a piece that finds room is appended even when
// ctx has ended.
func (j *Journal) Output(ctx context.Context, s sandbox.Stream, t time.Duration, text []byte) error {
	return j.wait(ctx, overhead+len(text), func() {
		if !j.merge(s, text) {
			j.append(Entry{Stream: s, T: t, Text: bytes.Clone(text)})
		}
	})
}

// Message appends a message that is told its number. It waits as Output does.
func (j *Journal) Message(ctx context.Context, encode func(seq int64) []byte) error {
	return j.wait(ctx, overhead, func() { j.append(Entry{Line: encode(j.last + 1)}) })
}

// End appends the last message, whether there is room or not.
func (j *Journal) End(encode func(seq int64) []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return
	}
	j.ended = true
	j.append(Entry{Line: encode(j.last + 1), Last: true})
}

// SetState replaces the state; nil takes it away.
func (j *Journal) SetState(line []byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return
	}
	j.state = state{version: j.state.version + 1, after: j.last, line: line}
	if line != nil {
		j.wake()
	}
}

// wait calls add, under the lock, once there is room for size bytes.
func (j *Journal) wait(ctx context.Context, size int, add func()) error {
	for {
		ok, err := j.try(size, add)
		if ok || err != nil {
			return err
		}
		select {
		case <-j.room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (j *Journal) try(size int, add func()) (bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended {
		return false, ErrEnded
	}
	if !j.makeRoom(size) {
		return false, nil
	}
	add()
	return true, nil
}

// makeRoom lets go of what every reader has taken, as far as needed. Anything
// fits into an empty journal. Without a reader nothing goes: one may come.
func (j *Journal) makeRoom(size int) bool {
	if j.bytes+size <= j.window || len(j.entries) == 0 {
		return true
	}
	if len(j.readers) == 0 {
		return false
	}
	read := j.readers[0].next
	for _, r := range j.readers {
		read = min(read, r.next)
	}
	n := 0
	for n < len(j.entries) && j.entries[n].Seq < read && j.bytes+size > j.window {
		j.bytes -= j.entries[n].size()
		n++
	}
	clear(j.entries[:n]) // their bytes go now, their places when the slice grows
	j.entries = j.entries[n:]
	return j.bytes+size <= j.window || len(j.entries) == 0
}

// merge lets the newest piece of output grow by text, if nobody has it.
func (j *Journal) merge(s sandbox.Stream, text []byte) bool {
	if len(j.entries) == 0 || j.taken >= j.last {
		return false
	}
	e := &j.entries[len(j.entries)-1]
	if e.Stream != s || len(e.Text)+len(text) > protocol.MaxBody {
		return false
	}
	e.Text = append(e.Text, text...)
	j.bytes += len(text)
	j.wake()
	return true
}

func (j *Journal) append(e Entry) {
	j.last++
	e.Seq = j.last
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	j.wake()
}

// wake tells every reader. The caller holds mu.
func (j *Journal) wake() {
	for _, r := range j.readers {
		signal(r.wake)
	}
}

// Bytes is what the journal holds.
func (j *Journal) Bytes() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.bytes
}

// Reader takes a journal's messages, each once, in order. It is for one
// goroutine at a time.
type Reader struct {
	journal *Journal
	wake    chan<- struct{}
	next    int64 // the number to take next; guarded by the journal
	seen    int64 // version of the state that was taken
	done    bool
}

// Read returns a reader of what comes after the message of that number, 0 for
// all. wake, which must have a buffer, gets a token whenever there may be
// something to take.
func (j *Journal) Read(after int64, wake chan<- struct{}) (*Reader, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case after > j.last:
		return nil, ErrAhead
	case after < j.last-int64(len(j.entries)):
		return nil, ErrGone
	}
	r := &Reader{journal: j, wake: wake, next: after + 1}
	j.readers = append(j.readers, r)
	signal(wake)
	return r, nil
}

// Take returns the next message, and false when there is none yet. After the
// last one there is never another.
func (r *Reader) Take() (Entry, bool) {
	j := r.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.done {
		return Entry{}, false
	}
	if s := j.state; s.line != nil && s.version > r.seen && s.after < r.next {
		r.seen = s.version
		return Entry{Line: s.line}, true
	}
	if r.next > j.last {
		return Entry{}, false
	}
	e := j.entries[r.next-j.entries[0].Seq]
	e.Newest = r.next == j.last
	r.next++
	r.done = e.Last
	j.taken = max(j.taken, e.Seq)
	signal(j.room)
	return e, true
}

// Close ends the reading: what the reader has not taken no longer waits for it.
func (r *Reader) Close() {
	j := r.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	j.readers = slices.DeleteFunc(j.readers, func(o *Reader) bool { return o == r })
	signal(j.room)
}

// signal leaves a token in c unless one is there.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
