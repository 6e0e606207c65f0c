package runs

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

var (
	errInputClosed = errors.New("standard input was closed")
	errInputFull   = errors.New("standard input is over its limit")
	errInputGap    = errors.New("a part of standard input before this one has not come")
	errWriters     = errors.New("too many write standard input")
)

// maxWriters bounds those whose parts of one run's input are counted.
const maxWriters = 16

// input is standard input that comes while the program runs. It is an
// io.ReadCloser for the program's side.
type input struct {
	mu     sync.Mutex
	more   sync.Cond
	buf    bytes.Buffer
	room   int64            // bytes that may still come
	parts  map[string]int64 // that have come, of each writer
	closed bool
}

func newInput(room int64) *input {
	in := &input{room: room, parts: map[string]int64{}}
	in.more.L = &in.mu
	return in
}

// part is what writer says with that number, 0 for one that is said once only. It
// never waits. A part that has come before, accepted or refused, is not taken
// again: whoever lost a connection says all of them again.
func (in *input) part(writer string, number int64, take func() error) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if number == 0 {
		return take()
	}
	had, known := in.parts[writer]
	switch {
	case number <= had:
		return nil
	case number > had+1:
		return errInputGap
	case !known && len(in.parts) >= maxWriters:
		return errWriters
	}
	in.parts[writer] = number
	return take()
}

// write adds to what the program may read. The caller holds mu.
func (in *input) write(s string) error {
	switch {
	case in.closed:
		return errInputClosed
	case int64(len(s)) > in.room:
		return errInputFull
	}
	in.room -= int64(len(s))
	in.buf.WriteString(s)
	in.more.Broadcast()
	return nil
}

// Read waits for input. It returns io.EOF when all was read and no more comes.
func (in *input) Read(p []byte) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for in.buf.Len() == 0 && !in.closed {
		in.more.Wait()
	}
	if in.buf.Len() == 0 {
		return 0, io.EOF
	}
	return in.buf.Read(p)
}

// Close ends the input after what was written.
func (in *input) Close() error { return in.part("", 0, in.close) }

// close is Close for a caller that holds mu.
func (in *input) close() error {
	in.closed = true
	in.more.Broadcast()
	return nil
}

// drop ends the input and lets go of what was not read.
func (in *input) drop() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	in.buf = bytes.Buffer{}
	in.more.Broadcast()
}
