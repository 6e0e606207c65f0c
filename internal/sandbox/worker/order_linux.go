package worker

import (
	"errors"
	"io"
	"os"
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/sandbox/wire"
)

// Two pipes have no common order: a parent that finds bytes in both cannot know
// which came first. So what a program writes to either stream goes through one
// pipe, in frames that say whose it is.
//
// All writes of host code, fmt and log and slog and bufio and the rest, go
// through (*os.File).Write by way of an interface or of reflection, and keepOrder
// puts its own functions in the tables where both find it. What does not come
// this way goes to the stream's own pipe, and its order is lost; the runtime's
// own crash text comes last by its nature.

// order is the way to the common pipe.
type order struct {
	mu     sync.Mutex // held while a frame is written
	frame  []byte
	output *os.File
	stdout *os.File
	stderr *os.File
}

// streams is reached from functions that stand in for methods of *os.File and
// so have no receiver of their own. It is set once, before any program.
var streams order

func keepOrder(stdout, stderr, output *os.File) error {
	streams.stdout, streams.stderr, streams.output = stdout, stderr, output
	write, writeString, readFrom := orderedWrite, orderedWriteString, orderedReadFrom
	files := reflect.TypeFor[*os.File]()
	return errors.Join(
		replaceMethod(files, "Write", funcPC(&write)),
		replaceMethod(files, "WriteString", funcPC(&writeString)),
		replaceMethod(files, "ReadFrom", funcPC(&readFrom)),
		replaceIn[io.Writer]("Write", funcPC(&write)),
		replaceIn[io.WriteCloser]("Write", funcPC(&write)),
	)
}

// stream is whose writes f's are, 0 for neither's. A program may have made f of a
// stream's descriptor.
func (o *order) stream(f *os.File) byte {
	switch {
	case f == nil:
		return 0
	case sameFile(f, o.stdout):
		return wire.StreamOut
	case sameFile(f, o.stderr):
		return wire.StreamErr
	}
	switch f.Fd() {
	case o.stdout.Fd():
		return wire.StreamOut
	case o.stderr.Fd():
		return wire.StreamErr
	}
	return 0
}

// write writes b as f's, in frames.
func (o *order) write(stream byte, f *os.File, b []byte) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := f.Write(nil); err != nil { // the program has closed it
		return 0, err
	}
	for n < len(b) {
		piece := b[n:min(n+wire.MaxFrame, len(b))]
		o.frame = wire.AppendFrame(o.frame[:0], stream, piece)
		if _, err := o.output.Write(o.frame); err != nil {
			return n, err // the parent is gone, and this process is next
		}
		n += len(piece)
	}
	return n, nil
}

func orderedWrite(f *os.File, b []byte) (int, error) {
	if s := streams.stream(f); s != 0 {
		return streams.write(s, f, b)
	}
	return f.Write(b)
}

func orderedWriteString(f *os.File, s string) (int, error) {
	return orderedWrite(f, unsafe.Slice(unsafe.StringData(s), len(s)))
}

func orderedReadFrom(f *os.File, r io.Reader) (int64, error) {
	if streams.stream(f) == 0 {
		return f.ReadFrom(r)
	}
	// Without its ReadFrom the file is written piece by piece.
	return io.Copy(struct{ io.Writer }{f}, r)
}
