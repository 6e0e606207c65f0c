package sandbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
)

// overdraws is wrong in some orders: both may find enough on the account.
const overdraws = `package main

import ("fmt"; "sync")

func main() {
	var mu sync.Mutex
	balance := 100
	has := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return balance >= 100
	}
	done := make(chan bool)
	for range 2 {
		go func() {
			if has() {
				mu.Lock()
				balance -= 100
				mu.Unlock()
			}
			done <- true
		}()
	}
	<-done
	<-done
	fmt.Println(balance)
}
`

// ordered is what was heard of a program that ran in orders that were chosen.
type ordered struct {
	outcomes []sandbox.Outcome
	found    *sandbox.Schedules
	choice   *sandbox.Choice
	events   []events.Event
	stdout   string
	result   sandbox.Result
}

func runOrdered(t *testing.T, s *sandbox.Sandbox, p sandbox.Program) ordered {
	t.Helper()
	var tr transcript
	res, err := s.Run(t.Context(), p, tr.sink)
	if err != nil {
		t.Fatal(err)
	}
	o := ordered{result: res}
	for _, e := range tr.events {
		switch e := e.(type) {
		case sandbox.Ended:
			o.outcomes = append(o.outcomes, e.Outcome)
		case sandbox.Explored:
			o.found = &e.Schedules
		case sandbox.Chosen:
			o.choice = &e.Choice
		case sandbox.Observed:
			if !e.Virtual {
				t.Error("events of an order have the run's clock")
			}
			o.events = append(o.events, e.Events...)
		}
	}
	o.stdout = tr.text() // and standard error, of which there is none here
	return o
}

// Each outcome is told with a seed; who runs that gets the same output, the same events,
// and the switch points among them, as often as it is asked.
func TestSchedules(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	all := runOrdered(t, s, sandbox.Program{Source: overdraws, Schedules: 400})
	i := slices.IndexFunc(all.outcomes, func(o sandbox.Outcome) bool { return o.Output == "-100\n" })
	if all.found == nil || i < 0 {
		t.Fatalf("%+v", all)
	}
	bad := all.outcomes[i]
	if len(bad.Switches) != 1 || bad.Switches[0].Line != 17 || bad.Switches[0].G < 2 {
		t.Errorf("%+v", bad.Switches)
	}
	first := runOrdered(t, s, sandbox.Program{Source: overdraws, Schedule: bad.Seed, Observe: true})
	if first.stdout != bad.Output || len(first.outcomes) != 1 || first.outcomes[0].Seed != bad.Seed {
		t.Errorf("replayed: %+v", first)
	}
	for _, want := range []string{"17 switch sync.(*Mutex).Lock", "26 print -100", "21 send true", "25 block chan receive", "25 recv true", "17 lock sync.Mutex.Lock"} {
		if !slices.ContainsFunc(told(first.events), func(e string) bool { return strings.HasPrefix(e, want) }) {
			t.Errorf("no %q in %q", want, told(first.events))
		}
	}
	for range 5 {
		if again := runOrdered(t, s, sandbox.Program{Source: overdraws, Schedule: bad.Seed, Observe: true}); again.stdout != first.stdout || !slices.Equal(again.events, first.events) {
			t.Fatalf("%v, then %v", first.events, again.events)
		}
	}
}

// Who chooses step by step comes to every choice in turn, with those who could go on, and
// in the end to an outcome.
func TestChoices(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	choices := []int{}
	for len(choices) < 100 {
		o := runOrdered(t, s, sandbox.Program{Source: overdraws, Choices: choices, Observe: true})
		if o.choice == nil {
			if len(o.outcomes) != 1 || o.outcomes[0].Output != o.stdout || o.stdout == "" {
				t.Errorf("after %v: %+v", choices, o)
			}
			break
		}
		c := *o.choice
		if c.Number != len(choices) || len(c.Options) < 2 || len(o.outcomes) > 0 || o.result.Status != sandbox.StatusOK {
			t.Fatalf("after %v: %+v, %+v", choices, c, o.outcomes)
		}
		if slices.ContainsFunc(c.Options, func(d wire.Doing) bool { return d.Name == "" || d.What == "" || d.Line == 0 }) {
			t.Errorf("after %v: %+v", choices, c.Options)
		}
		choices = append(choices, len(c.Options)-1) // always the newest
	}
	if n := len(choices); n < 4 || n == 100 {
		t.Errorf("%d choices", n)
	}
}

// What goes on without an operation at which it could be stopped is an outcome, too, and
// what was found before it is told.
func TestComputesOn(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	o := runOrdered(t, s, sandbox.Program{Limits: sandbox.Limits{CPUTime: 4 * time.Second, WallTime: 20 * time.Second}, Schedules: 100, Source: `package main

func main() {
	ready := make(chan bool, 1)
	go func() { ready <- true }()
	select {
	case <-ready:
		for {
		}
	default:
	}
}
`})
	kinds := map[wire.OutcomeKind]bool{}
	for _, o := range o.outcomes {
		kinds[o.Kind] = true
	}
	if !kinds[wire.OutcomeEndless] || o.found == nil {
		t.Errorf("%+v", o)
	}
}

// What has an order of its own is said at its line: the virtual network, and library code
// that waits at a lock of its own. Such a program is run for real, and disturbed.
func TestPerturbed(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	for name, tt := range map[string]struct {
		line   int
		source string
	}{
		"network": {6, `package main

import ("fmt"; "net")

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:8080")
	fmt.Println(err)
	go func() { c, _ := l.Accept(); fmt.Fprint(c, "hello"); c.Close() }()
	c, err := net.Dial("tcp", "127.0.0.1:8080")
	fmt.Println(err)
	b := make([]byte, 5)
	n, err := c.Read(b)
	fmt.Println(string(b[:n]), err)
}
`},
		"lock": {15, `package main

import ("fmt"; "log"; "sync")

type slow struct{ mu sync.Mutex }

func (s *slow) Write(b []byte) (int, error) { s.mu.Lock(); s.mu.Unlock(); return len(b), nil }

func main() {
	l := log.New(&slow{}, "", 0)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			// the logger keeps its own lock while it writes
			l.Println("x")
		})
	}
	wg.Wait()
	fmt.Println("nil\nnil\nhello nil")
}
`},
	} {
		o := runOrdered(t, s, sandbox.Program{Source: tt.source, Schedules: 5})
		if o.found == nil || !o.found.Perturbed || o.found.Unscheduled == nil || o.found.Unscheduled.Line != tt.line || o.found.Runs == 0 {
			t.Errorf("%s: %+v, %+v", name, o.found, o.outcomes)
			continue
		}
		for _, x := range o.outcomes {
			if x.Seed != "" || x.Kind == wire.OutcomePanic {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}

// Races are part of how a program can end, if they are asked for: who runs the seed gets
// them told as ever, and its timeline with them.
func TestRacesOfSchedules(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	const source = `package main

import "sync"

func main() {
	var mu sync.Mutex
	n, done := 0, make(chan bool)
	go func() {
		mu.Lock()
		mu.Unlock()
		n++
		done <- true
	}()
	mu.Lock()
	n++
	mu.Unlock()
	<-done
}
`
	all := runOrdered(t, s, sandbox.Program{Source: source, Schedules: 200, Race: true})
	i := slices.IndexFunc(all.outcomes, func(o sandbox.Outcome) bool { return o.Kind == wire.OutcomeRace })
	if len(all.outcomes) != 2 || i < 0 || all.outcomes[1-i].Kind != wire.OutcomeOK {
		t.Fatalf("%+v", all.outcomes)
	}
	const want = "DATA RACE: read at prog.go:15 and write at prog.go:11\nDATA RACE: write at prog.go:11 and write at prog.go:15"
	racy := all.outcomes[i]
	if racy.Message != want || racy.Exit != 66 {
		t.Errorf("%+v", racy)
	}
	again := sandbox.Program{Source: source, Schedule: racy.Seed, Race: true, Observe: true}
	first := runOrdered(t, s, again)
	for _, want := range []string{"WARNING: DATA RACE\nRead at … by main goroutine:", "prog.go:11\n", "prog.go:15\n", "Found 2 data race(s)"} {
		if !strings.Contains(first.stdout, want) {
			t.Errorf("no %q in %s", want, first.stdout)
		}
	}
	if first.result.ExitCode != 66 || len(first.events) == 0 {
		t.Errorf("exit %d, %d events", first.result.ExitCode, len(first.events))
	}
	for range 3 {
		if next := runOrdered(t, s, again); next.stdout != first.stdout || !slices.Equal(next.events, first.events) {
			t.Fatalf("%v, then %v", first, next)
		}
	}
	if plain := runOrdered(t, s, sandbox.Program{Source: source, Schedule: racy.Seed}); plain.result.ExitCode != 0 {
		t.Errorf("exit %d where nobody asked for races", plain.result.ExitCode)
	}
}

// What runs on the runtime's own goroutines cannot be scheduled; who is collected in one of
// the perturbed runs does not come into the next.
func TestFinalizersAreNotScheduled(t *testing.T) {
	s := open(t, sandbox.Config{Pool: -1})
	const source = `package main

import ("fmt"; "runtime")

func main() {
	done := make(chan bool)
	func() { runtime.SetFinalizer(new([2]int), func(*[2]int) { done <- true }) }()
	for {
		runtime.GC()
		select {
		case <-done:
			fmt.Println("freed")
			return
		default:
		}
	}
}
`
	all := runOrdered(t, s, sandbox.Program{Source: source, Schedules: 8})
	if all.found == nil || !all.found.Perturbed || all.found.Unscheduled.What != "runtime.SetFinalizer" {
		t.Fatalf("%+v", all)
	}
	for _, o := range all.outcomes {
		if o.Kind == wire.OutcomeEndless { // a busy machine may give it too little time
			continue
		}
		if o.Kind != wire.OutcomeOK || o.Output != "freed\n" {
			t.Errorf("%+v", o)
		}
	}
}
