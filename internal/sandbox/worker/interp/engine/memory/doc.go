// Package memory works on values where they lie, without reflection: it copies,
// converts, sends, receives, finds and stores what pointers point to.
//
// A closure for every type there can be is not to be had, and package reflect
// allocates. So types are sorted by their shape, by what they look like to code
// that only moves them, and there is one function for each shape. Numbers are
// the exception: what converts them must know what they are. For types of no
// common shape the functions here fall back on package reflect, or say so by
// returning nil.
//
// The package leans on maps and channels of types with the same shape being
// interchangeable: the runtime sees sizes, pointers, and for keys how to hash
// and compare. Its tests hold that for every shape, and conformance for the
// rest. It knows nothing of frames, nodes or programs, and starts no goroutines.
package memory
