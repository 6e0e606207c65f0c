package shim

import (
	"cmp"
	"context"
	"expvar"
	"fmt"
	"math"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
)

// engineFrames is why most of runtime's rows are: the stack of the machine is that of
// the interpreter at work, and the program's calls are values in its memory.
const engineFrames = "sees the interpreter's frames, where the program's are meant"

func (s *Set) runtimeRows() []Row {
	s.settings.procs = runtime.GOMAXPROCS(0)
	list := rows("runtime", "", engineFrames, map[string]any{
		"Caller":           s.caller,
		"Callers":          s.callers,
		"CallersFrames":    s.callersFrames,
		"FuncForPC":        s.funcForPC,
		"Stack":            s.stack,
		"GoroutineProfile": s.goroutineProfile,
	})
	list = append(list, rows("runtime", "Func", engineFrames, map[string]any{
		"Name": s.funcName, "FileLine": s.funcFileLine, "Entry": s.funcEntry,
	})...)
	return append(list, Row{"runtime", "Frames", "Next", engineFrames, s.framesNext},
		Row{"runtime", "", "GOMAXPROCS", "tells, or lifts, what the interpreter has set", func(n int) int { return s.program.Procs(n) }},
		Row{"runtime", "", "SetDefaultGOMAXPROCS", "looks at a machine that the program does not see", s.setDefaultProcs})
}

func (s *Set) debugRows() []Row {
	list := rows("runtime/debug", "", engineFrames, map[string]any{
		"Stack":      func() []byte { return []byte(s.debugStack()) },
		"PrintStack": func() { fmt.Fprint(os.Stderr, s.debugStack()) },
	})
	return append(append(list, s.settingRows()...),
		Row{"runtime/debug", "", "ReadBuildInfo", "tells of the server's module and what it depends on", s.buildInfo},
		Row{"runtime/debug", "", "SetMaxThreads", "lifts the limit of threads that the sandbox has set", s.threads.set},
		Row{"runtime/debug", "", "WriteHeapDump", "writes to any descriptor, the worker's own pipes too", writeHeapDump})
}

// stack is the text of the calling goroutine's stack, or of all.
func (s *Set) stack(buf []byte, all bool) int {
	// Cut where buf ends, without a word, as runtime.Stack does it.
	if !all {
		return copy(buf, s.program.Own().String())
	}
	return copy(buf, s.allStacks())
}

// debugStack is the calling goroutine's stack with the call that asks for it.
func (s *Set) debugStack() string {
	own := s.program.Own()
	// Compiled Go's trace begins with Stack itself, and programs that drop its first
	// lines count on that. The gap is counted in calls, so it moves by one.
	own.Calls = append([]Call{{Name: "runtime/debug.Stack", File: "/usr/local/go/src/runtime/debug/stack.go", Line: 26, Parens: "()"}}, own.Calls...)
	own.Gap++
	return own.String()
}

// maxThreads is what a program knows of its limit of threads.
type maxThreads struct {
	mu    sync.Mutex
	asked int // what the program set last, 0 at first
	bound int // what was in force before the program set any, 0 when not known
}

// goThreads is the limit that every Go program begins with.
const goThreads = 10000

// set is debug.SetMaxThreads, except that nothing above the process's own limit
// comes into force.
func (m *maxThreads) set(n int) (was int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, m.asked = cmp.Or(m.asked, goThreads), n
	// The library tells what is in force only to who sets another.
	if m.bound == 0 {
		m.bound = debug.SetMaxThreads(n)
	}
	debug.SetMaxThreads(min(n, m.bound))
	return was
}

// writeHeapDump writes where newFile would. A dump is not in order with other
// output.
// Other descriptors are the worker's pipes, or nothing.
func writeHeapDump(fd uintptr) {
	switch fd {
	case 1:
		debug.WriteHeapDump(1)
	case 2:
		debug.WriteHeapDump(stderrFd)
	}
}

// caller is runtime.Caller: 0 is the function that calls it.
func (s *Set) caller(skip int) (pc uintptr, file string, line int, ok bool) {
	list := s.allCalls(max(skip, 0) + 1)
	if skip < 0 || skip >= len(list) {
		return 0, "", 0, false
	}
	c := list[skip]
	return s.calls.pc(c), c.File, c.Line, true
}

// callers is runtime.Callers, whose 0 is Callers itself. So it is a call in the list,
// though the program has no text of it.
func (s *Set) callers(skip int, pc []uintptr) int {
	list := append([]Call{callersItself()}, s.allCalls(max(skip, 0)+len(pc))...)
	n := 0
	for i := max(skip, 0); i < len(list) && n < len(pc); i++ {
		pc[n] = s.calls.pc(list[i])
		n++
	}
	return n
}

// callersItself is the call of runtime.Callers as it names itself.
func callersItself() Call {
	var pc [1]uintptr
	runtime.Callers(0, pc[:])
	f, _ := runtime.CallersFrames(pc[:]).Next()
	return Call{Name: f.Function, File: "/usr/local/go/src/runtime/extern.go", Line: f.Line}
}

// allCalls is at most that many calls of the calling goroutine, innermost first, those
// of the runtime below main included.
// Programs that walk a stack to its end print them.
func (s *Set) allCalls(limit int) []Call {
	list := s.program.Calls(limit)
	if len(list) < limit {
		list = append(list, s.program.Roots()...)
	}
	return list[:min(limit, len(list))]
}

// callersFrames looks all up at once: what a counter stands for does not change.
func (s *Set) callersFrames(pcs []uintptr) *runtime.Frames {
	var list []Call
	for _, pc := range pcs {
		if c, ok := s.callAt(pc); ok {
			list = append(list, c)
		}
	}
	return s.calls.walk(list)
}

// framesNext is Frames.Next. The library's Frames can be filled with real counters
// only, so what one is to give is kept beside it.
func (s *Set) framesNext(list *runtime.Frames) (f runtime.Frame, more bool) {
	c, ok, more := s.calls.next(list)
	if !ok {
		return f, false
	}
	f = runtime.Frame{PC: s.calls.pc(c), Func: s.calls.function(c, 0), Function: c.Name, File: c.File, Line: c.Line}
	f.Entry = s.funcEntry(f.Func)
	return f, more
}

// callAt is what pc stands for: a place in the program, or a function's code.
func (s *Set) callAt(pc uintptr) (Call, bool) {
	if c, ok := s.calls.call(pc); ok {
		return c, true
	}
	return s.program.FuncAt(pc)
}

// funcForPC asks for functions' code first: the code behind a function value is the
// interpreter's, and the library would name that.
func (s *Set) funcForPC(pc uintptr) *runtime.Func {
	if c, ok := s.program.FuncAt(pc); ok {
		return s.calls.function(c, pc)
	}
	if c, ok := s.calls.call(pc); ok {
		return s.calls.function(c, 0)
	}
	return runtime.FuncForPC(pc)
}

// A Func that was not made here is a compiled function's, and the library knows it.
func (s *Set) funcName(f *runtime.Func) string {
	if c, ok := s.calls.named(f); ok {
		return c.Name
	}
	return f.Name()
}

func (s *Set) funcFileLine(f *runtime.Func, pc uintptr) (string, int) {
	if c, ok := s.callAt(pc); ok {
		return c.File, c.Line
	}
	return f.FileLine(pc)
}

// funcEntry is a place in the text where no code is known: it is not 0, and not
// another function's.
func (s *Set) funcEntry(f *runtime.Func) uintptr {
	if c, ok := s.calls.named(f); ok {
		return cmp.Or(c.entry, s.calls.pc(c.Call))
	}
	return f.Entry()
}

// Call is a call of the program, as traces show it.
type Call struct {
	Name string // "main.(*T).Method"
	File string
	Line int
	// Parens follow the name in a trace: empty, or hinting at arguments.
	Parens string
}

// Stack is a goroutine of the program, as traces show it.
type Stack struct {
	Number int64
	State  string // in the runtime's words
	Waits  string // the library's calls that it is in, as lines of a trace
	Calls  []Call // innermost first
	// Skipped is how many calls are left out before Calls[Gap].
	Gap, Skipped int
	// Creator is the go statement that started it, in the goroutine of the
	// number Parent; nil for main's.
	Creator *Call
	Parent  int64
}

// String is the trace as Go prints it, but for arguments and addresses.
func (s Stack) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "goroutine %d [%s]:\n%s", s.Number, s.State, s.Waits)
	for i, c := range s.Calls {
		if s.Skipped > 0 && i == s.Gap {
			fmt.Fprintf(&b, "...%d frames elided...\n", s.Skipped)
		}
		b.WriteString(c.Name + c.Parens + "\n" + c.place())
	}
	if c := s.Creator; c != nil {
		b.WriteString("created by " + c.Name + " in goroutine " + strconv.FormatInt(s.Parent, 10) + "\n" + c.place())
	}
	return b.String()
}

func (c Call) place() string { return "\t" + c.File + ":" + strconv.Itoa(c.Line) + "\n" }

// Some functions of the library call a program's function on a goroutine of
// their own. There nobody but the runtime would see a panic, and it would show
// the reader the interpreter's frames.
const unseenPanic = "shows the interpreter's frames when the function panics"

// guarded has a panic of f told as the program's end, with the program's frames.
func (s *Set) guarded(f func()) func() { return func() { s.program.Guard(f) } }

func (s *Set) timeRows() []Row {
	return []Row{{"time", "", "AfterFunc", unseenPanic, func(d time.Duration, f func()) *time.Timer {
		return time.AfterFunc(d, s.guarded(f))
	}}}
}

func (s *Set) contextRows() []Row {
	return []Row{{"context", "", "AfterFunc", unseenPanic, func(ctx context.Context, f func()) (stop func() bool) {
		return context.AfterFunc(ctx, s.guarded(f))
	}}}
}

// syncRows have Go start a goroutine of the program's: one that its traces show. Add
// comes before, so that Wait cannot miss it. A function that panics is never done:
// whoever waits must not go on, or even end the process, before the panic does.
func (s *Set) syncRows() []Row {
	return []Row{{"sync", "WaitGroup", "Go", unseenPanic, func(wg *sync.WaitGroup, f func()) {
		wg.Add(1)
		s.program.Go(func() {
			defer wg.Done() // after a Goexit too; a panic does not get here
			s.program.Repanic(f)
		})
	}}}
}

// debugHandlers registers each package's handlers at most once, as its
// initialisation would.
// The mux panics when a pattern is registered again.
type debugHandlers struct{ expvar, pprof func() }

func newDebugHandlers() debugHandlers {
	return debugHandlers{
		expvar: sync.OnceFunc(func() { http.Handle("GET /debug/vars", expvar.Handler()) }),
		pprof: sync.OnceFunc(func() {
			http.HandleFunc("GET /debug/pprof/", pprof.Index)
			http.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
			http.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
			http.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
			http.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
		}),
	}
}

// register does what importing the package at path does to the default mux, for
// a program that imports it: Install has given the program an empty one.
func (d debugHandlers) register(path string) {
	switch path {
	case "expvar":
		d.expvar()
	case "net/http/pprof":
		d.pprof()
	}
}

// settings are the runtime's as a program knows them: what it has set itself, or
// what every program begins with. A worker begins with others, which are the
// sandbox's.
type settings struct {
	mu     sync.Mutex
	procs  int // processors in use when the program began
	gc     setting[int]
	memory setting[int64]
	stack  setting[int]
}

// setting is a setting of the runtime.
type setting[T cmp.Ordered] struct {
	asked *T // what the program set last
	bound *T // what was in force before
}

// set makes v the setting, if that is within what was in force before, and
// returns what the program takes for the last one.
func (s *setting[T]) set(v, first T, apply func(T) T) (was T) {
	was = first
	if s.asked != nil {
		was = *s.asked
	}
	s.asked = &v
	// The library tells what is in force only to who sets another: so v is set first, and
	// then what may be.
	before := apply(v)
	if s.bound == nil {
		s.bound = &before
	}
	apply(min(v, *s.bound))
	return was
}

// What every Go program begins with.
const (
	goGCPercent = 100
	goMaxStack  = 1_000_000_000
)

const sandboxSetting = "tells, or lifts, what the sandbox has set"

func (s *Set) settingRows() []Row {
	return rows("runtime/debug", "", sandboxSetting, map[string]any{
		"SetGCPercent":   s.settings.setGCPercent,
		"SetMemoryLimit": s.settings.setMemoryLimit,
		"SetMaxStack":    s.settings.setMaxStack,
	})
}

// setGCPercent needs no bound: the collector runs in the program's own time.
func (s *settings) setGCPercent(n int) int {
	// One lock for the settings: two of a program's goroutines must not both find that
	// theirs is the first.
	s.mu.Lock()
	defer s.mu.Unlock()
	was := goGCPercent
	if s.gc.asked != nil {
		was = *s.gc.asked
	}
	n = max(n, -1)
	s.gc.asked = &n
	debug.SetGCPercent(n)
	return was
}

// setMemoryLimit only asks, for a negative limit.
func (s *settings) setMemoryLimit(n int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 {
		if s.memory.asked != nil {
			return *s.memory.asked
		}
		return math.MaxInt64
	}
	return s.memory.set(n, math.MaxInt64, debug.SetMemoryLimit)
}

func (s *settings) setMaxStack(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stack.set(n, goMaxStack, debug.SetMaxStack)
}

// setDefaultProcs is runtime.SetDefaultGOMAXPROCS.
// The library would count processors that belong to others.
func (s *Set) setDefaultProcs() { s.program.Procs(s.settings.procs) }
