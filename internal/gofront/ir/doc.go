// Package ir is what stands between the checker and the engine: a program in
// the few constructs that package lower leaves of Go.
//
// # The tree
//
// A Program is first-order functions over local variables, in about twenty kinds
// of expressions and statements (node.go). Every expression has its type, without
// type parameters, and, where something can go wrong or is called, its position
// in the reader's program. Print writes the tree as the Go text that yaegi
// compiles, with marks that lead from offsets back to positions.
//
// # Operations
//
// What yaegi gets wrong, the program asks for by calling a function of the
// package x. Op describes one such function; the kinds, with their signatures
// and what they may panic with, are one table (op.go) that package lower, which
// makes operations, and the engine, which carries them out, share.
//
// Types are those of go/types. The package knows no checker and no engine,
// starts no goroutines and keeps no state.
package ir
