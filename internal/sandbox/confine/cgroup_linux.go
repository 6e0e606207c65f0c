package confine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// groups makes one cgroup v2 leaf for each worker, below the server's own
// cgroup.
type groups struct {
	dir  string // the parent of the leaves
	next atomic.Uint64
	bans []setting // what is written into each leaf
}

type setting struct{ file, value string }

// box is what was made for one worker: its cgroup. The zero box is none.
type box struct {
	dir string
	fd  *os.File
}

// probeCgroup takes the server's own cgroup when that was delegated to it, and
// moves the server into a leaf so that its siblings may have limits.
func (h *Host) probeCgroup() {
	if h.cfg.NoCgroup {
		h.layers = append(h.layers, off(LayerCgroup, "switched off"))
		return
	}
	dir, err := ownCgroup("/proc/self/mountinfo", "/proc/self/cgroup")
	if err == nil {
		h.groups, err = openGroups(dir, h.cfg)
	}
	if err == nil {
		err = h.groups.try(h.attr)
	}
	if err != nil {
		h.groups = nil
	}
	detail := fmt.Sprintf("%d MiB, %d threads", h.cfg.memory()>>20, h.cfg.threads())
	h.layers = append(h.layers, verdict(LayerCgroup, detail, err))
}

// ownCgroup finds the directory of this process's cgroup v2.
func ownCgroup(mountinfo, self string) (string, error) {
	mount, err := cgroupMount(mountinfo)
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(b)) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::"); ok {
			return filepath.Join(mount, path), nil
		}
	}
	return "", errors.New("this process is in no cgroup v2")
}

func cgroupMount(mountinfo string) (string, error) {
	b, err := os.ReadFile(mountinfo)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(b)) {
		before, after, ok := strings.Cut(line, " - ")
		if f := strings.Fields(before); ok && len(f) > 4 && strings.HasPrefix(after, "cgroup2 ") {
			return f[4], nil
		}
	}
	return "", errors.New("no cgroup v2 is mounted here; use the container's own memory and process limits")
}

// openGroups prepares dir for leaves with memory and thread limits.
func openGroups(dir string, cfg HostConfig) (*groups, error) {
	have, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if err != nil {
		return nil, err
	}
	for _, need := range []string{"memory", "pids"} {
		if !slices.Contains(strings.Fields(string(have)), need) {
			return nil, fmt.Errorf("cgroup v2 has no %s controller here", need)
		}
	}
	if err := delegated(dir); err != nil {
		return nil, err
	}
	if err := vacate(dir); err != nil {
		return nil, fmt.Errorf("move the server into a leaf of its own: %w", err)
	}
	if err := write(dir, setting{"cgroup.subtree_control", "+memory +pids"}); err != nil {
		return nil, err
	}
	sweep(dir)
	return &groups{dir: dir, bans: []setting{
		{"memory.max", strconv.FormatInt(cfg.memory(), 10)},
		{"memory.swap.max", "0"},
		{"memory.oom.group", "1"},
		{"pids.max", strconv.Itoa(cfg.threads())},
	}}, nil
}

// delegated keeps root from rearranging a cgroup that belongs to an init
// system: it is ours only when that system says so. For everyone else being
// able to write is the proof.
func delegated(dir string) error {
	if err := unix.Access(filepath.Join(dir, "cgroup.procs"), unix.W_OK); err != nil {
		return fmt.Errorf("%s is not delegated to the server: %w", dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "cgroup.type")); errors.Is(err, fs.ErrNotExist) {
		return nil // the root of a hierarchy
	}
	for _, attr := range []string{"user.delegate", "trusted.delegate"} {
		var v [8]byte
		if n, err := unix.Getxattr(dir, attr, v[:]); err == nil && string(v[:n]) == "1" {
			return nil
		}
	}
	if os.Geteuid() == 0 {
		return fmt.Errorf("%s is not marked as delegated (systemd: Delegate=yes)", dir)
	}
	return nil
}

// vacate moves every process of dir into a leaf: the kernel allows limits only
// below a cgroup without processes. A hierarchy's root is exempt.
func vacate(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "cgroup.type")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	leaf := filepath.Join(dir, "server")
	if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	pids, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return err
	}
	for pid := range strings.Lines(string(pids)) {
		if err := write(leaf, setting{"cgroup.procs", strings.TrimSpace(pid)}); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes the leaves that a server which was killed left behind. Those of
// a server that lives have a process, and the kernel keeps them.
func sweep(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, leafPrefix+"*")) // the pattern is well-formed
	for _, leaf := range left {
		_ = unix.Rmdir(leaf)
	}
}

// leafPrefix begins the name of every worker's cgroup.
const leafPrefix = "worker-"

// try makes a leaf and forks into it.
func (g *groups) try(attr syscall.SysProcAttr) error {
	b, err := g.make()
	if err != nil {
		return err
	}
	defer b.close()
	attr.UseCgroupFD, attr.CgroupFD = true, int(b.fd.Fd())
	if err := try(attr); err != nil {
		return fmt.Errorf("start a process inside a cgroup: %w", err)
	}
	return nil
}

// enterGroup makes a leaf for cell and has attr start the worker inside it.
func (h *Host) enterGroup(cell *Cell, attr *syscall.SysProcAttr) error {
	if h.groups == nil {
		return nil
	}
	b, err := h.groups.make()
	if err != nil && h.cfg.Require >= Full {
		return err
	}
	if err != nil {
		cell.layers = slices.Clone(cell.layers)
		for i, l := range cell.layers {
			if l.Name == LayerCgroup {
				cell.layers[i] = off(LayerCgroup, "%v", err)
			}
		}
		return nil
	}
	cell.box = b
	attr.UseCgroupFD, attr.CgroupFD = true, int(b.fd.Fd())
	return nil
}

func (g *groups) make() (box, error) {
	dir := filepath.Join(g.dir, fmt.Sprintf("%s%d-%d", leafPrefix, os.Getpid(), g.next.Add(1)))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return box{}, err
	}
	b := box{dir: dir}
	err := b.limit(g.bans)
	if err == nil {
		b.fd, err = os.Open(dir)
	}
	if err != nil {
		_ = b.close()
		return box{}, err
	}
	return b, nil
}

// limit writes the settings. Swap may be compiled out, the rest may not.
func (b box) limit(list []setting) error {
	for _, s := range list {
		err := write(b.dir, s)
		if err != nil && !(s.file == "memory.swap.max" && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	return nil
}

// write sets a control file that exists; it creates none.
func write(dir string, s setting) error {
	f, err := os.OpenFile(filepath.Join(dir, s.file), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(s.value)
	return errors.Join(err, f.Close())
}

func (b box) kill() error {
	if b.dir == "" {
		return nil
	}
	err := write(b.dir, setting{"cgroup.kill", "1"})
	if errors.Is(err, fs.ErrNotExist) { // a kernel before 5.14, or already removed
		return nil
	}
	return err
}

// outOfMemory reports whether the kernel killed the worker for its cgroup's
// memory limit.
func (b box) outOfMemory() bool {
	if b.dir == "" {
		return false
	}
	events, _ := os.ReadFile(filepath.Join(b.dir, "memory.events"))
	for line := range strings.Lines(string(events)) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "oom_kill "); ok {
			return n != "0"
		}
	}
	return false
}

// close removes the cgroup. The kernel lets go of it a moment after its last
// process was reaped, so a busy one is asked again for a short while.
func (b box) close() error {
	if b.fd != nil {
		_ = b.fd.Close()
	}
	if b.dir == "" {
		return nil
	}
	for wait := time.Millisecond; ; wait *= 2 {
		err := unix.Rmdir(b.dir)
		if err == nil || err == unix.ENOENT {
			return nil
		}
		if err != unix.EBUSY || wait > 64*time.Millisecond {
			return fmt.Errorf("remove cgroup %s: %w", b.dir, err)
		}
		time.Sleep(wait)
	}
}
