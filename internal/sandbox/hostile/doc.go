// Package hostile holds programs that attack the sandbox, and tests that run
// them in real workers.
//
// Each program is a txtar archive in testdata, one directory a family. Its
// comment says what it tries. Its files:
//
//	prog.go  the program; several .go files make one of several files
//	source   or else the program's text in pieces: Go string literals, each
//	         on a line of its own, with N * before it to repeat it
//	stdin    what the program reads
//	want     how it must end
//
// want has one "key: value" a line:
//
//	status:     the statuses that are right, separated by |
//	exit:       the exit code
//	message:    a Go string literal: what the server says of the end besides
//	contains:   a Go string literal that the output (both streams) contains
//	absent:     one that it does not contain
//	diagnostic: text within some diagnostic of the program
//	within:     how long the run may take, end to end
//	limits:     cpu, wall, memory, output in place of the suite's own
//	with:       a helper from testdata/helper that is appended to the program
//	arch:       the only architecture that the program makes sense on
//
// The status source_error stands for a program that is refused for its size.
//
// In a program, $PID, $TCP, $UDP, $UNIX, $ABSTRACT and $SECRET stand for the
// test process and what it guards. Whatever a program does, the sandbox must
// answer afterwards, run the next program right, and have delivered exactly one
// end; the guarded things must be untouched, and the secret must not appear.
package hostile
