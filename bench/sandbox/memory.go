package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"playground/internal/sandbox"
)

// buildProduct builds the product's binary where workers of it may read it.
func buildProduct(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "playground")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/playground")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, os.Chmod(dir, 0o755) // a worker has a uid of its own
}

// idleMemory prints the size of a server's idle workers.
func idleMemory(ctx context.Context, _ *sandbox.Sandbox, _ int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	product, err := buildProduct(ctx, dir)
	if err != nil {
		return err
	}
	size, err := servedPSS(ctx, product)
	if err != nil {
		fmt.Printf("%-45s %v\n", "idle worker: PSS", err)
		return nil
	}
	fmt.Printf("%-45s %.1f MiB (median)\n", "idle worker: PSS", size)
	return nil
}

// servedPSS is the median of the proportional set sizes, in MiB, of the workers that a
// server of this product keeps: they share the binary's pages with it. Only root can
// read them.
func servedPSS(ctx context.Context, product string) (float64, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // a worker has a uid of its own
		return 0, err
	}
	// What the linker wrote is in the page cache in larger pieces than what was copied
	// or read from a disk, and the kernel maps those as a whole.
	if product, err = installed(product, dir); err != nil {
		return 0, err
	}
	server := exec.CommandContext(ctx, product, "serve", "--addr", "127.0.0.1:0")
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
	}()
	const settled = 5 * time.Second // its workers are there, and have warmed up
	time.Sleep(settled)
	var sizes []int
	for _, pid := range childrenOf(server.Process.Pid) {
		if kib, err := pss(pid); err == nil {
			sizes = append(sizes, kib)
		}
	}
	if len(sizes) == 0 {
		return 0, errors.New("not readable: run as root")
	}
	slices.Sort(sizes)
	return float64(sizes[len(sizes)/2]) / 1024, nil
}

// installed copies a binary into a directory.
func installed(binary, dir string) (string, error) {
	from, err := os.Open(binary)
	if err != nil {
		return "", err
	}
	defer from.Close()
	name := filepath.Join(dir, "playground-installed")
	to, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	return name, errors.Join(err, to.Sync(), to.Close())
}

func childrenOf(parent int) (pids []string) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, f := range files {
		b, _ := os.ReadFile(f) // a thread may have ended
		pids = append(pids, strings.Fields(string(b))...)
	}
	return pids
}

func pss(pid string) (kib int, err error) {
	b, err := os.ReadFile("/proc/" + pid + "/smaps_rollup")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if _, err := fmt.Sscanf(line, "Pss: %d kB", &kib); err == nil {
			return kib, nil
		}
	}
	return 0, fmt.Errorf("no Pss in smaps_rollup of %s", pid)
}
