// Package escape says how the variables of a function must be kept.
//
// In lowered code a variable is a slot of its function's frame, and frames are used
// again by the next call: nobody else may know where a variable lies. So one whose
// address can be seen by someone else lives in a box of its own, and its slot holds
// the pointer. That is so where a program takes the address, slices an array, calls
// a method with a pointer receiver, or captures a variable in a function literal
// and somebody assigns to it after its declaration. A variable that is captured and
// never changes is passed to the literal by value.
//
// The analysis is one walk over a declaration; it knows nothing of what calls do
// with a pointer, so it boxes more than Go's compiler moves to the heap.
//
// Buffers answers another question: which calls of append, and which conversions of strings
// to bytes and runes, have an array on the stack in compiled code. Programs see it, since
// articles print how cap grows. That is a graph of what flows where, over all functions of
// the program, after the compiler's own: buffers and copies solve it, flows, flowcalls and
// flowstmts make it of expressions, calls and statements, and exclusive finds the slices whose arrays the compiler moves to the heap in the end.
//
// The input was accepted by go/types. The package starts no goroutines and keeps
// no state.
package escape
