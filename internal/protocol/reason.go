package protocol

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"playground/internal/admit"
	"playground/internal/sandbox"
)

// Reason says in one sentence how a run ended, with the numbers that matter:
// "finished in 1.2 s", "stopped: 5 s of CPU time used". It is one line of
// printable text, whatever r.Message holds. For a compile error r.Message is
// how many errors there were, as CountErrors puts it.
func Reason(r sandbox.Result) string {
	s, m := sentence(r), oneLine(r.Message)
	switch {
	case r.Status == sandbox.StatusFailure:
		return failed(m)
	case r.Status == sandbox.StatusStarved:
		return starved(m)
	case m != "":
		return s + ": " + m
	}
	return s
}

func failed(why string) string {
	if why != "" {
		why = " (" + why + ")"
	}
	return "the sandbox failed" + why + "; your program is not to blame, run it again"
}

func starved(why string) string {
	if why == "" {
		why = "the machine was too busy to run it"
	}
	return why + "; your program is not to blame, run it again"
}

func sentence(r sandbox.Result) string {
	took := duration(r.WallTime)
	l := r.Limits.WithDefaults()
	switch r.Status {
	case sandbox.StatusOK:
		return "finished in " + took
	case sandbox.StatusCompileError:
		return "did not compile"
	case sandbox.StatusExit:
		return fmt.Sprintf("exited with status %d after %s", r.ExitCode, took)
	case sandbox.StatusPanic:
		return "panicked after " + took
	case sandbox.StatusDeadlock:
		return "deadlock: all goroutines are asleep, after " + took
	case sandbox.StatusCPULimit:
		return "stopped: " + exact(l.CPUTime) + " of CPU time used"
	case sandbox.StatusWallLimit:
		return "stopped: " + exact(l.WallTime) + " of wall time used"
	case sandbox.StatusMemoryLimit:
		return "stopped: memory limit of " + size(l.Memory) + " reached"
	case sandbox.StatusOutputLimit:
		return "stopped: output limit of " + size(l.Output) + " reached"
	case sandbox.StatusThreadLimit:
		return fmt.Sprintf("stopped: limit of %d threads reached", r.MaxThreads)
	case sandbox.StatusBreach:
		return "stopped: the program wrote over its worker's own channels"
	case sandbox.StatusStarved:
		return starved("")
	case sandbox.StatusEvicted:
		return "the server's machine had no memory left for it; your program is not to blame, run it again"
	case sandbox.StatusStopped:
		return "stopped after " + took + " because the server is restarting; run it again"
	case sandbox.StatusNodeLost:
		return "the machine that ran this was lost; your program is not to blame, run it again"
	case sandbox.StatusKilled:
		return "stopped by you after " + took
	case sandbox.StatusClientGone:
		return "stopped after " + took + " because the connection was lost"
	case sandbox.StatusFailure:
		return "the sandbox failed; your program is not to blame, run it again"
	}
	return "ended after " + took
}

// CountErrors returns "1 error", "2 errors" and so on.
func CountErrors(n int) string {
	if n == 1 {
		return "1 error"
	}
	return strconv.Itoa(n) + " errors"
}

// startedAgain is the time after which a worker is started for whoever asks then:
// more than the sandbox leaves a broken start alone.
const startedAgain = 5 * time.Second

// Refusal is the Error to answer when the program of the run id was not run
// because of err. It is nil when err is no refusal: nil, or a failure of the
// sandbox, which is for the log.
func Refusal(id string, err error) *Error {
	var busy *admit.BusyError
	var source *sandbox.SourceError
	var unavailable *sandbox.UnavailableError
	var shortage *sandbox.ShortageError
	switch {
	case errors.As(err, &busy):
		return NewError(id, string(busy.Code), tooMany(busy)).retryAfter(busy.Retry)
	case errors.As(err, &source):
		return NewError(id, CodeSourceTooLarge, tooLarge("the program", source.Size, source.Limit))
	case errors.As(err, &unavailable):
		return NewError(id, CodeUnavailable, "programs cannot be run right now; try again in a few seconds").retryAfter(startedAgain)
	case errors.As(err, &shortage):
		return NewError(id, CodeBusy, "busy: the machine is short of what a program needs; try again later")
	case errors.Is(err, sandbox.ErrClosed):
		return ShuttingDown(id)
	}
	return nil
}

func tooMany(e *admit.BusyError) string {
	again := "; try again later"
	if e.Retry > 0 {
		again = fmt.Sprintf("; try again in %d s", int(math.Ceil(e.Retry.Seconds())))
	}
	switch e.Code {
	case admit.RateLimited:
		return "too many programs were started from your network" + again
	case admit.TooManyRuns:
		return "too many programs from your network are waiting" + again
	}
	return fmt.Sprintf("busy: %s running and %d %s waiting", programs(e.Running), e.Waiting, be(e.Waiting)) + again
}

// ShuttingDown is the answer of a server that ends.
func ShuttingDown(id string) *Error {
	return NewError(id, CodeShuttingDown, "the server is shutting down; try again when it is back")
}

// TooManyRuns is the answer to one who has n programs running already.
func TooManyRuns(id string, n int) *Error {
	return NewError(id, CodeTooManyRuns, programs(n)+" running in this window already; stop one first")
}

// Failure is the Result of a run during which the sandbox failed; r is what is
// known of it.
func Failure(r sandbox.Result) sandbox.Result {
	r.Status, r.ExitCode, r.Message = sandbox.StatusFailure, -1, ""
	return r
}

func programs(n int) string {
	if n == 1 {
		return "1 program is"
	}
	return fmt.Sprintf("%d programs are", n)
}

func be(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func tooLarge(what string, n, limit int64) string {
	return fmt.Sprintf("%s is %d bytes long; the limit is %s", what, n, size(limit))
}

// duration says how long something took: to the millisecond below a tenth of
// a second, to the tenth above.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < 99500*time.Microsecond:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// exact says a limit in full: "5 s", "1.5 s", "300 ms".
func exact(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// size says n bytes in the largest binary unit that needs no fraction.
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n == 0 || n%(1<<10) != 0:
		return fmt.Sprintf("%d bytes", n)
	case n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// oneLine makes s safe for a status line and a terminal. Parts of it may have
// been chosen by the program.
func oneLine(s string) string {
	const most = 200 // runes
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// LeakText says of goroutines that had not ended where they were, after "main returned,
// and".
func LeakText(l sandbox.Leak) string {
	who := "a goroutine had not ended"
	if l.Count > 1 {
		who = fmt.Sprintf("%d goroutines had not ended", l.Count)
	}
	if l.Line == 0 {
		return fmt.Sprintf("%s [%s]", who, l.State)
	}
	return fmt.Sprintf("%s [%s], at %s:%d", who, l.State, l.File, l.Line)
}
