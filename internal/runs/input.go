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
)

// input is standard input that comes while the program runs. It is an
// io.ReadCloser for the program's side.
type input struct {
	mu     sync.Mutex
	more   sync.Cond
	buf    bytes.Buffer
	room   int64 // bytes that may still come
	closed bool
}

func newInput(room int64) *input {
	in := &input{room: room}
	in.more.L = &in.mu
	return in
}

// write adds to what the program may read. It never waits.
func (in *input) write(s string) error {
	in.mu.Lock()
	defer in.mu.Unlock()
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
func (in *input) Close() error {
	in.mu.Lock()
	defer in.mu.Unlock()
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
