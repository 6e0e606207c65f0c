package wire

import "encoding/binary"

// A worker writes what its program prints, to either stream, to one pipe, as
// frames: a stream's number, a big-endian length of two bytes, and as many bytes.
// So what was written first is read first, and a change of stream costs three
// bytes.

// The streams, numbered like their usual descriptors.
const (
	StreamOut = 1
	StreamErr = 2
)

const frameHead = 3 // bytes

// MaxFrame is the most bytes that one frame holds.
const MaxFrame = 32<<10 - frameHead

// AppendFrame appends a frame of data, of 1 to MaxFrame bytes, to b.
func AppendFrame(b []byte, stream byte, data []byte) []byte {
	b = binary.BigEndian.AppendUint16(append(b, stream), uint16(len(data)))
	return append(b, data...)
}

// FrameSplitter takes frames apart as their bytes come. The zero value expects
// a frame.
type FrameSplitter struct {
	head   [frameHead]byte
	have   int // bytes of head
	stream byte
	rest   int // bytes that the frame still lacks
}

// Split calls out with the data in b, joined where a stream goes on in the next
// frame, and reports whether b held frames and nothing else. It overwrites b, in
// which out's argument lies.
func (f *FrameSplitter) Split(b []byte, out func(stream byte, data []byte)) bool {
	var stream byte
	data := b[:0]
	flush := func() {
		if len(data) > 0 {
			out(stream, data)
		}
		data = data[len(data):]
	}
	defer flush()
	for len(b) > 0 {
		if f.rest == 0 {
			n := copy(f.head[f.have:], b)
			f.have, b = f.have+n, b[n:]
			if f.have == frameHead && !f.begin() {
				return false
			}
			continue
		}
		if f.stream != stream {
			flush()
			stream = f.stream
		}
		n := min(f.rest, len(b))
		data = append(data, b[:n]...) // within b: a frame's head lies before it
		f.rest, b = f.rest-n, b[n:]
	}
	return true
}

// begin reads a complete head.
func (f *FrameSplitter) begin() bool {
	f.have = 0
	f.stream, f.rest = f.head[0], int(binary.BigEndian.Uint16(f.head[1:]))
	return (f.stream == StreamOut || f.stream == StreamErr) && f.rest > 0 && f.rest <= MaxFrame
}
