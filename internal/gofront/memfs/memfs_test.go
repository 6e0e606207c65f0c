package memfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

// A tree behaves as the library expects of a file system.
func TestDirFS(t *testing.T) {
	f := New()
	f.Add("a/b/c.txt", "c")
	f.Add("a/d.txt", strings.Repeat("d", 1000))
	f.Add("e", "")
	if err := f.Symlink("a/d.txt", "link"); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(f.DirFS("/"), "a/b/c.txt", "a/d.txt", "e", "link", "tmp"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(f.DirFS("/a"), "b/c.txt", "d.txt"); err != nil {
		t.Error(err)
	}
}

// What an archive names twice, as a file and as a directory, is kept once.
func TestAddKeepsWhatIsThere(t *testing.T) {
	f := New()
	f.Add("a", "file")
	f.Add("a/b", "below it")
	f.Add("a", "again")
	file, err := f.Open("/a", os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(file); string(b) != "file" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestPaths(t *testing.T) {
	f := New()
	f.Add("a/b/c.txt", "c")
	if err := errors.Join(f.Symlink("b/../b", "a/l"), f.Symlink("/a/l/c.txt", "abs"), f.Symlink("loop", "loop"), f.Chdir("a/b")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		"c.txt": nil, "./../b/c.txt": nil, "../l/c.txt": nil, "/abs": nil, "/../../a": nil, "../l/": nil,
		"x": syscall.ENOENT, "c.txt/": syscall.ENOTDIR, "c.txt/x": syscall.ENOTDIR, "/loop": syscall.ELOOP, "/loop/x": syscall.ELOOP,
		"": syscall.ENOENT, "a\x00b": syscall.EINVAL, strings.Repeat("n", 256): syscall.ENAMETOOLONG,
	} {
		if _, err := f.Stat(path); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%q: %v, want %v", path, err, want)
		}
	}
	if err := f.Rename("/a", "/a/b/inside"); !errors.Is(err, syscall.EINVAL) {
		t.Error(err)
	}
	if err := f.Remove("/"); !errors.Is(err, syscall.EBUSY) {
		t.Error(err)
	}
	if err := f.Rename("/a", "/z"); err != nil || f.Getwd() != "/a/b" { // as the shell's, until it is asked for again
		t.Error(err, f.Getwd())
	}
	if _, err := f.Stat("c.txt"); err != nil {
		t.Error(err)
	}
}

// A file is as long as what it holds: nobody gets memory that is not counted.
func TestSizes(t *testing.T) {
	f := New()
	file, err := f.Open("x", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(maxSize + 1); !errors.Is(err, syscall.EFBIG) {
		t.Error(err)
	}
	if _, err := file.WriteAt([]byte("x"), maxSize); !errors.Is(err, syscall.EFBIG) {
		t.Error(err)
	}
	if err := f.Truncate("x", -1); !errors.Is(err, syscall.EINVAL) {
		t.Error(err)
	}
}

func TestPipeBlocks(t *testing.T) {
	r, w := New().Pipe()
	text := strings.Repeat("0123456789", 3*pipeSize/10)
	var wg sync.WaitGroup
	wg.Go(func() {
		if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
			t.Error(n, err)
		}
		w.Close()
	})
	b, err := io.ReadAll(r)
	wg.Wait()
	if string(b) != text || err != nil {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

func TestPipeEnds(t *testing.T) {
	r, w := New().Pipe()
	if err := r.SetDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || err.Error() != "read |0: i/o timeout" {
		t.Error(err)
	}
	if err := r.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := r.Read(make([]byte, 1))
		done <- err
	}()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	if _, err := w.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Error(err)
	}
}

func TestHandles(t *testing.T) {
	f, table := New(), NewTable()
	open := func(name string) *os.File {
		file, err := f.Open(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		return table.Handle(file)
	}
	a, b := open("a"), open("b")
	if a.Fd() != Absent+3 || b.Fd() != Absent+4 || a.Name() != "a" {
		t.Error(a.Fd(), b.Fd(), a.Name())
	}
	again := *a
	if table.Of(&again) != table.Of(a) || table.Of(a) == nil || table.Of(os.Stdout) != nil || table.Of(nil) != nil {
		t.Error("a copy of a handle is the same file, and others are none")
	}
	if err := table.Close(a); err != nil {
		t.Error(err)
	}
	if err := table.Close(a); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	if c := open("c"); c.Fd() != Absent+3 {
		t.Error("a descriptor is not used again:", c.Fd())
	}
	if _, err := table.Of(a).Read(nil); !errors.Is(err, fs.ErrClosed) {
		t.Error(err)
	}
	runtime.KeepAlive(b)
}

// A file that a program forgets is given back.
func TestForgottenHandles(t *testing.T) {
	f, table := New(), NewTable()
	count := func() int {
		table.mu.Lock()
		defer table.mu.Unlock()
		return len(table.open) + len(table.used)
	}
	for range 100 {
		r, w := f.Pipe()
		table.Handle(r)
		table.Handle(w)
	}
	for deadline := time.Now().Add(20 * time.Second); count() > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%d are left", count())
		}
		runtime.GC()
	}
}

// Goroutines share a file system.
func TestConcurrentUse(t *testing.T) {
	f, table := New(), NewTable()
	log, err := f.Open("log", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				fmt.Fprintf(log, "%d %d\n", i, j)
				name := fmt.Sprintf("d%d", j%5)
				_ = f.Mkdir(name, 0o755)
				file, err := f.Open(name+"/x", os.O_RDWR|os.O_CREATE, 0o644)
				if err == nil {
					h := table.Handle(file)
					_, _ = file.Write([]byte("x"))
					_ = table.Close(h)
				}
				_ = f.RemoveAll(name)
			}
		})
	}
	wg.Wait()
	file, err := f.Open("log", os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(file)
	if n := strings.Count(string(b), "\n"); n != 400 {
		t.Errorf("%d lines", n)
	}
}
