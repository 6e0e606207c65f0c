package watch

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// watched watches a folder and returns how often it was told of a change.
func watched(t *testing.T, dir string, changed func()) *atomic.Int64 {
	t.Helper()
	var n atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Folders(ctx, []string{dir}, func() {
			if changed != nil {
				changed()
			}
			n.Add(1)
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	poll(t, func() bool { return n.Load() > 0 }) // it watches
	return &n
}

func poll(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	n := watched(t, dir, nil)
	change := func(what string, do func()) {
		t.Helper()
		before := n.Load()
		do()
		poll(t, func() bool { return n.Load() > before })
	}
	change("a file", func() { write(t, filepath.Join(dir, "a.md"), "x") })
	change("a folder", func() {
		if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
			t.Fatal(err)
		}
	})
	change("a file in it", func() { write(t, filepath.Join(dir, "sub", "b.md"), "x") })
	change("a file that replaces one", func() {
		write(t, filepath.Join(dir, ".a.md.tmp"), "y")
		if err := os.Rename(filepath.Join(dir, ".a.md.tmp"), filepath.Join(dir, "a.md")); err != nil {
			t.Fatal(err)
		}
	})
	change("a file that goes", func() {
		if err := os.Remove(filepath.Join(dir, "a.md")); err != nil {
			t.Fatal(err)
		}
	})
}

// A file that is written piece by piece, however slowly, is read when it is whole.
func TestNeverHalfAFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells who writes")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "post.md")
	var half atomic.Int64
	n := watched(t, dir, func() {
		if text, err := os.ReadFile(name); err == nil && string(text) != "a whole file" {
			half.Add(1)
		}
	})
	before := n.Load()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{"a ", "whole", " file"} {
		if _, err := f.WriteString(piece); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * rest) // long enough to be taken for the end
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	poll(t, func() bool { return n.Load() > before })
	if half.Load() > 0 {
		t.Error("half a file was read")
	}
}

// Nothing is done while nothing happens.
func TestIdle(t *testing.T) {
	watched(t, t.TempDir(), nil)
	before := used(t)
	time.Sleep(300 * time.Millisecond)
	if spent := used(t) - before; spent > 50*time.Millisecond {
		t.Errorf("%v of processor time in 300 ms", spent)
	}
}

func used(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
