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
// A tree that package lower has just built may hold what the text cannot say: a value
// that needs statements before it (Seq), an assignment of several values, x op= y
// (Update, Old). Package order takes those away, and Print refuses them.
//
// Nodes may stand in several places of a tree. So nobody changes a node that
// somebody else may have: At and With make copies.
//
// Dump writes a tree for people. The tree of
//
//	n = n + f(1)
//
// is
//
//	assign @5:2
//	  n_1 : int
//	of
//	  + : int @5:8
//	    n_1 : int
//	    call f1_f : int @5:11
//	      1 : int
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
