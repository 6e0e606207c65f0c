package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
)

// open returns a sandbox of real workers that ends with the test.
func open(t testing.TB, c sandbox.Config) *sandbox.Sandbox {
	t.Helper()
	c.Executable = sandboxtest.Binary(t)
	if c.Pool == 0 {
		c.Pool = -1
	}
	s, err := sandbox.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// transcript is a Sink that keeps what it gets.
type transcript struct {
	mu     sync.Mutex
	events []sandbox.Event
	merged strings.Builder // both streams, in order
	onData func(string)
}

func (tr *transcript) sink(_ context.Context, e sandbox.Event) error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if o, ok := e.(sandbox.Output); ok {
		tr.merged.Write(o.Data)
		if tr.onData != nil {
			tr.onData(string(o.Data))
		}
		o.Data = nil
		e = o
	}
	tr.events = append(tr.events, e)
	return nil
}

func (tr *transcript) text() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.merged.String()
}

const (
	imports = "package main\nimport (\"fmt\"; \"os\"; \"runtime\"; \"runtime/debug\"; \"time\")\nvar _, _, _, _, _ = fmt.Sprint, os.Exit, time.Now, runtime.GC, debug.Stack\n"
	hello   = imports + `func main() { fmt.Println("hello") }`
)

func TestStatus(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{Limits: sandbox.Limits{
		CPUTime: 400 * time.Millisecond, WallTime: 3 * time.Second, Memory: 64 << 20, Output: 1000,
	}})
	tests := []struct {
		name, body string
		want       sandbox.Status
		exit       int
		out        string // a part of the output
	}{
		{"ok", `fmt.Println("fine")`, sandbox.StatusOK, 0, "fine\n"},
		{"exit", `fmt.Println("a"); os.Exit(3)`, sandbox.StatusExit, 3, "a\n"},
		{"exit like a panic", `os.Exit(2)`, sandbox.StatusExit, 2, ""},
		{"panic", `fmt.Println("a"); panic("boom")`, sandbox.StatusPanic, 2, "boom"},
		{"compile error", `undefined()`, sandbox.StatusCompileError, 1, ""},
		{"deadlock", `<-make(chan int)`, sandbox.StatusDeadlock, 2, "all goroutines are asleep"},
		{"CPU", `fmt.Println("a"); for {}`, sandbox.StatusCPULimit, -1, "a\n"},
		{"wall", `fmt.Println("a"); time.Sleep(time.Hour)`, sandbox.StatusWallLimit, -1, "a\n"},
		{"output", `for { fmt.Println("0123456789") }`, sandbox.StatusOutputLimit, -1, "0123456789\n"},
		{"memory", `var a [][]byte; for { b := make([]byte, 1<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; a = append(a, b) }`, sandbox.StatusMemoryLimit, -1, ""},
		{"threads", `for range 2000 { go func() { runtime.LockOSThread(); select {} }() }; time.Sleep(time.Hour)`, sandbox.StatusThreadLimit, -1, ""},
		{"threads, the limit raised", `debug.SetMaxThreads(1 << 20); for range 2000 { go func() { runtime.LockOSThread(); select {} }() }; time.Sleep(time.Hour)`, sandbox.StatusThreadLimit, -1, ""},
		{"threads within the limit", `for range 200 { go func() { runtime.LockOSThread(); select {} }() }; time.Sleep(100*time.Millisecond); fmt.Println("fine")`, sandbox.StatusOK, 0, "fine\n"},
		{"a descriptor that a program does not have", `_, err := os.NewFile(3, "r").WriteString("not a report\n"); fmt.Println(err)`, sandbox.StatusOK, 0, "write r: bad file descriptor\n"},
		{"stack", `var f func(int) int; f = func(i int) int { return f(i+1) + 1 }; f(0)`, sandbox.StatusPanic, 2, "stack overflow"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var tr transcript
			res, err := s.Run(t.Context(), sandbox.Program{Source: imports + "func main() { " + tt.body + " }"}, tr.sink)
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != tt.want || res.ExitCode != tt.exit {
				t.Errorf("ended with %s, exit code %d; want %s, %d (%+v)\n%s", res.Status, res.ExitCode, tt.want, tt.exit, res, tr.text())
			}
			if !strings.Contains(tr.text(), tt.out) {
				t.Errorf("output %q lacks %q", tr.text(), tt.out)
			}
			if n := int64(len(tr.text())); n != res.Stdout+res.Stderr || n > 1000 {
				t.Errorf("%d bytes delivered, %d+%d counted, 1000 allowed", n, res.Stdout, res.Stderr)
			}
		})
	}
}

// Output arrives while the program runs, in the order in which it was written.
func TestOutputIsLiveAndOrdered(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	var tr transcript
	res, err := s.Run(t.Context(), sandbox.Program{Source: imports + `func main() {
		for i := 0; i < 50; i++ { fmt.Println("o", i); fmt.Fprintln(os.Stderr, "e", i) }
		time.Sleep(time.Second)
	}`}, tr.sink)
	if err != nil || res.Status != sandbox.StatusOK {
		t.Fatal(res, err, tr.text())
	}
	var want strings.Builder
	for i := range 50 {
		fmt.Fprintf(&want, "o %d\ne %d\n", i, i)
	}
	if tr.text() != want.String() {
		t.Errorf("order was lost:\n%s", tr.text())
	}
	for _, e := range tr.events {
		if first, ok := e.(sandbox.Output); ok {
			if res.WallTime-first.T < 900*time.Millisecond {
				t.Errorf("first output at %v of a run of %v; want it a second earlier than the end", first.T, res.WallTime)
			}
			return
		}
	}
	t.Error("no output")
}

func TestStopAndClientGone(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for _, tt := range []struct {
		cause error
		want  sandbox.Status
	}{{sandbox.ErrKilled, sandbox.StatusKilled}, {errors.New("socket closed"), sandbox.StatusClientGone}} {
		t.Run(string(tt.want), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			tr := transcript{onData: func(string) { cancel(tt.cause) }}
			res, err := s.Run(ctx, sandbox.Program{Source: imports + `func main() { fmt.Println("on"); for { time.Sleep(time.Millisecond) } }`}, tr.sink)
			if err != nil || res.Status != tt.want {
				t.Errorf("ended with %v, %v; want %s", res, err, tt.want)
			}
		})
	}
}

// A sink that does not return stalls the program: it cannot write more than
// the pipes hold, and the limits hold all the same.
func TestSlowSinkStallsTheProgram(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{Limits: sandbox.Limits{WallTime: 3 * time.Second, Output: 64 << 20}})
	release := make(chan struct{})
	time.AfterFunc(4*time.Second, func() { close(release) }) // when the limit has long ended the program
	res, err := s.Run(t.Context(), sandbox.Program{Source: imports + `func main() { for { fmt.Println("0123456789012345678901234567890123456789") } }`},
		func(ctx context.Context, e sandbox.Event) error {
			if _, ok := e.(sandbox.Output); ok {
				<-release
			}
			return ctx.Err()
		})
	if err != nil || res.Status != sandbox.StatusWallLimit {
		t.Fatalf("ended with %v, %v; want the wall limit", res, err)
	}
	if res.Stdout > 1<<20 {
		t.Errorf("%d bytes were read of a program that nobody listened to", res.Stdout)
	}
}

func TestEndedIsCalledBeforeASlowSinkHasTakenAll(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	ended := make(chan struct{})
	p := sandbox.Program{Source: hello, Ended: func(time.Duration) { close(ended) }}
	res, err := s.Run(t.Context(), p, func(_ context.Context, e sandbox.Event) error {
		if _, ok := e.(sandbox.Output); ok {
			<-ended
		}
		return nil
	})
	if err != nil || res.Status != sandbox.StatusOK {
		t.Errorf("ended with %v, %v", res, err)
	}
}

func discard(context.Context, sandbox.Event) error { return nil }

func TestSourceLimit(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{Limits: sandbox.Limits{Source: 100}})
	var tooLong *sandbox.SourceError
	_, err := s.Run(t.Context(), sandbox.Program{Source: strings.Repeat("x", 101)}, discard)
	if !errors.As(err, &tooLong) || tooLong.Size != 101 || tooLong.Limit != 100 {
		t.Errorf("got %v, want a *SourceError of 101 over 100", err)
	}
}

func TestStdinAndArgs(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	var tr transcript
	_, err := s.Run(t.Context(), sandbox.Program{
		Source: `package main
import ("fmt"; "io"; "os")
func main() { b, err := io.ReadAll(os.Stdin); fmt.Println(string(b), err, os.Args[1:]) }`,
		Stdin: "in", Args: []string{"a", "b"},
	}, tr.sink)
	if want := "in <nil> [a b]\n"; err != nil || tr.text() != want {
		t.Errorf("got %q, %v; want %q", tr.text(), err, want)
	}
}

// A program has the processors that its author asks for, and otherwise the
// machine's.
func TestProcs(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for procs, want := range map[int]int{0: runtime.GOMAXPROCS(0), 1: 1, 3: 3} {
		var tr transcript
		_, err := s.Run(t.Context(), sandbox.Program{Source: imports + "func main() { fmt.Print(runtime.GOMAXPROCS(0)) }", Procs: procs}, tr.sink)
		if err != nil || tr.text() != strconv.Itoa(want) {
			t.Errorf("procs %d: got %q, %v; want %d", procs, tr.text(), err, want)
		}
	}
}

// The phases come once each, in order, and no event is later than the end.
func TestPhasesAndTimes(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	var tr transcript
	res, err := s.Run(t.Context(), sandbox.Program{Source: imports + `func main() { for i := range 100 { fmt.Println(i) } }`}, tr.sink)
	if err != nil || res.Status != sandbox.StatusOK {
		t.Fatal(res, err)
	}
	var phases []string
	var last time.Duration
	for _, e := range tr.events {
		at := last
		switch e := e.(type) {
		case sandbox.Phase:
			phases = append(phases, e.Name)
		case sandbox.Output:
			at = e.T
		}
		if at < last {
			t.Errorf("%+v is earlier than the event before it, at %v", e, last)
		}
		last = at
	}
	if want := []string{"worker", "checked", "lowered", "started"}; !slices.Equal(phases, want) {
		t.Errorf("phases %q, want %q", phases, want)
	}
	if res.T < last {
		t.Errorf("the end is at %v, before an event at %v", res.T, last)
	}
}

// An end is never earlier than a frame that a slow sink took after it.
func TestEndIsTheLatestTime(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	var last time.Duration
	res, err := s.Run(t.Context(), sandbox.Program{Source: imports + `func main() { fmt.Println("o"); fmt.Fprintln(os.Stderr, "e") }`},
		func(_ context.Context, e sandbox.Event) error {
			if o, ok := e.(sandbox.Output); ok {
				last = o.T
				time.Sleep(300 * time.Millisecond) // the program has ended meanwhile
			}
			return nil
		})
	if err != nil || res.T < last || last < 300*time.Millisecond {
		t.Errorf("the last frame is at %v, the end at %v, %v", last, res.T, err)
	}
}

// conversation is a program's input, as a reader types it.
type conversation struct {
	*io.PipeReader
	*io.PipeWriter
}

func (c conversation) Close() error { return c.PipeReader.Close() }

func newConversation() conversation {
	r, w := io.Pipe()
	return conversation{r, w}
}

const echo = `package main
import ("bufio"; "fmt"; "os")
func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() { fmt.Println("got", in.Text()) }
	fmt.Println("end", in.Err())
}`

// A program is told of as waiting each time it has read all that was sent, once.
func TestInteractiveInput(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	in := newConversation()
	lines := []string{"one\n", "two\n", "three\n"}
	var out strings.Builder
	var asked []string // what was printed when the program asked
	res, err := s.Run(t.Context(), sandbox.Program{Source: echo, Stdin: "zero\n", Input: in}, func(_ context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Output:
			out.Write(e.Data)
		case sandbox.Reading:
			asked = append(asked, out.String())
			if len(lines) == 0 {
				return in.PipeWriter.Close()
			}
			line := lines[0]
			lines = lines[1:]
			go in.Write([]byte(line)) // ends when it is read
		}
		return nil
	})
	if err != nil || res.Status != sandbox.StatusOK {
		t.Fatal(res, err)
	}
	if want := "got zero\ngot one\ngot two\ngot three\nend <nil>\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	if len(asked) < 4 || len(asked) > 5 { // once before the first byte, perhaps
		t.Errorf("asked %d times: %q", len(asked), asked)
	}
}

// Waiting for input is not the program's time.
func TestWaitingForInputIsNotWallTime(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{Limits: sandbox.Limits{WallTime: 2 * time.Second}})
	in := newConversation()
	res, err := s.Run(t.Context(), sandbox.Program{Source: echo, Input: in}, func(_ context.Context, e sandbox.Event) error {
		if _, ok := e.(sandbox.Reading); ok {
			time.AfterFunc(3*time.Second, func() { in.PipeWriter.Close() })
		}
		return nil
	})
	if err != nil || res.Status != sandbox.StatusOK || res.Waited < 2*time.Second || res.WallTime < 3*time.Second {
		t.Errorf("ended with %+v, %v", res, err)
	}
}

// An input that is never closed ends with the program.
func TestInputIsClosedWithTheProgram(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	in := newConversation()
	res, err := s.Run(t.Context(), sandbox.Program{Source: hello, Input: in}, discard)
	if err != nil || res.Status != sandbox.StatusOK {
		t.Errorf("ended with %+v, %v", res, err)
	}
	if _, err := in.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the input is still open: %v", err)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	c := sandbox.Config{Executable: sandboxtest.Binary(t), Pool: 2}
	s, err := sandbox.New(c)
	if err != nil {
		t.Fatal(err)
	}
	running, ended := make(chan struct{}), make(chan sandbox.Result, 1)
	go func() {
		res, _ := s.Run(context.Background(), sandbox.Program{Source: imports + "func main() { time.Sleep(time.Hour) }"}, func(_ context.Context, e sandbox.Event) error {
			if _, ok := e.(sandbox.Started); ok {
				close(running)
			}
			return nil
		})
		ended <- res
	}()
	<-running
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if res := <-ended; res.Status != sandbox.StatusStopped {
		t.Errorf("a run ended with %s at Close, want server_stopped", res.Status)
	}
	if _, err := s.Run(t.Context(), sandbox.Program{Source: hello}, discard); !errors.Is(err, sandbox.ErrClosed) {
		t.Errorf("Run after Close gave %v, want ErrClosed", err)
	}
	if s := s.Stats(); s.Idle != 0 || s.Running != 0 {
		t.Errorf("left after Close: %+v", s)
	}
}

// An ended run leaves no descriptor behind.
func TestNoDescriptorsLeft(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	s := open(t, sandbox.Config{})
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	before := count()
	for range 5 {
		if _, err := s.Run(t.Context(), sandbox.Program{Source: hello}, discard); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after > before {
		t.Errorf("%d descriptors before five runs, %d after", before, after)
	}
}
