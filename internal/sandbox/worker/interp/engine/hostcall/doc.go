// Package hostcall calls compiled functions of common signatures directly, not
// through reflection.
//
// A function is passed pointers, words, strings and so on in the same registers
// whatever their types are called. So a func(*bytes.Buffer, string) is called as
// a func(unsafe.Pointer, string), and a few dozen callers serve most calls that
// programs make of the library. What decides is a type's shape (package memory);
// a float is passed in another register than a word.
//
// The operations made here are stateless and run on the caller's goroutine.
package hostcall
