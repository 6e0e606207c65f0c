package interp

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

// recorder is a mode that notes what happens where.
type recorder struct {
	program hook.Program
	mu      sync.Mutex
	lines   []string
}

func (r *recorder) Attach(p hook.Program, _ int) { r.program = p }
func (r *recorder) Wants(*hook.Point) bool       { return true }
func (r *recorder) Start(g *hook.Goroutine)      { r.note("start", g, 0) }
func (r *recorder) End(g *hook.Goroutine)        { r.note("end", g, 0) }

func (r *recorder) Do(a *hook.Act) {
	what := a.Callee.Name
	if a.Callee.Recv != "" {
		what = a.Callee.Recv + "." + what
	}
	if a.Op != nil {
		what = a.Op.Kind.String()
	}
	if a.Kind == hook.Go {
		what = "Go"
	}
	if r.program.Current() != a.G {
		what += " on another goroutine"
	}
	r.note(what, a.G, r.program.Position(a.Where().Offset).Line) // before: main may end just after
	a.Native()
}

func (r *recorder) note(what string, g *hook.Goroutine, line int) {
	who := "main"
	if g.Number != 1 {
		if who = g.Name; who == "" {
			who = "library"
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf("%s: %s %d", who, what, line))
}

// String is what the recorder has noted, a line each.
func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "\n")
}

// TestPoints: modes are asked at each place where goroutines can see each other, with the
// reader's lines, whatever a call is written as.
func TestPoints(t *testing.T) {
	stdout, stderr, code := runProgram(t, []byte(`package main

import ("context"; "sync"; "sync/atomic"; "time")

type guarded struct {
	sync.Mutex
	n atomic.Int64
}

func work(b *guarded, ch chan int) {
	b.Lock()
	defer b.Unlock()
	b.n.Add(1)
	ch <- 1
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	var b guarded
	ch := make(chan int)
	go work(&b, ch)
	for range 1 { <-ch }
	var l sync.Locker = &b.Mutex
	l.Lock()
	unlock := l.Unlock
	unlock()
	sleep := time.Sleep
	sleep(1)
	var wg sync.WaitGroup
	wg.Go(func() { close(ch) })
	wg.Wait()
	for range ch {}
	cancel()
	select {
	case <-ctx.Done():
	}
	done := make(chan bool, 1)
	time.AfterFunc(1, func() { done <- len(ch) == 0 })
	<-done
	send := func() { done <- true }
	go send()
	<-done
}
`), "GOFRONT_RECORD=1")
	if code != 0 {
		t.Fatal(stderr)
	}
	var main, others []string
	for _, l := range strings.Split(strings.TrimSpace(stdout), "\n") {
		if strings.HasPrefix(l, "main: ") {
			main = append(main, strings.TrimPrefix(l, "main: "))
		} else {
			others = append(others, l)
		}
	}
	want := `start 0
Background 18
WithTimeout 18
MakeChan 20
Go 21
Recv 22
Mutex.Lock 24
Mutex.Unlock 26
Sleep 28
WaitGroup.Go 30
Go 30
WaitGroup.Wait 31
RecvOk 32
 33
timerCtx.Done 35
Select 34
MakeChan 37
AfterFunc 38
Recv 39
Go 41
Recv 42
end 0`
	if d := cmp.Diff(want, strings.Join(main, "\n")); d != "" {
		t.Errorf("main (-want +got):\n%s", d)
	}
	for _, l := range []string{
		"main.work: start 0", "main.work: Mutex.Lock 11", "main.work: Int64.Add 13", "main.work: Send 14", "main.work: Mutex.Unlock 12",
		"library: start 0", "library: Len 38", "library: Send 38", "main.main.func3: Send 40",
	} {
		if !slices.Contains(others, l) {
			t.Errorf("no %q in:\n%s", l, strings.Join(others, "\n"))
		}
	}
}
