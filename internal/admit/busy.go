package admit

import (
	"fmt"
	"time"
)

// Code says why somebody was refused.
type Code string

// The reasons.
const (
	Busy        Code = "busy"          // the queue is full
	RateLimited Code = "rate_limited"  // this client asks too often
	TooManyRuns Code = "too_many_runs" // this client has too many waiting
)

// BusyError is returned by Enter for whoever is refused.
type BusyError struct {
	Code             Code
	Retry            time.Duration // when to come back; never 0
	Running, Waiting int
}

func (e *BusyError) Error() string {
	switch e.Code {
	case RateLimited:
		return fmt.Sprintf("too many programs were started from your network; try again in %v", e.Retry)
	case TooManyRuns:
		return fmt.Sprintf("too many programs from your network are waiting; try again in %v", e.Retry)
	}
	return fmt.Sprintf("busy: %d programs are running and %d are waiting; try again in %v", e.Running, e.Waiting, e.Retry)
}
