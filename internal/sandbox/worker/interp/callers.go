package interp

import (
	"fmt"
	"io"
	"log"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"playground/internal/sandbox/worker/interp/engine"
)

// callers answers, in the reader's terms, the questions that programs ask
// about their own calls. The runtime would answer in the interpreter's.
type callers struct {
	eng *engine.Engine

	mu      sync.Mutex
	pcs     []engine.Call // program counters are indexes into it, plus pcBase
	funcs   map[*runtime.Func]engine.Call
	frames  map[*runtime.Frames]*[]engine.Call
	helpers map[string]bool // names of functions that called t.Helper
}

// pcBase is where made-up program counters begin: no code lies there.
const pcBase = 1 << 50

func newCallers() *callers {
	return &callers{funcs: map[*runtime.Func]engine.Call{}, frames: map[*runtime.Frames]*[]engine.Call{}, helpers: map[string]bool{}}
}

// stack is the calls of the calling goroutine, innermost first.
func (c *callers) stack() []engine.Call {
	if c.eng == nil {
		return nil
	}
	return c.eng.Calls()
}

func (c *callers) pc(call engine.Call) uintptr {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pcs = append(c.pcs, call)
	return pcBase + uintptr(len(c.pcs))
}

func (c *callers) call(pc uintptr) (engine.Call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range []uintptr{pc - pcBase - 1, pc - pcBase} {
		if i < uintptr(len(c.pcs)) {
			return c.pcs[i], true
		}
	}
	return engine.Call{}, false
}

// caller is runtime.Caller.
func (c *callers) caller(skip int) (pc uintptr, file string, line int, ok bool) {
	s := c.stack()
	if skip < 0 || skip >= len(s) {
		return 0, "", 0, false
	}
	return c.pc(s[skip]), s[skip].File, s[skip].Line, true
}

// list is runtime.Callers.
func (c *callers) list(skip int, pc []uintptr) int {
	s := c.stack()
	s = append([]engine.Call{{Name: "runtime.Callers", File: "runtime/extern.go", Line: 1}}, s...)
	n := 0
	for i := skip; i < len(s) && n < len(pc); i++ {
		pc[n] = c.pc(s[i])
		n++
	}
	return n
}

// function is runtime.FuncForPC.
func (c *callers) function(pc uintptr) *runtime.Func {
	call, ok := c.call(pc)
	if !ok {
		return runtime.FuncForPC(pc)
	}
	f := (*runtime.Func)(reflect.New(reflect.TypeFor[[16]byte]()).UnsafePointer())
	c.mu.Lock()
	c.funcs[f] = call
	c.mu.Unlock()
	return f
}

func (c *callers) known(f *runtime.Func) (engine.Call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	call, ok := c.funcs[f]
	return call, ok
}

// walk is runtime.CallersFrames.
func (c *callers) walk(pcs []uintptr) *runtime.Frames {
	var list []engine.Call
	for _, pc := range pcs {
		if call, ok := c.call(pc); ok {
			list = append(list, call)
		}
	}
	f := runtime.CallersFrames(nil)
	c.mu.Lock()
	c.frames[f] = &list
	c.mu.Unlock()
	return f
}

func (c *callers) next(f *runtime.Frames) (runtime.Frame, bool) {
	c.mu.Lock()
	list := c.frames[f]
	c.mu.Unlock()
	if list == nil || len(*list) == 0 {
		return runtime.Frame{}, false
	}
	call := (*list)[0]
	*list = (*list)[1:]
	return runtime.Frame{PC: c.pc(call), Function: call.Name, File: call.File, Line: call.Line}, len(*list) > 0
}

// trace is the text of the calling goroutine's stack.
func (c *callers) trace() []byte {
	var b strings.Builder
	b.WriteString("goroutine 1 [running]:\n")
	for _, call := range c.stack() {
		fmt.Fprintf(&b, "%s(...)\n\t%s:%d\n", call.Name, call.File, call.Line)
	}
	return []byte(b.String())
}

// where is the reader's position for a message, outside of test helpers.
func (c *callers) where() string {
	s := c.stack()
	for i, call := range s {
		if !c.helpers[call.Name] || i == len(s)-1 {
			return fmt.Sprintf("%s:%d: ", call.File, call.Line)
		}
	}
	return ""
}

// replace puts the functions above in the place of the runtime's.
func (c *callers) replace(path string, s map[string]reflect.Value) {
	switch path {
	case "runtime":
		s["Caller"] = reflect.ValueOf(c.caller)
		s["Callers"] = reflect.ValueOf(c.list)
		s["FuncForPC"] = reflect.ValueOf(c.function)
		s["CallersFrames"] = reflect.ValueOf(c.walk)
		s["Stack"] = reflect.ValueOf(func(buf []byte, _ bool) int { return copy(buf, c.trace()) })
	case "runtime/debug":
		s["Stack"] = reflect.ValueOf(c.trace)
		s["PrintStack"] = reflect.ValueOf(func() { os.Stderr.Write(c.trace()) })
	case "log":
		s["Print"] = reflect.ValueOf(func(v ...any) { c.output(log.Default(), fmt.Sprint(v...)) })
		s["Printf"] = reflect.ValueOf(func(f string, v ...any) { c.output(log.Default(), fmt.Sprintf(f, v...)) })
		s["Println"] = reflect.ValueOf(func(v ...any) { c.output(log.Default(), fmt.Sprintln(v...)) })
	}
}

// method replaces methods of host types.
func (c *callers) method(recv reflect.Type, name string) any {
	switch recv {
	case reflect.TypeFor[*runtime.Func]():
		return c.funcMethod(name)
	case reflect.TypeFor[*runtime.Frames]():
		return c.next
	case reflect.TypeFor[*log.Logger]():
		return c.logMethod(name)
	case reflect.TypeFor[*testing.T]():
		return testMethod[*testing.T](c, name)
	case reflect.TypeFor[*testing.B]():
		return testMethod[*testing.B](c, name)
	case reflect.TypeFor[*testing.F]():
		return testMethod[*testing.F](c, name)
	}
	return nil
}

func (c *callers) funcMethod(name string) any {
	switch name {
	case "Name":
		return func(f *runtime.Func) string {
			if call, ok := c.known(f); ok {
				return call.Name
			}
			return f.Name()
		}
	case "FileLine":
		return func(f *runtime.Func, pc uintptr) (string, int) {
			if call, ok := c.call(pc); ok {
				return call.File, call.Line
			}
			return f.FileLine(pc)
		}
	case "Entry":
		return func(f *runtime.Func) uintptr {
			if _, ok := c.known(f); ok {
				return pcBase
			}
			return f.Entry()
		}
	}
	return nil
}

func (c *callers) logMethod(name string) any {
	switch name {
	case "Print":
		return func(l *log.Logger, v ...any) { c.output(l, fmt.Sprint(v...)) }
	case "Printf":
		return func(l *log.Logger, f string, v ...any) { c.output(l, fmt.Sprintf(f, v...)) }
	case "Println":
		return func(l *log.Logger, v ...any) { c.output(l, fmt.Sprintln(v...)) }
	case "Output":
		return func(l *log.Logger, depth int, s string) error { c.outputAt(l, s, c.at(depth-1)); return nil }
	}
	return nil
}

// at is the position of the call that many frames out.
func (c *callers) at(skip int) string {
	s := c.stack()
	if skip < 0 || skip >= len(s) {
		return "???:0: "
	}
	return fmt.Sprintf("%s:%d: ", s[skip].File, s[skip].Line)
}

// output logs s. Only a logger that wants file and line needs help: its own
// idea of where it was called is the interpreter.
func (c *callers) output(l *log.Logger, s string) { c.outputAt(l, s, c.at(0)) }

func (c *callers) outputAt(l *log.Logger, s, where string) {
	flags := l.Flags()
	if flags&(log.Lshortfile|log.Llongfile) == 0 {
		_ = l.Output(2, s)
		return
	}
	var b strings.Builder
	if flags&log.Lmsgprefix == 0 {
		b.WriteString(l.Prefix())
	}
	b.WriteString(stamp(flags, time.Now()))
	b.WriteString(where)
	if flags&log.Lmsgprefix != 0 {
		b.WriteString(l.Prefix())
	}
	b.WriteString(s)
	if !strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
	_, _ = io.WriteString(l.Writer(), b.String())
}

// stamp is the date and time of a log line.
func stamp(flags int, t time.Time) string {
	if flags&log.LUTC != 0 {
		t = t.UTC()
	}
	s := ""
	if flags&log.Ldate != 0 {
		s = t.Format("2006/01/02 ")
	}
	switch {
	case flags&log.Lmicroseconds != 0:
		s += t.Format("15:04:05.000000 ")
	case flags&log.Ltime != 0:
		s += t.Format("15:04:05 ")
	}
	return s
}

// testMethod replaces the methods of tests that say where they were called.
func testMethod[T testing.TB](c *callers, name string) any {
	say := func(t T, s string) {
		s = strings.TrimSuffix(s, "\n")
		fmt.Fprintf(t.Output(), "%s%s\n", c.where(), strings.ReplaceAll(s, "\n", "\n    "))
	}
	switch name {
	case "Helper":
		return func(T) {
			if s := c.stack(); len(s) > 0 {
				c.helpers[s[0].Name] = true
			}
		}
	case "Log":
		return func(t T, v ...any) { say(t, fmt.Sprintln(v...)) }
	case "Logf":
		return func(t T, f string, v ...any) { say(t, fmt.Sprintf(f, v...)) }
	case "Error":
		return func(t T, v ...any) { say(t, fmt.Sprintln(v...)); t.Fail() }
	case "Errorf":
		return func(t T, f string, v ...any) { say(t, fmt.Sprintf(f, v...)); t.Fail() }
	case "Fatal":
		return func(t T, v ...any) { say(t, fmt.Sprintln(v...)); t.FailNow() }
	case "Fatalf":
		return func(t T, f string, v ...any) { say(t, fmt.Sprintf(f, v...)); t.FailNow() }
	case "Skip":
		return func(t T, v ...any) { say(t, fmt.Sprintln(v...)); t.SkipNow() }
	case "Skipf":
		return func(t T, f string, v ...any) { say(t, fmt.Sprintf(f, v...)); t.SkipNow() }
	}
	return nil
}
