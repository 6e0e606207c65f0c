// Package goid tells goroutines apart.
//
// The engine is entered by compiled code, which passes it nothing, on whatever
// goroutine that runs: by sort.Slice as by an http.Handler. What it knows of the
// goroutine it must find by something that needs no argument, and quickly,
// because it does so at every such call. Go gives that to nobody, on purpose; so
// Current reads it where the runtime keeps it, in a few instructions of assembly.
// Where that is, is package abi's matter; SelfTest compares the outcome with what
// the runtime prints.
package goid
