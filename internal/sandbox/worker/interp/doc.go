// Package interp runs one Go program with yaegi, as Go would run it.
//
// A Machine is made before the program is known, and WarmUp uses the time until
// it is: it decodes the export data of the packages that most programs import.
// Run takes the reader's program through the stages:
//
//	check    go/parser, go/types, and go vet's passes, whose findings are
//	         warnings (package check)
//	lower    to a first-order program over host types (package lower)
//	compile  by yaegi, whose graph the engine then arms (package engine)
//	execute  on the calling goroutine
//
// # The standard library
//
// A program calls the compiled library. What would betray the interpreter, end
// the process unnoticed, or need what a worker does not have is replaced by a
// row of package shim, which asks host.go about the running program: os.Exit
// and log.Fatal report the program's end first; runtime.Caller, log's file and
// line, and testing's positions name the reader's lines; package os has files in
// memory, the archive's among them; a panic in a function
// that the library runs on its own goroutine is reported as the program's; net
// and net/http have a network of the program's own.
//
// # Ends
//
// main returning, os.Exit, an unrecovered panic in any goroutine: the first two
// and the last are reported, with Go's own words on standard error and Go's
// exit status. Fatal errors, such as a deadlock, concurrent map writes or a
// stack that grew too large, come from the runtime itself and end the process
// without a word from this package.
//
// # Tests
//
// A program of tests without a main is run by package testing, with the flags
// of go test -v and the reader's, one package after the other. Examples are run
// here, because package testing captures their output with a pipe of the kernel's,
// which a worker cannot make.
//
// # Guard
//
// New refuses, with the reason, when one of the things that packages forge and
// engine assume about the runtime and about yaegi does not hold. There is no
// reduced mode: a program that ran without them would silently be another one.
//
// The package starts no goroutines of its own; those of the program end with
// the process.
package interp
