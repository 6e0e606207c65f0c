//go:build cgo

package sandbox

const cgo = true
