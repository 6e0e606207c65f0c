package interp

import (
	"encoding/json"
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
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
}

// Start implements schedule.Program.
func (s scheduled) Start() { s.eng.Start() }

// Capture implements schedule.Program.
func (s scheduled) Capture(print func(b []byte)) { streams.Capture(print) }

// schedules prepares for a job that asks for schedules.
func (m *Machine) schedules(job wire.Job) {
	if job.Schedules > 0 || job.Schedule != "" {
		s := &schedule.Scheduler{}
		m.modes = append(m.modes, s)
		m.host.explorer = &schedule.Explorer{Scheduler: s}
	}
}

// share is the part of a run's elapsed time that is for trying schedules: what is found
// must be told before the run is over.
const share = 0.7

// explore runs the program in the orders that the job asks for. What they led to goes to
// standard output, as JSON; of a single one, what the program would print.
func (m *Machine) explore(job wire.Job, eng *engine.Engine) wire.Exit {
	e := m.host.explorer
	e.Program = scheduled{eng, m}
	result := make(chan wire.Exit)
	inTest(func(t *testing.T) {
		m.host.noExit.Store(false)
		e.T = t
		if job.Schedules == 0 {
			result <- replay(e, job.Schedule)
		} else {
			result <- tell(e, job)
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

func tell(e *schedule.Explorer, job wire.Job) wire.Exit {
	seed, err := strconv.ParseUint(job.Schedule, 10, 64)
	if job.Schedule != "" && err != nil {
		return wire.Exit{Cause: wire.CauseExit, Code: 2, Message: fmt.Sprintf("seed %q is no number", job.Schedule)}
	}
	budget := min(job.Limits.WallTime, job.Limits.CPUTime)
	rep := e.Explore(job.Schedules, max(seed, 1), time.Duration(float64(budget)*share))
	text, err := json.Marshal(rep)
	if err != nil {
		return wire.Exit{Cause: wire.CauseFailure, Code: 1, Message: err.Error()}
	}
	fmt.Fprintf(os.Stdout, "%s\n", text)
	return wire.Exit{Cause: wire.CauseReturn}
}

func replay(e *schedule.Explorer, name string) wire.Exit {
	o, err := e.Replay(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return wire.Exit{Cause: wire.CauseExit, Code: 2}
	}
	fmt.Fprint(os.Stdout, o.Output)
	if o.Message != "" {
		fmt.Fprintln(os.Stderr, o.Message)
	}
	for _, b := range o.Blocked {
		fmt.Fprintf(os.Stderr, "\t%s\n", b)
	}
	if o.Exit == 0 {
		return wire.Exit{Cause: wire.CauseReturn}
	}
	return wire.Exit{Cause: wire.CauseExit, Code: o.Exit}
}
