package sandbox

import (
	"context"
	"time"

	"playground/internal/sandbox/wire"
)

// Limits, Task, Diagnostic and Layer are the process boundary's own types.
type (
	Limits     = wire.Limits
	Task       = wire.Task
	Diagnostic = wire.Diagnostic
	Layer      = wire.Layer
)

// Program is what a reader asks to run.
type Program struct {
	// Task is what to do with it: run it, or print it formatted.
	Task Task
	// Source is one Go file, or several as a txtar archive.
	Source string
	// Stdin is what the program reads from its standard input.
	Stdin string
	// Args are the program's os.Args[1:].
	Args []string
	// Limits asks for less than the sandbox's own limits; zero fields ask
	// for as much as those allow.
	Limits Limits
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
	StatusKilled       Status = "killed"      // ErrKilled: the reader pressed Stop
	StatusClientGone   Status = "client_gone" // the context ended for any other cause
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
	// PeakMemory is the most that the program held, in bytes, as Limits.Memory
	// counts it.
	PeakMemory int64
	// Stdout and Stderr are the bytes that were read of each stream.
	Stdout, Stderr int64
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

// Event is something that happens in a run: Queued, Started, Diagnosed,
// Output or Metered. Times are since the program was handed over.
type Event interface{ event() }

type (
	// Queued: all workers are busy. Position counts from 1.
	Queued struct{ Position int }
	// Started: the program was handed to a worker, under these limits.
	Started struct{ Limits Limits }
	// Diagnosed: the front end found something in the program's text.
	Diagnosed struct{ Diagnostic Diagnostic }
	// Output: bytes that the program wrote, as they were read. The receiver
	// owns Data only until it returns.
	Output struct {
		Stream Stream
		T      time.Duration
		Data   []byte
	}
	// Metered: what the program has used so far; at most a few a second.
	Metered struct {
		T, CPUTime time.Duration
		Memory     int64
		Output     int64
	}
)

func (Queued) event()    {}
func (Started) event()   {}
func (Diagnosed) event() {}
func (Output) event()    {}
func (Metered) event()   {}

// Sink receives a run's events, one at a time, in order. While it has not
// returned, the program's output is not read: a slow sink stalls the program.
// An error ends the run. The context ends when the run must.
type Sink func(ctx context.Context, e Event) error
