package hostile

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/sandboxtest"
)

// least is the number of programs that the suite must have.
const least = 120

var (
	verdicts = flag.Bool("verdicts", false, "log how each program ended")
	observe  = flag.Bool("observe", false, "ask for the events of each program's goroutines")
	races    = flag.Bool("races", false, "look for data races in each program")
	orders   = flag.Int("schedules", 0, "run each program in so many orders of its goroutines")
)

func open(t *testing.T, worker string) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.New(sandbox.Config{
		Executable: worker, Pool: 2,
		Limits: sandbox.Limits{WallTime: 20 * time.Second, Output: 4 << 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// The programs in real workers, as readers run them.
func TestHostile(t *testing.T) {
	programs := load(t)
	if len(programs) < least {
		t.Errorf("%d programs, want at least %d", len(programs), least)
	}
	suite(t, sandboxtest.Binary(t), func(t *testing.T, s *sandbox.Sandbox, g *guard) {
		for _, p := range programs {
			if p.family() == unrestricted {
				continue
			}
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				runProgram(t, s, g, p)
			})
		}
	})
}

// unrestricted is the family of programs that import what readers may not.
const unrestricted = "native"

// The same attacks in workers that have no wall but the kernel's. A program
// may end in any way there, as long as it touches nothing, tells nothing and
// the sandbox answers.
func TestUnrestricted(t *testing.T) {
	families := []string{unrestricted, "syscalls", "files", "processes", "network", "escapes"}
	suite(t, unrestrictedWorker(t), func(t *testing.T, s *sandbox.Sandbox, g *guard) {
		for _, p := range load(t) {
			if !slices.Contains(families, p.family()) {
				continue
			}
			if p.family() != unrestricted {
				p.want.status, p.want.exit = anyEnd(), -100
				p.want.contains, p.want.diagnostic = nil, nil
			}
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				runProgram(t, s, g, p)
			})
		}
	})
}

func anyEnd() []sandbox.Status {
	return []sandbox.Status{
		sandbox.StatusOK, sandbox.StatusExit, sandbox.StatusPanic, sandbox.StatusDeadlock,
		sandbox.StatusCPULimit, sandbox.StatusWallLimit, sandbox.StatusMemoryLimit, sandbox.StatusOutputLimit,
		sandbox.StatusThreadLimit, sandbox.StatusBreach,
	}
}

// envUnrestricted names a ready-made binary of testdata/unrestricted, for
// places where no Go toolchain is.
const envUnrestricted = "PLAYGROUND_TEST_UNRESTRICTED"

func unrestrictedWorker(t *testing.T) string {
	t.Helper()
	if path := os.Getenv(envUnrestricted); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "unrestricted")
	cmd := exec.Command("go", "build", "-o", path, "./testdata/unrestricted")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// suite runs programs in one sandbox, and checks afterwards that what is
// guarded is untouched and nothing is left over.
func suite(t *testing.T, worker string, programs func(*testing.T, *sandbox.Sandbox, *guard)) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has walls")
	}
	g := newGuard(t)
	before := descriptors(t)
	t.Run("sandbox", func(t *testing.T) {
		s := open(t, worker)
		for _, l := range s.Layers() {
			t.Logf("%-20s %-5v %s", l.Name, l.Active, l.Detail)
		}
		t.Run("programs", func(t *testing.T) { programs(t, s, g) })
	})
	g.check(t)
	after := descriptors(t)
	for deadline := time.Now().Add(5 * time.Second); after > before && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
		after = descriptors(t)
	}
	if after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("processes left over: %v", left)
	}
}

func runProgram(t *testing.T, s *sandbox.Sandbox, g *guard, p program) {
	if p.want.arch != "" && p.want.arch != runtime.GOARCH {
		t.Skipf("only on %s", p.want.arch)
	}
	if *orders > 0 {
		runInOrders(t, s, g, p, sandbox.Program{Schedules: *orders, Race: *races})
		return
	}
	tr := &transcript{}
	began := time.Now()
	res, err := s.Run(context.Background(), sandbox.Program{Observe: *observe, Race: *races,
		Source: g.vars.Replace(p.source), Stdin: p.stdin, Limits: p.want.limits,
	}, tr.sink)
	took := time.Since(began)
	events := tr.count()
	if *verdicts {
		t.Logf("%v after %v: %+v\n%s", res.Status, took, res, head(tr.text()))
	}
	p.check(t, res, err, tr)
	if took > p.want.within {
		t.Errorf("took %v", took)
	}
	sayHello(t, s)
	if late := tr.count() - events; late != 0 {
		t.Errorf("%d events after the end", late)
	}
}

// check compares an end with the wanted one.
func (p *program) check(t *testing.T, res sandbox.Result, err error, tr *transcript) {
	t.Helper()
	out := tr.text()
	if strings.Contains(out, secret) {
		t.Error("the secret is in the output")
	}
	if tooLong := (*sandbox.SourceError)(nil); errors.As(err, &tooLong) {
		res.Status = "source_error" // the one refusal that a program can cause
	} else if err != nil {
		t.Fatalf("sandbox failed: %v", err)
	}
	if !slices.Contains(p.want.status, res.Status) && !p.tooBusy(res) {
		t.Errorf("status %s (exit %d, %s), want %v\n%s", res.Status, res.ExitCode, res.Message, p.want.status, head(out+tr.found()))
	}
	if p.tooBusy(res) {
		t.Skip("the machine is too busy")
	}
	if p.want.exit != -100 && res.ExitCode != p.want.exit {
		t.Errorf("exit code %d, want %d", res.ExitCode, p.want.exit)
	}
	if m := p.want.message; m != nil && res.Message != *m {
		t.Errorf("message %q, want %q", res.Message, *m)
	}
	for _, s := range p.want.contains {
		if !strings.Contains(out, s) {
			t.Errorf("output lacks %q:\n%s", s, head(out+tr.found()))
		}
	}
	for _, s := range p.want.absent {
		if strings.Contains(out, s) {
			t.Errorf("output has %q:\n%s", s, head(out))
		}
	}
	for _, s := range p.want.diagnostic {
		if !strings.Contains(tr.found(), s) {
			t.Errorf("no diagnostic says %q:\n%s", s, head(tr.found()))
		}
	}
	if n := int64(len(out)); n > p.want.limits.Output || n != res.Stdout+res.Stderr {
		t.Errorf("%d bytes of output, counted %d, allowed %d", n, res.Stdout+res.Stderr, p.want.limits.Output)
	}
}

// tooBusy tells of a program about time that this machine was too busy to run for
// as long as its limit of time lasted: a right answer, and none about the program.
func (p *program) tooBusy(res sandbox.Result) bool {
	short := p.want.limits.WallTime < limits().WallTime || p.want.limits.CPUTime < limits().CPUTime
	return res.Status == sandbox.StatusStarved && short &&
		(slices.Contains(p.want.status, sandbox.StatusWallLimit) || slices.Contains(p.want.status, sandbox.StatusCPULimit))
}

// sayHello: whatever ran before, the next program runs right.
func sayHello(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	tr := &transcript{}
	res, err := s.Run(context.Background(), sandbox.Program{Observe: *observe, Race: *races,
		Source: "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\", 6*7) }\n",
	}, tr.sink)
	if err != nil || res.Status != sandbox.StatusOK || tr.text() != "hello 42\n" {
		t.Errorf("the next hello world: %v, %+v, %q", err, res, head(tr.text()))
	}
}

// transcript is a Sink that keeps what it gets.
type transcript struct {
	mu     sync.Mutex
	events int
	output strings.Builder
	diags  strings.Builder
}

func (tr *transcript) sink(_ context.Context, e sandbox.Event) error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.events++
	switch e := e.(type) {
	case sandbox.Output:
		tr.output.Write(e.Data)
	case sandbox.Diagnosed:
		tr.diags.WriteString(e.Diagnostic.Message + "\n")
	}
	return nil
}

func (tr *transcript) text() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.output.String()
}

func (tr *transcript) found() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.diags.String()
}

func (tr *transcript) count() int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.events
}

func head(s string) string {
	if len(s) > 600 {
		s = s[:600] + "..."
	}
	return s
}

// descriptors counts this process's open files. The worker's binary, which a
// sandbox holds open, is closed when the sandbox is collected.
func descriptors(t *testing.T) int {
	t.Helper()
	runtime.GC()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// children lists the processes that have this one as their parent.
func children(t *testing.T) []string {
	t.Helper()
	var left []string
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return nil
	}
	for _, task := range tasks {
		b, err := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		if err == nil {
			left = append(left, strings.Fields(string(b))...)
		}
	}
	return left
}
