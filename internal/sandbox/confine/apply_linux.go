package confine

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"syscall"
	"unsafe" // for linkname too

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// kept is the number of descriptors that a worker is born with.
const kept = 6

// Before is the first thing that a worker does: it closes every descriptor
// that is not one of its six pipes and offers itself to the OOM killer before
// the server.
func Before() []wire.Layer {
	setName("playground-run")
	lowerOwnPriority()
	return []wire.Layer{
		verdict(LayerDescriptors, "all but the six pipes closed", closeInherited()),
		verdict(LayerOOM, "first to go when the host or container is out of memory", preferOOM()),
	}
}

// Apply raises every wall that a process can raise upon itself, and cannot
// lower again. It must be called once, after Before, when all files are open
// that the worker will ever open. An error means that the process must not run
// a program at all; a wall that this kernel does not have is a Layer that says
// so.
func Apply(cfg Config) (*Confined, error) {
	if err := allThreads(unix.SYS_GETPID, 0, 0, 0); err == unix.ENOTSUP {
		return nil, errors.New("this binary was built with cgo, so not all its threads can be confined: build it with CGO_ENABLED=0")
	}
	c := &Confined{}
	for _, w := range c.walls(cfg) {
		if !slices.Contains(cfg.without, w.name) {
			c.Layers = append(c.Layers, w.raise())
			if cfg.Raised != nil {
				cfg.Raised(w.name)
			}
		}
	}
	return c, nil
}

// wall is a layer to be raised.
type wall struct {
	name  string
	raise func() wire.Layer
}

// walls are the layers in the one order that works: what must be read from
// /proc comes before the process is not dumpable and sees no files, and
// seccomp, which refuses all the other steps, comes last.
func (c *Confined) walls(cfg Config) []wall {
	alone := ownUser()
	simple := func(name, detail string, raise func() error) wall {
		return wall{name, func() wire.Layer { return verdict(name, detail, raise()) }}
	}
	return []wall{
		{LayerMemory, func() wire.Layer { return c.capMemory(cfg.Memory) }},
		{LayerTimers, func() wire.Layer { return killTimers(cfg) }},
		simple(LayerWX, "no memory becomes executable", denyExecGain),
		simple(LayerDumpable, "memory closed to other processes of its user", notDumpable),
		simple(LayerCaps, "none left", dropCaps),
		simple(LayerNoNewPrivs, "on every thread", noNewPrivs),
		{LayerLandlock, restrict},
		// After Landlock, whose ruleset is a descriptor: none can be had from here.
		simple(LayerRlimits, limitsDetail(alone, cfg), func() error { return setLimits(alone, cfg) }),
		{LayerSeccomp, filterCalls},
	}
}

// most is above the descriptors that a starting process has of its own: the
// lowest that were free.
const most = 1 << 12

// closeInherited closes descriptors that the server, or whoever started it,
// forgot to mark close-on-exec. Those of the runtime's poller stay: it has them
// when a package has opened a file before main, and would die without.
func closeInherited() error {
	from := uint(kept)
	for fd := from; fd < most; fd++ {
		if !isPollDescriptor(uintptr(fd)) {
			continue
		}
		if err := closeRange(from, fd-1); err != nil {
			return err
		}
		from = fd + 1
	}
	return closeRange(from, ^uint(0))
}

// closeRange closes the descriptors from first to last.
func closeRange(first, last uint) error {
	if first > last {
		return nil
	}
	err := unix.CloseRange(first, last, 0)
	if err != unix.ENOSYS {
		return err
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, e := range entries {
		var fd uint
		if _, err := fmt.Sscan(e.Name(), &fd); err == nil && fd >= first && fd <= last && !isPollDescriptor(uintptr(fd)) {
			_ = unix.Close(int(fd)) // the directory's own descriptor is gone already
		}
	}
	return nil
}

// isPollDescriptor reports whether fd belongs to the runtime's poller. The
// runtime keeps this name open to those who close what they do not know.
//
//go:linkname isPollDescriptor internal/poll.IsPollDescriptor
func isPollDescriptor(fd uintptr) bool

func preferOOM() error { return os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) }

func denyExecGain() error {
	err := unix.Prctl(unix.PR_SET_MDWE, unix.PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)
	if err == unix.EINVAL {
		return errors.New("kernel older than 6.3")
	}
	return err
}

func notDumpable() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	if v, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || v != 0 {
		return fmt.Errorf("still dumpable (%d, %v)", v, err)
	}
	return nil
}

// setName is what ps and top show; only a courtesy.
func setName(name string) {
	b := append([]byte(name), 0)
	_, _, _ = unix.Syscall(unix.SYS_PRCTL, unix.PR_SET_NAME, uintptr(unsafe.Pointer(&b[0])), 0)
}

// allThreads makes a system call on every thread of the process.
//
//go:uintptrescapes
func allThreads(nr, a, b, c uintptr) error {
	if _, _, errno := syscall.AllThreadsSyscall(nr, a, b, c); errno != 0 {
		return errno
	}
	return nil
}

func noNewPrivs() error { return allThreads(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0) }

// lockThread keeps f on one thread: no_new_privs and the filter that leans on
// it must meet.
func lockThread(f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return f()
}
