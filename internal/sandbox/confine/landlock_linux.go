package confine

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// handled returns the ruleset for a kernel's Landlock ABI: every right that it
// knows is handled, and none will be granted. Rights of later ABIs than the
// ones named here stay with seccomp.
func handled(abi int) (attr unix.LandlockRulesetAttr, size uintptr) {
	attr.Handled_access_fs = 1<<13 - 1 // EXECUTE to MAKE_SYM
	size = 8
	if abi >= 2 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if abi >= 3 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		attr.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
		size = 16
	}
	if abi >= 5 {
		attr.Handled_access_fs |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
		size = 24
	}
	return attr, size
}

// restrict denies every file, and what else this kernel's Landlock can deny,
// to every thread; then it tries.
func restrict() wire.Layer {
	abi, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return off(LayerLandlock, "this kernel or container does not offer it (%v)", errno)
	}
	if err := enforce(int(abi)); err != nil {
		return off(LayerLandlock, "%v", err)
	}
	if f, err := os.Open("/"); !errors.Is(err, unix.EACCES) {
		_ = f.Close()
		return off(LayerLandlock, "raised, but the root directory still opens (%v)", err)
	}
	return on(LayerLandlock, "ABI %d: %s", abi, covers(int(abi)))
}

func enforce(abi int) error {
	attr, size := handled(abi)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if errno != 0 {
		return fmt.Errorf("create ruleset: %w", errno)
	}
	defer unix.Close(int(fd))
	if err := allThreads(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); err != nil {
		return fmt.Errorf("restrict self: %w", err)
	}
	return nil
}

func covers(abi int) string {
	switch {
	case abi >= 6:
		return "no file, no TCP, no signal or abstract socket out"
	case abi >= 4:
		return "no file, no TCP"
	}
	return "no file"
}
