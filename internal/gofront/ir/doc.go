// Package ir is what stands between the checker and the engine: a program in
// the few constructs that package lower leaves of Go.
//
// # Operations
//
// What yaegi gets wrong, lowered source asks for by calling a function of the
// package x. Op describes one such function; the kinds, with their signatures
// and what they may panic with, are one table (op.go) that package lower, which
// makes operations, and the engine, which carries them out, share.
//
// The package knows no checker and no engine, starts no goroutines and keeps no
// state.
package ir
