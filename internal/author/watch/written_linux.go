package watch

import "golang.org/x/sys/unix"

// beingWritten reports whether a process has the file open for writing. A lease
// for reading cannot be had then (fcntl(2)); one that is had is given back at
// once, and a writer that comes in between waits that long.
func beingWritten(name string) bool {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_RDLCK); err != nil {
		return err == unix.EAGAIN // other errors say that there are no leases here
	}
	_, _ = unix.FcntlInt(uintptr(fd), unix.F_SETLEASE, unix.F_UNLCK)
	return false
}
