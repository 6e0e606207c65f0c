package events

import (
	"bytes"
	"errors"
	"strings"
	"sync/atomic"
	"unsafe"
)

const (
	// Size is that of the shared memory, in bytes.
	Size = headerSize + room + late*lateSize

	headerSize = 64
	room       = 256 << 10
	// reserve is the part of the room that definitions alone may use: without them, what
	// comes later cannot be told.
	reserve = 32 << 10
	// late is how many events are kept that found no room, the newest ones, in places of
	// that size, in bytes.
	late     = 512
	lateSize = 64
)

// header is the beginning of the shared memory. Each side writes its own word.
type header struct {
	written atomic.Uint64 // bytes, by the worker
	taken   atomic.Uint64 // bytes, by the parent
	left    atomic.Uint64 // events that are lost, by the worker
	late    atomic.Uint64 // events in the places for those that found no room, ever, by the worker
}

func headerOf(memory []byte) *header { return (*header)(unsafe.Pointer(unsafe.SliceData(memory))) }

// Ring is the worker's side. It is for one goroutine at a time.
type Ring struct {
	memory []byte
	buf    [1 + maxRecord]byte
}

// NewRing returns the ring in memory of Size bytes, all of them zero.
func NewRing(memory []byte) *Ring { return &Ring{memory: memory[:Size]} }

// Put writes an event. One that finds no room takes the place of an older one that found
// none, and comes after all others if the parent looks before the next.
func (r *Ring) Put(e Event) {
	h := headerOf(r.memory)
	most := uint64(room - reserve)
	if e.Kind == KindSite || e.Kind == KindObject {
		most = room
	} else if h.late.Load() > 0 {
		r.caughtUp(h)
		if h.late.Load() > 0 {
			r.putLate(h, e)
			return
		}
	}
	if b := e.Append(r.buf[:0]); !r.write(h, b, most) {
		r.putLate(h, e)
	}
}

// Full reports whether there may be no room for the next event.
func (r *Ring) Full() bool {
	h := headerOf(r.memory)
	return h.late.Load() > 0 || h.written.Load()-h.taken.Load() > room-reserve-maxRecord-1
}

// Skip counts events that are left out.
func (r *Ring) Skip(n int64) { headerOf(r.memory).left.Add(uint64(n)) }

// write writes a record, if that leaves at most so many bytes for the parent to take.
func (r *Ring) write(h *header, b []byte, most uint64) bool {
	at := h.written.Load()
	if at+uint64(len(b))-h.taken.Load() > most {
		return false
	}
	data := r.memory[headerSize : headerSize+room]
	n := copy(data[at%room:], b)
	copy(data, b[n:])
	h.written.Store(at + uint64(len(b)))
	return true
}

// caughtUp gives the late events their place in the order, if the parent has made room
// for all of them.
func (r *Ring) caughtUp(h *header) {
	if h.written.Load()-h.taken.Load() > room-reserve-late*lateSize {
		return
	}
	n := h.late.Load()
	from := n - min(n, late)
	h.left.Add(from)
	for i := from; i < n; i++ {
		place := lateAt(r.memory, i)
		r.write(h, place[:1+min(int(place[0]), lateSize-1)], room)
	}
	h.late.Store(0)
}

// putLate writes an event to the places for those that found no room. Its text may be
// cut.
func (r *Ring) putLate(h *header, e Event) {
	b := e.Append(r.buf[:0])
	if more := len(b) - lateSize; more > 0 {
		if more > len(e.Text) {
			h.left.Add(1)
			return
		}
		e.Text = e.Text[:len(e.Text)-more]
		b = e.Append(r.buf[:0])
	}
	n := h.late.Load()
	copy(lateAt(r.memory, n), b)
	h.late.Store(n + 1)
}

// lateAt is the place of the late event of that number.
func lateAt(memory []byte, i uint64) []byte {
	at := headerSize + room + int(i%late)*lateSize
	return memory[at : at+lateSize]
}

// ErrBroken says that the memory does not hold what a worker writes: its program has.
var ErrBroken = errors.New("events: the program wrote over its own picture")

const (
	// MaxEvents is how many of a run are kept, definitions apart: the first ones and
	// the last ones.
	MaxEvents = 10_000
	// maxLast is how many of those are kept for the last ones.
	maxLast = 1_000
	// maxDefinitions bounds the sites and objects that are told of.
	maxDefinitions = 4_000
)

// Reader is the parent's side. It is for one goroutine at a time.
type Reader struct {
	memory []byte
	begin  int64 // µs of the monotonic clock when the run began
	taken  uint64
	last   int64 // the newest time
	broken bool

	kept, definitions int
	left              int64   // events that were left out so far
	tail              []Event // the newest of what was left out, as a ring
	next              int
}

// NewReader returns a reader of a run that began at that reading of Now.
func NewReader(memory []byte, begin int64) *Reader {
	return &Reader{memory: memory[:Size], begin: begin}
}

// Take appends the events that have come since, and what they define. Times are µs of
// the run until now, and never run backwards; definitions have none. After ErrBroken nothing comes.
func (r *Reader) Take(list []Event, now int64) ([]Event, error) {
	if r.broken {
		return list, ErrBroken
	}
	h := headerOf(r.memory)
	written := h.written.Load()
	if written < r.taken || written-r.taken > room {
		r.broken = true
		return list, ErrBroken
	}
	// A copy, because what is looked at must not change meanwhile.
	b := make([]byte, written-r.taken)
	data := r.memory[headerSize : headerSize+room]
	n := copy(b, data[r.taken%room:])
	copy(b[n:], data)
	r.taken = written
	h.taken.Store(written)
	for len(b) > 0 {
		size := int(b[0])
		if size >= len(b) {
			r.broken = true
			return list, ErrBroken
		}
		e, err := parse(b[1 : 1+size])
		if err != nil {
			r.broken = true
			return list, ErrBroken
		}
		b = b[1+size:]
		list = r.keep(list, r.timed(e, now))
	}
	return list, nil
}

// timed is e with its time on the run's clock. Definitions have none: they come before
// what was put by.
func (r *Reader) timed(e Event, now int64) Event {
	if e.Kind == KindSite || e.Kind == KindObject {
		e.T = 0
		return e
	}
	r.last = max(r.last, min(e.T, now)-r.begin)
	e.T = r.last
	return e
}

// keep appends e, or puts it by for the end.
func (r *Reader) keep(list []Event, e Event) []Event {
	switch {
	case e.Kind == KindSite || e.Kind == KindObject:
		if r.definitions++; r.definitions > maxDefinitions {
			return list
		}
	case r.kept < MaxEvents-maxLast:
		r.kept++
	default:
		if r.left++; len(r.tail) < maxLast {
			r.tail = append(r.tail, e)
		} else {
			r.tail[r.next] = e
			r.next = (r.next + 1) % maxLast
		}
		return list
	}
	return append(list, e)
}

// Rest is what was put by, and what found no room: the last events, and how many were
// left out before those. It is for the end of the run, after the last Take.
func (r *Reader) Rest(now int64) (last []Event, left int64) {
	h := headerOf(r.memory)
	const most = 1 << 50 // what a program has written there is no reason to overflow
	left = int64(min(h.left.Load(), most))
	n := min(h.late.Load(), most)
	from := n - min(n, late)
	left += int64(from)
	for i := from; i < n && !r.broken; i++ {
		place := lateAt(r.memory, i)
		e, err := parse(bytes.Clone(place[1 : 1+min(int(place[0]), lateSize-1)]))
		if err != nil {
			break
		}
		if more := r.keep(nil, r.timed(e, now)); more != nil {
			last = append(last, more...)
		}
	}
	last = append(append(last, r.tail[r.next:]...), r.tail[:r.next]...)
	return last, left + r.left - int64(len(r.tail))
}

// Place takes the text of a KindSite apart.
func (e Event) Place() (file, function string) {
	file, function, _ = strings.Cut(e.Text, string(separator))
	return file, function
}
