package stream

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
)

// Bounds of what a session holds for a client that has not read it yet.
const (
	laneBytes  = 32 << 10 // per run; a single message may be larger
	laneFrames = 64       // per run
	maxNotes   = 32       // errors that are not about an accepted run
)

var errLaneEnded = errors.New("stream: message after the last one of its run")

// outbox is what a session has yet to write: a lane per run and the notes.
// The lanes take turns, so a flood in one does not hold up another. Runs put
// in, one writer takes out.
type outbox struct {
	mu    sync.Mutex
	wake  chan struct{} // holds a token when there may be something to take
	lanes []*lane
	turn  int // index into lanes of the one to look at first
	notes [][]byte
}

// lane holds the frames of one run in order. One goroutine at a time puts.
type lane struct {
	box    *outbox
	id     string
	room   chan struct{} // holds a token when the writer took something
	frames []frame
	bytes  int
	seq    int64
	ended  bool
}

// letter is one encoded message, ready to be written.
type letter struct {
	id    string // of the run, empty for a note
	frame frame
}

func (l letter) appendTo(b *bytes.Buffer) { l.frame.appendTo(b, l.id) }

// small reports whether l is output that more could have been merged into.
func (l letter) small() bool { return l.frame.stream != 0 && len(l.frame.text) < MaxBody/2 }

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// open adds a lane for the run id.
func (b *outbox) open(id string) *lane {
	l := &lane{box: b, id: id, room: make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lanes = append(b.lanes, l)
	return l
}

// note adds an Error for the client. It never waits, and reports false when
// the client has left too many unread.
func (b *outbox) note(e Error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.notes) >= maxNotes {
		return false
	}
	b.notes = append(b.notes, encode(e))
	signal(b.wake)
	return true
}

// take returns the next message, and waits for it until ctx ends.
func (b *outbox) take(ctx context.Context) (letter, error) {
	for {
		if l, ok := b.next(); ok {
			return l, nil
		}
		select {
		case <-b.wake:
		case <-ctx.Done():
			return letter{}, context.Cause(ctx)
		}
	}
}

func (b *outbox) next() (letter, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.notes) > 0 {
		line := b.notes[0]
		b.notes = slices.Delete(b.notes, 0, 1)
		return letter{frame: frame{line: line}}, true
	}
	for i := range b.lanes {
		at := (b.turn + i) % len(b.lanes)
		if l := b.lanes[at]; len(l.frames) > 0 {
			return b.pop(at), true
		}
	}
	return letter{}, false
}

// pop takes the oldest frame of the lane at that index, and with its last one
// the lane out of b. The turn is then the next lane's.
func (b *outbox) pop(at int) letter {
	l := b.lanes[at]
	f := l.frames[0]
	l.frames = slices.Delete(l.frames, 0, 1)
	l.bytes -= f.size()
	b.turn = at + 1
	if f.last {
		b.lanes = slices.Delete(b.lanes, at, at+1)
		b.turn = at
	}
	signal(l.room)
	return letter{id: l.id, frame: f}
}

// put adds f, and waits for room for it until ctx ends. A f that finds room is
// added even when ctx has ended: what a program printed before it was killed
// is not lost.
func (l *lane) put(ctx context.Context, f frame) error {
	for {
		ok, err := l.tryPut(f)
		if ok || err != nil {
			return err
		}
		select {
		case <-l.room:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (l *lane) tryPut(f frame) (bool, error) {
	l.box.mu.Lock()
	defer l.box.mu.Unlock()
	if l.ended {
		return false, errLaneEnded
	}
	if f.meter {
		l.dropMeter()
	}
	if !l.fits(f) {
		return false, nil
	}
	l.bytes += f.size()
	l.ended = f.last
	if !l.merge(f) {
		l.add(f)
	}
	signal(l.box.wake)
	return true, nil
}

// fits lets any frame into an empty lane: there are Diagnostics as large as a
// lane.
func (l *lane) fits(f frame) bool {
	return len(l.frames) == 0 || l.bytes+f.size() <= laneBytes && len(l.frames) < laneFrames
}

// merge appends f to the newest frame if both are output of one stream.
func (l *lane) merge(f frame) bool {
	if f.stream == 0 || len(l.frames) == 0 {
		return false
	}
	newest := &l.frames[len(l.frames)-1]
	if newest.stream != f.stream || len(newest.text)+len(f.text) > MaxBody {
		return false
	}
	newest.text = append(newest.text, f.text...)
	return true
}

func (l *lane) add(f frame) {
	if f.stream != 0 {
		l.seq++
		f.seq = l.seq
		f.text = bytes.Clone(f.text)
	}
	l.frames = append(l.frames, f)
}

// dropMeter removes the Meter that the client has not read: a newer one comes.
func (l *lane) dropMeter() {
	i := slices.IndexFunc(l.frames, func(f frame) bool { return f.meter })
	if i < 0 {
		return
	}
	l.bytes -= l.frames[i].size()
	l.frames = slices.Delete(l.frames, i, i+1)
}

// signal leaves a token in c unless one is there.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
