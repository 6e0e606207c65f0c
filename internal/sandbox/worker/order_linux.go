package worker

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"sync"
	"time"
	"unsafe"

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
		writer  io.Writer
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
	writer = stdout
	itab := (*struct {
		tab *struct {
			_    [2]unsafe.Pointer
			_    uint64
			code uintptr
		}
	})(unsafe.Pointer(&writer)).tab
	return poke(unsafe.Pointer(&itab.code), funcPC(&write))
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

// funcPC is the entry of the function that fn points to.
func funcPC[F any](fn *F) uintptr { return **(**uintptr)(unsafe.Pointer(fn)) }

// methodEntry is the runtime's abi.Method: offsets from the module's text.
type methodEntry struct {
	name, typ int32
	ifn, tfn  int32
}

// replaceMethod makes reflection and interface tables that are yet to be built
// call code instead of t's method.
func replaceMethod(t reflect.Type, name string, code uintptr) error {
	m, ok := t.MethodByName(name)
	if !ok {
		return fmt.Errorf("no method %s on %s", name, t)
	}
	e := methodTable(t, m.Index)
	text := uintptr(m.Func.Pointer()) - uintptr(e.tfn)
	if at := runtime.FuncForPC(text + uintptr(e.ifn)); at == nil || at.Name() != "os.(*File)."+name {
		return fmt.Errorf("method table of %s is not laid out as expected at %s", t, name)
	}
	off := int32(code - text)
	if err := poke(unsafe.Pointer(&e.ifn), off); err != nil {
		return err
	}
	return poke(unsafe.Pointer(&e.tfn), off)
}

// methodTable returns the i-th entry of the method table of pointer type t. The
// layout is internal/abi's: the pointer type, its uncommon part, the table.
func methodTable(t reflect.Type, i int) *methodEntry {
	const (
		sizeType     = 48 // abi.Type
		sizePtrType  = sizeType + 8
		offsetOfMoff = 8 // in abi.UncommonType
	)
	head := (*struct{ _, typ unsafe.Pointer })(unsafe.Pointer(&t)).typ
	uncommon := unsafe.Add(head, sizePtrType)
	moff := *(*uint32)(unsafe.Add(uncommon, offsetOfMoff))
	return (*methodEntry)(unsafe.Add(uncommon, uintptr(moff)+uintptr(i)*unsafe.Sizeof(methodEntry{})))
}

// poke writes v into read-only data.
func poke[T any](at unsafe.Pointer, v T) error {
	page := uintptr(unix.Getpagesize())
	first := uintptr(at) &^ (page - 1)
	last := (uintptr(at) + unsafe.Sizeof(v) - 1) &^ (page - 1)
	n := last - first + page
	pages := unsafe.Slice((*byte)(unsafe.Add(at, -int(uintptr(at)-first))), n)
	if err := unix.Mprotect(pages, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return fmt.Errorf("make method table writable: %w", err)
	}
	*(*T)(at) = v
	return unix.Mprotect(pages, unix.PROT_READ)
}
