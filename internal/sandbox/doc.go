// Package sandbox runs readers' programs: the parent side.
//
// # Theory of operation
//
// Run admits a program (a slot, or a place in a bounded queue), takes a warm
// worker from the pool or starts one, hands the program over, and from then on
// trusts nothing that the worker says about itself:
//
//	            job ──────────────▶┐
//	Run ─┬─ output  ◀── stdout,    │ worker
//	     ├─ output  ◀── stderr     │ (one process, one program)
//	     ├─ crash   ◀── runtime    │
//	     ├─ reports ◀── reports ───┘
//	     ├─ meter   ◀── CPU clock, /proc/PID/statm, wall clock
//	     └─ verdict ◀── kill cause, wait status, rusage, crash text, report
//
// A limit that is passed kills the worker's process group; the first cause
// wins and names the Status. Output read before the kill is delivered.
//
// # Order and backpressure
//
// A worker lets only one of its output pipes hold bytes at a time, and each
// pipe is read under one lock that is held until the Sink returns, so events
// reach the Sink in the order in which the program wrote. A Sink that does not
// return leaves the pipe full, and the program waits in its write.
//
// # Goroutines
//
//   - per worker: one that reaps it (owner: process; ends with the process).
//   - per run: feed, two output readers, crash reader, report reader, meter
//     (owner: run.execute, which waits for all of them).
//   - per Sandbox: the pool's refiller (owner: pool; ended by Close).
//
// # Trust
//
// The caller is trusted; Program is not, and a worker is hostile once it has
// its program. What crosses back is bounded before it is allocated.
//
// Non-goals: what a program means, how it is checked and interpreted (the
// worker's business), and who may run how often (the server's).
package sandbox
