package confine

import (
	"maps"
	"os"
	"os/exec"
	"strconv"
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

// A slice is set for every thread, and for those that are made later.
func TestPromptIsForAllThreads(t *testing.T) {
	slices := func() map[uint64]bool {
		all := map[uint64]bool{}
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			id, err := strconv.Atoi(task.Name())
			if err != nil {
				t.Fatal(err)
			}
			if attr, err := unix.SchedGetAttr(id, 0); err == nil { // it may have ended
				all[attr.Runtime] = true
			}
		}
		return all
	}
	before := slices()
	Prompt()
	defer setSlice(0)
	prompt := slices()
	if maps.Equal(before, prompt) {
		t.Skip("the kernel knows of no slices, or this binary was built with cgo")
	}
	if len(prompt) != 1 || !prompt[uint64(serverSlice)] {
		t.Errorf("threads have slices of %v, want %d", prompt, serverSlice)
	}
	setSlice(0)
	if after := slices(); !maps.Equal(after, before) {
		t.Errorf("threads have slices of %v again, want %v", after, before)
	}
}
