package sandbox

import (
	"context"
	"io"
	"time"

	"playground/internal/diag"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
)

// Limits, Task and Layer are the process boundary's own types.
type (
	Limits = wire.Limits
	Task   = wire.Task
	Layer  = wire.Layer
	Leak   = wire.Leak

	Race      = wire.Race
	Outcome   = wire.Outcome
	Schedules = wire.Schedules
	Choice    = wire.Choice
)

// Program is what a reader asks to run.
type Program struct {
	// Task is what to do with it: run it, print it formatted, check it.
	Task Task
	// Source is one Go file, or several as a txtar archive.
	Source string
	// Stdin is what the program reads from its standard input.
	Stdin string
	// Input is what it reads after Stdin, as it comes; nil means that Stdin is
	// all. Run closes it when the program has ended, which must end a Read.
	Input io.ReadCloser
	// Args are the program's os.Args[1:].
	Args []string
	// Schedules asks to run the program in so many orders: Ended tells of each way in which
	// it ended, and then comes Explored. Schedule is the seed of the random ones, or, without
	// Schedules, names the order in which the program runs, whose end is told by an Ended as
	// well. Choices, if not nil, are what is chosen in that order where there is a choice; where
	// the next one is, comes Chosen, if there is one.
	Schedules int
	Schedule  string
	Choices   []int
	// Observe asks for Observed events: what the program's goroutines do to each other.
	Observe bool
	// Race asks to look for data races: each is told on standard error, and as Raced.
	Race bool
	// At is the place in Source that an editor asks about, in bytes.
	At int
	// Procs is the program's GOMAXPROCS, at most wire.MaxProcs; 0 is as many as the
	// machine has.
	Procs int
	// Modest leaves the last half of the idle workers to other programs, and gives
	// way to them from its beginning.
	Modest bool
	// Ended, if set, is called when the worker is gone, with the processor time
	// that the program used. The sink may still be at its output.
	Ended func(cpu time.Duration)
	// Trace names the run in the log.
	Trace string
	// Limits asks for less than the sandbox's own limits; zero fields ask
	// for as much as those allow.
	Limits Limits
}

// Scheduled reports whether the program is to run in orders that are chosen.
func (p Program) Scheduled() bool {
	return wire.Job{Schedules: p.Schedules, Schedule: p.Schedule, Choices: p.Choices}.Scheduled()
}

// Status says how a run ended.
type Status string

// Every run ends in exactly one of these.
const (
	StatusOK           Status = "ok"
	StatusCompileError Status = "compile_error"
	StatusExit         Status = "exit"  // exit status other than 0, see ExitCode
	StatusPanic        Status = "panic" // unrecovered panic, or a fatal error of the runtime
	StatusDeadlock     Status = "deadlock"
	StatusCPULimit     Status = "cpu_limit"
	StatusWallLimit    Status = "wall_limit"
	StatusMemoryLimit  Status = "memory_limit"
	StatusOutputLimit  Status = "output_limit"
	StatusThreadLimit  Status = "thread_limit"
	StatusBreach       Status = "breach"         // the program wrote over its worker's own channels
	StatusStarved      Status = "starved"        // the machine was too busy to run it, or somebody stopped it
	StatusEvicted      Status = "evicted"        // the kernel ended it because the machine had no memory left
	StatusKilled       Status = "killed"         // ErrKilled: the reader pressed Stop
	StatusStopped      Status = "server_stopped" // ErrClosed: the server ends
	StatusClientGone   Status = "client_gone"    // the context ended for any other cause
	StatusNodeLost     Status = "node_lost"      // the machine that ran it was lost; never of this machine's own
	StatusFailure      Status = "sandbox_failure"
)

// Result is how a run ended, measured from outside the program.
type Result struct {
	Status Status
	// ExitCode is the program's exit status, -1 when it was killed.
	ExitCode int
	// Limits are the ones that were in force.
	Limits Limits
	// CPUTime and WallTime count from the moment the program was handed over.
	CPUTime, WallTime time.Duration
	// T is when the run ended, on the clock of its events: no event has a
	// later one.
	T time.Duration
	// Waited is how much of WallTime the program waited for input, which the
	// limit does not count.
	Waited time.Duration
	// MaxThreads is how many threads the program might have had.
	MaxThreads int
	// PeakMemory is the most that the program held, in bytes, as Limits.Memory
	// counts it.
	PeakMemory int64
	// Stdout and Stderr are the bytes that were read of each stream.
	Stdout, Stderr int64
	// Leaks are the goroutines that had not ended when main returned, by the program's
	// own account.
	Leaks []Leak
	// Message is a short explanation when Status alone does not say it all.
	Message string
}

// Stream names one of a program's output streams.
type Stream int

// The output streams, numbered like their usual descriptors.
const (
	Stdout Stream = 1
	Stderr Stream = 2
)

// Event is something that happens in a run: Started, Phase, Diagnosed,
// Output, Reading, Observed, Raced, Ended, Explored, Chosen or Metered. Times are since the program was handed over.
type Event interface{ event() }

type (
	// Started: the program was handed to a worker, under these limits.
	Started struct{ Limits Limits }
	// Diagnosed: the front end found something in the program's text.
	Diagnosed struct{ Diagnostic diag.Diagnostic }
	// Output: bytes that the program wrote, as they were read. The receiver
	// owns Data only until it returns.
	Output struct {
		Stream Stream
		T      time.Duration
		Data   []byte
	}
	// Reading: the program waits for input, and has read all that was sent.
	Reading struct{ T time.Duration }
	// Phase: how far the program had come at T, which may be before that of other
	// events: traces want it exact. Each at most once, in the order of
	// wire.Phases. A program that does not compile, or is to be formatted, does
	// not reach all of them.
	Phase struct {
		Name string
		T    time.Duration
	}
	// Observed: what the program's goroutines have done, until T. Times in it are on the
	// run's clock or, if they are Virtual, on that of an order that is followed, which
	// begins at zero. Left is how many events were left out before these.
	Observed struct {
		T       time.Duration
		Events  []events.Event
		Left    int64
		Virtual bool
	}
	// Raced: a data race was seen, or none will be any more.
	Raced struct{ Race Race }
	// Ended: how the program ended in one of the orders that were asked for, by its own
	// account.
	Ended struct{ Outcome Outcome }
	// Explored: that was the last outcome.
	Explored struct{ Schedules Schedules }
	// Chosen: an order has come to a choice that is still to be made.
	Chosen struct{ Choice Choice }
	// Metered: what the program has used so far; at most a few a second.
	Metered struct {
		T, CPUTime time.Duration
		Memory     int64
		Output     int64
		Threads    int
	}
)

func (Started) event()   {}
func (Diagnosed) event() {}
func (Output) event()    {}
func (Reading) event()   {}
func (Phase) event()     {}
func (Observed) event()  {}
func (Raced) event()     {}
func (Ended) event()     {}
func (Explored) event()  {}
func (Chosen) event()    {}
func (Metered) event()   {}

// Sink receives a run's events, one at a time, in order. While it has not
// returned, the program's output is not read: a slow sink stalls the program.
// An error ends the run. The context ends when the run must.
type Sink func(ctx context.Context, e Event) error
