package worker

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"sync"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// An interactive run tells its parent when the program waits for standard input
// that is not there yet. Reads of host code are found as its writes are.

// reads is what the program has read of standard input.
type reads struct {
	mu    sync.Mutex
	w     *worker // nil unless the run is interactive
	stdin *os.File
	count int64 // bytes
	told  int64 // count when the parent was told last
}

// input is reached from functions that stand in for methods of *os.File and so
// have no receiver of their own.
var input reads

// hookReads finds the reads. It must come before the walls.
func hookReads(stdin *os.File) error {
	input.stdin, input.told = stdin, -1
	read, writeTo := toldRead, toldWriteTo
	files := reflect.TypeFor[*os.File]()
	return errors.Join(
		replaceMethod(files, "Read", funcPC(&read)),
		replaceMethod(files, "WriteTo", funcPC(&writeTo)),
		replaceIn[io.Reader]("Read", funcPC(&read)),
		replaceIn[io.ReadCloser]("Read", funcPC(&read)),
		replaceIn[fs.File]("Read", funcPC(&read)),
	)
}

// tellOfReads makes w report when the program waits. It is called before the
// program comes.
func (w *worker) tellOfReads() { input.w = w }

func toldRead(f *os.File, b []byte) (int, error) {
	if input.w == nil || len(b) == 0 || !sameFile(f, input.stdin) {
		return f.Read(b)
	}
	input.tell()
	n, err := f.Read(b)
	input.mu.Lock()
	defer input.mu.Unlock()
	input.count += int64(max(n, 0))
	return n, err
}

// tell reports that a read is going to wait, once for what has been read.
func (in *reads) tell() {
	in.mu.Lock()
	defer in.mu.Unlock()
	n, err := unix.IoctlGetInt(0, unix.TIOCINQ) // FIONREAD
	if n > 0 || err != nil || in.told == in.count {
		return
	}
	in.told = in.count
	in.w.report(wire.Report{Kind: wire.KindReading, Read: in.count})
}

func toldWriteTo(f *os.File, w io.Writer) (int64, error) {
	if !sameFile(f, input.stdin) {
		return f.WriteTo(w)
	}
	// Without its WriteTo the file is read piece by piece.
	return io.Copy(w, struct{ io.Reader }{f})
}
