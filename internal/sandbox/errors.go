package sandbox

import (
	"errors"
	"fmt"
)

// ErrKilled, as the cause of a run's context, says that the reader stopped the
// run on purpose; the Result is then StatusKilled. Any other cause means that
// nobody listens any more: StatusClientGone.
var ErrKilled = errors.New("stopped by the reader")

// ErrClosed is returned by Run after Close.
var ErrClosed = errors.New("sandbox is shutting down")

// BusyError is returned by Run when the queue is full.
type BusyError struct{ Running, Waiting int }

func (e *BusyError) Error() string {
	return fmt.Sprintf("busy: %d programs are running and %d are waiting", e.Running, e.Waiting)
}

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

// Unwrap returns what kept the last worker from starting.
func (e *UnavailableError) Unwrap() error { return e.Err }
