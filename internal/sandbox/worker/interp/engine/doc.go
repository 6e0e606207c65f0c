// Package engine runs what yaegi has compiled.
//
// # Why there is one
//
// yaegi turns source into a syntax tree, types it, and links the nodes into a
// control-flow graph. Each node then gets a generator, which makes the closure
// that carries the node out. The graph is good; many of the closures are not.
// Calls allocate a reflect.Value for every temporary, deferred functions stop
// at the first that panics, select statements share their cases between
// goroutines, struct fields go through reflection, which refuses fields without
// a capital, and no closure knows where in the source it is.
//
// Between yaegi's Compile, which makes the graph, and its Execute, which calls
// the generators, this package walks the graph and replaces generators by its
// own. yaegi itself is the released module, unmodified. Where this package has
// nothing better, yaegi's own operation stays.
//
// # Frames
//
// The lowered program (package lower) has no function literals and takes no
// addresses of variables, so a call's variables die with it. A frame is one
// block of memory laid out like a struct of the function's variables and
// temporaries, and it is used again by the next call. yaegi's operations see
// the block through one addressable reflect.Value per slot; this package's
// compute addresses. A slot whose node yields a place, such as an element of a
// slice, refers to that place instead of its own memory.
//
// # Operations
//
// The lowered program asks for everything that yaegi gets wrong by calling a
// function of the package x, described by a ir.Op. Such a call becomes a
// closure over its operands (genOp): those that matter for speed have one of
// their own, the others share a reference implementation on reflect values.
//
// # Panics, defer, recover
//
// A frame with deferred calls runs under a Go defer; no other frame does. A
// panic is a Go panic with the program's own value, so that compiled code in
// between, such as package fmt or net/http, treats it as ever. What Go's value
// does not carry, the trace and the panics it replaced, goes beside it
// (goroutine.rec). recover works in a frame that a dying frame called directly;
// frames that the lowering put in between pass the right on.
//
// # Function values
//
// A function value of the program is a real Go func, made by reflect.MakeFunc
// or, for common types, a compiled closure. Called by the program itself it is
// recognised (closureOf) and entered without reflection.
//
// # Goroutines
//
// The package starts one goroutine for each go statement of the program; it
// ends when the program's function does, or with the process. A panic that
// nobody recovers from calls Engine.Crash, which must end the process.
//
// # What it leans on
//
// The private side of yaegi, which is package yaegi's matter; the layout of
// reflect.Value and of what reflect.MakeFunc returns, which is package abi's;
// and maps and channels of types with the same shape being interchangeable.
// SelfTest checks what can be checked in the running process; a worker whose
// SelfTest fails must refuse programs.
package engine
