package budget

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// MemoryKills counts the processes that the kernel has killed because there was
// no memory, where this process is.
type MemoryKills struct {
	root fs.FS
	file string // "" when nothing tells
}

// OwnMemoryKills finds what tells of this process's surroundings.
func OwnMemoryKills() MemoryKills { return memoryKills(os.DirFS("/")) }

// memoryKills takes the nearest: the cgroup, for kills of others on this machine
// are not ours, and else the machine. The cgroup's count has those whom its limit
// killed and those whom the machine's shortage did, of groups below too in v2.
func memoryKills(root fs.FS) MemoryKills {
	for _, g := range cgroups(root) {
		for _, name := range []string{"memory.events", "memory.oom_control"} {
			k := MemoryKills{root, path.Join(g.dir, name)}
			if _, ok := k.count(); ok {
				return k
			}
		}
	}
	return MemoryKills{root, "proc/vmstat"}
}

// Count is how many there were so far, 0 when that is not to be had.
func (k MemoryKills) Count() int64 {
	n, _ := k.count()
	return n
}

func (k MemoryKills) count() (int64, bool) {
	b, err := fs.ReadFile(k.root, k.file)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "oom_kill "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
