//go:build amd64 || arm64

package engine

import "playground/internal/gofront/abi"

// goidOffset is for the assembly, which sees no constants of other packages.
//
//lint:ignore U1000 only the assembly reads it
var goidOffset uintptr = abi.GoidOffset

// goroutineID is the runtime's number of the calling goroutine, which no other
// ever has.
func goroutineID() uintptr
