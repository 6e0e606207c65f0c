// Package gofront is the front end for Go programs: everything between a
// reader's text and the interpreter. It holds no code; its packages do.
//
//	check    parses, type-checks and vets; findings are values
//	module   modules that programs may import, as source
//	stdlib   the standard library: export data, run-time symbols, source of
//	         its generic part, compiled instances
//	forge    named types with methods, made at run time
//	lower    checked Go to the first-order Go that the interpreter runs right
//
// A program passes through them in that order, in a worker process and nowhere
// else: every stage treats the text as hostile, and the limits of the process
// are the limits of each stage.
//
// The interpreter is yaegi, unmodified. It is good at running functions over
// compiled types, and bad at types of its own, closures, generics, defer and
// select; so lower leaves it the former and takes the latter away. What runs
// the result is internal/sandbox/worker/interp.
package gofront
