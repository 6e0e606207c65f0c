//go:build !cgo

package interp

const builtWithCgo = false
