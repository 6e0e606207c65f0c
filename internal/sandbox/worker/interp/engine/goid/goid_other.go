//go:build !(amd64 || arm64)

package goid

import (
	"runtime"

	"playground/internal/gofront/abi"
)

// Current panics: the engine's self-test has said beforehand that there is no
// engine for this architecture.
func Current() uintptr { panic(abi.Supported(runtime.Version(), runtime.GOARCH)) }
