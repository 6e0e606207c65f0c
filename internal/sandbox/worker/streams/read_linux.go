package streams

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"sync"

	"golang.org/x/sys/unix"
)

// reads is what the program has read of standard input.
type reads struct {
	mu    sync.Mutex
	tell  func(bytes int64) // nil unless the run is interactive
	stdin *os.File
	count int64 // bytes
	told  int64 // count when somebody was told last
}

// input is reached from functions that stand in for methods of *os.File and so
// have no receiver of their own.
var input reads

// WatchReads makes host code's reads of stdin known. It must come before the walls.
func WatchReads(stdin *os.File) error {
	input.stdin, input.told = stdin, -1
	read, writeTo := toldRead, toldWriteTo
	files := reflect.TypeFor[*os.File]()
	return errors.Join(
		replaceMethod(files, "Read", funcPC(&read)),
		replaceMethod(files, "WriteTo", funcPC(&writeTo)),
		replaceIn[io.Reader]("Read", funcPC(&read)),
		replaceIn[io.ReadCloser]("Read", funcPC(&read)),
		replaceIn[io.WriterTo]("WriteTo", funcPC(&writeTo)),
		replaceIn[fs.File]("Read", funcPC(&read)),
	)
}

// TellOfReads has tell called, with what has been read so far, when the program is
// about to wait for input: once until it has read more. It must come before the
// program.
func TellOfReads(tell func(bytes int64)) { input.tell = tell }

func toldRead(f *os.File, b []byte) (int, error) {
	if m := programFiles.Of(f); m != nil {
		return m.Read(b)
	}
	if input.tell == nil || len(b) == 0 || !sameFile(f, input.stdin) {
		return f.Read(b)
	}
	input.waits()
	n, err := f.Read(b)
	input.mu.Lock()
	defer input.mu.Unlock()
	input.count += int64(max(n, 0))
	return n, err
}

// waits tells that a read is going to wait, once for what has been read.
func (in *reads) waits() {
	in.mu.Lock()
	defer in.mu.Unlock()
	n, err := unix.IoctlGetInt(0, unix.TIOCINQ) // FIONREAD
	if n > 0 || err != nil || in.told == in.count {
		return
	}
	in.told = in.count
	in.tell(in.count)
}

func toldWriteTo(f *os.File, w io.Writer) (int64, error) {
	if !sameFile(f, input.stdin) && programFiles.Of(f) == nil {
		return f.WriteTo(w)
	}
	// Without its WriteTo the file is read piece by piece.
	return io.Copy(w, struct{ io.Reader }{f})
}
