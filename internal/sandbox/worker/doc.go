// Package worker is the life of a worker process: the child side of the
// sandbox, and the only place where a reader's program runs.
//
//	start → close what was inherited → confine → "ready" → warm up while idle
//	      → read one Job → check, lower, run → report the end → exit
//
// A worker confines itself before it has seen a byte of the program. From then
// on it is treated as hostile: whatever it does, the parent meters it from
// outside and ends it with SIGKILL. It warms up only while it waits: a program
// needs a small part of what could be prepared, and on a busy server the next
// program is already there.
//
// A worker serves one program and exits. It holds nothing worth stealing: an
// empty environment, a neutral argv, six pipes (see package wire).
//
// Goroutines: none of the worker's own is alive while the program runs, so
// that the runtime's deadlock detector sees the program alone.
package worker
