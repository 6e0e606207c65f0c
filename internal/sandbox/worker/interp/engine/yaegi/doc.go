// Package yaegi is what the engine knows about the private side of yaegi
// v0.16.1: the memory layout of its nodes, symbols, types and frames, the
// numbers of its node kinds and actions, and the functions that generate its
// operations. Nothing outside this package depends on any of that, so a new
// version of yaegi is a matter of the files here.
//
// # How each part is held to the real thing
//
// Layouts are declared again, field by field (layout.go), and compared with
// yaegi's own types by way of reflection. A kind and an action have a number
// here and a name (kind.go); yaegi's own types say the name of a number.
// SelfTest does both in the running process, and a worker whose SelfTest fails
// must refuse programs. A generator is bound to yaegi's function by its symbol
// (generator.go): one that is gone, or called otherwise, makes a program that
// does not link. That a kind or a generator also means what its name says is
// asked of yaegi's compiler, by the tests: each has a line of Go there that must
// compile to it.
//
// The package has no part in running a program but to say what yaegi has made of
// it, and trusts nothing of one. It starts no goroutines.
package yaegi
