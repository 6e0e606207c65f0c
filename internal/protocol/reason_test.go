package protocol

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/sandbox"
)

func TestReason(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		r    sandbox.Result
		want string
	}{
		{sandbox.Result{Status: sandbox.StatusOK, WallTime: 1240 * ms}, "finished in 1.2 s"},
		{sandbox.Result{Status: sandbox.StatusOK, WallTime: 300 * time.Microsecond}, "finished in less than 1 ms"},
		{sandbox.Result{Status: sandbox.StatusOK, WallTime: 3 * ms}, "finished in 3 ms"},
		{sandbox.Result{Status: sandbox.StatusOK, WallTime: 99600 * time.Microsecond}, "finished in 0.1 s"},
		{sandbox.Result{Status: sandbox.StatusOK, WallTime: 12 * time.Second}, "finished in 12.0 s"},
		{sandbox.Result{Status: sandbox.StatusExit, ExitCode: 3, WallTime: 400 * ms}, "exited with status 3 after 0.4 s"},
		{sandbox.Result{Status: sandbox.StatusPanic, WallTime: 200 * ms}, "panicked after 0.2 s"},
		{sandbox.Result{Status: sandbox.StatusPanic, WallTime: 200 * ms, Message: "stack overflow"}, "panicked after 0.2 s: stack overflow"},
		{sandbox.Result{Status: sandbox.StatusDeadlock, WallTime: 100 * ms}, "deadlock: all goroutines are asleep, after 0.1 s"},
		{sandbox.Result{Status: sandbox.StatusCompileError}, "did not compile"},
		{sandbox.Result{Status: sandbox.StatusCompileError, Message: CountErrors(2)}, "did not compile: 2 errors"},
		{sandbox.Result{Status: sandbox.StatusCompileError, Message: CountErrors(1)}, "did not compile: 1 error"},
		{sandbox.Result{Status: sandbox.StatusCPULimit}, "stopped: 5 s of CPU time used"},
		{sandbox.Result{Status: sandbox.StatusCPULimit, Limits: sandbox.Limits{CPUTime: 300 * ms}}, "stopped: 300 ms of CPU time used"},
		{sandbox.Result{Status: sandbox.StatusWallLimit}, "stopped: 10 s of wall time used"},
		{sandbox.Result{Status: sandbox.StatusWallLimit, Limits: sandbox.Limits{WallTime: 1500 * ms}}, "stopped: 1.5 s of wall time used"},
		{sandbox.Result{Status: sandbox.StatusOutputLimit}, "stopped: output limit of 256 KiB reached"},
		{sandbox.Result{Status: sandbox.StatusOutputLimit, Limits: sandbox.Limits{Output: 1000}}, "stopped: output limit of 1000 bytes reached"},
		{sandbox.Result{Status: sandbox.StatusMemoryLimit}, "stopped: memory limit of 128 MiB reached"},
		{sandbox.Result{Status: sandbox.StatusMemoryLimit, Limits: sandbox.Limits{Memory: 2 << 30}}, "stopped: memory limit of 2 GiB reached"},
		{sandbox.Result{Status: sandbox.StatusKilled, WallTime: 1100 * ms}, "stopped by you after 1.1 s"},
		{sandbox.Result{Status: sandbox.StatusClientGone, WallTime: 1100 * ms}, "stopped after 1.1 s because the connection was lost"},
		{sandbox.Result{Status: sandbox.StatusThreadLimit, MaxThreads: 256}, "stopped: limit of 256 threads reached"},
		{sandbox.Result{Status: sandbox.StatusBreach}, "stopped: the program wrote over its worker's own channels"},
		{sandbox.Result{Status: sandbox.StatusStarved}, "the machine was too busy to run it; your program is not to blame, run it again"},
		{sandbox.Result{Status: sandbox.StatusStarved, Message: "stopped from outside for 10 s"}, "stopped from outside for 10 s; your program is not to blame, run it again"},
		{sandbox.Result{Status: sandbox.StatusStopped, WallTime: 1100 * ms}, "stopped after 1.1 s because the server is restarting; run it again"},
		{sandbox.Result{Status: sandbox.StatusFailure}, "the sandbox failed; your program is not to blame, run it again"},
		{sandbox.Result{Status: sandbox.StatusFailure, Message: "no worker"}, "the sandbox failed (no worker); your program is not to blame, run it again"},
		{sandbox.Result{Status: "new", WallTime: time.Second}, "ended after 1.0 s"},
		{sandbox.Result{Status: sandbox.StatusPanic, WallTime: time.Second, Message: "a\n\x1b[31mb\xff"}, "panicked after 1.0 s: a [31mb\uFFFD"},
	} {
		if got := Reason(tt.r); got != tt.want {
			t.Errorf("Reason(%+v)\n got %q\nwant %q", tt.r, got, tt.want)
		}
	}
}

func TestReasonIsBounded(t *testing.T) {
	r := sandbox.Result{Status: sandbox.StatusPanic, Message: strings.Repeat("世 ", 10000)}
	if n := len([]rune(Reason(r))); n > 300 {
		t.Errorf("%d runes", n)
	}
}

// A start is tried again two seconds after the breaker opened; nobody is sent away
// for longer than that is worth.
func TestUnavailableIsSoonTriedAgain(t *testing.T) {
	e := Refusal("a", &sandbox.UnavailableError{Err: errors.New("x")})
	if ms := e.RetryAfterMs; ms < 2000 || ms > 10000 {
		t.Errorf("try again after %d ms", ms)
	}
}

func TestRefusal(t *testing.T) {
	for _, tt := range []struct {
		err           error
		code, message string
	}{
		{nil, "", ""},
		{errors.New("exec: no such file"), "", ""},
		{&admit.BusyError{Code: admit.Busy, Retry: 2100 * time.Millisecond, Running: 16, Waiting: 32}, CodeBusy,
			"busy: 16 programs are running and 32 are waiting; try again in 3 s"},
		{fmt.Errorf("run: %w", &admit.BusyError{Code: admit.Busy, Retry: time.Second, Running: 1, Waiting: 1}), CodeBusy,
			"busy: 1 program is running and 1 is waiting; try again in 1 s"},
		{&admit.BusyError{Code: admit.RateLimited, Retry: time.Second}, CodeRateLimited,
			"too many programs were started from your network; try again in 1 s"},
		{&admit.BusyError{Code: admit.TooManyRuns, Retry: time.Second}, CodeTooManyRuns,
			"too many programs from your network are waiting; try again in 1 s"},
		{&admit.BusyError{Code: admit.TooManyRuns}, CodeTooManyRuns, "too many programs from your network are waiting; try again later"},
		{&sandbox.ShortageError{Err: errors.New("x")}, CodeBusy, "busy: the machine is short of what a program needs; try again later"},
		{&sandbox.SourceError{Size: 70000, Limit: 64 << 10}, CodeSourceTooLarge,
			"the program is 70000 bytes long; the limit is 64 KiB"},
		{&sandbox.UnavailableError{Err: errors.New("secret path")}, CodeUnavailable,
			"programs cannot be run right now; try again in a few seconds"},
		{sandbox.ErrClosed, CodeShuttingDown, "the server is shutting down; try again when it is back"},
	} {
		e := Refusal("r", tt.err)
		switch {
		case e == nil && tt.code != "":
			t.Errorf("Refusal(%v) is none", tt.err)
		case e != nil && (e.ID != "r" || e.Code != tt.code || e.Message != tt.message):
			t.Errorf("Refusal(%v) = %+v", tt.err, e)
		case e != nil && (e.RetryAfterMs > 0) != strings.Contains(e.Message, "try again in"):
			t.Errorf("Refusal(%v) says %q and retryAfterMs %d", tt.err, e.Message, e.RetryAfterMs)
		}
	}
}
