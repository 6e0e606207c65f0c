//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// fault is one way in which the world fails.
type fault struct {
	name  string
	ends  bool // the server ends of it, and should
	kills bool // it kills workers: their ends are failures
	// program is what reader i runs.
	program func(i int) reader.Program
	// prepare returns how to start the server, and what undoes what it did; or
	// why the fault cannot be made here.
	prepare func(dir string, o options) (_ server.Options, undo func(), why string)
	// do makes the fault, and returns when it is over.
	do func(context.Context, *trial)
}

// lines is how many steps prints to each stream.
const lines = 50

// The programs. hoard takes memory up to its limit, and holds it for a while.
var (
	steps = reader.Program{Name: "steps", Source: fmt.Sprintf(`package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	for i := 1; i <= %d; i++ {
		fmt.Println(i)
		fmt.Fprintln(os.Stderr, -i)
		time.Sleep(20 * time.Millisecond)
	}
}
`, lines)}
	hello = reader.Program{Name: "hello", Source: "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"}
	hoard = reader.Program{Name: "hoard", Source: `package main

import "time"

func main() {
	var all [][]byte
	for range 90 {
		b := make([]byte, 1<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		all = append(all, b)
	}
	time.Sleep(3 * time.Second)
	all[0][0]++
}
`}
)

func faults() []fault {
	return []fault{
		{name: "workers-killed", kills: true, program: onlySteps, prepare: nothing, do: func(ctx context.Context, t *trial) {
			every(ctx, 100*time.Millisecond, t.o.length, func() { t.signalWorker(syscall.SIGKILL) })
		}},
		{name: "workers-stopped", program: onlySteps, prepare: nothing, do: func(ctx context.Context, t *trial) {
			every(ctx, 300*time.Millisecond, t.o.length, func() { t.signalWorker(syscall.SIGSTOP) })
		}},
		{name: "sockets-cut", program: onlySteps, prepare: nothing, do: func(ctx context.Context, t *trial) {
			every(ctx, 10*time.Millisecond, t.o.length, t.cutSocket)
		}},
		{name: "starts-fail", kills: true, program: onlySteps, prepare: nothing, do: func(ctx context.Context, t *trial) {
			// Whoever is born dies.
			every(ctx, 2*time.Millisecond, t.o.length, func() {
				for _, pid := range t.Children() {
					syscall.Kill(pid, syscall.SIGKILL)
				}
			})
		}},
		{name: "pids", program: onlySteps, prepare: inCgroup("pids"), do: exhaustPids},
		{name: "descriptors", program: onlySteps, prepare: nothing, do: exhaustDescriptors},
		{name: "tmp-full", program: onlySteps, prepare: fullTmp, do: func(ctx context.Context, t *trial) { reader.Sleep(ctx, t.o.length) }},
		{name: "memory-300m", program: someHoard, prepare: inMemory(300 << 20), do: func(ctx context.Context, t *trial) { reader.Sleep(ctx, 3*t.o.length) }},
		{name: "sigstop", program: onlySteps, prepare: nothing, do: func(ctx context.Context, t *trial) {
			t.Signal(syscall.SIGSTOP)
			reader.Sleep(ctx, t.o.length)
			t.Signal(syscall.SIGCONT)
		}},
		{name: "sigterm", program: onlySteps, ends: true, prepare: nothing, do: func(_ context.Context, t *trial) {
			t.Signal(syscall.SIGTERM)
			t.Exited(grace)
		}},
	}
}

func onlySteps(int) reader.Program { return steps }

func someHoard(i int) reader.Program {
	if i%2 == 1 {
		return hoard
	}
	return steps
}

// nothing has to be prepared.
func nothing(_ string, o options) (server.Options, func(), string) {
	return base(o), func() {}, ""
}

func base(o options) server.Options {
	s := server.Options{Form: o.form}
	if o.form == server.Container {
		s.Args = []string{"--trust-proxy", "172.16.0.0/12"}
	}
	return s
}

// every calls f each period for d.
func every(ctx context.Context, period, d time.Duration, f func()) {
	for end := time.Now().Add(d); time.Now().Before(end) && ctx.Err() == nil; {
		f()
		reader.Sleep(ctx, period)
	}
}

func (t *trial) signalWorker(sig syscall.Signal) {
	if all := t.Children(); len(all) > 0 {
		syscall.Kill(all[rand.N(len(all))], sig)
	}
}

func (t *trial) cutSocket() {
	r := t.readers[rand.N(len(t.readers))]
	if rand.N(2) == 0 {
		r.Reset()
	} else {
		r.HalfClose()
	}
}

// exhaustPids lets the server and its workers make no thread and no process.
func exhaustPids(ctx context.Context, t *trial) {
	t.write("pids.max", "1")
	reader.Sleep(ctx, t.o.length)
	t.write("pids.max", "max")
}

// exhaustDescriptors lets the server open nothing more.
func exhaustDescriptors(ctx context.Context, t *trial) {
	var before unix.Rlimit
	err := unix.Prlimit(t.PID, unix.RLIMIT_NOFILE, nil, &before)
	if err == nil {
		// Those that are open stay.
		err = unix.Prlimit(t.PID, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 3, Max: before.Max}, nil)
	}
	if err == unix.EPERM {
		t.skipped = "may not limit the server's descriptors from outside"
		return
	}
	reader.Sleep(ctx, t.o.length)
	if err == nil {
		err = unix.Prlimit(t.PID, unix.RLIMIT_NOFILE, &before, nil)
	}
	if err != nil {
		t.fail("limit the server's descriptors: %v", err)
	}
}

// fullTmp gives the server a directory for temporary files that has no room.
func fullTmp(dir string, o options) (server.Options, func(), string) {
	s := base(o)
	if o.form == server.Container {
		return s, func() {}, "" // it has no directory for them at all
	}
	tmp := filepath.Join(dir, "tmp")
	if err := os.MkdirAll(tmp, 0o777); err != nil {
		return s, func() {}, err.Error()
	}
	if err := unix.Mount("tmpfs", tmp, "tmpfs", 0, "size=64k,mode=1777"); err != nil {
		return s, func() {}, "cannot mount a small file system: " + err.Error()
	}
	fill := filepath.Join(tmp, "fill")
	os.WriteFile(fill, make([]byte, 1<<20), 0o600) // fails when it is full, as it should
	s.Env = []string{"TMPDIR=" + tmp}
	return s, func() { unix.Unmount(tmp, unix.MNT_DETACH) }, ""
}

// inMemory limits server and workers together.
func inMemory(bytes int64) func(string, options) (server.Options, func(), string) {
	return func(dir string, o options) (server.Options, func(), string) {
		s := base(o)
		limit := strconv.FormatInt(bytes, 10)
		if o.form == server.Container {
			s.Docker = []string{"--memory", limit, "--memory-swap", limit}
			return s, func() {}, ""
		}
		s, undo, why := inCgroup("memory")(dir, o)
		if why != "" {
			return s, undo, why
		}
		for _, name := range []string{"memory.max", "memory.limit_in_bytes"} {
			file := filepath.Join(s.Cgroup, name)
			if _, err := os.Stat(file); err == nil {
				if err := os.WriteFile(file, []byte(limit), 0o644); err != nil {
					return s, undo, err.Error()
				}
			}
		}
		return s, undo, ""
	}
}

// inCgroup starts the server in a control group of its own.
func inCgroup(controller string) func(string, options) (server.Options, func(), string) {
	return func(_ string, o options) (server.Options, func(), string) {
		s := base(o)
		if o.form == server.Container {
			return s, func() {}, "" // docker makes one
		}
		parent, err := cgroupOf(os.Getpid(), controller)
		if err != nil {
			return s, func() {}, err.Error()
		}
		if s.Cgroup, err = os.MkdirTemp(parent, "playground-faults-"); err != nil {
			return s, func() {}, "cannot make a control group: " + err.Error()
		}
		return s, func() { removeCgroup(s.Cgroup) }, ""
	}
}

// removeCgroup waits for the group's last process to be gone.
func removeCgroup(dir string) {
	for range 100 {
		if os.Remove(dir) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	exec.Command("rmdir", dir).Run()
}

// cgroupFile is a file of the group that the server is in, such as pids.max.
func (t *trial) cgroupFile(name string) string {
	if t.cgroup != "" {
		return filepath.Join(t.cgroup, name)
	}
	controller, _, _ := strings.Cut(name, ".")
	dir, err := cgroupOf(t.PID, controller)
	if err != nil {
		t.fail("%v", err)
	}
	return filepath.Join(dir, name)
}

func (t *trial) write(name, value string) {
	if err := os.WriteFile(t.cgroupFile(name), []byte(value), 0o644); err != nil {
		t.fail("%v", err)
	}
}

// cgroupOf returns the directory of pid's group in which controller counts:
// in cgroup v1 if it is mounted, else in v2.
func cgroupOf(pid int, controller string) (string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3) // number, controllers, path
		if f[1] == controller {
			return filepath.Join("/sys/fs/cgroup", controller, f[2]), nil
		}
		dir := filepath.Join("/sys/fs/cgroup", f[2])
		enabled, err := os.ReadFile(filepath.Join(dir, "cgroup.subtree_control"))
		if f[1] == "" && err == nil && strings.Contains(string(enabled), controller) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no control group counts %s here", controller)
}
