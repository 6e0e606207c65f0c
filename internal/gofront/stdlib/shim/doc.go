// Package shim holds every stand-in: what a program gets in the place of a
// function or method of the standard library that would betray the
// interpreter, end the process unnoticed, or need what a worker does not have.
//
// There is one Row for each, with the reason, in the file of its package.
// docs/fidelity.md's list of them is printed from the rows.
//
// # Rules of the room
//
// A stand-in has the type of what it stands for. It may be called from any
// goroutine of the program, at once: what it keeps is under a lock. What it
// keeps is bounded by the program's text, or goes with the value that it
// belongs to, never grows with the number of calls. It asks the Program which
// goroutine calls, and remembers none. Tests hold each row to them.
//
// A stand-in is chosen when a program is lowered, so a call of one costs what
// any call of the library costs. Values that compiled code makes and calls
// itself, such as a *log.Logger inside an http.Server, are not replaced.
//
// # Where to look
//
// Rows stand with the package of the library that they are for: filepath, log,
// net, os, pprof, runtime, slog and testing, which examples belongs to. Three are
// about files: files has the open ones and what is embedded, filemethods the
// methods of *os.File, reads the functions of other packages that open them by
// name. calls has the places of calls that stand for program counters.
package shim
