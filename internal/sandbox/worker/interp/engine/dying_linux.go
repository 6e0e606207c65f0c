package engine

import (
	"syscall"
	"unsafe"

	"playground/internal/gofront/lower"
	"playground/internal/sandbox/wire"
)

// When the runtime finds something fatal, such as a deadlock, it prints traces
// of all goroutines, and their frames are this package's. It prints them by way
// of overrideWrite, which lets the program's own calls be written in their
// place.
//
// What runs there runs while the process is dying: on the runtime's own stack of
// a few kilobytes, perhaps without a processor, with locks held that nobody will
// unlock. So it allocates nothing, waits for nothing, and takes only words that
// are always whole.

//go:linkname overrideWrite runtime.overrideWrite
var overrideWrite func(fd uintptr, p unsafe.Pointer, n int32) int32

// dying rewrites what the runtime prints.
type dying struct {
	e      *Engine
	line   [256]byte  // the line that is being printed
	n      int        // bytes of it
	cut    bool       // its beginning has been written, because it is long
	traces bool       // the first goroutine has come
	g      *goroutine // whose trace is being printed, until its calls are written
	out    [1024]byte
	used   int
	total  int // bytes written of traces
}

// watch makes fatal errors name the program's calls.
func (e *Engine) watch() {
	d := &dying{e: e}
	overrideWrite = d.write
}

// write is called under the runtime's lock for printing, with a line in pieces.
func (d *dying) write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	text := unsafe.Slice((*byte)(p), n)
	if fd != crashFd {
		writeAll(fd, text)
		return n
	}
	for _, c := range text {
		if d.n == len(d.line) {
			d.pass()
			d.cut = true
		}
		d.line[d.n] = c
		d.n++
		if c == '\n' {
			d.endLine()
		}
	}
	return n
}

// crashFd is where the runtime prints.
const crashFd = 2

// pass writes what there is of the line, if it says what happened.
func (d *dying) pass() {
	if !d.traces {
		writeAll(crashFd, d.line[:d.n])
	}
	d.n = 0
}

// endLine takes the line for a part of a trace, if it is: the header of a
// goroutine, or a call. Of the calls the library's innermost stay, those in
// which the goroutine waits; this package's, and what lies below them, give way
// to the program's.
func (d *dying) endLine() {
	line := d.line[:d.n]
	id, state, ok := traceHeader(line)
	switch {
	case d.cut:
	case ok && id == 0:
		// The runtime's own trace, from which the parent may learn what it died of.
	case ok:
		d.calls()
		if g := d.e.states.find(id); g != nil {
			d.header(g, state)
		}
		d.traces = true
	case d.g == nil:
	case line[0] == '\t':
		d.begin("\t")
		d.text(goroot)
		for _, c := range belowGoroot(line[1:]) {
			d.byte(c)
		}
	case isLibrary(line):
		d.begin("")
		for _, c := range line {
			d.byte(c)
		}
	default:
		d.calls()
	}
	d.pass()
	d.cut = false
}

// header begins g's trace.
func (d *dying) header(g *goroutine, state []byte) {
	if d.total > wire.MaxCrash { // more than anybody gets to see
		return
	}
	d.g = g
	if d.traces {
		d.begin("\n")
	}
	d.begin("goroutine ")
	d.number(int(g.number))
	d.text(" [")
	for _, c := range state {
		d.byte(c)
	}
	d.text("]:\n")
}

// calls writes the program's calls in the trace that is being printed.
func (d *dying) calls() {
	g := d.g
	if g == nil {
		return
	}
	d.g = nil
	skip, i := g.top.depth()-traceInner-traceOuter, 0
	g.top.frames(func(f *lower.Func, pos int32) bool {
		switch {
		case skip > 0 && i == traceInner:
			d.begin("...")
			d.number(skip)
			d.text(" frames elided...\n")
		case skip > 0 && i > traceInner && i < traceInner+skip:
		case pos < 0: // the runtime's own, whose lines are not to be had now
		default:
			d.begin(f.Reader)
			d.text(f.Parens())
			d.place(pos)
		}
		i++
		return true
	})
	if c := g.creator; c.fn != nil {
		d.begin("created by ")
		d.text(c.fn.Reader)
		d.text(" in goroutine ")
		d.number(int(g.parent))
		d.place(c.pos)
	}
	d.flush()
}

// begin starts a line that is meant for the reader.
func (d *dying) begin(s string) {
	d.byte(wire.ForReader)
	d.text(s)
}

// place ends a line and writes the one that says where.
func (d *dying) place(pos int32) {
	p := d.e.hooks.Position(int(pos))
	d.text("\n")
	d.begin("\t")
	d.text(p.Filename)
	d.text(":")
	d.number(p.Line)
	d.text("\n")
}

func (d *dying) text(s string) {
	for i := range len(s) {
		d.byte(s[i])
	}
}

func (d *dying) number(n int) {
	if n > 9 {
		d.number(n / 10)
	}
	d.byte('0' + byte(n%10))
}

func (d *dying) byte(c byte) {
	if d.used == len(d.out) {
		d.flush()
	}
	d.out[d.used] = c
	d.used++
}

func (d *dying) flush() {
	writeAll(crashFd, d.out[:d.used])
	d.total += d.used
	d.used = 0
}

// writeAll writes b as the runtime would: without the scheduler.
func writeAll(fd uintptr, b []byte) {
	for len(b) > 0 {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch errno {
		case 0:
			b = b[n:]
		case syscall.EINTR, syscall.EAGAIN:
		default:
			return
		}
	}
}
