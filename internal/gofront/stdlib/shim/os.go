package shim

import (
	"errors"
	"os"
	"syscall"
)

// osRows are what a program has of files: to it the file system is empty, not
// forbidden.
func (s *Set) osRows() []Row {
	list := rows("os", "", "is refused by the walls; to a program the file system is empty", map[string]any{
		"Open":     func(name string) (*os.File, error) { f, err := os.Open(name); return f, missing(err) },
		"ReadFile": func(name string) ([]byte, error) { b, err := os.ReadFile(name); return b, missing(err) },
		"Stat":     func(name string) (os.FileInfo, error) { i, err := os.Stat(name); return i, missing(err) },
		"Lstat":    func(name string) (os.FileInfo, error) { i, err := os.Lstat(name); return i, missing(err) },
		"ReadDir":  func(name string) ([]os.DirEntry, error) { d, err := os.ReadDir(name); return d, missing(err) },
		"Remove":   func(name string) error { return missing(os.Remove(name)) },
		"OpenFile": openFile,
	})
	list = append(list,
		Row{"os", "", "NewFile", "reaches the worker's own pipes; a program has the three standard files and no other", newFile},
		Row{"os", "File", "Fd", "tells where a worker has its standard error", fileFd})
	list = append(append(list, s.processRows()...), s.environRows()...)
	return append(list, Row{"os", "", "Exit", "ends the process before its end was told", s.program.Exit})
}

// stderrFd is where a worker has the program's standard error; its descriptor 2
// is the Go runtime's.
const stderrFd = 4

// absentFd is added to descriptors that a program does not have: at those numbers
// there is nothing, so every use fails with EBADF, as it does in a program that Go
// compiled.
const absentFd = 1 << 30

func newFile(fd uintptr, name string) *os.File {
	switch {
	case int(fd) < 0 || fd >= absentFd:
		return nil
	case fd == 2:
		return os.NewFile(stderrFd, name)
	case fd > 2:
		return os.NewFile(fd+absentFd, name)
	}
	return os.NewFile(fd, name)
}

func fileFd(f *os.File) uintptr {
	switch fd := f.Fd(); {
	case int(fd) < 0:
		return fd
	case fd == stderrFd:
		return 2
	case fd >= absentFd:
		return fd - absentFd
	default:
		return fd
	}
}

func openFile(name string, flag int, perm os.FileMode) (*os.File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if flag&os.O_CREATE == 0 {
		err = missing(err)
	}
	return f, err
}

// missing turns a refusal by the sandbox into what Go says of a file that is
// not there.
func missing(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) && errors.Is(err, os.ErrPermission) {
		return &os.PathError{Op: pe.Op, Path: pe.Path, Err: syscall.ENOENT}
	}
	return err
}
