// Package abi is what the product knows about the Go release that it is built
// with and that no exported package says: the version of its language, and the
// layouts of the runtime's own structures (type descriptors, method tables,
// interfaces, reflect.Value, what reflect.MakeFunc returns).
//
// What a release changed is in a file of its own, go126.go, go127.go, chosen by
// build constraints; layout.go holds what they have in common. SelfTest reads
// descriptors that the compiler wrote through these structs, so that a layout
// that has moved is found before a program runs. A release that has no file
// compiles with the newest file's layouts, and SelfTest refuses it.
//
// docs/new-go.md says how to follow a release.
package abi
