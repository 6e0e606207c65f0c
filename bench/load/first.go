//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// goFirst has the kernel compute this process before all that are not of real
// time, until back is called. Honest readers bring their own processors; these
// share the server's with everybody who attacks it, and where the server is in a
// container the kernel has been seen to let them wait for a third of a second. They
// need next to nothing. Processes that are started meanwhile would inherit it.
func goFirst() (back func(), err error) {
	if err := schedule(unix.SchedAttr{Policy: unix.SCHED_RR, Priority: 1}); err != nil {
		return func() {}, fmt.Errorf("readers wait for processors as everybody does: %w", err)
	}
	return func() { _ = schedule(unix.SchedAttr{Policy: unix.SCHED_NORMAL}) }, nil
}

// schedule sets how all threads of this process are scheduled; those that are made
// later inherit it.
func schedule(how unix.SchedAttr) error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetAttr(id, &how, 0); err != nil && err != unix.ESRCH {
			return err
		}
	}
	return nil
}
