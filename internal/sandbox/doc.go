// Package sandbox runs readers' programs: the parent side.
//
// # Theory of operation
//
// Run takes a warm worker from the pool or starts one, hands the program over, and
// from then on trusts nothing that the worker says about itself. It never queues:
// package admit says who may call it.
//
//	            job, input ───────▶┐
//	Run ─┬─ output  ◀── frames     │ worker
//	     ├─ output  ◀── raw pipes  │ (one process, one program)
//	     ├─ crash   ◀── runtime    │
//	     ├─ reports ◀── reports ───┘
//	     ├─ meter   ◀── CPU clock, /proc/PID/statm and status, wall clock
//	     └─ verdict ◀── kill cause, wait status, rusage, crash text, report
//
// A limit that is passed kills the worker's process group; the first cause
// wins and names the Status. Output read before the kill is delivered. Wall time
// does not count while the program waits for Input that is still open (at most
// wire.MaxInputWait), nor while somebody has stopped the worker.
//
// # Shortage, loss and breakage
//
// A machine that is short of something is not broken: such starts are a
// *ShortageError, and only other failures open the circuit breaker. The gauges
// are opened with the worker, so no run goes unmetered. A worker acknowledges its
// program before it looks at it; one that was killed or stopped before that has
// run nothing, and is replaced unseen.
//
// # A worker's words
//
// The reports after the acknowledgement are held to what an honest worker can say
// at that point (dialogue), and the frames to their format; anything else was
// written by the program and is StatusBreach. A worker's text reaches its reader
// as output, crash text and bounded diagnostics; Result.Message and the log hold
// words of this package and of the Go runtime only.
//
// # Order and backpressure
//
// What a program prints to either stream comes through one pipe, in frames, in
// the order in which it was written. A lock is held while the Sink has an event.
// A Sink that does not return leaves the pipe full, and the program waits in its
// write. What bypasses the frames (no program of the interpreter does) comes by
// the stream's own pipe.
//
// # Threads
//
// A worker has Config.Threads at most: Go's own limit in the worker, which its
// program cannot raise, the kernel's where it counts for one worker alone, and
// the meter. The server itself must not need a thread when every process id is
// taken, because Go's runtime dies of that: it keeps spare ones, and waits for
// workers by way of the poller.
//
// # Goroutines
//
//   - per worker: one that reaps it (owner: process; ends with the process).
//   - per run: feed, three output readers, crash reader, report reader and
//     deliverer, meter, usage (owner: run.execute, which waits for all of them).
//   - per Sandbox: the pool's refiller, and one for each worker that it buries
//     (owner: pool; Close waits for them).
//
// # Trust
//
// The caller is trusted; Program is not, and a worker is hostile once it has
// its program. What crosses back is bounded before it is allocated.
//
// Non-goals: what a program means, how it is checked and interpreted (the
// worker's business), and who may run how often (the server's).
package sandbox
