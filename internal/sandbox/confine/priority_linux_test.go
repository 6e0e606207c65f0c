package confine

import (
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// A priority is only ever lowered: a server that gives way to others has
// workers that do.
func TestReniceNeverRaises(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	pid := cmd.Process.Pid
	if err := unix.Setpriority(unix.PRIO_PROCESS, pid, 10); err != nil {
		t.Skip(err) // already lower than that
	}
	for _, step := range []struct{ to, want int }{{niceness, 10}, {lowestNiceness, lowestNiceness}, {niceness, lowestNiceness}} {
		if renice(pid, step.to); nice(pid) != step.want {
			t.Errorf("after renice to %d: %d, want %d", step.to, nice(pid), step.want)
		}
	}
}
