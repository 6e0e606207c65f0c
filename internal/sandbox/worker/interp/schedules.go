package interp

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine"
	"playground/internal/sandbox/worker/interp/schedule"
	"playground/internal/sandbox/worker/streams"
)

// scheduled is a program as it is run in many orders.
type scheduled struct {
	eng *engine.Engine
	m   *Machine
}

// Reset implements schedule.Program.
func (s scheduled) Reset() {
	s.eng.Rewind()
	s.m.host.shims.Network().Reset()
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
}

// Start implements schedule.Program.
func (s scheduled) Start() { s.eng.Start() }

// Capture implements schedule.Program.
func (s scheduled) Capture(print func(b []byte)) { streams.Capture(print) }

// schedules prepares for a job that asks for schedules.
func (m *Machine) schedules(job wire.Job) {
	if !job.Scheduled() {
		return
	}
	s := &schedule.Scheduler{}
	m.host.explorer = &schedule.Explorer{Scheduler: s, Ring: m.ring}
	if m.turns != nil {
		m.host.explorer.Races = m.turns
	}
	m.Watch(s)
}

// share is the part of a run's elapsed time that is for trying schedules: what is found
// must be told before the run is over.
const share = 0.7

// explore runs the program in the orders that the job asks for, and reports what they led
// to. What a program prints in a single one is printed.
func (m *Machine) explore(job wire.Job, eng *engine.Engine, report func(wire.Report)) wire.Exit {
	e := m.host.explorer
	e.Program = scheduled{eng, m}
	m.host.shims.Network().Used = e.Unfit
	budget := time.Duration(share * float64(min(job.Limits.WallTime, job.Limits.CPUTime)))
	result := make(chan wire.Exit)
	inTest(func(t *testing.T) {
		m.host.noExit.Store(false)
		e.T = t
		switch {
		case job.Schedules > 0:
			result <- tell(e, job, budget, report)
		case job.Choices != nil:
			result <- follow(e, job, budget, report)
		default:
			result <- replay(e, job, budget, report)
		}
		select {} // package testing would print its own verdict
	}, deps{host: m.host})
	return <-result
}

// inTest calls f with what bubbles need, on a goroutine of its own.
func inTest(f func(t *testing.T), d deps) {
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	testing.Init()
	go func() {
		_ = flag.CommandLine.Parse(nil)
		testing.MainStart(d, []testing.InternalTest{{Name: "Schedules", F: f}}, nil, nil, nil).Run()
	}()
}

func tell(e *schedule.Explorer, job wire.Job, budget time.Duration, report func(wire.Report)) wire.Exit {
	seed, err := strconv.ParseUint(job.Schedule, 10, 64)
	if job.Schedule != "" && err != nil {
		fmt.Fprintf(os.Stderr, "seed %q is no number\n", job.Schedule)
		return wire.Exit{Cause: wire.CauseExit, Code: 2}
	}
	rep, outcomes := e.Explore(job.Schedules, max(seed, 1), budget)
	for _, o := range outcomes {
		report(wire.Report{Kind: wire.KindOutcome, Outcome: &o})
	}
	report(wire.Report{Kind: wire.KindSchedules, Schedules: &rep})
	return wire.Exit{Cause: wire.CauseReturn}
}

func replay(e *schedule.Explorer, job wire.Job, budget time.Duration, report func(wire.Report)) wire.Exit {
	o, err := e.Replay(job.Schedule, budget)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return wire.Exit{Cause: wire.CauseExit, Code: 2}
	}
	return outcome(e, o, report)
}

func follow(e *schedule.Explorer, job wire.Job, budget time.Duration, report func(wire.Report)) wire.Exit {
	next, o := e.Follow(job.Choices, budget)
	if next == nil {
		return outcome(e, o, report)
	}
	fmt.Fprint(os.Stdout, o.Output)
	report(wire.Report{Kind: wire.KindChoice, Choice: next})
	return wire.Exit{Cause: wire.CauseReturn}
}

// outcome prints and reports how a program ended, and ends as it did.
func outcome(e *schedule.Explorer, o wire.Outcome, report func(wire.Report)) wire.Exit {
	fmt.Fprint(os.Stdout, o.Output)
	if e.Races != nil {
		e.Races.Print(os.Stderr)
		list := e.Races.Races()
		for _, race := range list[:min(len(list), wire.MaxRaces)] {
			report(wire.Report{Kind: wire.KindRace, Race: &race})
		}
	}
	if o.Message != "" && o.Kind != wire.OutcomeRace {
		fmt.Fprintln(os.Stderr, o.Message)
	}
	for _, b := range o.Blocked {
		fmt.Fprintf(os.Stderr, "\t%s\n", b)
	}
	report(wire.Report{Kind: wire.KindOutcome, Outcome: &o})
	switch {
	case o.Exit == 0:
		return wire.Exit{Cause: wire.CauseReturn}
	case o.Kind == wire.OutcomePanic:
		return wire.Exit{Cause: wire.CausePanic, Code: o.Exit}
	}
	return wire.Exit{Cause: wire.CauseExit, Code: o.Exit}
}
