//go:build unix

package sandbox

import (
	"errors"
	"os"
	"syscall"
)

// read moves one stream to the sink. The lock is taken before the bytes are:
// see Order in the package's doc.
func (r *run) read(f *os.File, s Stream) {
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	buf := make([]byte, readSize)
	for {
		end := false
		err := raw.Read(func(fd uintptr) (done bool) {
			r.events.Lock()
			defer r.events.Unlock()
			n, err := syscall.Read(int(fd), buf)
			if errors.Is(err, syscall.EAGAIN) {
				return false
			}
			if n > 0 {
				r.output(s, buf[:n])
			}
			end = n <= 0 && !errors.Is(err, syscall.EINTR)
			return true
		})
		if err != nil || end {
			return
		}
	}
}

// killedBy returns the signal that ended the process, 0 if none did.
func killedBy(s *os.ProcessState) syscall.Signal {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal()
	}
	return 0
}

// endedByItself reports whether the process ended by no signal.
func endedByItself(s *os.ProcessState) bool {
	ws, ok := s.Sys().(syscall.WaitStatus)
	return ok && ws.Exited()
}
