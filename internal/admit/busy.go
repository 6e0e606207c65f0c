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
	Retry            time.Duration // when to come back and be let in; 0 when nobody can tell
	Running, Waiting int
}

func (e *BusyError) Error() string {
	s := fmt.Sprintf("%s: %d programs are running and %d are waiting", e.Code, e.Running, e.Waiting)
	if e.Retry > 0 {
		s += fmt.Sprintf("; try again in %v", e.Retry)
	}
	return s
}
