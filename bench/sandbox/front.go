//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// frontTable prints what the steps of a program's way through a warm worker cost,
// from its text to its end, which for these programs comes soon after the first byte.
func frontTable(ctx context.Context, binary string, n int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if binary == "" {
		if binary, err = buildProduct(ctx, dir); err != nil {
			return err
		}
	}
	host, err := confine.Probe(confine.HostConfig{Binary: binary})
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name   string
		source func(run int) string
	}{
		{"hello", hello},
		{"140 lines", func(i int) string { return long(140, i) }},
		{"400 lines", func(i int) string { return long(400, i) }},
	} {
		var s steps
		for i := range n {
			if err := s.program(host, p.source(i)); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
		fmt.Printf("%s\n\n", p.name)
		s.print()
		slices.Sort(s.faults)
		fmt.Printf("%-40s %10d\n\n", "page faults", s.faults[len(s.faults)/2])
	}
	return nil
}

// idle is how long a worker waits for its program here: long enough to warm up.
const idle = 150 * time.Millisecond

// program gives a program to a worker that has warmed up.
func (s *steps) program(host *confine.Host, source string) error {
	w, err := startWorker(host)
	if err != nil {
		return err
	}
	defer w.end()
	if _, err := w.report(); err != nil {
		return fmt.Errorf("the worker was not ready: %w", err)
	}
	time.Sleep(idle)
	touched := faultsOf(w.cell.Process.Pid)
	given := wire.Step{CPU: cpuOf(w.cell.Process.Pid), Clock: monotonic()}
	if err := wire.WriteJob(w.pipes[0], wire.Job{Source: source, Limits: wire.Limits{}.WithDefaults()}); err != nil {
		return err
	}
	printed := make(chan int64, 1)
	go func() {
		const output = 5
		if n, _ := w.pipes[output].Read(make([]byte, 1)); n > 0 {
			printed <- monotonic()
		}
	}()
	for {
		r, err := w.report()
		if err != nil {
			return fmt.Errorf("the worker did not say how it ended: %w", err)
		}
		if r.Kind == wire.KindExit {
			last := s.rows(r.Steps, given)
			select {
			case at := <-printed:
				s.row("to the first byte", 0, at-given.Clock)
			case <-time.After(time.Second):
				return errors.New("the program printed nothing")
			}
			s.row("all", last.CPU-given.CPU, last.Clock-given.Clock)
			if u, ok := w.end().SysUsage().(*syscall.Rusage); ok {
				s.faults = append(s.faults, u.Minflt-touched)
			}
			return nil
		}
	}
}

// faultsOf is how many pages a process has touched for the first time.
func faultsOf(pid int) (n int64) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // it is there until we reap the process
	if f := strings.Fields(string(b)); len(f) > 9 {
		n, _ = strconv.ParseInt(f[9], 10, 64)
	}
	return n
}
