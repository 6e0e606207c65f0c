package confine

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// dropCaps gives up every capability on every thread, and the bounding set
// where that is allowed. Most workers have none to begin with; one whose
// parent is root in a container that may not change its uid has all of them.
func dropCaps() error {
	if haveNoCaps() == nil {
		return nil // no_new_privs sees to it that none come back
	}
	for c := uintptr(0); c <= unix.CAP_LAST_CAP; c++ {
		_ = allThreads(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, c, 0) // EPERM without CAP_SETPCAP
	}
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	err := allThreads(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&hdr)), uintptr(unsafe.Pointer(&none[0])), 0)
	if err != nil {
		return fmt.Errorf("capset: %w", err)
	}
	return haveNoCaps()
}

func haveNoCaps() error {
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var left [2]unix.CapUserData
	if err := unix.Capget(&hdr, &left[0]); err != nil {
		return fmt.Errorf("capget: %w", err)
	}
	if left != ([2]unix.CapUserData{}) {
		return fmt.Errorf("capabilities left: %+v", left)
	}
	return nil
}
