// Package conformance compares what programs do in the sandbox with what they
// do when compiled with the Go toolchain.
//
// A Case is a program with its arguments and standard input. The reference, the
// installed toolchain, builds it and runs it twice: an Outcome that differs from
// run to run says nothing and is set aside. The subject is the product's own
// command, "playground run", so that a case goes the whole way: source through
// the pipe, checking, lowering, the interpreter, the walls, the streams. Equal
// means the same bytes on standard output and the same exit status. The first
// line of standard error, where the runtime says why a program died, is compared
// and reported separately.
//
// Three sets of cases can be run:
//
//   - Our own, under testdata: small programs by feature, each with its recorded
//     outcome, so that the tests of this package need no reference. Record
//     writes the outcomes anew, and apart where a Go release changed them.
//     A program for a newer release has its build constraint, and is left out
//     with an older one.
//   - Any directory of Go files and txtar archives.
//   - The Go distribution's own $(go env GOROOT)/test; Eligible says which of
//     its files a program without unsafe, cgo, processes and network could be.
//
// The command in cmd/conformance prints a table for each. Every worker goroutine
// that Run starts has ended when it returns; every process is ended with its
// group when its time is up.
//
// The package trusts the programs that it is given: the reference runs them
// without any confinement. It is a developer's tool and is not linked into the
// product.
package conformance
