package confine

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestOwnCgroup(t *testing.T) {
	tests := []struct{ name, mounts, self, want string }{
		{"unified", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n", "0::/system.slice/playground.service\n", "/sys/fs/cgroup/system.slice/playground.service"},
		{"hybrid", "30 23 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n", "4:memory:/x\n0::/\n", "/sys/fs/cgroup/unified"},
		{"none", "22 1 0:21 / /proc rw - proc proc rw\n", "0::/\n", ""},
		{"version 1 only", "31 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "4:memory:/x\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "mountinfo", tt.mounts)
			put(t, dir, "cgroup", tt.self)
			got, err := ownCgroup(filepath.Join(dir, "mountinfo"), filepath.Join(dir, "cgroup"))
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A plain directory with the control files' names stands in for a delegated
// root cgroup; what a kernel does with the values is tested below, where there
// is one.
func TestGroups(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "cgroup.controllers", "cpu memory pids\n")
	put(t, dir, "cgroup.procs", "")
	put(t, dir, "cgroup.subtree_control", "")
	g, err := openGroups(dir, HostConfig{Memory: 64 << 20, Threads: 20})
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, dir, "cgroup.subtree_control"); got != "+memory +pids" {
		t.Errorf("subtree_control %q", got)
	}
	stale := filepath.Join(dir, leafPrefix+"1-1")
	if err := os.Mkdir(stale, 0o755); err != nil {
		t.Fatal(err)
	}
	sweep(dir)
	if _, err := os.Stat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stale leaf is left: %v", err)
	}
	leaf := filepath.Join(dir, "leaf")
	if err := os.Mkdir(leaf, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"memory.max", "memory.oom.group", "pids.max", "cgroup.kill"} { // no memory.swap.max
		put(t, leaf, name, "")
	}
	b := box{dir: leaf}
	if err := errors.Join(b.limit(g.bans), b.kill()); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"memory.max": "67108864", "pids.max": "20", "memory.oom.group": "1", "cgroup.kill": "1"} {
		if got := get(t, leaf, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for text, want := range map[string]bool{"": false, "low 0\noom 1\noom_kill 0\n": false, "low 0\noom 1\noom_kill 2\noom_group_kill 1\n": true} {
		put(t, leaf, "memory.events", text)
		if got := b.outOfMemory(); got != want {
			t.Errorf("out of memory %v after %q", got, text)
		}
	}
	if err := (box{dir: filepath.Join(dir, "gone")}).limit(g.bans); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("limits on nothing: %v", err)
	}
}

func TestGroupsRefused(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "cgroup.controllers", "cpu\n")
	put(t, dir, "cgroup.procs", "")
	put(t, dir, "cgroup.type", "domain\n")
	if _, err := openGroups(dir, HostConfig{}); err == nil || !strings.Contains(err.Error(), "no memory controller") {
		t.Errorf("without controllers: %v", err)
	}
	put(t, dir, "cgroup.controllers", "memory pids\n")
	if os.Geteuid() == 0 {
		if _, err := openGroups(dir, HostConfig{}); err == nil || !strings.Contains(err.Error(), "not marked as delegated") {
			t.Errorf("as root, not delegated: %v", err)
		}
		return
	}
	_ = os.Chmod(filepath.Join(dir, "cgroup.procs"), 0o444)
	if _, err := openGroups(dir, HostConfig{}); !errors.Is(err, unix.EACCES) {
		t.Errorf("not writable: %v", err)
	}
}

// With a real hierarchy: a worker is born inside its leaf, killed through it,
// and the leaf is gone afterwards.
func TestCgroup(t *testing.T) {
	dir, err := ownCgroup("/proc/self/mountinfo", "/proc/self/cgroup")
	if err != nil {
		t.Skip(err)
	}
	if unix.Access(filepath.Join(dir, "cgroup.procs"), unix.W_OK) != nil {
		t.Skipf("%s is not ours", dir)
	}
	h := host(t, HostConfig{NoCgroup: true})
	g := &groups{dir: dir}
	limited := false
	if full, err := openGroups(dir, HostConfig{Memory: 100 << 20, Threads: 30}); err == nil {
		g, limited = full, true
	} else {
		t.Logf("no limits, only the group itself: %v", err)
	}
	if err := g.try(h.attr); err != nil {
		t.Skip(err)
	}
	h.groups = g
	p := start(t, h, order{Mode: "hold", Config: config()})
	leaf := p.box.dir
	if procs := strings.Fields(get(t, leaf, "cgroup.procs")); len(procs) != 1 {
		t.Errorf("processes in the leaf: %v", procs)
	}
	if limited && strings.TrimSpace(get(t, leaf, "pids.max")) != "30" {
		t.Errorf("pids.max is %s", get(t, leaf, "pids.max"))
	}
	if err := p.box.kill(); err != nil {
		t.Fatal(err)
	}
	if state := p.wait(t, 5*time.Second); !killed(state) {
		t.Errorf("ended with %v", state)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(leaf); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left: %v", leaf, err)
	}
}

// A worker whose own cap is too high is ended by its cgroup's, and it shows.
func TestCgroupMemory(t *testing.T) {
	h := host(t, HostConfig{Memory: 64 << 20})
	if !active(h.layers, LayerCgroup) {
		t.Skip(missing(h.layers))
	}
	p := start(t, h, order{Mode: "die", Deed: "take memory", Config: Config{}})
	if state := p.wait(t, 30*time.Second); !killed(state) {
		t.Errorf("ended with %v", state)
	}
	if !p.OutOfMemory() {
		t.Error("the kernel's reason is not seen")
	}
}
