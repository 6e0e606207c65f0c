package engine

import (
	"bytes"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/worker/interp/engine/goid"
)

// traceFrame is one call of a trace.
type traceFrame struct {
	fn  *lower.Func
	pos int32
}

// A trace shows the innermost and the outermost calls of a deep stack, as many
// as Go's own.
const (
	traceInner = 50
	traceOuter = 50
)

// trace is a goroutine's calls, innermost first. Of a deep stack those in the
// middle are only counted: skipped of them, before list[gap].
type trace struct {
	list         []traceFrame
	gap, skipped int
}

// frames calls visit for the calls from fr outwards that a trace names, until
// it returns false. It allocates nothing, because it also runs when the process
// is dying.
func (fr *frame) frames(visit func(f *lower.Func, pos int32) bool) {
	for ; fr != nil; fr = fr.caller {
		if !fr.fn.meta.Hidden && !visit(fr.fn.meta, fr.pos) {
			return
		}
	}
}

// depth is how many calls a trace from fr outwards names.
func (fr *frame) depth() (n int) {
	fr.frames(func(*lower.Func, int32) bool { n++; return true })
	return n
}

// stack is at most that many of the calls from fr outwards.
func (fr *frame) stack(limit int) []traceFrame {
	var list []traceFrame
	fr.frames(func(f *lower.Func, pos int32) bool {
		if len(list) < limit {
			list = append(list, traceFrame{f, pos})
		}
		return len(list) < limit
	})
	return list
}

// trace is the calls from fr outwards.
func (fr *frame) trace() trace {
	list := fr.stack(traceInner + traceOuter + 1)
	if len(list) <= traceInner+traceOuter {
		return trace{list: list}
	}
	t := trace{gap: traceInner, skipped: fr.depth() - traceInner - traceOuter}
	t.list = list[:0]
	n := 0
	fr.frames(func(f *lower.Func, pos int32) bool {
		if n < traceInner || n >= traceInner+t.skipped {
			t.list = append(t.list, traceFrame{f, pos})
		}
		n++
		return true
	})
	return t
}

// over is t above the trace below: the frame that t and below have in common,
// and those outside of it, are depth calls.
func (t trace) over(depth int, below trace) trace {
	n := len(t.list) + t.skipped - depth
	if n < 0 || t.skipped > 0 && n > t.gap {
		return t
	}
	list := append(t.list[:n:n], below.list...)
	if below.skipped > 0 {
		return trace{list, n + below.gap, below.skipped}
	}
	if skip := len(list) - traceInner - traceOuter; skip > 0 {
		return trace{append(list[:traceInner], list[traceInner+skip:]...), traceInner, skip}
	}
	return trace{list: list}
}

func (e *Engine) call(t traceFrame) shim.Call {
	pos := e.hooks.Position(int(t.pos))
	return shim.Call{Name: t.fn.Reader, File: pos.Filename, Line: pos.Line, Parens: t.fn.Parens()}
}

func (e *Engine) calls(list []traceFrame) []shim.Call {
	calls := make([]shim.Call, len(list))
	for i, t := range list {
		calls[i] = e.call(t)
	}
	return calls
}

// Calls is at most that many calls of the calling goroutine, innermost first.
func (e *Engine) Calls(limit int) []shim.Call {
	g := e.states.get(goid.Current())
	if g == nil {
		return nil
	}
	return e.calls(g.top.stack(limit))
}

// Goroutine is the number of the calling goroutine, 1 for one on which none of
// the program's functions runs.
func (e *Engine) Goroutine() int64 {
	if g := e.states.get(goid.Current()); g != nil {
		return g.number
	}
	return mainGoroutine
}

func (e *Engine) stackFor(g *goroutine, state string, t trace) shim.Stack {
	s := shim.Stack{Number: g.number, State: state, Calls: e.calls(t.list), Gap: t.gap, Skipped: t.skipped, Parent: g.parent}
	if g.creator.fn != nil {
		c := e.call(g.creator)
		s.Creator = &c
	}
	return s
}

// Own is the stack of the calling goroutine.
func (e *Engine) Own() shim.Stack {
	if g := e.states.get(goid.Current()); g != nil {
		return e.stackFor(g, "running", g.top.trace())
	}
	return shim.Stack{Number: mainGoroutine, State: "running"}
}

// maxDump bounds the runtime's text that All reads states from: some thousands
// of goroutines.
const maxDump = 8 << 20

// All is the stacks of all goroutines that run the program, the calling one
// first. The runtime says which there are and what they wait for. What another
// goroutine that is running does meanwhile may show in its stack.
func (e *Engine) All() []shim.Stack {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) && n < maxDump {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	var list []shim.Stack
	leaf := false // the lines are the library's innermost calls
	for line := range bytes.Lines(buf[:n]) {
		id, state, ok := traceHeader(line)
		switch {
		case ok:
			g := e.states.get(id)
			if leaf = g != nil; leaf {
				list = append(list, e.stackFor(g, string(state), g.top.trace()))
			}
		case leaf && line[0] == '\t':
			list[len(list)-1].Waits += "\t" + goroot + string(belowGoroot(line[1:]))
		case leaf && isLibrary(line):
			list[len(list)-1].Waits += string(line)
		default:
			leaf = false
		}
	}
	return list
}

// goroot is where the library's source is, says a trace: where Go's own
// distributions have it, wherever this process was built.
const goroot = "/usr/local/go/src/"

// buildRoot is where it was when this process was built.
var buildRoot = func() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(debug.Stack).Pointer()).FileLine(0)
	return strings.TrimSuffix(file, "runtime/debug/stack.go")
}()

// belowGoroot is a place in the library's source, without its root.
func belowGoroot(place []byte) []byte {
	if len(place) > len(buildRoot) && string(place[:len(buildRoot)]) == buildRoot {
		return place[len(buildRoot):]
	}
	return place
}

// isLibrary says whether a line of a trace names a function of the library, and
// not one by which this module gets there.
func isLibrary(line []byte) bool {
	for _, p := range [...]string{"playground/", "github.com/", "reflect.", "created by ", "\n", "..."} {
		if len(line) >= len(p) && string(line[:len(p)]) == p {
			return false
		}
	}
	return true
}

// traceHeader reads the line above a goroutine's trace: its number, of the
// runtime's count, and its state.
func traceHeader(line []byte) (id uintptr, state []byte, ok bool) {
	const start = "goroutine "
	if len(line) < len(start) || string(line[:len(start)]) != start {
		return 0, nil, false
	}
	line = line[len(start):]
	i := 0
	for ; i < len(line) && '0' <= line[i] && line[i] <= '9'; i++ {
		id = 10*id + uintptr(line[i]-'0')
	}
	from, to := bytes.IndexByte(line, '['), bytes.LastIndexByte(line, ']')
	if i == 0 || from < 0 || to < from {
		return 0, nil, false
	}
	return id, line[from+1 : to], true
}

// crashText is what Go prints for an unrecovered panic.
func (e *Engine) crashText(g *goroutine, p *panicking) string {
	var b strings.Builder
	printPanics(&b, p)
	b.WriteString("\n\n" + e.stackFor(g, "running", p.trace).String())
	return b.String()
}
