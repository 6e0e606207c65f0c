package sandbox

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// ErrKilled, as the cause of a run's context, says that the reader stopped the
// run on purpose; the Result is then StatusKilled. Any other cause means that
// nobody listens any more: StatusClientGone.
var ErrKilled = errors.New("stopped by the reader")

// ErrClosed is returned by Run after Close. As the cause of a run's context it
// says that the server ends the run: StatusStopped.
var ErrClosed = errors.New("sandbox is shutting down")

// SourceError is returned by Run for a program over its source limit.
type SourceError struct{ Size, Limit int64 }

func (e *SourceError) Error() string {
	return fmt.Sprintf("program is %d bytes long; the limit is %d bytes", e.Size, e.Limit)
}

// UnavailableError is returned by Run when workers cannot be started.
type UnavailableError struct{ Err error }

func (e *UnavailableError) Error() string {
	return "programs cannot be run right now: " + e.Err.Error()
}

// ShortageError is returned by Run when a worker could not be had because the
// machine is short of something: descriptors, processes, memory, time. Nothing
// was run, nothing is broken, and the next try may do.
type ShortageError struct{ Err error }

func (e *ShortageError) Error() string {
	return "the machine is short of what a worker needs: " + e.Err.Error()
}

// Unwrap returns what the machine said.
func (e *ShortageError) Unwrap() error { return e.Err }

// Unwrap returns what kept the last worker from starting.
func (e *UnavailableError) Unwrap() error { return e.Err }

// shortage returns err as a *ShortageError when it says that the machine is
// short of something, and err itself otherwise.
func shortage(err error) error {
	var already *ShortageError
	if errors.As(err, &already) {
		return already
	}
	for _, short := range []error{syscall.EAGAIN, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOSPC, errLate} {
		if errors.Is(err, short) {
			return &ShortageError{err}
		}
	}
	return err
}

// shortCrash tells whether the runtime of a worker without a program died
// because it got no thread or no memory.
func shortCrash(text string) bool {
	for _, s := range []string{"newosproc", "failed to create new OS thread", "out of memory", "cannot allocate memory"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}
