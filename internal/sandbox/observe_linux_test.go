package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
)

// observed runs a program and returns its events, and its result.
func observed(t *testing.T, s *sandbox.Sandbox, source string) ([]events.Event, int64, sandbox.Result) {
	t.Helper()
	var tr transcript
	res, err := s.Run(t.Context(), sandbox.Program{Source: source, Observe: true}, tr.sink)
	if err != nil {
		t.Fatal(err)
	}
	var definitions, list []events.Event
	var left int64
	for _, e := range tr.events {
		o, ok := e.(sandbox.Observed)
		if !ok {
			continue
		}
		left += o.Left
		for _, e := range o.Events {
			if e.Kind == events.KindSite || e.Kind == events.KindObject {
				definitions = append(definitions, e)
				continue
			}
			if e.T > o.T.Microseconds() {
				t.Fatalf("an event at %d in a message at %v", e.T, o.T)
			}
			list = append(list, e)
		}
	}
	if !slices.IsSortedFunc(list, func(a, b events.Event) int { return int(a.T - b.T) }) {
		t.Error("times run backwards")
	}
	return append(definitions, list...), left, res
}

// told is each event as the line it happened at, what it was, and its text.
func told(list []events.Event) []string {
	lines := map[int64]int64{}
	var all []string
	for _, e := range list {
		if e.Kind == events.KindSite {
			lines[e.Site] = e.N
		} else {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%d %v %s", lines[e.Site], e.Kind, e.Text)))
		}
	}
	return all
}

// Events outlive a program that is killed, that deadlocks, or that dies of its stack: the
// last things that it did are there.
func TestEventsOutliveTheProgram(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{Limits: sandbox.Limits{WallTime: 2 * time.Second, CPUTime: 300 * time.Millisecond, Memory: 64 << 20}})
	for name, tt := range map[string]struct {
		body string
		want sandbox.Status
		last string
	}{
		"killed":   {"c := make(chan int, 1)\nc <- 42\nfor {}", sandbox.StatusCPULimit, "4 send 42"},
		"deadlock": {"c := make(chan int)\ngo func() { c <- 1 }()\n<-c\nc <- 7", sandbox.StatusDeadlock, "6 block chan send"},
		"wall":     {"time.Sleep(time.Hour)", sandbox.StatusWallLimit, "3 block sleep"},
		"stack":    {"c := make(chan int, 1)\nc <- 5\nvar f func(int) int; f = func(i int) int { return f(i+1) + 1 }; f(0)", sandbox.StatusPanic, "4 send 5"},
		"panic":    {"var mu sync.Mutex\nmu.Lock()\npanic(1)", sandbox.StatusPanic, "4 lock sync.Mutex.Lock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, _, res := observed(t, s, "package main; import (\"sync\"; \"time\"); var _, _ = time.Now, sync.NewCond\nfunc main() {\n"+tt.body+"\n}\n")
			if res.Status != tt.want {
				t.Errorf("status %s, %s", res.Status, res.Message)
			}
			if all := told(list); !slices.Contains(all, tt.last) {
				t.Errorf("no %q in\n%s", tt.last, strings.Join(all, "\n"))
			}
		})
	}
}

// Values are paired one by one: every receive names the send of the value that it got,
// and the goroutine that sent it.
func TestValuesArePaired(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	for _, size := range []int{0, 1, 7} {
		list, left, res := observed(t, s, fmt.Sprintf(`package main

import "sync"

func main() {
	c, done := make(chan int, %d), make(chan int)
	var senders, receivers sync.WaitGroup
	for i := range 4 {
		senders.Go(func() {
			for k := range 100 {
				select {
				case c <- i*1000 + k:
				case <-done:
				}
			}
		})
	}
	for range 3 {
		receivers.Go(func() { for range c {} })
	}
	senders.Wait()
	close(c)
	receivers.Wait()
}
`, size))
		if res.Status != sandbox.StatusOK || left != 0 {
			t.Fatalf("%s, %d left out", res.Status, left)
		}
		type value struct {
			g    int64
			text string
		}
		sent := map[[2]int64]value{}
		received, wrong := 0, 0
		for _, e := range list {
			switch {
			case e.Kind == events.KindSend:
				sent[[2]int64{e.Object, e.N}] = value{e.G, e.Text}
			case e.Kind == events.KindRecv && e.N != 0:
				received++
				if sent[[2]int64{e.Object, e.N}] != (value{e.Peer, e.Text}) {
					wrong++
				}
			}
		}
		if len(sent) != 400 || received != 400 || wrong > 0 {
			t.Errorf("size %d: %d sent, %d received, %d of them not what was sent", size, len(sent), received, wrong)
		}
	}
}

// What goroutines wait for, and who ends that, with the reader's lines.
func TestWaits(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	list, _, res := observed(t, s, `package main

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var once sync.Once
	var n atomic.Int64
	mu.Lock()
	ready := make(chan bool)
	wg.Go(func() {
		ready <- true
		mu.Lock()
		defer mu.Unlock()
		n.Add(1)
	})
	<-ready
	until("[sync.Mutex.Lock]", 1)
	mu.Unlock()
	wg.Wait()
	once.Do(func() {})
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("enough"))
	<-ctx.Done()
	short, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	<-short.Done()
	cond := sync.NewCond(&mu)
	go func() { mu.Lock(); cond.Broadcast(); mu.Unlock() }()
	mu.Lock()
	cond.Wait()
	mu.Unlock()
	close(ready)
	for range ready {
	}
}
`+untilStacks)
	if res.Status != sandbox.StatusOK {
		t.Fatal(res.Status, res.Message)
	}
	all := told(list)
	for _, want := range []string{
		"18 lock sync.Mutex.Lock", "19 object chan bool", "20 go main.main.func1", "22 block sync.Mutex.Lock", "22 wake",
		"24 atomic sync/atomic.Int64.Add", "28 unlock sync.Mutex.Unlock", "23 unlock sync.Mutex.Unlock",
		"30 sync sync.Once.Do", "31 context context.WithCancelCause", "32 cancel enough", "33 recv closed",
		"34 cancel context deadline exceeded", "40 block sync.Cond.Wait", "38 sync sync.Cond.Broadcast", "42 close", "43 recv closed",
	} {
		if !slices.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(all, "\n"))
		}
	}
	for _, e := range list {
		if e.Kind == events.KindWake && e.G != 1 && e.Peer != 1 {
			t.Errorf("%+v: the lock was given back by main", e)
		}
	}
}

// A program that makes more events than anybody looks at is told how many were left out.
func TestEventsAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, sandbox.Config{})
	list, left, res := observed(t, s, "package main\nfunc main() {\nc := make(chan int, 1)\nfor i := range 30000 { c <- i; <-c }\nclose(c)\n}\n")
	definitions := 0
	for _, e := range list {
		if e.Kind == events.KindSite || e.Kind == events.KindObject {
			definitions++
		}
	}
	last := list[len(list)-2]
	if res.Status != sandbox.StatusOK || len(list)-definitions > events.MaxEvents || left < 60000-events.MaxEvents || last.Kind != events.KindClose {
		t.Errorf("%s: %d events, %d left out, the last but one %+v", res.Status, len(list), left, last)
	}
}
