package sandbox

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/diag"
	"playground/internal/sandbox/wire"
)

// Whatever an honest worker cannot have said at that point was written by the
// program, and is a breach.
func TestDialogue(t *testing.T) {
	phase := func(p wire.Phase) wire.Report { return wire.Report{Kind: wire.KindPhase, Phase: p} }
	finding := wire.Report{Kind: wire.KindDiagnostic, Diagnostic: &diag.Diagnostic{Message: "m"}}
	exit := func(c wire.Cause) wire.Report { return wire.Report{Kind: wire.KindExit, Exit: &wire.Exit{Cause: c}} }
	reading := func(n int64) wire.Report { return wire.Report{Kind: wire.KindReading, Read: n} }
	worker, checked, lowered, started := phase(wire.PhaseWorker), phase(wire.PhaseChecked), phase(wire.PhaseLowered), phase(wire.PhaseStarted)
	leaks := func(n int, l wire.Leak) wire.Report {
		return wire.Report{Kind: wire.KindLeaks, Leaks: slices.Repeat([]wire.Leak{l}, n)}
	}
	leak := wire.Leak{Count: 2, State: "chan send", File: "prog.go", Line: 4}
	outcome := func(n int, o wire.Outcome) []wire.Report {
		return append([]wire.Report{worker, checked, lowered, started}, slices.Repeat([]wire.Report{{Kind: wire.KindOutcome, Outcome: &o}}, n)...)
	}
	ok := wire.Outcome{Kind: wire.OutcomeOK, Count: 1, Seed: "4:1", Switches: []wire.Switch{{Doing: wire.Doing{G: 1, Name: "main"}}}}
	searched := wire.Report{Kind: wire.KindSchedules, Schedules: &wire.Schedules{Runs: 1}}
	choice := func(c wire.Choice) []wire.Report {
		return []wire.Report{worker, checked, lowered, started, {Kind: wire.KindChoice, Choice: &c}}
	}
	race := func(r wire.Race, n int) []wire.Report {
		return append([]wire.Report{worker, checked, lowered, started}, slices.Repeat([]wire.Report{{Kind: wire.KindRace, Race: &r}}, n)...)
	}
	side := wire.RaceAccess{Doing: wire.Doing{G: 1, Name: "main.main", What: "write", File: "prog.go", Line: 3}}
	racing := wire.Race{Accesses: []wire.RaceAccess{side, side}}
	many := []wire.Report{worker}
	for range wire.MaxDiagnostics + 1 {
		many = append(many, finding)
	}
	asked := map[string]Program{
		"some outcomes": {Schedules: 10}, "an outcome after the last": {Schedules: 10}, "too many outcomes": {Schedules: 10},
		"an outcome that nobody knows": {Schedules: 10}, "an outcome with a seed that is text": {Schedules: 10}, "two outcomes of one order": {Schedule: "7"},
		"races": {Race: true}, "too many goroutines": {Race: true}, "too many goroutines, and a race": {Race: true}, "too many races": {Race: true}, "a race of one": {Race: true}, "a race before it runs": {Race: true}, "a race without words": {Race: true},
		"a choice": {Choices: []int{}}, "a choice among nothing": {Choices: []int{}}, "an end of a search for one order": {Schedule: "7"},
	}
	tests := []struct {
		name   string
		input  bool
		says   []wire.Report
		breach bool // by the last report; those before it are honest
	}{
		{"nothing", false, nil, false},
		{"a program that ends", false, []wire.Report{worker, checked, lowered, started, exit(wire.CauseReturn)}, false},
		{"a program with errors", false, []wire.Report{worker, finding, finding, exit(wire.CauseCompileError)}, false},
		{"a program that waits for input", true, []wire.Report{worker, checked, lowered, started, reading(0)}, false},
		{"too many findings", false, many, true},
		{"a finding before the program came", false, []wire.Report{finding}, true},
		{"a finding of a program that runs", false, []wire.Report{worker, checked, lowered, started, finding}, true},
		{"a finding without words", false, []wire.Report{worker, {Kind: wire.KindDiagnostic}}, true},
		{"a phase that is none", false, []wire.Report{worker, phase("free")}, true},
		{"a phase left out", false, []wire.Report{worker, lowered}, true},
		{"a phase twice", false, []wire.Report{worker, worker}, true},
		{"a failure of the sandbox", false, []wire.Report{worker, exit(wire.CauseFailure)}, true},
		{"a shortage", false, []wire.Report{worker, exit(wire.CauseShortage)}, true},
		{"an end without words", false, []wire.Report{worker, {Kind: wire.KindExit}}, true},
		{"two ends", false, []wire.Report{worker, exit(wire.CauseReturn), exit(wire.CauseReturn)}, true},
		{"a wait after the end", true, []wire.Report{worker, exit(wire.CauseReturn), reading(0)}, true},
		{"a wait for input that is not interactive", false, []wire.Report{worker, reading(0)}, true},
		{"more waits than writes", true, []wire.Report{worker, reading(0), reading(0)}, true},
		{"a program that leaves goroutines", false, []wire.Report{worker, checked, lowered, started, leaks(2, leak), exit(wire.CauseReturn)}, false},
		{"goroutines of a program that has none", false, []wire.Report{worker, leaks(1, leak)}, true},
		{"goroutines twice", false, []wire.Report{worker, checked, lowered, started, leaks(1, leak), leaks(1, leak)}, true},
		{"goroutines in too many places", false, []wire.Report{worker, checked, lowered, started, leaks(wire.MaxLeaks+1, leak)}, true},
		{"fewer goroutines than none", false, []wire.Report{worker, checked, lowered, started, leaks(1, wire.Leak{Count: -1, State: "x"})}, true},
		{"a state without an end", false, []wire.Report{worker, checked, lowered, started, leaks(1, wire.Leak{Count: 1, State: strings.Repeat("x", 1<<10)})}, true},
		{"races", false, append(race(racing, wire.MaxRaces), race(wire.Race{Over: true}, 1)[4]), false},
		{"too many races", false, race(racing, wire.MaxRaces+2), true},
		{"too many goroutines", false, append(race(racing, 1), race(wire.Race{Over: true, Goroutines: true}, 1)[4]), false},
		{"too many goroutines, and a race", false, race(wire.Race{Goroutines: true, Accesses: []wire.RaceAccess{side, side}}, 1), true},
		{"a race of one", false, race(wire.Race{Accesses: []wire.RaceAccess{side}}, 1), true},
		{"a race before it runs", false, []wire.Report{worker, race(racing, 1)[4]}, true},
		{"a race without words", false, []wire.Report{worker, checked, lowered, started, {Kind: wire.KindRace}}, true},
		{"a race that nobody asked for", false, race(racing, 1), true},
		{"some outcomes", false, append(outcome(3, ok), searched), false},
		{"an outcome after the last", false, append(outcome(1, ok), searched, outcome(1, ok)[4]), true},
		{"too many outcomes", false, outcome(wire.MaxOutcomes+1, ok), true},
		{"an outcome that nobody knows", false, outcome(1, wire.Outcome{Kind: "fine", Count: 1}), true},
		{"an outcome with a seed that is text", false, outcome(1, wire.Outcome{Kind: wire.OutcomeOK, Count: 1, Seed: "<b>"}), true},
		{"an outcome that nobody asked for", false, outcome(1, ok), true},
		{"two outcomes of one order", false, outcome(2, ok), true},
		{"an end of a search for one order", false, append(outcome(0, ok), searched), true},
		{"a choice", false, choice(wire.Choice{Options: []wire.Doing{{Name: "main"}}}), false},
		{"a choice among nothing", false, choice(wire.Choice{}), true},
		{"a choice that nobody asked for", false, choice(wire.Choice{Options: []wire.Doing{{Name: "main"}}}), true},
		{"ready again", false, []wire.Report{worker, {Kind: wire.KindReady}}, true},
		{"something else", false, []wire.Report{worker, {Kind: "alarm"}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &run{worker: newDialogue(), started: time.Now(), sink: quietly, deliver: t.Context()}
			r.program = asked[tt.name]
			if tt.input {
				r.program.Input = io.NopCloser(nil)
			}
			for i, rep := range tt.says {
				honest := r.hear(rep)
				if want := !tt.breach || i < len(tt.says)-1; honest != want {
					t.Errorf("report %d, %+v: honest %t, want %t", i, rep, honest, want)
				}
			}
		})
	}
}

func quietly(context.Context, Event) error { return nil }

// A wait for input is news when the program has read all that was sent, and once.
func TestInputClaims(t *testing.T) {
	var in input
	send := func(s string) { _ = in.write(io.Discard, []byte(s)) }
	claim := func(read int64, news, honest bool) {
		t.Helper()
		if n, h := in.claim(read); n != news || h != honest {
			t.Errorf("after %d bytes of %d: news %t, honest %t; want %t, %t", read, in.sent, n, h, news, honest)
		}
	}
	claim(0, true, true)
	send("abc")
	claim(0, false, true) // said before the write was seen
	send("de")
	claim(5, true, true)
	send("f")
	in.close(io.NopCloser(nil))
	claim(6, false, true)
	claim(6, false, false) // the fifth, for three writes
	if in.waiting {
		t.Error("waits for an input that has ended")
	}
}
