// Package race finds data races: accesses of two goroutines to the same memory, of which
// one writes, and of which none happens before the other. It is a mode (package hook).
//
// # Clocks
//
// Each goroutine has a time, and knows up to which time what others did has happened
// before what it does now (clock.go, thread.go). It learns that where goroutines wait for each
// other: by go statements, channels (channel.go, queue.go), package sync (lock.go), and what
// the library does in between (library.go). What thousands of goroutines know they share.
//
// # Memory
//
// For every eight bytes that are accessed there is a cell with the last write and the
// reads since (shadow.go), as in FastTrack; bytes that are accessed in parts have cells of
// their own. The engine tells of all memory that more than one call may know of; what a
// frame holds is nobody else's.
//
// Memory that is freed and used again would look like memory that is shared. So the
// collector does not run until four fifths of the program's memory are used, and when it has run
// everything about accesses is forgotten: a race of which one side is forgotten is not
// found, but none is made up.
//
// # What is not seen
//
// Compiled code. Of the library's functions those are known by which goroutines wait for
// each other, and some that read or write what they are given; where it is not known who
// waited for whom, everybody who could have been is taken for it. So there may be races
// that are not reported, and a report is a race.
//
// # One at a time
//
// In orders that are chosen (package schedule) goroutines do not wait for the runtime, and
// whose value went to whom is known: Turns is the mode for those (turns.go).
//
// # Files
//
// detector.go has the mode, report.go what is printed.
//
// The package starts no goroutine but those of the runtime's cleanups. Its methods run on
// the program's goroutines.
package race
