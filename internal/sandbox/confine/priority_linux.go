package confine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A worker gives way to the server, one that has used much to those that begin,
// and one that goes on to those: at these weights a newcomer gets some three
// times the share of a program that computes, and nine times that of one that
// spins.
const (
	niceness       = 5
	lowerNiceness  = 10
	lowestNiceness = 15
)

// lowerPriority is for the parent, right after the exec: threads that the
// worker makes from here on inherit it. The worker does the same for those that
// it has made meanwhile. Both are courtesies: where a root without CAP_SYS_NICE
// has given the worker another uid, only the worker's own counts.
func lowerPriority(pid int) { renice(pid, niceness) }

// lowerOwnPriority is lowerPriority by the worker itself, for all its threads.
// A server may itself have a lower priority than that. Then the worker's is left
// as it is: raising it is not allowed to a thread without the capability, and
// threads that get different answers end the Go runtime.
func lowerOwnPriority() {
	_ = allThreads(unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, 0, uintptr(max(niceness, nice(0))))
	setSlice(0) // which the server's threads hand down
}

// serverSlice is how long a thread of the server computes at a time before others
// do. It is the kernel's least.
const serverSlice = 100 * time.Microsecond

// Prompt has the calling process computed sooner when it has something to do, and
// for a shorter time: what it gets in all stays the same. Workers that are hungry
// run for milliseconds at a time, and there are dozens; a server that waited for
// each of those to end would be late to everything. It is for the server, once, and
// needs no privilege. A kernel older than 6.12 knows of no such thing and does
// nothing.
func Prompt() { setSlice(serverSlice) }

// setSlice sets the slice of all threads, 0 for the system's own. Those that are
// made later inherit it, and so do processes.
func setSlice(d time.Duration) {
	attr := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL, Nice: int32(nice(0)), Runtime: uint64(d)}
	var pin runtime.Pinner
	pin.Pin(attr)
	defer pin.Unpin()
	_ = allThreads(unix.SYS_SCHED_SETATTR, 0, uintptr(unsafe.Pointer(attr)), 0)
}

// nice is the nice value of a thread, 0 the calling one; -20 if there is none.
func nice(tid int) int {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, tid) // 20 less the nice value
	if err != nil {
		return -20
	}
	return 20 - raw
}

// renice makes a thread's nice value at least to.
func renice(tid, to int) {
	if nice(tid) < to {
		_ = unix.Setpriority(unix.PRIO_PROCESS, tid, to)
	}
}

// Lower takes the worker's priority down further, for good: for one that has
// had its share, and lowest for one that goes on. Threads that are made meanwhile inherit either; calling it
// once more finds them.
func (c *Cell) Lower(lowest bool) {
	to := lowerNiceness
	if lowest {
		to = lowestNiceness
	}
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", c.Process.Pid))
	if err != nil {
		return // it has ended
	}
	for _, e := range entries {
		if tid, err := strconv.Atoi(e.Name()); err == nil {
			renice(tid, to)
		}
	}
}
