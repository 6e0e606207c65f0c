//go:build unix

package sandbox

import (
	"os"
	"syscall"
)

// readFD reads from a pipe that is readable, without blocking.
func readFD(fd uintptr, b []byte) (int, error) { return syscall.Read(int(fd), b) }

// killedBy returns the signal that ended the process, 0 if none did.
func killedBy(s *os.ProcessState) syscall.Signal {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal()
	}
	return 0
}
