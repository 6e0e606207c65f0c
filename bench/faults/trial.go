//go:build linux

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

const (
	calm     = 2 * time.Second  // before a fault
	recovery = 30 * time.Second // at most, after it
	patience = 45 * time.Second // of a reader, for one run
	farewell = 12 * time.Second // the same, of a server that does not come back
	grace    = 25 * time.Second // for the server to end
)

// trial is a server under load, and what came of it.
type trial struct {
	*server.Server
	fault  fault
	o      options
	cgroup string // that the server was started in; empty for the container's

	mu      sync.Mutex
	readers []*reader.Reader
	ends    map[string]int // of runs, how they ended
	cuts    int            // connections that were lost during a run
	waited  time.Duration  // until hello got through, after the fault
	skipped string
	wrong   []string
}

// try tries one fault.
func try(ctx context.Context, dir string, b *server.Build, o options, f fault) *trial {
	t := &trial{fault: f, o: o, ends: map[string]int{}}
	options, undo, why := f.prepare(dir, o)
	defer undo()
	if t.skipped = why; why != "" {
		return t
	}
	s, err := server.Start(ctx, dir, b, options)
	if err != nil {
		t.fail("%v", err)
		return t
	}
	t.Server, t.cgroup = s, options.Cgroup
	loaded, unload := context.WithCancel(ctx)
	defer unload()
	idle := t.load(loaded)
	reader.Sleep(ctx, calm)
	f.do(ctx, t)
	if !f.ends {
		t.recover(ctx)
		reader.Sleep(ctx, calm)
	}
	unload()
	idle.Wait()
	t.end()
	return t
}

// load starts the readers. They finish the run that they are at when ctx ends.
func (t *trial) load(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	for i := range t.o.readers {
		r := reader.New(t.client(i))
		r.Patience = patience
		if t.fault.ends {
			r.Patience = farewell
		}
		t.readers = append(t.readers, r)
		all.Go(func() {
			defer r.Close()
			for n := 0; ctx.Err() == nil; n++ {
				p := t.fault.program(i)
				run := r.Run(context.WithoutCancel(ctx), p)
				t.add(run, p)
				reader.Sleep(ctx, max(50*time.Millisecond, run.Promised()))
				if !t.Alive() {
					return
				}
			}
		})
	}
	return &all
}

// client is the i-th reader; every third does without websockets. A container sees all of them at one address.
func (t *trial) client(i int) reader.Client {
	c := reader.Client{URL: t.URL, HTTP: i%3 == 2}
	if t.o.form == server.Container {
		c.Forwarded = fmt.Sprintf("10.1.0.%d", i+1)
	} else {
		c.Local = fmt.Sprintf("127.1.0.%d", i+1)
	}
	return c
}

// add checks a run and counts it.
func (t *trial) add(run *reader.Run, p reader.Program) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ends[run.Ended()]++
	t.cuts += max(0, run.Connections-1)
	for _, f := range run.Faults {
		t.failLocked("%s", f)
	}
	switch {
	case run.Last == nil && (run.Started || !t.fault.ends):
		t.failLocked("run %s has no last message (started %v, %d connections, seq %d)", run.ID, run.Started, run.Connections, run.Seq)
	case run.Started && (run.Ended() == "error unknown_run" || run.Ended() == "error gone"):
		t.failLocked("run %s was started, and is now: %s", run.ID, run.Last.Message)
	case run.Ended() == "sandbox_failure" && !t.fault.kills:
		t.failLocked("run %s: nobody killed its worker, but it ended with %s: %s", run.ID, run.Ended(), run.Last.Reason)
	case strings.HasSuffix(run.Ended(), "_limit"):
		t.failLocked("run %s reached no limit, but ended with %s: %s", run.ID, run.Ended(), run.Last.Reason)
	}
	if p.Name == steps.Name {
		t.checkLines(run)
	}
}

// checkLines compares what steps printed with what came.
func (t *trial) checkLines(run *reader.Run) {
	for name, s := range map[string]struct{ got, want string }{
		"stdout": {run.Stdout.String(), numbered("")},
		"stderr": {run.Stderr.String(), numbered("-")},
	} {
		switch {
		case !strings.HasPrefix(s.want, s.got):
			t.failLocked("run %s: %s is not what the program printed: %.80q", run.ID, name, s.got)
		case run.Ended() == "ok" && s.got != s.want:
			t.failLocked("run %s ended well with %d of %d bytes of %s", run.ID, len(s.got), len(s.want), name)
		}
	}
}

// numbered is what steps prints, each number after sign.
func numbered(sign string) string {
	var b strings.Builder
	for i := 1; i <= lines; i++ {
		b.WriteString(sign + strconv.Itoa(i) + "\n")
	}
	return b.String()
}

// recover sees that a new reader is served again.
func (t *trial) recover(ctx context.Context) {
	begun := time.Now()
	r := reader.New(t.client(200))
	defer r.Close()
	for good := 0; good < 3; {
		left := recovery - time.Since(begun)
		if left <= 0 || !t.Alive() || ctx.Err() != nil {
			t.fail("hello did not get through within %v", recovery)
			return
		}
		r.Patience = left
		if run := r.Run(ctx, hello); run.Ended() == "ok" {
			good++
		} else {
			good = 0
			reader.Sleep(ctx, 100*time.Millisecond)
		}
	}
	t.waited = time.Since(begun)
}

// end tells the server to end, unless the fault has, and sees that it does.
func (t *trial) end() {
	if !t.Alive() && !t.fault.ends {
		t.fail("the server died; its last words:\n%s", t.LastWords())
		t.Stop(time.Second)
		return
	}
	workers := t.Children()
	if t.Alive() {
		t.Signal(syscall.SIGTERM)
	}
	status, err := t.Exited(grace)
	switch {
	case err != nil:
		t.fail("after SIGTERM: %v", err)
	case status != 0:
		t.fail("after SIGTERM it ended with status %d; its last words:\n%s", status, t.LastWords())
	}
	for _, pid := range workers {
		if syscall.Kill(pid, 0) == nil {
			t.fail("process %d of a worker is left over", pid)
		}
	}
	if err := t.Stop(time.Second); err != nil {
		t.fail("%v", err)
	}
}

func (t *trial) fail(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failLocked(format, args...)
}

func (t *trial) failLocked(format string, args ...any) {
	t.wrong = append(t.wrong, fmt.Sprintf(format, args...))
}

// String is a few lines for people.
func (t *trial) String() string {
	if t.skipped != "" && len(t.wrong) == 0 {
		return fmt.Sprintf("%-16s skipped: %s\n", t.fault.name, t.skipped)
	}
	verdict := "ok"
	if len(t.wrong) > 0 {
		verdict = "FAIL"
	}
	s := fmt.Sprintf("%-16s %-4s runs: %s; %d reconnections; hello again after %v\n",
		t.fault.name, verdict, reader.Counts(t.ends), t.cuts, t.waited.Round(time.Millisecond))
	for i, w := range t.wrong {
		if i == 8 {
			s += fmt.Sprintf("    and %d more\n", len(t.wrong)-i)
			break
		}
		s += "    " + w + "\n"
	}
	return s
}
