package memfs

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

var (
	errClosing  = errors.New("use of closed file") // package poll's, for directories
	errNegative = errors.New("negative offset")
	errAppend   = errors.New("os: invalid use of WriteAt on file opened with O_APPEND")
)

// pipeSize is how many bytes a pipe holds, as on Linux.
const pipeSize = 64 << 10

// pipe is a buffer between two ends.
type pipe struct {
	mu     sync.Mutex
	change *sync.Cond
	buf    []byte
	reader *end
	writer *end
}

// end is one of a pipe's. It is guarded by the pipe's lock.
type end struct {
	pipe   *pipe
	shut   bool
	past   bool // its deadline
	timer  *time.Timer
	number int // of the deadline, so that a late timer changes nothing
}

// Pipe makes a pipe.
func (f *FS) Pipe() (r, w *File) {
	p := &pipe{}
	p.change = sync.NewCond(&p.mu)
	p.reader, p.writer = &end{pipe: p}, &end{pipe: p}
	return &File{fs: f, name: "|0", end: p.reader}, &File{fs: f, name: "|1", flag: os.O_WRONLY, end: p.writer}
}

func (e *end) read(b []byte) (int, error) {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	if e != p.reader {
		return 0, syscall.EBADF
	}
	for {
		switch {
		case e.shut:
			return 0, os.ErrClosed
		case len(b) == 0:
			return 0, nil
		case e.past:
			return 0, os.ErrDeadlineExceeded
		case len(p.buf) > 0:
			n := copy(b, p.buf)
			p.buf = p.buf[n:]
			p.change.Broadcast()
			return n, nil
		case p.writer.shut:
			return 0, io.EOF
		}
		p.change.Wait()
	}
}

func (e *end) write(b []byte) (n int, err error) {
	p := e.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	if e != p.writer {
		return 0, syscall.EBADF
	}
	for {
		switch {
		case e.shut:
			return n, os.ErrClosed
		case e.past:
			return n, os.ErrDeadlineExceeded
		case p.reader.shut && len(b) > 0:
			return n, syscall.EPIPE
		case len(b) == 0:
			return n, nil
		}
		if room := min(pipeSize-len(p.buf), len(b)); room > 0 {
			p.buf = append(p.buf, b[:room]...)
			n, b = n+room, b[room:]
			p.change.Broadcast()
			continue
		}
		p.change.Wait()
	}
}

func (e *end) close() {
	e.pipe.mu.Lock()
	defer e.pipe.mu.Unlock()
	e.shut = true
	if e.timer != nil {
		e.timer.Stop()
	}
	e.pipe.change.Broadcast()
}

func (e *end) setDeadline(t time.Time) {
	e.pipe.mu.Lock()
	defer e.pipe.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
	}
	e.number++
	e.past = !t.IsZero() && !time.Now().Before(t)
	e.pipe.change.Broadcast()
	if t.IsZero() || e.past {
		return
	}
	number := e.number
	e.timer = time.AfterFunc(time.Until(t), func() { e.expire(number) })
}

func (e *end) expire(number int) {
	e.pipe.mu.Lock()
	defer e.pipe.mu.Unlock()
	if e.number == number {
		e.past = true
		e.pipe.change.Broadcast()
	}
}
