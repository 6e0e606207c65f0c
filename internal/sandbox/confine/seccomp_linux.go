package confine

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/confine/filter"
	"playground/internal/sandbox/wire"
)

// filterCalls installs the allow-list on every thread, then tries.
func filterCalls() wire.Layer {
	prog, err := filter.Program(uint32(os.Getpid()))
	if err != nil {
		return off(LayerSeccomp, "compile the filter: %v", err)
	}
	code := make([]unix.SockFilter, len(prog))
	for i, in := range prog {
		code[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	if err := lockThread(func() error { return install(code) }); err != nil {
		return off(LayerSeccomp, "install the filter: %v", err)
	}
	if fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); err != unix.EPERM {
		_ = unix.Close(fd)
		return off(LayerSeccomp, "installed, but a socket could still be made (%v)", err)
	}
	return on(LayerSeccomp, "every thread; %d calls allowed, the rest refused", filter.Calls()-1)
}

func install(code []unix.SockFilter) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	prog := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	tid, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(&prog)
	switch {
	case errno != 0:
		return errno
	case tid != 0:
		return fmt.Errorf("thread %d has a filter of its own", tid)
	}
	return nil
}
