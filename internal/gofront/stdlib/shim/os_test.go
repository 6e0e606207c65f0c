package shim

import (
	"errors"
	"os"
	"runtime/debug"
	"syscall"
	"testing"

	"playground/internal/gofront/memfs"
)

func TestNewFileReachesTheStandardFilesOnly(t *testing.T) {
	for fd, want := range map[uintptr]uintptr{0: 0, 1: 1, 2: stderrFd, 3: memfs.Absent + 3, 4: memfs.Absent + 4, 1000: memfs.Absent + 1000} {
		f := newFile(fd, "x")
		if got := f.Fd(); got != want {
			t.Errorf("NewFile(%d) has descriptor %d, want %d", fd, got, want)
		}
		if got := fileFd(f); got != fd {
			t.Errorf("NewFile(%d).Fd() is %d", fd, got)
		}
		keep = append(keep, f) // its descriptor is not this test's to close
	}
	for _, fd := range []uintptr{^uintptr(0), memfs.Absent, memfs.Absent + 3} {
		if f := newFile(fd, "x"); f != nil {
			t.Errorf("NewFile(%d) is a file", fd)
		}
	}
}

var keep []*os.File

func TestWritesToDescriptorsThatAProgramDoesNotHaveFail(t *testing.T) {
	f := newFile(3, "r")
	if _, err := f.Write([]byte("x")); !errors.Is(err, syscall.EBADF) || err.Error() != "write r: bad file descriptor" {
		t.Errorf("got %v", err)
	}
}

// A program may lower its limit of threads, and believe that it raised it.
func TestSetMaxThreadsNeverRaises(t *testing.T) {
	before := debug.SetMaxThreads(500)
	t.Cleanup(func() { debug.SetMaxThreads(before) })
	var m maxThreads
	for _, tt := range []struct{ set, was, force int }{
		{100000, goThreads, 500}, {300, 100000, 300}, {400, 300, 400}, {501, 400, 500},
	} {
		if was := m.set(tt.set); was != tt.was {
			t.Errorf("SetMaxThreads(%d) = %d, want %d", tt.set, was, tt.was)
		}
		force := debug.SetMaxThreads(tt.force)
		if force != tt.force {
			t.Errorf("after SetMaxThreads(%d) %d is in force, want %d", tt.set, force, tt.force)
		}
	}
}
