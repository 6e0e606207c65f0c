// Package corpus reads the seeds of fuzz tests that lie beside them in files.
//
// A file below testdata/fuzz/FuzzName is a line with the format's version and
// then a line for each argument of the fuzz target: a conversion of a literal,
// such as int(-7) or []byte("\x00"). Package testing asks the test binary for
// them; a binary that the go command makes has the standard library's internal
// reader, which no other can import. This is the same for programs whose tests
// run here. What it says of files that are wrong is what go test says.
//
// There are no goroutines. The files are the program's own, and the package runs
// in its process, so nothing needs to be trusted.
package corpus
