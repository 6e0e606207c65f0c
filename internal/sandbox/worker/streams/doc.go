// Package streams stands between host code and the standard streams of a worker.
//
// # Order
//
// Two pipes have no common order: a parent that finds bytes in both cannot know
// which came first. So what a program writes to either stream goes through one
// pipe, in frames that say whose it is (KeepOrder). What does not come this way,
// such as the runtime's own crash text, goes to the stream's own pipe, and its
// order is lost.
//
// # Waiting for input
//
// An interactive run tells its parent when the program waits for standard input
// that is not there yet (WatchReads, TellOfReads).
//
// # Files in memory
//
// A program's files are in its memory (package memfs), and an *os.File only stands
// for one. What host code does with such a file is done there (KeepFiles,
// UseFiles).
//
// # How
//
// Host code, fmt and log and slog and bufio and the rest, calls methods of
// *os.File by way of interfaces and of reflection, and finds them in tables that
// the linker made. KeepOrder, WatchReads and KeepFiles put functions of this package into
// those tables, whose layout is package abi's matter; an entry is checked before
// it is replaced. Calls that the compiler bound to the method itself are not
// reached: our own code makes none on the standard streams, nor on a program's files.
//
// The functions that stand in for methods have no receiver of ours, so what they
// need is in variables that are set once, before the program. They run on the
// program's goroutines; the package starts none. It trusts the program with
// nothing: one that writes to the pipe past it has breached its worker, and the
// parent sees that.
package streams
