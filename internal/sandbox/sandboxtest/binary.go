// Package sandboxtest gives tests real workers. A test binary may be built
// with cgo, for the race detector say, and then cannot be its own worker.
package sandboxtest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	path, err := Build()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// Build is Binary for callers that have no test yet, in a TestMain say.
func Build() (string, error) { return build() }

var build = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(EnvBinary); path != "" {
		return path, nil
	}
	root, err := depend()
	if err != nil {
		return "", err
	}
	// The path depends on where the source tree is alone, so that the test
	// processes of one share it, those of two do not run each other's, and little
	// piles up; go build replaces it in one rename.
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "playground-test", fmt.Sprintf("%x", sha256.Sum256([]byte(root)))[:12])
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

// depend looks at every file that the binary is made of, and returns the folder of
// all of them. The go command keeps results of tests, and takes what a test looked
// at for what it depends on: not the programs that it executed.
func depend() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "playground").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	root := strings.TrimSpace(string(out))
	for _, dir := range []string{"cmd", "content", "internal", "web"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			_, err = os.Stat(path)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return root, nil
}
