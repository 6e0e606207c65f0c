package events

import _ "unsafe" // for linkname

// nanotime is CLOCK_MONOTONIC, which worker and parent share, as the runtime reads it:
// without a system call.
//
//go:linkname nanotime runtime.nanotime
func nanotime() int64

// Now is the monotonic clock in µs.
func Now() int64 { return nanotime() / 1000 }
