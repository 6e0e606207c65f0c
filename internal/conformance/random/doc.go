// Package random writes small Go programs by chance, to find what the lowering and the
// engine get wrong of them: differential testing, as Csmith does it for C compilers.
//
// A case is some types and functions and a function without parameters that calls them.
// It is made from a seed and a number alone, compiles, ends soon, and prints the same each
// time that it runs: it has no goroutines, addresses, clocks or orders of maps. What it is
// made of is what engines get wrong: integers of all widths, shifts, division, conversions,
// arrays and structs by value, pointers to parts of them, slices that share memory, maps,
// strings, closures over variables of loops, method values, interfaces, type switches,
// several results, labels and goto, loops over functions, defer and recover, and panics of
// the runtime in the middle of it all. Each evaluated part may leave its number in a trace,
// so that the order is seen as well.
//
// Go leaves some orders open, such as when a variable is read beside a call that changes
// it. The product has the compiler's, so these count.
//
// Source makes one program of many cases, since building is what takes time. Differences
// tells which of them two outputs disagree about. The command in cmd/random does both.
package random
