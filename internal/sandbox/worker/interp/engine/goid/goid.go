//go:build amd64 || arm64

package goid

import "playground/internal/gofront/abi"

// offset is for the assembly, which sees no constants of other packages.
//
//lint:ignore U1000 only the assembly reads it
var offset uintptr = abi.GoidOffset

// Current is the runtime's number of the calling goroutine, which no other ever
// has.
func Current() uintptr
