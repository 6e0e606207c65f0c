package streams

import (
	"errors"
	"io"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"playground/internal/sandbox/wire"
)

// merged is the way to the common pipe.
type merged struct {
	mu     sync.Mutex // held while a frame is written
	frame  []byte
	output *os.File
	stdout *os.File
	stderr *os.File

	capture atomic.Pointer[func(b []byte)] // who has what is written, nil usually
}

// out is reached from functions that stand in for methods of *os.File and
// so have no receiver of their own. It is set once, before any program.
var out merged

// KeepOrder sends what host code writes to either stream through output, in frames.
// It must come before the walls, which forbid what it does to memory.
func KeepOrder(stdout, stderr, output *os.File) error {
	out.stdout, out.stderr, out.output = stdout, stderr, output
	write, writeString, readFrom := orderedWrite, orderedWriteString, orderedReadFrom
	files := reflect.TypeFor[*os.File]()
	return errors.Join(
		replaceMethod(files, "Write", funcPC(&write)),
		replaceMethod(files, "WriteString", funcPC(&writeString)),
		replaceMethod(files, "ReadFrom", funcPC(&readFrom)),
		replaceIn[io.Writer]("Write", funcPC(&write)),
		replaceIn[io.WriteCloser]("Write", funcPC(&write)),
		replaceIn[io.StringWriter]("WriteString", funcPC(&writeString)),
		replaceIn[io.ReaderFrom]("ReadFrom", funcPC(&readFrom)),
	)
}

// stream is whose writes f's are, 0 for neither's. A program may have made f of a
// stream's descriptor.
func (o *merged) stream(f *os.File) byte {
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

// Capture has all that is written to either stream given to print and to nobody else,
// until it is called with nil.
func Capture(print func(b []byte)) {
	if print == nil {
		out.capture.Store(nil)
		return
	}
	out.capture.Store(&print)
}

// write writes b as f's, in frames.
func (o *merged) write(stream byte, f *os.File, b []byte) (n int, err error) {
	if print := o.capture.Load(); print != nil {
		(*print)(b)
		return len(b), nil
	}
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
	if s := out.stream(f); s != 0 {
		return out.write(s, f, b)
	}
	if m := programFiles.Of(f); m != nil {
		return m.Write(b)
	}
	return f.Write(b)
}

func orderedWriteString(f *os.File, s string) (int, error) {
	return orderedWrite(f, unsafe.Slice(unsafe.StringData(s), len(s)))
}

func orderedReadFrom(f *os.File, r io.Reader) (int64, error) {
	if out.stream(f) == 0 && programFiles.Of(f) == nil {
		return f.ReadFrom(r)
	}
	// Without its ReadFrom the file is written piece by piece.
	return io.Copy(struct{ io.Writer }{f}, r)
}
