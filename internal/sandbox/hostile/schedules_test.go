package hostile

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
	"playground/internal/sandbox/wire"
)

// ordered are programs of the suite that may do something to those who let them run in
// orders that are chosen: they never stop, make too many goroutines, print without end,
// write into the worker's channels and its memory.
var ordered = []string{
	"time/loop", "time/spinners", "time/ticker", "memory/goroutines", "memory/doubling", "output/forged_report", "escapes/wild_pointer",
}

// looked are those of them that are run once, for real, with data races looked for and with
// their events. -races, -observe and -schedules do each with the whole suite.
var looked = []string{"memory/goroutines", "output/forged_report", "escapes/wild_pointer"}

// A program that is run in many orders, or in one with its events, or is looked at, ends in time under the
// limits of one run, touches nothing, and tells no more than there is room for.
func TestSchedules(t *testing.T) {
	suite(t, sandboxtest.Binary(t), func(t *testing.T, s *sandbox.Sandbox, g *guard) {
		for _, p := range load(t) {
			if !slices.Contains(ordered, p.name) {
				continue
			}
			for mode, asked := range map[string]sandbox.Program{
				"many": {Schedules: 200}, "one": {Schedule: "7", Observe: true}, "chosen": {Choices: []int{1, 0, 1}, Observe: true},
				"races": {Schedules: 200, Race: true},
				"raced": {Race: true}, "watched": {Observe: true},
			} {
				if (mode == "raced" || mode == "watched") && !slices.Contains(looked, p.name) {
					continue
				}
				if (mode == "one" || mode == "chosen") && p.family() != "time" {
					continue // they differ in what is told, and that is the same for all
				}
				if mode == "races" && p.family() == "time" {
					continue // what is watched is memory
				}
				t.Run(p.name+"/"+mode, func(t *testing.T) {
					t.Parallel()
					runInOrders(t, s, g, p, asked)
				})
			}
		}
	})
}

// runInOrders runs a program as asked. It may end in any way, because that is for all of
// its orders.
func runInOrders(t *testing.T, s *sandbox.Sandbox, g *guard, p program, asked sandbox.Program) {
	asked.Source, asked.Stdin, asked.Limits = g.vars.Replace(p.source), p.stdin, p.want.limits
	asked.Limits.CPUTime, asked.Limits.WallTime = 500*time.Millisecond, 3*time.Second
	outcomes, events := 0, 0
	tr := &transcript{}
	res, err := s.Run(context.Background(), asked, func(ctx context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Ended:
			outcomes++
			if _, ok := e.Outcome.Bounded(); !ok {
				t.Errorf("an outcome that no worker tells: %+v", e.Outcome)
			}
		case sandbox.Raced:
			if _, ok := e.Race.Bounded(); !ok {
				t.Errorf("a race that no worker tells: %+v", e.Race)
			}
		case sandbox.Observed:
			events += len(e.Events)
		}
		return tr.sink(ctx, e)
	})
	if tooLong := (*sandbox.SourceError)(nil); errors.As(err, &tooLong) {
		return // the one refusal that a program can cause
	} else if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(tr.text(), secret) {
		t.Error("the secret is in the output")
	}
	ends := append(anyEnd(), sandbox.StatusCompileError, sandbox.StatusStarved)
	if !slices.Contains(ends, res.Status) {
		t.Errorf("%+v", res)
	}
	const definitions = 4000
	if outcomes > wire.MaxOutcomes || events > 10_000+definitions {
		t.Errorf("%d outcomes, %d events", outcomes, events)
	}
}
