// Package wire is the contract between the server and its workers: the types
// that cross the process boundary, how they are framed, and how large they may
// be. It imports nothing of this module, so both sides can share it without
// sharing anything else.
//
// A worker is born with six descriptors, all pipes:
//
//	0  in   one framed Job, then the program's standard input
//	1  out  the program's standard output, where it bypasses 5
//	2  out  what the Go runtime itself prints: crash texts and traces
//	3  out  Reports, one JSON object a line
//	4  out  the program's standard error, where it bypasses 5
//	5  out  both streams, in the order in which they were written (see AppendFrame)
//
// The runtime writes fatal errors to descriptor 2 whatever os.Stderr is, so
// the two are kept apart: the parent can bound a crash text, classify it and
// show the reader only the part that speaks of the reader's program.
//
// Trust: a Job is written by the server and believed by the worker. Reports
// and crash texts come from a process that runs a stranger's code, and may
// say anything. They can choose words that the reader of that very program
// sees, and nothing else: limits, time, memory and signals are judged from the
// kernel's account, and the parent alone ends a run.
package wire
