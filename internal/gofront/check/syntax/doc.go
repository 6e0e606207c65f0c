// Package syntax says what Go's compiler says of a text that is not Go.
//
// The standard library's parser finds the same mistakes and describes them in
// its own words, for tools. Readers know the compiler's: "unexpected newline,
// expected comma". So a text that go/parser has refused is read again here, by
// a recognizer that makes no tree for anybody: it follows the grammar as the
// compiler does, recovers where the compiler recovers, and reports what the
// compiler reports, at its line and column.
//
// The recognizer is slow where a parser would be fast, and reads valid
// programs too, but nothing is built on what it accepts: go/parser decides
// what is Go, this package only finds the words.
//
// It recurses as deep as the text nests. Its user bounds that first.
package syntax
