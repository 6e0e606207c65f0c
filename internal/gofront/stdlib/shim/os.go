package shim

import (
	"os"

	"playground/internal/gofront/memfs"
)

// osRows are what package os is to a program: files in its memory, an identity of
// its own, the standard streams.
func (s *Set) osRows() []Row {
	list := append(s.fileRows(), s.fileMethodRows()...)
	list = append(list,
		Row{"os", "", "NewFile", "reaches the worker's own pipes; a program has the three standard files and those that it opens", newFile},
		Row{"os", "File", "Fd", "tells where a worker has its standard error", fileFd})
	list = append(append(list, s.processRows()...), s.environRows()...)
	return append(list, Row{"os", "", "Exit", "ends the process before its end was told", s.program.Exit})
}

// stderrFd is where a worker has the program's standard error; its descriptor 2
// is the Go runtime's.
const stderrFd = 4

func newFile(fd uintptr, name string) *os.File {
	switch {
	case int(fd) < 0 || fd >= memfs.Absent:
		return nil
	case fd == 2:
		return os.NewFile(stderrFd, name)
	case fd > 2:
		return os.NewFile(fd+memfs.Absent, name)
	}
	return os.NewFile(fd, name)
}

func fileFd(f *os.File) uintptr {
	switch fd := f.Fd(); {
	case int(fd) < 0:
		return fd
	case fd == stderrFd:
		return 2
	case fd >= memfs.Absent:
		return fd - memfs.Absent
	default:
		return fd
	}
}
