//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

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
	binary := filepath.Join(dir, "playground")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/playground")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // a worker has a uid of its own
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
	host  *confine.Host
	names []string
	cpu   [][]float64 // by step, in milliseconds
	clock [][]float64
}

// one starts a worker, waits until it is ready and ends it.
func (s *starts) one() error {
	var ours, theirs []*os.File
	defer func() {
		for _, f := range slices.Concat(ours, theirs) {
			f.Close()
		}
	}()
	for fd := range 6 {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		if fd == 0 {
			r, w = w, r
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	limits := wire.Limits{}.WithDefaults()
	begin := monotonic()
	cell, err := s.host.Start(wire.Args(wire.Setup{Most: limits, Steps: true}), []string{"GOMAXPROCS=2"}, theirs)
	if err != nil {
		return err
	}
	started := monotonic()
	for _, f := range theirs {
		f.Close()
	}
	const reports = 3
	line, err := bufio.NewReaderSize(ours[reports], wire.MaxReport).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the worker was not ready: %w", err)
	}
	ready := monotonic()
	_ = cell.Kill()
	state, err := cell.Process.Wait()
	if err != nil {
		return err
	}
	gone := monotonic()
	_ = cell.Close()
	var r wire.Report
	if err := json.Unmarshal(line, &r); err != nil {
		return err
	}
	if r.Kind != wire.KindReady {
		return fmt.Errorf("the worker refused to start: %s", line)
	}
	s.add(r.Steps, begin, started, ready, gone, state)
	return nil
}

func (s *starts) add(steps []wire.Step, begin, started, ready, gone int64, state *os.ProcessState) {
	i := 0
	row := func(name string, cpu, clock int64) {
		if i == len(s.names) {
			s.names, s.cpu, s.clock = append(s.names, name), append(s.cpu, nil), append(s.clock, nil)
		}
		s.cpu[i] = append(s.cpu[i], float64(cpu)/1e6)
		s.clock[i] = append(s.clock[i], float64(clock)/1e6)
		i++
	}
	row("clone, exec (the parent's)", 0, started-begin)
	last := wire.Step{Clock: started}
	for _, st := range steps {
		row(st.Name, st.CPU-last.CPU, st.Clock-last.Clock)
		last = st
	}
	row("report", 0, ready-last.Clock)
	row("end", state.UserTime().Nanoseconds()+state.SystemTime().Nanoseconds()-last.CPU, gone-ready)
	row("all", state.UserTime().Nanoseconds()+state.SystemTime().Nanoseconds(), gone-begin)
}

func (s *starts) print() {
	fmt.Printf("%-40s %10s %10s %10s\n", "step (medians)", "CPU ms", "least", "elapsed")
	for i, name := range s.names {
		slices.Sort(s.cpu[i])
		slices.Sort(s.clock[i])
		k := len(s.cpu[i])
		fmt.Printf("%-40s %10.2f %10.2f %10.2f\n", name, s.cpu[i][k/2], s.cpu[i][0], s.clock[i][k/2])
	}
}

func monotonic() int64 {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // it cannot fail
	return t.Nano()
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
