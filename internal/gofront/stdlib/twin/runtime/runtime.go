// Package runtime is the twin of the generic part of std's runtime.
package runtime

import (
	"runtime"

	"playground/internal/gofront/stdlib/host"
)

// AddCleanup runs cleanup(arg) some time after ptr is no longer reachable.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) runtime.Cleanup {
	if host.Same(ptr, arg) {
		panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
	}
	return host.AddCleanup(ptr, func() { cleanup(arg) })
}
