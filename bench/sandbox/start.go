//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// startTable prints what the parts of a worker's start cost: of the product's own
// binary, because a worker initialises what that is made of.
func startTable(ctx context.Context, n int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary, err := buildProduct(ctx, dir)
	if err != nil {
		return err
	}
	var tables []*starts
	for _, without := range []bool{false, true} {
		host, err := confine.Probe(confine.HostConfig{Binary: binary, NoNamespaces: without})
		if err != nil {
			return err
		}
		tables = append(tables, &starts{host: host})
	}
	for range n {
		for _, s := range tables { // in turn, so that they meet the same machine
			if err := s.one(); err != nil {
				return err
			}
		}
	}
	tables[0].print()
	fmt.Printf("\nwithout namespaces:\n\n")
	tables[1].print()
	inits, err := initialisers(binary, n)
	if err != nil {
		return err
	}
	fmt.Printf("\n%-58s %8s\n", "package initialisers, the ten longest (least of all starts)", "ms")
	for _, p := range inits[:min(len(inits), 10)] {
		fmt.Printf("%-58s %8.3f\n", p.path, p.ms)
	}
	return nil
}

// starts are the steps of many starts on one host.
type starts struct {
	host *confine.Host
	steps
}

// one starts a worker, waits until it is ready and ends it.
func (s *starts) one() error {
	begin := monotonic()
	w, err := startWorker(s.host)
	if err != nil {
		return err
	}
	defer w.end()
	started := monotonic()
	r, err := w.report()
	if err != nil {
		return fmt.Errorf("the worker was not ready: %w", err)
	}
	ready := monotonic()
	if r.Kind != wire.KindReady {
		return fmt.Errorf("the worker refused to start: %+v", r)
	}
	state := w.end()
	s.add(r.Steps, begin, started, ready, monotonic(), state)
	return nil
}

func (s *starts) add(done []wire.Step, begin, started, ready, gone int64, state *os.ProcessState) {
	all := state.UserTime().Nanoseconds() + state.SystemTime().Nanoseconds()
	s.row("clone, exec (the parent's)", 0, started-begin)
	last := s.rows(done, wire.Step{Clock: started})
	s.row("report", 0, ready-last.Clock)
	s.row("end", all-last.CPU, gone-ready)
	s.row("all", all, gone-begin)
}

// initialiser is a package with the time that its initialisers took.
type initialiser struct {
	path string
	ms   float64
}

// initialisers reads the runtime's account of n starts. The worker is told
// nothing and ends at once.
func initialisers(binary string, n int) ([]initialiser, error) {
	least := map[string]float64{}
	for range n {
		cmd := exec.Command(binary)
		cmd.Args, cmd.Env = []string{wire.WorkerName}, []string{"GODEBUG=inittrace=1"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		var trace strings.Builder
		cmd.Stderr = &trace
		_ = cmd.Run() // it complains that it was told nothing
		for line := range strings.Lines(trace.String()) {
			var path string
			var at, ms float64
			if _, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock,", &path, &at, &ms); err == nil {
				if before, ok := least[path]; !ok || ms < before {
					least[path] = ms
				}
			}
		}
	}
	var list []initialiser
	for path, ms := range least {
		list = append(list, initialiser{path, ms})
	}
	slices.SortFunc(list, func(a, b initialiser) int { return int(1e6 * (b.ms - a.ms)) })
	return list, nil
}
