//go:build cgo

package interp

// builtWithCgo: the runtime then cannot tell that every goroutine is asleep.
const builtWithCgo = true
