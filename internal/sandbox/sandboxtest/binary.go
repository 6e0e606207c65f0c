// Package sandboxtest gives tests real workers. A test binary may be built
// with cgo, for the race detector say, and then cannot be its own worker.
package sandboxtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// EnvBinary names a ready-made product binary for tests that run where no Go
// toolchain is, in a container say.
const EnvBinary = "PLAYGROUND_TEST_BINARY"

// Binary returns the path of the product's binary, built without cgo. Each
// test process builds it at most once, and keeps it for as long as it lives.
func Binary(tb testing.TB) string {
	tb.Helper()
	path, err := build()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

var build = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(EnvBinary); path != "" {
		return path, nil
	}
	// The path depends on the source tree alone, so that test processes
	// share it and nothing piles up; go build replaces it in one rename.
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "playground-test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(dir, "build-*")
	if err != nil {
		return "", err
	}
	tmp.Close()
	defer os.Remove(tmp.Name())
	cmd := exec.Command("go", "build", "-o", tmp.Name(), "playground/cmd/playground")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", &buildError{err, out}
	}
	path := filepath.Join(dir, "playground")
	return path, os.Rename(tmp.Name(), path)
})

type buildError struct {
	err error
	out []byte
}

func (e *buildError) Error() string {
	return "build the worker: " + e.err.Error() + "\n" + string(e.out)
}
