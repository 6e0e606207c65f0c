package engine

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"playground/internal/gofront/forge"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib/shim"
	"playground/internal/sandbox/worker/interp/engine/code"
	"playground/internal/sandbox/worker/interp/engine/fault"
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
// it returns false. Below the deferred functions that run because of a panic are
// the calls that it interrupted, though their frames are dead. It allocates
// nothing, because it also runs when the process is dying.
func (fr *frame) frames(visit func(f *lower.Func, pos int32) bool) {
	for ; fr != nil; fr = fr.caller {
		if p := fr.dying(); p != nil {
			if !visit(&wayFuncs[p.way], -1) {
				return
			}
			for _, t := range p.trace.list {
				if !visit(t.fn, t.pos) {
					return
				}
			}
			return
		}
		if !fr.fn.meta.Hidden && !visit(fr.fn.meta, fr.pos) {
			return
		}
	}
}

// dying is the panic because of which the function's deferred calls run, or nil.
func (fr *frame) dying() *panicking {
	if fr.rare == nil {
		return nil
	}
	return fr.rare.panics
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

// wayFuncs stand in a trace for the runtime's calls between a deferred function
// and the one that a panic interrupted.
var wayFuncs [fault.Ways]lower.Func

// way is the way that t stands for.
func (t traceFrame) way() (w fault.Way, ok bool) {
	for i := range wayFuncs {
		if t.fn == &wayFuncs[i] {
			return fault.Way(i), true
		}
	}
	return 0, false
}

// call is t as a trace prints it.
func (e *Engine) call(t traceFrame) shim.Call {
	if w, ok := t.way(); ok {
		c := runtimeCall(w.Calls()[0])
		if c.Parens = "()"; c.Name == "runtime.gopanic" {
			c.Name, c.Parens = "panic", "(...)"
		}
		return c
	}
	pos := e.hooks.Position(int(t.pos))
	return shim.Call{Name: t.fn.Reader, File: pos.Filename, Line: pos.Line, Parens: t.fn.Parens()}
}

func runtimeCall(f runtime.Frame) shim.Call {
	return shim.Call{Name: f.Function, File: goroot + string(belowGoroot([]byte(f.File))), Line: f.Line}
}

// Calls is at most that many calls of the calling goroutine, innermost first.
func (e *Engine) Calls(limit int) []shim.Call {
	g := e.states.get(goid.Current())
	if g == nil {
		return nil
	}
	var calls []shim.Call
	for _, t := range g.top.stack(limit) {
		w, ok := t.way()
		if !ok {
			calls = append(calls, e.call(t))
			continue
		}
		for _, f := range w.Calls() {
			calls = append(calls, runtimeCall(f))
		}
	}
	return calls[:min(limit, len(calls))]
}

// Roots are the library's calls below the program's on the calling goroutine, innermost
// first. The program's main runs on the process's own main goroutine, its go statements
// start others, and the library calls it on those that it started itself: so what the
// machine's stack has below everything of ours is what compiled code would have there.
func Roots() []shim.Call {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(1, pcs)
	for n == len(pcs) && n < maxRoots {
		pcs = make([]uintptr, 4*len(pcs))
		n = runtime.Callers(1, pcs)
	}
	var roots []shim.Call
	frames := runtime.CallersFrames(pcs[:n])
	for {
		f, more := frames.Next()
		// The process's main calls all of the engine, as the program's is to be called.
		if f.Function == "main.main" || !isLibrary([]byte(f.Function)) {
			roots = nil
		} else {
			roots = append(roots, runtimeCall(f))
		}
		if !more {
			return roots
		}
	}
}

// maxRoots bounds how deep a stack of the machine's is looked through. The program's
// own calls take none of it, but those of the library and back do.
const maxRoots = 1 << 16

// number is the number of the calling goroutine, main's for one on which none of
// the program's functions runs.
func (e *Engine) number() int64 {
	if g := e.states.get(goid.Current()); g != nil {
		return g.number
	}
	return mainGoroutine
}

func (e *Engine) stackFor(g *goroutine, state string, t trace) shim.Stack {
	calls := make([]shim.Call, len(t.list))
	for i, f := range t.list {
		calls[i] = e.call(f)
	}
	s := shim.Stack{Number: g.number, State: state, Calls: calls, Gap: t.gap, Skipped: t.skipped, Parent: g.parent}
	if g.creator.fn != nil {
		c := e.call(g.creator)
		s.Creator = &c
	}
	return s
}

// FuncAt is the function of the program that has pc as its code pointer: that of
// its function values, or of a method as reflection finds it.
func (e *Engine) FuncAt(pc uintptr) (shim.Call, bool) {
	if code.Is(pc) && code.Index(pc) < len(e.codes) {
		name := e.codes[code.Index(pc)]
		c := e.begin(name.fn)
		if name.bound {
			c.Name, c.File, c.Line = c.Name+"-fm", autogenerated, 1
		}
		return c, true
	}
	recv, method, ok := forge.MethodAt(pc)
	if !ok {
		return shim.Call{}, false
	}
	name := methodName(recv, method)
	for _, f := range e.prog.Funcs {
		if f.Reader == name {
			return e.begin(f), true
		}
	}
	return shim.Call{Name: name, File: autogenerated, Line: 1, Parens: "(...)"}, true
}

// autogenerated is the file of what no reader has written.
const autogenerated = "<autogenerated>"

// begin is a call of f that has just begun.
func (e *Engine) begin(f *lower.Func) shim.Call {
	c := shim.Call{Name: f.Reader, File: autogenerated, Line: 1, Parens: f.Parens()}
	if f.Pos.IsValid() {
		pos := e.hooks.Place(f.Pos)
		c.File, c.Line = pos.Filename, pos.Line
	}
	return c
}

// methodName is the name in traces of a method of a type or a pointer to one.
func methodName(recv reflect.Type, method string) string {
	t, form := recv, "%s.%s%s.%s"
	if recv.Kind() == reflect.Pointer && recv.Name() == "" {
		t, form = recv.Elem(), "%s.(*%s%s).%s"
	}
	name, targs, dots := t.Name(), "", ""
	if name, targs, _ = strings.Cut(name, "["); targs != "" {
		dots = "[...]"
	}
	return fmt.Sprintf(form, t.PkgPath(), name, dots, method)
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

// maxLeft bounds the runtime's text that Left reads states from, in bytes: some two
// thousand goroutines.
const maxLeft = 1 << 20

// Left is the stacks of the program's goroutines that have not ended, as far as the
// runtime's text about them is of bounded size, and how many they are in all. It is for
// when main has returned.
func (e *Engine) Left() (list []shim.Stack, total int) {
	if total = e.states.count(); total == 0 {
		return nil, 0
	}
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) && n < maxLeft {
		buf = make([]byte, 4*len(buf))
		n = runtime.Stack(buf, true)
	}
	for line := range bytes.Lines(buf[:n]) {
		id, state, ok := traceHeader(line)
		if !ok {
			continue
		}
		// One on which nothing of the program runs any more is about to end.
		if g := e.states.get(id); g != nil && g.top != nil {
			list = append(list, e.stackFor(g, string(state), g.top.trace()))
		}
	}
	return list, total
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
	return p.text() + "\n" + e.stackFor(g, "running", p.trace).String()
}
