package shim

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

const engineFrames = "sees the interpreter's frames, where the program's are meant"

func (s *Set) runtimeRows() []Row {
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
	return append(list, Row{"runtime", "Frames", "Next", engineFrames, s.framesNext})
}

func (s *Set) debugRows() []Row {
	list := rows("runtime/debug", "", engineFrames, map[string]any{
		"Stack":      func() []byte { return []byte(s.debugStack()) },
		"PrintStack": func() { fmt.Fprint(os.Stderr, s.debugStack()) },
	})
	return append(list,
		Row{"runtime/debug", "", "ReadBuildInfo", "tells of the server's module and what it depends on", s.buildInfo},
		Row{"runtime/debug", "", "SetMaxThreads", "lifts the limit of threads that the sandbox has set", s.threads.set},
		Row{"runtime/debug", "", "WriteHeapDump", "writes to any descriptor, the worker's own pipes too", writeHeapDump})
}

// stack is the text of the calling goroutine's stack, or of all.
func (s *Set) stack(buf []byte, all bool) int {
	if !all {
		return copy(buf, s.program.Own().String())
	}
	return copy(buf, s.allStacks())
}

// debugStack is the calling goroutine's stack with the call that asks for it.
func (s *Set) debugStack() string {
	own := s.program.Own()
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
	if m.bound == 0 {
		m.bound = debug.SetMaxThreads(n)
	}
	debug.SetMaxThreads(min(n, m.bound))
	return was
}

// writeHeapDump writes where newFile would. A dump is not in order with other
// output.
func writeHeapDump(fd uintptr) {
	switch fd {
	case 1:
		debug.WriteHeapDump(1)
	case 2:
		debug.WriteHeapDump(stderrFd)
	}
}

func (s *Set) caller(skip int) (pc uintptr, file string, line int, ok bool) {
	list := s.program.Calls(max(skip, 0) + 1)
	if skip < 0 || skip >= len(list) {
		return 0, "", 0, false
	}
	c := list[skip]
	return s.calls.pc(c), c.File, c.Line, true
}

func (s *Set) callers(skip int, pc []uintptr) int {
	list := append([]Call{{Name: "runtime.Callers", File: "runtime/extern.go", Line: 1}}, s.program.Calls(max(skip, 0)+len(pc))...)
	n := 0
	for i := max(skip, 0); i < len(list) && n < len(pc); i++ {
		pc[n] = s.calls.pc(list[i])
		n++
	}
	return n
}

func (s *Set) callersFrames(pcs []uintptr) *runtime.Frames {
	var list []Call
	for _, pc := range pcs {
		if c, ok := s.callAt(pc); ok {
			list = append(list, c)
		}
	}
	return s.calls.walk(list)
}

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

func (s *Set) funcForPC(pc uintptr) *runtime.Func {
	if c, ok := s.program.FuncAt(pc); ok {
		return s.calls.function(c, pc)
	}
	if c, ok := s.calls.call(pc); ok {
		return s.calls.function(c, 0)
	}
	return runtime.FuncForPC(pc)
}

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

func (s *Set) funcEntry(f *runtime.Func) uintptr {
	if c, ok := s.calls.named(f); ok {
		return cmp.Or(c.entry, s.calls.pc(c.Call))
	}
	return f.Entry()
}
