package confine

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// sigevent is struct sigevent as the kernel reads it: 64 bytes.
type sigevent struct {
	value  uint64
	signo  int32
	notify int32
	_      [48]byte
}

// itimerspec is struct itimerspec.
type itimerspec struct{ interval, value unix.Timespec }

// killTimers arms the kernel to end this process by itself. They are second
// lines for a parent that has stopped measuring. The first process of a PID
// namespace cannot be killed from within it, not even by its timers; there the
// CPU rlimit and the parent's death are the second lines.
func killTimers(cfg Config) wire.Layer {
	if os.Getpid() == 1 {
		return off(LayerTimers, "not possible for the first process of a PID namespace; the CPU rlimit and the death signal stand in")
	}
	var set []string
	for _, t := range []struct {
		what  string
		clock int32
		after time.Duration
	}{
		{"CPU time", unix.CLOCK_PROCESS_CPUTIME_ID, cfg.CPUTime + time.Second},
		{"lifetime", unix.CLOCK_MONOTONIC, cfg.Lifetime},
	} {
		if t.after <= 0 || (t.clock == unix.CLOCK_PROCESS_CPUTIME_ID && cfg.CPUTime <= 0) {
			continue
		}
		if err := killAfter(t.clock, t.after); err != nil {
			return off(LayerTimers, "%s: %v", t.what, err)
		}
		set = append(set, fmt.Sprintf("%s %v", t.what, t.after))
	}
	if set == nil {
		return off(LayerTimers, "none was asked for")
	}
	return on(LayerTimers, "%s", strings.Join(set, ", "))
}

// killAfter has the kernel send SIGKILL once clock has advanced by d.
func killAfter(clock int32, d time.Duration) error {
	ev := sigevent{signo: int32(unix.SIGKILL)}
	var id int32
	if _, _, errno := unix.Syscall(unix.SYS_TIMER_CREATE, uintptr(clock), uintptr(unsafe.Pointer(&ev)), uintptr(unsafe.Pointer(&id))); errno != 0 {
		return fmt.Errorf("timer_create: %w", errno)
	}
	spec := itimerspec{value: unix.NsecToTimespec(int64(d))}
	if _, _, errno := unix.Syscall6(unix.SYS_TIMER_SETTIME, uintptr(id), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0); errno != 0 {
		return fmt.Errorf("timer_settime: %w", errno)
	}
	return nil
}
