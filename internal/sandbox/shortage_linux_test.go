package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/confine"
)

// Names under which this test's binary is another program.
const (
	probeKilled  = "probe-killed"  // a worker that somebody kills as it starts
	probeReserve = "probe-reserve" // counts the threads that it needs
)

// probe is what this binary does under one of those names.
func probe(name string) {
	switch name {
	case probeKilled:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case probeReserve:
		fmt.Println(threadsForBlockedCalls())
		os.Exit(0)
	}
}

func quiet(context.Context, Event) error { return nil }

const helloSource = "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"

func TestShortageIsTold(t *testing.T) {
	for err, want := range map[error]bool{
		fmt.Errorf("start: %w", syscall.EAGAIN):                     true,
		fmt.Errorf("start: %w", &os.SyscallError{Err: unix.EMFILE}): true,
		unix.ENFILE:               true,
		unix.ENOMEM:               true,
		unix.ENOSPC:               true,
		errLate:                   true,
		&ShortageError{errKilled}: true,
		unix.EPERM:                false,
		unix.ENOENT:               false,
		errors.New("resource temporarily unavailable"): false,
	} {
		var short *ShortageError
		if got := errors.As(shortage(err), &short); got != want {
			t.Errorf("%v is a shortage: %t, want %t", err, got, want)
		}
	}
}

// Workers that somebody kills while they start are no reason to refuse anybody:
// once it ends, the next run works.
func TestKilledStartsDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	p, s := openPool(t, -1)
	p.pop(false).end()
	good := *p.spawner
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if p.spawner.host, err = confine.Probe(confine.HostConfig{Binary: self, NoNamespaces: true}); err != nil {
		t.Fatal(err)
	}
	p.spawner.args = []string{probeKilled}
	for range 2 * breakerFailures {
		var short *ShortageError
		if _, err := s.Run(t.Context(), Program{Source: helloSource}, quiet); !errors.As(err, &short) {
			t.Fatalf("got %v, want a *ShortageError", err)
		}
	}
	*p.spawner = good
	if res, err := s.Run(t.Context(), Program{Source: helloSource}, quiet); err != nil || res.Status != StatusOK {
		t.Errorf("the next run: %+v, %v", res, err)
	}
}

// With few descriptors left a run starts with all its gauges or not at all. Not
// parallel: the limit is the whole process's.
func TestShortOfDescriptors(t *testing.T) {
	p, s := openPool(t, -1)
	p.pop(false).end()
	hog := Program{
		Source: "package main\n\nfunc main() {\n\tvar a [][]byte\n\tfor range 200 {\n\t\tb := make([]byte, 1<<20)\n\t\tfor i := 0; i < len(b); i += 4096 {\n\t\t\tb[i] = 1\n\t\t}\n\t\ta = append(a, b)\n\t}\n}\n",
		Limits: Limits{Memory: 64 << 20},
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &old); err != nil {
			t.Fatal(err)
		}
	}
	defer restore()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	refused, ran := 0, 0
	for spare := -4; ran < 2 && spare < 60; spare++ {
		few := unix.Rlimit{Cur: uint64(len(open) + spare), Max: old.Max}
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &few); err != nil {
			t.Fatal(err)
		}
		res, err := s.Run(t.Context(), hog, quiet)
		var short *ShortageError
		switch {
		case errors.As(err, &short):
			refused++
		case err == nil && res.Status == StatusMemoryLimit:
			ran++
		default:
			t.Errorf("with %d descriptors to spare: %+v, %v", spare, res, err)
		}
	}
	restore()
	if refused == 0 || ran == 0 {
		t.Errorf("%d refused, %d ran; want some of each", refused, ran)
	}
	if res, err := s.Run(t.Context(), Program{Source: helloSource}, quiet); err != nil || res.Status != StatusOK {
		t.Errorf("the next run: %+v, %v", res, err)
	}
}

// A worker that is killed between the pool and its program has run nothing: the
// reader gets another one, and hears of one start.
func TestLostWorkerIsReplaced(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "stopped": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s := openPool(t, 1)
			started, workers := 0, 0
			res, err := s.attempt(t.Context(), false, func(w *process) *run {
				if workers++; workers == 1 {
					_ = syscall.Kill(w.cell.Process.Pid, lose)
					eventually(t, "the worker is lost", func() bool { return !w.usable() })
				}
				return &run{
					process: w, program: Program{Source: helloSource}, limits: s.config.Limits, threads: s.config.Threads,
					load: s.load,
					sink: func(_ context.Context, e Event) error {
						if _, ok := e.(Started); ok {
							started++
						}
						return nil
					},
				}
			})
			if err != nil || res.Status != StatusOK || started != 1 || workers != 2 {
				t.Errorf("%+v, %v; %d starts told, %d workers", res, err, started, workers)
			}
		})
	}
}

// An idle worker that somebody has stopped is not handed out.
func TestPoolReplacesTheStopped(t *testing.T) {
	t.Parallel()
	p, _ := openPool(t, 2)
	stopped := p.snapshot()[0]
	if err := syscall.Kill(stopped.cell.Process.Pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the kernel says so", func() bool { return !stopped.usable() })
	w, err := p.take(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer w.end()
	if w == stopped {
		t.Error("a stopped worker was handed out")
	}
}

// The time for which somebody else stops a worker is not the program's.
func TestStoppedTimeIsNotWallTime(t *testing.T) {
	t.Parallel()
	_, s := openPool(t, -1)
	var pid int
	res, err := s.attempt(t.Context(), false, func(w *process) *run {
		pid = w.cell.Process.Pid
		return &run{
			process: w, program: Program{Source: "package main\n\nimport (\"fmt\"; \"time\")\n\nfunc main() { fmt.Println(1); time.Sleep(time.Second); fmt.Println(2) }\n"},
			limits: Limits{WallTime: 3 * 1e9}.WithDefaults(), threads: s.config.Threads, load: s.load,
			sink: stopFor(&pid),
		}
	})
	if err != nil || res.Status != StatusOK {
		t.Errorf("%+v, %v", res, err)
	}
}

// Idle and running workers cost the server no thread that waits for their end.
func TestNoThreadWaitsForWorkers(t *testing.T) {
	_, s := openPool(t, 6)
	if s.Stats().Idle < 6 {
		t.Fatal("the pool is not full")
	}
	tasks, err := filepath.Glob("/proc/self/task/*/syscall")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tasks {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended, or this kernel does not tell
		}
		if number, _, _ := strings.Cut(string(b), " "); number == strconv.Itoa(unix.SYS_WAITID) {
			t.Errorf("%s: waits for a child", name)
		}
	}
}

// threadsForBlockedCalls is how many threads this process makes for as many
// system calls that block as it has reserved threads for, less the few that run.
func threadsForBlockedCalls() int {
	reserveThreads(spareThreads)
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		return -1
	}
	before := ownThreads()
	const calls = spareThreads - 4
	for range calls {
		go func() { _, _ = unix.Read(fds[0], make([]byte, 1)) }() // ends with the process
	}
	for blocked := 0; blocked < calls; {
		blocked = 0
		tasks, _ := filepath.Glob("/proc/self/task/*/syscall")
		for _, name := range tasks {
			b, _ := os.ReadFile(name)
			if number, rest, _ := strings.Cut(string(b), " "); number == strconv.Itoa(unix.SYS_READ) && strings.HasPrefix(rest, fmt.Sprintf("%#x ", fds[0])) {
				blocked++
			}
		}
	}
	return ownThreads() - before
}

func ownThreads() int {
	tasks, _ := os.ReadDir("/proc/self/task")
	return len(tasks)
}

// With its reserve the server needs no new thread when its calls block: it lives
// on when no process id is left.
func TestReservedThreadsAreUsed(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args[0] = probeReserve
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	// The runtime may start one or two of its own meanwhile.
	if n, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || n > 2 {
		t.Errorf("%s new threads, %v; want none", out, err)
	}
}

// Workers give way to the server, and those that have used much to the others:
// every thread of theirs.
func TestPriority(t *testing.T) {
	t.Parallel()
	p, s := openPool(t, 1)
	want := max(5, nices(t, os.Getpid())[0])
	for _, n := range nices(t, p.snapshot()[0].cell.Process.Pid) {
		if n != want {
			t.Errorf("a thread of an idle worker has niceness %d, want %d", n, want)
		}
	}
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	lowered := false
	_, err := s.attempt(ctx, false, func(w *process) *run {
		pid := w.cell.Process.Pid
		return &run{
			process: w, program: Program{Source: "package main\n\nfunc main() {\n\tgo func() {\n\t\tfor {\n\t\t}\n\t}()\n\tfor {\n\t}\n}\n"},
			limits: Limits{}.WithDefaults(), threads: s.config.Threads, load: s.load,
			sink: func(_ context.Context, e Event) error {
				if _, ok := e.(Metered); ok && !lowered {
					lowered = true
					for _, n := range nices(t, pid) {
						lowered = lowered && n == 15
					}
					if lowered {
						stop(ErrKilled)
					}
				}
				return nil
			},
		}
	})
	if err != nil || !lowered {
		t.Errorf("all threads at niceness 15: %t, %v", lowered, err)
	}
}

// A worker of a prompt server is not prompt itself.
func TestWorkersAreNotPrompt(t *testing.T) {
	usual, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		t.Skip(err)
	}
	confine.Prompt()
	prompt, err := unix.SchedGetAttr(0, 0)
	if err != nil || prompt.Runtime == usual.Runtime {
		t.Skipf("the kernel knows of no slices, or this binary was built with cgo: %v", err)
	}
	p, _ := openPool(t, 1)
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", p.snapshot()[0].cell.Process.Pid))
	if err != nil || len(tasks) == 0 {
		t.Fatal(tasks, err)
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			t.Fatal(err)
		}
		if of, err := unix.SchedGetAttr(tid, 0); err == nil && of.Runtime == prompt.Runtime { // it may have ended
			t.Errorf("a thread of an idle worker computes for %d ns at a time, as the server's do", of.Runtime)
		}
	}
}

// A modest program gives way to the others before it has used anything.
func TestModestProgramsBeginLowered(t *testing.T) {
	t.Parallel()
	_, s := openPool(t, 1)
	var began []int
	_, err := s.attempt(t.Context(), true, func(w *process) *run {
		return &run{
			process: w, program: Program{Source: "package main\n\nfunc main() {}\n", Modest: true},
			limits: Limits{}.WithDefaults(), threads: s.config.Threads, load: s.load,
			sink: func(_ context.Context, e Event) error {
				if _, ok := e.(Started); ok {
					began = nices(t, w.cell.Process.Pid)
				}
				return nil
			},
		}
	})
	if err != nil || len(began) == 0 {
		t.Fatalf("%d threads, %v", len(began), err)
	}
	want := max(10, nices(t, os.Getpid())[0])
	for _, n := range began {
		if n != want {
			t.Errorf("a thread of it has niceness %d, want %d", n, want)
		}
	}
}

// nices reads the niceness of each thread of a process.
func nices(t *testing.T, pid int) (all []int) {
	t.Helper()
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, name := range tasks {
		b, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		n, err := strconv.Atoi(strings.Fields(rest)[16])
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

// The kernel's maximum of a worker begins with the server's, which is nothing that
// the program held.
func TestPeakMemoryIsTheProgramsOwn(t *testing.T) {
	ballast := make([]byte, 300<<20)
	for i := 0; i < len(ballast); i += 4096 {
		ballast[i] = 1
	}
	_, s := openPool(t, 1)
	res, err := s.Run(t.Context(), Program{Source: helloSource}, func(context.Context, Event) error { return nil })
	runtime.KeepAlive(ballast)
	if err != nil || res.PeakMemory > 100<<20 {
		t.Errorf("hello held %d bytes, %v", res.PeakMemory, err)
	}
}

// Load tells what all workers use.
func TestLoad(t *testing.T) {
	t.Parallel()
	_, s := openPool(t, 1)
	idle := s.Load()
	if idle.Idle != 1 || idle.Running != 0 || idle.Memory < 1<<20 || idle.CPU > 0.01 {
		t.Errorf("idle: %+v", idle)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	var busy Load
	_, err := s.Run(ctx, Program{Source: "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n"}, func(_ context.Context, e Event) error {
		if _, ok := e.(Metered); ok {
			if busy = s.Load(); busy.CPU > 0.2 {
				stop(ErrKilled)
			}
		}
		return nil
	})
	if err != nil || busy.CPU <= 0.2 || busy.CPU > 2 || busy.Running != 1 || busy.Memory < 1<<20 {
		t.Errorf("busy: %+v, %v", busy, err)
	}
	eventually(t, "the load is gone", func() bool { l := s.Load(); return l.CPU < 0.01 && l.Running == 0 })
}

// stopFor is a sink that stops the worker at its first output, for longer than
// its wall limit.
func stopFor(pid *int) Sink {
	stopped := false
	return func(_ context.Context, e Event) error {
		if _, ok := e.(Output); !ok || stopped {
			return nil
		}
		stopped = true
		time.AfterFunc(4*time.Second, func() { _ = syscall.Kill(*pid, syscall.SIGCONT) })
		return syscall.Kill(*pid, syscall.SIGSTOP)
	}
}

// A program that ends before its worker was heard is not taken for lost.
func TestFastEndsAreNotLost(t *testing.T) {
	t.Parallel()
	_, s := openPool(t, 1)
	for range 40 {
		outputs := 0
		res, err := s.Run(t.Context(), Program{Source: helloSource}, func(_ context.Context, e Event) error {
			if _, ok := e.(Output); ok {
				outputs++
			}
			return nil
		})
		if err != nil || res.Status != StatusOK || outputs != 1 {
			t.Fatalf("%+v, %v; said hello %d times", res, err, outputs)
		}
	}
}
