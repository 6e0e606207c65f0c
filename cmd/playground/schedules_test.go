package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/sandbox/wire"
)

// TestPrintOutcomes: each outcome says how often it came, and how to get it.
func TestPrintOutcomes(t *testing.T) {
	var b strings.Builder
	err := printOutcomes(&b, wire.Schedules{Runs: 200, All: true}, []wire.Outcome{
		{Kind: wire.OutcomeOK, Count: 150, Seed: "0", Output: "a\nb\n"},
		{Kind: wire.OutcomeDeadlock, Count: 50, Seed: "4:1", Message: "fatal error: all goroutines are asleep - deadlock!",
			Blocked:  []wire.Doing{{G: 1, Name: "main", What: "chan receive", File: "prog.go", Line: 9}},
			Switches: []wire.Switch{{Choice: 4, Doing: wire.Doing{G: 1, Name: "main", What: "chan send", File: "prog.go", Line: 7}, Peer: 2, To: "goroutine #2"}}},
	}, expected)
	want := `200 schedules, which are all there are: 2 outcomes

 75.0 % ok  --seed 0
	| a
	| b

 25.0 % deadlock  --seed 4:1
	fatal error: all goroutines are asleep - deadlock!
	here main was stopped before chan send, prog.go:7, and goroutine #2 went on
	waits for ever: main [chan receive] prog.go:9
`
	if err != nil || b.String() != want {
		t.Errorf("%v, %s\nwant %s", err, b.String(), want)
	}
}

// TestPrintOneOutcome: one is one.
func TestPrintOneOutcome(t *testing.T) {
	var b strings.Builder
	err := printOutcomes(&b, wire.Schedules{Runs: 1, All: true}, []wire.Outcome{{Kind: wire.OutcomeOK, Count: 1, Seed: "0"}}, expected)
	if want := "1 schedule, which is all there is: 1 outcome\n\n100.0 % ok  --seed 0\n"; err != nil || b.String() != want {
		t.Errorf("%v, %s\nwant %s", err, b.String(), want)
	}
}

// TestScheduleFlags: more orders than may be tried are refused.
func TestScheduleFlags(t *testing.T) {
	for n, ok := range map[int]bool{0: true, 1: true, maxSchedules: true, maxSchedules + 1: false, -1: false} {
		if err := (scheduleFlags{Schedules: n}).check(); (err == nil) != ok {
			t.Errorf("--schedules=%d: %v", n, err)
		}
	}
}

// TestOneLook: what has no one picture is refused, and says what can be had instead.
func TestOneLook(t *testing.T) {
	for _, tt := range []struct {
		run  runCommand
		want string
	}{
		{runCommand{Observe: "x", Race: true}, "--seed=0"},
		{runCommand{Trace: "x", scheduleFlags: scheduleFlags{Schedules: 9}}, "take --seed"},
		{runCommand{Observe: "x", Race: true, scheduleFlags: scheduleFlags{Seed: "4:1"}}, ""},
		{runCommand{Race: true, scheduleFlags: scheduleFlags{Schedules: 9}}, ""},
		{runCommand{Observe: "x", Trace: "y"}, ""},
	} {
		err := tt.run.oneLook()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.run, err, tt.want)
		}
	}
}

// expected finds nothing to say of an outcome.
func expected(wire.Outcome) string { return "" }

// TestSchedulesAreHeldToWhatIsExpected: who says what a program should print is told of each
// outcome that is otherwise.
func TestSchedulesAreHeldToWhatIsExpected(t *testing.T) {
	t.Parallel()
	const source = `package main

import "fmt"

func main() {
	ch := make(chan int)
	go func() { ch <- 1 }()
	go func() { ch <- 2 }()
	fmt.Println(<-ch)
	fmt.Println(<-ch)
}
`
	for _, tt := range []struct {
		text   string
		status int
		others int
	}{{"1\n2\n", 1, 1}, {"3\n", 1, 2}} {
		name := filepath.Join(t.TempDir(), "want")
		if err := os.WriteFile(name, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		status, stdout, stderr := playground(t, source, "run", "--schedules=100", "--expect="+name, "-")
		if n := strings.Count(stdout, "not as expected: "); status != tt.status || n != tt.others {
			t.Errorf("status %d, %d outcomes not as expected: %s%s", status, n, stdout, stderr)
		}
	}
	if status, _, stderr := playground(t, source, "run", "--expect=schedules_test.go", "-"); status == 0 || !strings.Contains(stderr, "--schedules=N") {
		t.Errorf("status %d: %s", status, stderr)
	}
}
