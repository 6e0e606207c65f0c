// Package engine runs what yaegi has compiled.
//
// # Why there is one
//
// yaegi turns source into a syntax tree, types it and gives its variables their
// slots. That is good, and it is what this package takes: what yaegi would then
// execute is not. Its calls allocate a reflect.Value for every temporary,
// deferred functions stop at the first that panics, select statements share
// their cases between goroutines, struct fields go through reflection, which
// refuses fields without a capital, and nothing knows where in the source it is.
//
// New gives yaegi the program's variables and the heads of its functions. The body of
// a function goes through yaegi when the engine compiles it, at its first call or where
// a caller may inline it (declare.go, compile.go, statement.go). yaegi itself is the
// released module, unmodified.
//
// # Code
//
// A function's code is blocks of closures (code.go). An expression is one
// closure, made of those of its operands (get), for the Go type that represents
// its own: an int for every type whose underlying type is int, an unsafe.Pointer
// for every pointer, map, channel or function, and so on (represent.go). So
// there is a closure for an operator and a type, and often one for what the
// operands are: a slot, a constant, or something that is computed. Structs and
// arrays are not represented; they stay where they are and are copied.
//
// Calls of the program's functions do not nest: a call ends its block, and run
// goes on with the callee's first block in another frame. So the depth of a
// program's calls costs no native stack, and a goroutine that waits holds little
// more than its frames. It also means that a call cannot be inside of a closure:
// what an expression contains of calls is carried out before it, into
// temporaries (prepare), and what comes before them in order with them.
//
// # Frames
//
// The lowered program (package lower) has no function literals and takes no
// addresses of variables, so a call's variables die with it. A frame is one
// block of memory: a header, then the function's results, parameters, variables
// and temporaries, laid out like a struct, so that the collector knows it. It is
// used again by the next call on the same goroutine. What a variable needs to be
// zero is cleared when a frame is given back.
//
// # Faults
//
// An index out of range, a nil pointer and a division by zero are found by the
// closure before the runtime would, so that the position is noted by what fails
// and not by what does not. As in compiled Go, an assignment computes the value before
// its place.
//
// # Operations
//
// The lowered program asks for everything that yaegi gets wrong by calling a
// function of the package x, described by an ir.Op. Those that only compute
// something are part of expressions (inline.go). The others become a closure over
// operands in memory (operation.go): those that matter for speed have one of
// their own, the others share a reference implementation on reflect values.
//
// # Panics, defer, recover
//
// A frame with deferred calls runs natively, under a Go defer; no other frame
// does. A panic is a Go panic with the program's own value, so that compiled
// code in between, such as package fmt or net/http, treats it as ever. What Go's
// value does not carry, the trace and the panics it replaced, goes beside it
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
// # Modes
//
// Who looks at a running program, or steers it, is a mode (package hook), chosen before
// the program is compiled. Then, and only then, what goroutines can see of each other is
// compiled to closures that ask the modes first (hooked.go): go statements, channels,
// calls of the library, the beginning and the end of a goroutine. A plain program has
// the closures that it would have if there were no modes.
//
// # Where to look
//
// Files are named for what they compute (place, convert, arith, division, compare, loop, container,
// channel, call, closure, jump), for how code is made (declare, compile, statement, prepare, operand,
// represent, operation, inline for operations in expressions, inlined for small
// functions, hooked and watched for modes), and for what runs it (engine, code, frame, goroutine, processors,
// defer, trace, dying). A map is read in container.go; how, without reflection, says
// package memory. What an operation means is in package reference, what a run-time
// error says in package fault.
//
// # Proof
//
// TestOperations tries every operation on boundary values, as a lowered program, by
// the reference and in Go. That whole programs do what compiled Go does is proven by
// internal/conformance.
//
// # What it leans on
//
// The private side of yaegi, which is package yaegi's matter; the layout of
// reflect.Value and of what reflect.MakeFunc returns, which is package abi's;
// and maps and channels of types with the same shape being interchangeable.
// SelfTest checks what can be checked in the running process; a worker whose
// SelfTest fails must refuse programs.
package engine
