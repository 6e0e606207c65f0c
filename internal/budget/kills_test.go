package budget

import (
	"testing"
	"testing/fstest"
)

func TestMemoryKillsAreThoseNearest(t *testing.T) {
	const v2 = "30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
	const v1 = "30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	for name, tt := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"cgroup v2": {map[string]string{
			"proc/self/mountinfo": v2, "proc/self/cgroup": "0::/a\n",
			"sys/fs/cgroup/a/memory.events": "low 0\noom 9\noom_kill 3\noom_group_kill 1\n", "proc/vmstat": "oom_kill 70\n",
		}, 3},
		"cgroup v1": {map[string]string{
			"proc/self/mountinfo": v1, "proc/self/cgroup": "4:memory:/a\n",
			"sys/fs/cgroup/memory/a/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n", "proc/vmstat": "oom_kill 70\n",
		}, 4},
		"the top of v2 does not count": {map[string]string{
			"proc/self/mountinfo": v2, "proc/self/cgroup": "0::/\n",
			"proc/vmstat": "drop_slab 0\noom_kill 5\n",
		}, 5},
		"nothing tells": {map[string]string{}, 0},
	} {
		root := fstest.MapFS{}
		for file, text := range tt.files {
			root[file] = &fstest.MapFile{Data: []byte(text)}
		}
		if got := memoryKills(root).Count(); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
