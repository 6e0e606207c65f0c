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
	return fmt.Sprintf("%s: %d programs are running and %d are waiting; try again in %v", e.Code, e.Running, e.Waiting, e.Retry)
}
