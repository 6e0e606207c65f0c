// Package check decides whether a reader's program is Go, and says so in the
// compiler's words.
//
// # The passes
//
// A program goes through these, and the first that finds an error is the last:
//
//  1. source: one file, or a txtar archive, which is a module: its go.mod gives
//     the path and the language, build constraints choose among its files;
//     encoding, and the bombs that would exhaust the stack of any recursive
//     parser, are refused by a scan that does not recurse.
//  2. parse: go/parser. When it, or a rule of the compiler's parser that it
//     does not know, finds something, package syntax says what the compiler
//     would have said.
//  3. imports: a package of the archive or of a module is checked first, by the
//     same passes; what a program may not import is refused with a reason.
//  4. types: go/types, with the standard library's embedded export data. Its
//     findings are put into the compiler's words and places.
//  5. entry: package main with func main, or tests.
//
// A program that passes can be given to Vet, whose findings are warnings. What
// the passes accept, go/types accepted without an error: the fuzz test holds
// them to that.
//
// # Who owns what
//
// A Checker is made once, warmed, and serves one goroutine. Nothing here
// starts a goroutine, opens a file or runs a command. All of it runs in the
// worker, beside the program, because parsers and type checkers are programs
// that a hostile text can keep busy: what bounds their time is the worker's
// CPU limit.
//
// # Where to look
//
// Reading: archive takes the text apart into files, modules and program
// say what packages there are, embed and godebug read directives. Checking:
// builder goes through the packages, bomb bounds their shape, branches finds what
// go/types leaves to the parser, entry what a program starts at, types the rest,
// vet what is suspicious. Telling: words has the compiler's, syntaxerrors those of
// its parser, zcodes the names of errors. format is gofmt, and imports.
//
// # Non-goals
//
// There is no cgo and no other module than those of package module: a go.mod's
// requirements choose no versions. The compiler's
// back end has errors of its own (a stack frame too large, a constant index
// that escapes the type checker); those are not found here.
package check
