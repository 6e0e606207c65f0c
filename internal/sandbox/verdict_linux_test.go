package sandbox

import (
	"os"
	"os/exec"
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

func ended(t *testing.T, script string) *os.ProcessState {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState
}
