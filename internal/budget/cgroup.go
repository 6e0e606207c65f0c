package budget

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// noMemoryLimit is the least that cgroup v1 gives as the limit of a group that
// has none: the largest number, cut to a page.
const noMemoryLimit = 1 << 62

// cgroup is a directory with the limits of one group, as files.
type cgroup struct {
	root fs.FS
	dir  string
}

// mount is where a hierarchy of cgroups can be read.
type mount struct {
	v2          bool
	controllers []string // of v1
	root, point string   // the group at the mount's top, and where it is
}

// cgroups returns the groups that this process is in and all groups above them
// that can be seen from here, of every hierarchy.
func cgroups(root fs.FS) []cgroup {
	mounts := cgroupMounts(root)
	b, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var all []cgroup
	for line := range strings.Lines(string(b)) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3) // number:controllers:path
		if len(f) < 3 {
			continue
		}
		for _, m := range mounts {
			if m.holds(f[1]) {
				all = append(all, m.path(root, f[2])...)
			}
		}
	}
	return all
}

// holds reports whether the mount is of the hierarchy with these controllers.
func (m mount) holds(controllers string) bool {
	if controllers == "" {
		return m.v2
	}
	first, _, _ := strings.Cut(controllers, ",")
	return !m.v2 && slices.Contains(m.controllers, first)
}

// path is the group's directory and those above it. A group that lies outside of
// what is mounted shows as the mount's top: so it is in a container.
func (m mount) path(root fs.FS, group string) []cgroup {
	rest, inside := strings.CutPrefix(group, strings.TrimSuffix(m.root, "/"))
	if !inside || strings.Contains(rest, "..") {
		rest = ""
	}
	dir := path.Join(m.point, rest)
	all := []cgroup{{root, dir}}
	for dir != m.point && len(dir) > len(m.point) {
		dir = path.Dir(dir)
		all = append(all, cgroup{root, dir})
	}
	return all
}

// cgroupMounts reads /proc/self/mountinfo.
func cgroupMounts(root fs.FS) []mount {
	b, err := fs.ReadFile(root, "proc/self/mountinfo")
	if err != nil {
		return nil
	}
	var mounts []mount
	for line := range strings.Lines(string(b)) {
		// id parent device root point options [optional…] - type source superoptions
		head, tail, ok := strings.Cut(strings.TrimSpace(line), " - ")
		f, g := strings.Fields(head), strings.Fields(tail)
		if !ok || len(f) < 5 || len(g) < 3 || !strings.HasPrefix(g[0], "cgroup") {
			continue
		}
		mounts = append(mounts, mount{
			v2: g[0] == "cgroup2", controllers: strings.Split(g[2], ","),
			root: f[3], point: strings.TrimPrefix(f[4], "/"),
		})
	}
	return mounts
}

// tighten takes the group's limits into account, of either version.
func (g cgroup) tighten(m *Machine) {
	if most, ok := g.number("pids.max"); ok {
		used, _ := g.number("pids.current")
		m.Pids.tighten(Limit{most, used, "pids.max of the cgroup"})
	}
	if most, ok := g.number("memory.max"); ok {
		m.Memory.tighten(Limit{Most: most, By: "memory.max of the cgroup"})
	}
	if most, ok := g.number("memory.limit_in_bytes"); ok && most < noMemoryLimit {
		m.Memory.tighten(Limit{Most: most, By: "memory.limit_in_bytes of the cgroup"})
	}
	if cores, ok := g.quota(); ok {
		m.Cores = min(m.Cores, cores)
	}
}

// quota is how many cores the group may use.
func (g cgroup) quota() (float64, bool) {
	quota, ok1 := g.number("cpu.cfs_quota_us")
	period, ok2 := g.number("cpu.cfs_period_us")
	if b, err := fs.ReadFile(g.root, path.Join(g.dir, "cpu.max")); err == nil {
		var err1, err2 error
		q, p, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
		quota, err1 = strconv.ParseInt(q, 10, 64) // or "max"
		period, err2 = strconv.ParseInt(p, 10, 64)
		ok1, ok2 = err1 == nil, err2 == nil
	}
	if !ok1 || !ok2 || quota <= 0 || period <= 0 {
		return 0, false
	}
	return float64(quota) / float64(period), true
}

func (g cgroup) number(file string) (int64, bool) {
	return number(g.root, path.Join(g.dir, file))
}
