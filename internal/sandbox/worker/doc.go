// Package worker is the life of a worker process: the child side of the
// sandbox, and the only place where a reader's program runs.
//
//	start → close what was inherited → warm up → confine → "ready"
//	      → read one Job → check, lower, run → report the end → exit
//
// A worker warms up first, because warming reads tables and starts threads
// that confinement would refuse, and confines itself before it has seen a
// byte of the program. From then on it is treated as hostile: whatever it
// does, the parent meters it from outside and ends it with SIGKILL.
//
// A worker serves one program and exits. It holds nothing worth stealing: an
// empty environment, a neutral argv, five pipes (see package wire).
//
// Goroutines: none of the worker's own is alive while the program runs, so
// that the runtime's deadlock detector sees the program alone.
package worker
