package sandbox

import (
	"os"
	"time"

	"playground/internal/sandbox/gauge"
	"playground/internal/sandbox/wire"
)

// nearCap is the share of the memory cap, in percent, above which a worker
// that the kernel killed is taken to have died of it.
const nearCap = 90

// verdict judges a reaped run. The order matters: first what we did, then what
// the kernel says, then what the runtime printed, and last the worker's word.
func (r *run) verdict(wall time.Duration) Result {
	state := r.process.state
	res := Result{
		Limits: r.limits, ExitCode: -1, WallTime: wall, Waited: r.input.waited(), MaxThreads: r.threads,
		Stdout: r.stdout, Stderr: r.stderr,
	}
	if state == nil {
		res.Status, res.Message = StatusFailure, "the worker could not be waited for"
		return res
	}
	res.ExitCode = state.ExitCode()
	res.CPUTime = max(state.UserTime()+state.SystemTime()-r.meter.base, 0)
	// The kernel's own maximum misses nothing between two samples. It includes
	// file pages, whose number only grows.
	res.PeakMemory = max(r.meter.peak.Load(), gauge.MaxResident(state)-r.meter.file.Load())
	if c := r.cause.Load(); c != nil && !(c.ofTime() && endedByItself(state)) {
		res.Status, res.Message, res.ExitCode = c.status, c.message, -1
		return res
	}
	if sig := killedBy(state); sig != 0 {
		return r.killed(res, sig)
	}
	return r.exited(res)
}

// ofTime reports whether a program was killed for not having ended in time. One
// that had ended all the same, which the kernel was slow to finish, used no more
// than it may: on a busy machine taking its namespaces down can last seconds.
func (c *cause) ofTime() bool {
	return c.status == StatusWallLimit || c.status == StatusStarved
}

// killed judges a worker that ended by a signal which we did not send: one of
// the kernel's own second lines, or somebody else's.
func (r *run) killed(res Result, sig os.Signal) Result {
	switch {
	case sig != os.Kill:
		res.Status, res.Message = StatusPanic, "ended by signal: "+sig.String()
	case res.CPUTime >= r.limits.CPUTime:
		res.Status = StatusCPULimit
	case r.process.cell.OutOfMemory():
		res.Status = StatusMemoryLimit
	case r.crash.fatal() != "": // it died of that; we only cut its trace short
		res.ExitCode = 2
		return r.exited(res)
	case r.crash.Len() >= wire.MaxCrash: // readCrash ended it
		res.Status, res.ExitCode = StatusPanic, 2
	case !r.crash.outOfMemory() && r.kills.any():
		res.Status = StatusEvicted
	case r.crash.outOfMemory(), res.PeakMemory >= r.limits.Memory*nearCap/100:
		res.Status = StatusMemoryLimit
	default:
		res.Status = StatusFailure
		res.Message = "the worker was killed from outside"
	}
	return res
}

// exited judges a worker that ended by itself.
func (r *run) exited(res Result) Result {
	had, refused := r.crash.noThread()
	switch {
	case r.crash.outOfMemory():
		res.Status, res.ExitCode = StatusMemoryLimit, -1
		return res
	case r.crash.fatal() == "thread exhaustion", refused && had >= r.threads:
		res.Status, res.ExitCode = StatusThreadLimit, -1
		return res
	case refused:
		res.Status, res.ExitCode, res.Message = StatusStarved, -1, "the machine had no thread left for it"
		return res
	case r.crash.deadlock():
		res.Status = StatusDeadlock
		return res
	case r.crash.fatal() != "":
		res.Status, res.Message = StatusPanic, r.crash.known()
		return res
	}
	var said wire.Exit
	if r.worker.exit != nil {
		said = *r.worker.exit
	}
	switch {
	case said.Cause == wire.CauseCompileError && res.ExitCode == 1:
		res.Status = StatusCompileError
	case said.Cause == wire.CausePanic && res.ExitCode == 2, r.crash.Len() > 0 && res.ExitCode == 2:
		res.Status = StatusPanic
	case res.ExitCode == 0:
		res.Status, res.Leaks = StatusOK, r.worker.leaks
	default:
		res.Status = StatusExit
	}
	return res
}
