//go:build !linux

package engine

// watch does nothing: workers run on Linux, elsewhere fatal errors name no calls.
func (e *Engine) watch() {}
