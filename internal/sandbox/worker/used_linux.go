package worker

import "golang.org/x/sys/unix"

// used is the processor time of the process and the monotonic clock, which the
// parent has too, in nanoseconds.
func used() (cpu, clock int64) { return now(unix.CLOCK_PROCESS_CPUTIME_ID), now(unix.CLOCK_MONOTONIC) }

func now(clock int32) int64 {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return t.Nano()
}
