package stream

import (
	"encoding/binary"
	"io"
	"time"
)

const (
	// smallPart is the payload in bytes below which a part of a message, but the
	// last, counts as a frame that brings nothing. Browsers send messages whole, or
	// in parts of many kilobytes.
	smallPart = 1 << 10
	// idleFrames is how many frames that bring nothing a client may send at once.
	idleFrames = 64
)

var errIdleFrames = &closeError{closePolicy, "too many frames without content"}

// frameReader reads what a client sends by websocket, for the library, which
// answers control frames and joins parts of messages without a word to anybody.
// Each of them costs as much as a message, but none that could be counted comes of
// it. So they are counted here, and a client that sends too many is cut off.
type frameReader struct {
	r     io.Reader
	every time.Duration // the time after which it may send another
	err   error

	head [14]byte // of the frame that has begun, as far as it has come
	have int      // bytes of head
	rest uint64   // bytes of payload that are to come
	due  time.Time
}

// Read implements io.Reader. What makes it too many still arrives.
func (f *frameReader) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.r.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		var idle bool
		if rest, idle = f.next(rest); idle && f.tooMany(time.Now()) {
			f.err = errIdleFrames
		}
	}
	return n, err
}

// next goes on to the end of p, of the frame's head, or of its payload. It returns
// what comes after that, and whether it was the head of a frame that brings nothing.
func (f *frameReader) next(p []byte) (after []byte, idle bool) {
	if f.rest > 0 {
		n := min(f.rest, uint64(len(p)))
		f.rest -= n
		return p[n:], false
	}
	f.head[f.have] = p[0]
	f.have++
	if f.have < headLength(f.head[:f.have]) {
		return p[1:], false
	}
	f.rest = payloadLength(f.head[:f.have])
	f.have = 0
	const final, control = 0x80, 0x08 // bits of the first byte: RFC 6455, section 5.2
	return p[1:], f.head[0]&control != 0 || f.head[0]&final == 0 && f.rest < smallPart
}

// headLength is the length of a frame's head, as far as its first bytes tell.
func headLength(head []byte) int {
	const length, mask = 2, 4
	if len(head) < length {
		return length
	}
	n := length
	if head[1]&0x80 != 0 {
		n += mask
	}
	switch head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	return n
}

// payloadLength is what a whole head says.
func payloadLength(head []byte) uint64 {
	switch n := head[1] & 0x7f; n {
	case 126:
		return uint64(binary.BigEndian.Uint16(head[2:]))
	case 127:
		return binary.BigEndian.Uint64(head[2:])
	default:
		return uint64(n)
	}
}

// tooMany counts a frame that brings nothing: the generic cell rate algorithm.
func (f *frameReader) tooMany(now time.Time) bool {
	if f.due.Before(now) {
		f.due = now
	}
	f.due = f.due.Add(f.every)
	return f.due.Sub(now) > idleFrames*f.every
}
