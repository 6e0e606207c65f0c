package sandbox

import (
	"context"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
)

// A program that ended by itself was not stopped, however long the kernel took
// to be done with it; what passed another limit has passed it all the same.
func TestVerdictOfTheEnded(t *testing.T) {
	for _, tt := range []struct {
		script      string
		cause, want Status
	}{
		{"exit 0", StatusWallLimit, StatusOK},
		{"exit 3", StatusStarved, StatusExit},
		{"kill -9 $$", StatusWallLimit, StatusWallLimit},
		{"exit 0", StatusOutputLimit, StatusOutputLimit},
		{"exit 0", StatusKilled, StatusKilled},
	} {
		r := &run{limits: Limits{}.WithDefaults(), process: &process{state: ended(t, tt.script)}}
		r.cause.Store(&cause{status: tt.cause})
		if got := r.verdict(r.limits.WallTime); got.Status != tt.want {
			t.Errorf("%q after %s: %s, want %s", tt.script, tt.cause, got.Status, tt.want)
		}
	}
}

// A worker that the kernel killed because the machine had no memory has reached no
// limit of its reader's, however near it was, and is no failure of the sandbox.
func TestVerdictOfTheEvicted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		killed     int64  // by the kernel, meanwhile
		want, near Status // and when it held nearly what it may
	}{
		"by the kernel":    {1, StatusEvicted, StatusEvicted},
		"by somebody else": {0, StatusFailure, StatusMemoryLimit},
	} {
		var counted atomic.Int64
		var r *run
		_, s := openPool(t, -1)
		res, err := s.attempt(t.Context(), false, func(w *process) *run {
			r = &run{
				process: w, program: Program{Source: "package main\n\nimport \"time\"\n\nfunc main() { println(1); time.Sleep(time.Hour) }\n"},
				limits: Limits{}.WithDefaults(), threads: s.config.Threads, load: s.load, kills: kills{count: counted.Load},
				sink: func(_ context.Context, e Event) error {
					if _, ok := e.(Output); ok {
						counted.Add(tt.killed)
						return syscall.Kill(w.cell.Process.Pid, syscall.SIGKILL)
					}
					return nil
				},
			}
			return r
		})
		if err != nil || res.Status != tt.want {
			t.Errorf("killed %s: %+v, %v; want %s", name, res, err, tt.want)
		}
		res.PeakMemory = r.limits.Memory
		if got := r.killed(res, os.Kill); got.Status != tt.near {
			t.Errorf("killed %s at its limit: %s, want %s", name, got.Status, tt.near)
		}
	}
}

func ended(t *testing.T, script string) *os.ProcessState {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState
}
