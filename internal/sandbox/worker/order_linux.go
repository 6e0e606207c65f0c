package worker

import (
	"io"
	"os"
	"reflect"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The two output streams are two pipes, and two pipes have no common order: a
// parent that finds bytes in both cannot know which came first. So the worker
// never lets both hold bytes at once. Before it writes to one stream after the
// other, it waits until the parent has drained the other.
//
// All writes of host code, fmt and log and slog and bufio and the rest, go
// through (*os.File).Write by way of an interface or of reflection, and both
// find it in tables that the linker made. keepOrder puts its own functions in
// those tables. What does not come this way, the runtime's own crash text,
// comes last by its nature.

// order holds the two streams of the process.
type order struct {
	mu     sync.Mutex
	last   *os.File
	stdout *os.File
	stderr *os.File
}

// streams is reached from functions that stand in for methods of *os.File and
// so have no receiver of their own. It is set once, before any program.
var streams order

func keepOrder(stdout, stderr *os.File) error {
	streams.stdout, streams.stderr = stdout, stderr
	var (
		files   = reflect.TypeFor[*os.File]()
		write   = orderedWrite
		writeS  = orderedWriteString
		readAll = orderedReadFrom
	)
	if err := replaceMethod(files, "Write", funcPC(&write)); err != nil {
		return err
	}
	if err := replaceMethod(files, "WriteString", funcPC(&writeS)); err != nil {
		return err
	}
	if err := replaceMethod(files, "ReadFrom", funcPC(&readAll)); err != nil {
		return err
	}
	return replaceIn[io.Writer]("Write", funcPC(&write))
}

// write runs do, which writes to f, once the other stream is empty.
func (o *order) write(f *os.File, do func() (int, error)) (int, error) {
	if f != o.stdout && f != o.stderr {
		return do()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last != nil && o.last != f {
		awaitDrained(o.last)
	}
	o.last = f
	return do()
}

func orderedWrite(f *os.File, b []byte) (int, error) {
	return streams.write(f, func() (int, error) { return f.Write(b) })
}

func orderedWriteString(f *os.File, s string) (int, error) {
	return streams.write(f, func() (int, error) { return f.WriteString(s) })
}

func orderedReadFrom(f *os.File, r io.Reader) (int64, error) {
	if f != streams.stdout && f != streams.stderr {
		return f.ReadFrom(r)
	}
	// Without its ReadFrom the file is written piece by piece, each in order.
	return io.Copy(struct{ io.Writer }{f}, r)
}

// awaitDrained returns when nobody has bytes of f left to read. A parent that
// reads slowly makes it wait, as a full pipe would.
func awaitDrained(f *os.File) {
	pause := 5 * time.Microsecond
	for i := 0; ; i++ {
		n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ) // FIONREAD
		if n == 0 || err != nil {
			return
		}
		if i < 4 {
			runtime.Gosched()
			continue
		}
		// nanosleep blocks the thread, not the goroutine: the deadlock
		// detector must not take this wait for a program asleep.
		ts := unix.NsecToTimespec(int64(pause))
		_ = unix.Nanosleep(&ts, nil)
		pause = min(2*pause, time.Millisecond)
	}
}
