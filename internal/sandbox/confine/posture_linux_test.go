package confine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// The posture of a running worker, read from outside and on every thread, is
// what its layers say; and it is the same once the program forced more threads.
func TestPosture(t *testing.T) {
	h := host(t, HostConfig{})
	p := start(t, h, order{Mode: "hold", Config: config()})
	layers := append(p.Cell.Layers(), p.layers...)
	before := checkPosture(t, p.Process.Pid, layers)

	if _, err := p.in.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	var f finding
	if err := p.next(&f); err != nil || f.Name != "threads" {
		t.Fatalf("probe answered %+v, %v", f, err)
	}
	after := checkPosture(t, p.Process.Pid, layers)
	if after < before+10 {
		t.Errorf("%d threads, then %d: the program forced none", before, after)
	}
}

func checkPosture(t *testing.T, pid int, layers []wire.Layer) (threads int) {
	t.Helper()
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		tid, _ := strconv.Atoi(task.Name())
		status := statusOf(t, tid)
		want := map[string]string{"NoNewPrivs": "1", "Seccomp": "2", "CapInh": zeroCaps, "CapPrm": zeroCaps, "CapEff": zeroCaps, "CapAmb": zeroCaps}
		for field, v := range want {
			if status[field] != v {
				t.Errorf("thread %d: %s is %s, want %s", tid, field, status[field], v)
			}
		}
		if uid := strings.Fields(status["Uid"]); active(layers, LayerUser) && slices.Contains(uid, "0") {
			t.Errorf("thread %d: uids %v", tid, uid)
		}
	}
	checkNamespaces(t, pid, layers)
	checkDescriptors(t, pid)
	checkRlimits(t, pid)
	checkDumpable(t, pid)
	checkOOM(t, pid)
	return len(tasks)
}

const zeroCaps = "0000000000000000"

func statusOf(t *testing.T, pid int) map[string]string {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{}
	for line := range strings.Lines(string(b)) {
		k, v, _ := strings.Cut(line, ":")
		fields[k] = strings.TrimSpace(v)
	}
	return fields
}

// hidden reports whether err says that this test may not look: a worker that
// is not dumpable hides some of /proc from an unprivileged parent when it is
// not in a user namespace of the parent's making.
func hidden(err error) bool { return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) }

func checkNamespaces(t *testing.T, pid int, layers []wire.Layer) {
	t.Helper()
	for file, layer := range map[string]string{"pid": LayerPID, "net": LayerNet, "mnt": LayerMount, "ipc": LayerIPC, "uts": LayerUTS, "cgroup": LayerCgroupNS} {
		ours, err := os.Readlink("/proc/self/ns/" + file)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, file))
		if hidden(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if own := ours != theirs; own != active(layers, layer) {
			t.Errorf("%s: own namespace %v, reported %v", file, own, active(layers, layer))
		}
	}
}

// checkDescriptors wants the six pipes and the runtime's poller, no more.
func checkDescriptors(t *testing.T, pid int) {
	t.Helper()
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, err := os.ReadDir(dir)
	if hidden(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	pollers := 0
	for _, e := range entries {
		fd, _ := strconv.Atoi(e.Name())
		to, err := os.Readlink(filepath.Join(dir, e.Name()))
		switch {
		case hidden(err):
			return
		case err != nil:
			t.Fatal(err)
		case fd < kept && (strings.HasPrefix(to, "pipe:") || fd == 2 && testing.Verbose()):
		case to == "anon_inode:[eventpoll]" || to == "anon_inode:[eventfd]":
			pollers++
		default:
			t.Errorf("descriptor %d is %s", fd, to)
		}
	}
	if len(entries) != kept+2 || pollers != 2 {
		t.Errorf("%d descriptors with %d pollers, want %d with 2", len(entries), pollers, kept+2)
	}
}

func checkRlimits(t *testing.T, pid int) {
	t.Helper()
	want := limits(false, Config{})
	delete(want, unix.RLIMIT_NPROC) // depends on whose user it is
	want[unix.RLIMIT_DATA] = 0      // below infinity
	want[unix.RLIMIT_AS] = 0
	for which, v := range want {
		var got unix.Rlimit
		err := unix.Prlimit(pid, which, nil, &got)
		if hidden(err) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.Cur != got.Max {
			t.Errorf("rlimit %d: soft %d, hard %d", which, got.Cur, got.Max)
		}
		bounded := which == unix.RLIMIT_DATA || which == unix.RLIMIT_AS
		if !bounded && got.Max != v || bounded && got.Max > 8<<30 {
			t.Errorf("rlimit %d is %d, want %d", which, got.Max, v)
		}
	}
}

// checkDumpable: the files in /proc of a process that is not dumpable belong
// to root, whoever runs it.
func checkDumpable(t *testing.T, pid int) {
	t.Helper()
	var s unix.Stat_t
	if err := unix.Stat(fmt.Sprintf("/proc/%d/mem", pid), &s); err != nil {
		t.Fatal(err)
	}
	if s.Uid != 0 && s.Uid != 65534 { // 65534: root is not mapped here
		t.Errorf("/proc/PID/mem belongs to uid %d: the worker is dumpable", s.Uid)
	}
}

func checkOOM(t *testing.T, pid int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid))
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != "1000\n" {
		t.Errorf("oom_score_adj is %q", b)
	}
}

// Workers do not outlive the server, not even one that is killed outright.
func TestDeathSignal(t *testing.T) {
	b, err := json.Marshal(order{Mode: "parent", Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(probeBinary(t))
	server.Args = []string{probeName, string(b)}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(out)
	var layers []wire.Layer
	var pid int
	err = errors.Join(dec.Decode(&layers), dec.Decode(&pid))
	_ = server.Process.Kill()
	_ = server.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Second); ; time.Sleep(time.Millisecond) {
		if !alive(pid) {
			return
		}
		if time.Now().After(deadline) {
			_ = unix.Kill(pid, unix.SIGKILL)
			t.Fatalf("worker %d outlived its server", pid)
		}
	}
}

// alive reports whether pid runs. An orphan that has ended may stay a zombie
// until somebody else reaps it.
func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(b), ") Z ")
}

// The server's own memory is closed once it said so.
func TestServer(t *testing.T) {
	b, _ := json.Marshal(order{Mode: "server", Bare: true})
	cmd := exec.Command(probeBinary(t))
	cmd.Args = []string{probeName, string(b)}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), `"active":true`) || !strings.Contains(string(out), "dumpable 0") {
		t.Errorf("%s", out)
	}
}

// Every wall that this kernel has is raised, and said to be: a wall that fails
// to stand for a reason of our own making must not pass for one that the
// kernel lacks.
func TestLayers(t *testing.T) {
	for name, cfg := range map[string]HostConfig{
		"all":           {},
		"no namespaces": {NoNamespaces: true, NoCgroup: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, host(t, cfg), order{Mode: "hold", Config: config()})
			want := []string{LayerDescriptors, LayerOOM, LayerMemory, LayerDumpable, LayerCaps, LayerNoNewPrivs, LayerRlimits, LayerSeccomp}
			if abi, _, _ := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); int(abi) > 0 {
				want = append(want, LayerLandlock)
			}
			if _, err := unix.PrctlRetInt(unix.PR_GET_MDWE, 0, 0, 0, 0); err == nil {
				want = append(want, LayerWX)
			}
			if !active(p.Cell.Layers(), LayerPID) {
				want = append(want, LayerTimers)
			}
			for _, name := range want {
				if !active(p.layers, name) {
					t.Errorf("%s does not stand: %+v", name, p.layers)
				}
			}
		})
	}
}

// A host that is refused something says so and fails when it is required.
func TestRequire(t *testing.T) {
	_, err := Probe(HostConfig{Binary: probeBinary(t), NoNamespaces: true, Require: Namespaces})
	if err == nil || !strings.Contains(err.Error(), "namespaces cannot be had here") {
		t.Errorf("Probe: %v", err)
	}
	_, err = Probe(HostConfig{Binary: "/does/not/exist"})
	if err == nil {
		t.Error("Probe took a binary that does not exist")
	}
}
