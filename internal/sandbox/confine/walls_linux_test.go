package confine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// probeBinary returns a build of this test without cgo: itself, unless it was
// built with.
func probeBinary(t testing.TB) string {
	t.Helper()
	path, err := builtProbe()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var builtProbe = sync.OnceValues(func() (string, error) {
	if err := allThreads(unix.SYS_GETPID, 0, 0, 0); err == nil {
		return "/proc/self/exe", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	path := filepath.Join(cache, "playground-test", "confine.test")
	cmd := exec.Command("go", "test", "-c", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// started is a probe behind its walls.
type started struct {
	*Cell
	in     *os.File
	out    *bufio.Reader
	layers []wire.Layer // its own
}

// start starts a probe behind h's walls, with one descriptor leaked into it.
func start(t *testing.T, h *Host, o order) *started {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	inR, inW := pipe(t)
	outR, outW := pipe(t)
	leak, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer leak.Close()
	_, sink := pipe(t)
	errW := sink
	if testing.Verbose() {
		errW = os.Stderr
	}
	cell, err := h.Start([]string{probeName, string(b)}, []string{"GOMAXPROCS=2"}, []*os.File{inR, outW, errW, sink, sink, sink, leak})
	inR.Close()
	outW.Close()
	if err != nil {
		t.Fatal(err)
	}
	s := &started{Cell: cell, in: inW, out: bufio.NewReader(outR)}
	t.Cleanup(func() {
		_ = s.Kill()
		_, _ = s.Process.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.next(&s.layers); err != nil {
		t.Fatalf("probe did not get ready: %v", err)
	}
	return s
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func (s *started) next(v any) error {
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}

func (s *started) findings(t *testing.T) map[string]finding {
	t.Helper()
	all := map[string]finding{}
	for {
		var f finding
		if s.next(&f) != nil {
			return all
		}
		all[f.Name] = f
	}
}

// wait returns how the probe ended, and fails when it does not.
func (s *started) wait(t *testing.T, within time.Duration) *os.ProcessState {
	t.Helper()
	late := time.AfterFunc(within, func() { _ = s.Process.Signal(syscall.SIGUSR2) })
	defer late.Stop()
	state, err := s.Process.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// victim is this test process with everything about it that may be attacked.
func victim(t *testing.T) target {
	t.Helper()
	// The probe is another user's when the parent is root.
	dir, err := os.MkdirTemp("", "walls")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	v := target{Server: os.Getpid(), Secret: filepath.Join(dir, "secret"), Path: filepath.Join(dir, "socket")}
	v.Abstract = filepath.Base(dir)
	if err := os.WriteFile(v.Secret, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(v.Secret, 0o666)
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v.TCP = tcp.Addr().(*net.TCPAddr).Port
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v.UDP = udp.LocalAddr().(*net.UDPAddr).Port
	path, err := net.Listen("unix", v.Path)
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Chmod(v.Path, 0o777)
	abstract, err := net.Listen("unix", "@"+v.Abstract)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tcp.Close(); udp.Close(); path.Close(); abstract.Close() })
	return v
}

func host(t *testing.T, cfg HostConfig) *Host {
	t.Helper()
	cfg.Binary = probeBinary(t)
	h, err := Probe(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func config() Config {
	return Config{CPUTime: 5 * time.Second, Lifetime: time.Minute, Memory: 128 << 20}
}

// The attacks are real ones: without walls they go through.
func TestControls(t *testing.T) {
	h := host(t, HostConfig{NoNamespaces: true, NoCgroup: true})
	h.attr.Credential, h.own = nil, false
	v := victim(t)
	found := start(t, h, order{Mode: "attack", Bare: true, Target: v}).findings(t)
	for _, a := range attacks(v) {
		f, ok := found[a.name]
		switch {
		case a.control && !ok:
			t.Errorf("%s: not tried", a.name)
		case a.control && f.Error != "":
			t.Errorf("%s: %s; without walls it should go through", a.name, f.Error)
		}
	}
}

// Every attack is refused behind all walls, behind each selection of them that
// a deployment may end up with, and behind seccomp alone.
func TestAttacks(t *testing.T) {
	bare := HostConfig{NoNamespaces: true, NoCgroup: true}
	all := []string{LayerMemory, LayerRlimits, LayerTimers, LayerWX, LayerDumpable, LayerCaps, LayerNoNewPrivs, LayerLandlock, LayerSeccomp}
	but := func(keep ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(keep, s) })
	}
	for _, tt := range []struct {
		name string
		host HostConfig
		skip []string
	}{
		{"all walls", HostConfig{}, nil},
		{"no namespaces", bare, nil},
		{"no landlock", HostConfig{}, []string{LayerLandlock}},
		{"no landlock, no namespaces", bare, []string{LayerLandlock}},
		{"seccomp alone", bare, but(LayerNoNewPrivs, LayerSeccomp)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := victim(t)
			p := start(t, host(t, tt.host), order{Mode: "attack", Skip: tt.skip, Config: config(), Target: v})
			found := p.findings(t)
			for _, a := range attacks(v) {
				f, tried := found[a.name]
				switch {
				case !tried:
					t.Errorf("%s: no answer: the probe died of it or of the one before", a.name)
				case f.Error == "" && a.name == raiseMemory && slices.Contains(tt.skip, LayerMemory):
					// Nothing was lowered, so nothing was raised.
				case f.Error == "":
					t.Errorf("%s: went through", a.name)
				}
			}
		})
	}
}

// Landlock is the second wall: with seccomp gone it still refuses what it can.
func TestLandlockAlone(t *testing.T) {
	v := victim(t)
	skip := []string{LayerMemory, LayerRlimits, LayerTimers, LayerWX, LayerDumpable, LayerSeccomp}
	p := start(t, host(t, HostConfig{NoNamespaces: true, NoCgroup: true}), order{Mode: "attack", Skip: skip, Config: config(), Target: v})
	abi := landlockABI(t, p.layers)
	found := p.findings(t)
	for _, a := range attacks(v) {
		if a.landlock == 0 || a.landlock > abi || a.native {
			continue
		}
		if f, tried := found[a.name]; !tried || f.Error == "" {
			t.Errorf("%s: went through (tried %v)", a.name, tried)
		}
	}
}

func landlockABI(t *testing.T, layers []wire.Layer) int {
	t.Helper()
	for _, l := range layers {
		var abi int
		if l.Name == LayerLandlock && l.Active {
			if _, err := fmt.Sscanf(l.Detail, "ABI %d", &abi); err == nil {
				return abi
			}
		}
	}
	t.Skipf("no Landlock here: %+v", layers)
	return 0
}

// The namespaces keep the network and the server's processes away by
// themselves.
func TestNamespacesAlone(t *testing.T) {
	h := host(t, HostConfig{NoCgroup: true})
	if h.level() < Namespaces {
		t.Skip(missing(h.Layers()))
	}
	v := victim(t)
	skip := []string{LayerMemory, LayerRlimits, LayerTimers, LayerWX, LayerDumpable, LayerLandlock, LayerSeccomp}
	found := start(t, h, order{Mode: "attack", Skip: skip, Config: config(), Target: v}).findings(t)
	for _, name := range []string{
		"connect TCP", "connect MPTCP", "send UDP", "connect Unix abstract",
		"signal the server", "tgkill the server", "pidfd_open the server",
		"read server memory", "limit the server", "pin the server",
	} {
		if f, tried := found[name]; !tried || f.Error == "" {
			t.Errorf("%s: went through (tried %v)", name, tried)
		}
	}
}

// System calls one by one, by number: whatever the table does not name is
// refused.
func TestSweep(t *testing.T) {
	p := start(t, host(t, HostConfig{}), order{Mode: "sweep", Config: config()})
	found := p.findings(t)
	if _, ok := found["done"]; !ok {
		t.Error("the sweep did not come to its end")
	}
	delete(found, "done")
	for nr, f := range found {
		t.Errorf("system call %s: errno %d (%s), want EPERM", nr, f.Errno, f.Error)
	}
}

func TestForeignCallsKill(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("amd64's other ABIs")
	}
	for _, deed := range []string{"x32 call", "i386 call"} {
		t.Run(deed, func(t *testing.T) {
			cfg := config()
			p := start(t, host(t, HostConfig{}), order{Mode: "die", Deed: deed, Config: cfg})
			ws := p.wait(t, 5*time.Second).Sys().(syscall.WaitStatus)
			if !ws.Signaled() || ws.Signal() != syscall.SIGSYS {
				t.Errorf("ended with %v, want SIGSYS", ws)
			}
		})
	}
}

// The kernel ends a worker by itself, should its parent stop measuring.
func TestSecondLines(t *testing.T) {
	tests := []struct {
		name string
		host HostConfig
		deed string
		cfg  Config
		ends func(*os.ProcessState) bool
	}{
		{"CPU timer", HostConfig{NoNamespaces: true}, "endless loop", Config{CPUTime: time.Millisecond}, killed},
		{"CPU rlimit in a PID namespace", HostConfig{}, "endless loop", Config{CPUTime: time.Millisecond}, killed},
		{"lifetime", HostConfig{NoNamespaces: true}, "sleep", Config{Lifetime: 200 * time.Millisecond}, killed},
		{"memory", HostConfig{}, "take memory", Config{Memory: 64 << 20}, crashed},
		{"one huge slice", HostConfig{}, "one huge slice", Config{Memory: 64 << 20}, crashed},
		{"threads", HostConfig{}, "too many thread", Config{Threads: 20}, crashed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := host(t, tt.host)
			if tt.name == "threads" && !active(h.layers, LayerUser) {
				t.Skip("no user of its own, so no limit on threads of its own")
			}
			p := start(t, h, order{Mode: "die", Deed: tt.deed, Config: tt.cfg})
			if state := p.wait(t, 20*time.Second); !tt.ends(state) {
				t.Errorf("ended with %v", state)
			}
		})
	}
}

func killed(s *os.ProcessState) bool {
	return s.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
}

// crashed is an end by Go's own fatal error.
func crashed(s *os.ProcessState) bool { return s.ExitCode() == 2 }

// What fits below the cap is not refused.
func TestMemoryBelowCap(t *testing.T) {
	p := start(t, host(t, HostConfig{}), order{Mode: "die", Deed: "take 64 MiB", Config: Config{Memory: 128 << 20}})
	if state := p.wait(t, 20*time.Second); !state.Success() {
		t.Errorf("ended with %v", state)
	}
}
