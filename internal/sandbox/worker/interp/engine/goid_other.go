//go:build !(amd64 || arm64)

package engine

import (
	"runtime"

	"playground/internal/gofront/abi"
)

// goroutineID panics: SelfTest has said beforehand that there is no engine for
// this architecture.
func goroutineID() uintptr { panic(abi.Supported(runtime.Version(), runtime.GOARCH)) }
