package vnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// maxBuffer bounds what is written to a connection and not yet read, in bytes
// per direction: about what Linux grants a loopback connection.
const maxBuffer = 256 << 10

// stream is one direction of a connection.
type stream struct {
	mu     sync.Mutex
	buf    []byte
	start  int  // of what is unread in buf
	fin    bool // the writer has closed: end of file after what is in buf
	shut   bool // the reader has closed: nothing will be read again
	rst    bool // the reader closed with data unread, or was written to after
	change notice
}

// read waits for bytes until dl passes.
func (s *stream) read(b []byte, dl *deadline) (int, error) {
	for {
		past, moved := dl.state()
		n, changed, err := s.tryRead(b, past)
		if changed == nil {
			return n, err
		}
		await(changed, moved)
	}
}

// tryRead reads, fails, or returns a channel to wait for.
func (s *stream) tryRead(b []byte, past bool) (int, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.shut:
		return 0, nil, net.ErrClosed
	case past:
		return 0, nil, os.ErrDeadlineExceeded
	case len(b) == 0:
		return 0, nil, nil
	case s.start < len(s.buf):
		n := copy(b, s.buf[s.start:])
		if s.start += n; s.start == len(s.buf) {
			s.buf, s.start = s.buf[:0], 0
		}
		s.change.changed()
		return n, nil, nil
	case s.rst:
		return 0, nil, sysError("read", syscall.ECONNRESET)
	case s.fin:
		return 0, nil, io.EOF
	}
	return 0, s.change.wait(), nil
}

// write puts all of b into the buffer, waiting for room until dl passes.
func (s *stream) write(b []byte, dl *deadline) (int, error) {
	done := 0
	for {
		past, moved := dl.state()
		n, changed, err := s.tryWrite(b[done:], past)
		done += n
		if changed == nil {
			return done, err
		}
		await(changed, moved)
	}
}

func (s *stream) tryWrite(b []byte, past bool) (int, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.fin:
		return 0, nil, net.ErrClosed
	case past:
		return 0, nil, os.ErrDeadlineExceeded
	case s.rst:
		return 0, nil, sysError("write", syscall.EPIPE)
	case s.shut:
		// the other side's kernel answers with a reset: this write succeeds,
		// the next does not
		s.rst = len(b) > 0
		return len(b), nil, nil
	}
	n := min(len(b), maxBuffer-(len(s.buf)-s.start))
	if n > 0 {
		s.compact(n)
		s.buf = append(s.buf, b[:n]...)
		s.change.changed()
	}
	if n == len(b) {
		return n, nil, nil
	}
	return n, s.change.wait(), nil
}

// compact makes room for n bytes at the end of buf when it has read ones at
// its start.
func (s *stream) compact(n int) {
	if s.start > 0 && len(s.buf)+n > cap(s.buf) {
		s.buf = s.buf[:copy(s.buf, s.buf[s.start:])]
		s.start = 0
	}
}

// closeWrite ends the stream after what was written. It reports whether that
// was news.
func (s *stream) closeWrite() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.fin
	s.fin = true
	s.change.changed()
	return !was
}

// closeRead drops what is unread and reports whether there was any.
func (s *stream) closeRead() (unread bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unread = s.start < len(s.buf) && !s.shut
	s.buf, s.start, s.shut = nil, 0, true
	s.change.changed()
	return unread
}

// reset makes reads fail after what is in the buffer, and writes at once.
func (s *stream) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rst = true
	s.change.changed()
}
