//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// steps are what is measured of many walks over the same steps, in milliseconds.
type steps struct {
	names      []string
	cpu, clock map[string][]float64
	faults     []int64 // of whole walks
}

// row adds what a step took, in nanoseconds.
func (s *steps) row(name string, cpu, clock int64) {
	if s.cpu == nil {
		s.cpu, s.clock = map[string][]float64{}, map[string][]float64{}
	}
	if s.cpu[name] == nil {
		s.names = append(s.names, name)
	}
	s.cpu[name] = append(s.cpu[name], float64(cpu)/1e6)
	s.clock[name] = append(s.clock[name], float64(clock)/1e6)
}

// rows adds a worker's own account of its steps after last, and returns the last one.
func (s *steps) rows(done []wire.Step, last wire.Step) wire.Step {
	for _, st := range done {
		s.row(st.Name, st.CPU-last.CPU, st.Clock-last.Clock)
		last = st
	}
	return last
}

func (s *steps) print() {
	fmt.Printf("%-40s %10s %10s %10s\n", "step (medians)", "CPU ms", "least", "elapsed")
	for _, name := range s.names {
		cpu, clock := slices.Sorted(slices.Values(s.cpu[name])), slices.Sorted(slices.Values(s.clock[name]))
		fmt.Printf("%-40s %10.2f %10.2f %10.2f\n", name, cpu[len(cpu)/2], cpu[0], clock[len(clock)/2])
	}
}

// rawWorker is a worker without the server's part of a sandbox.
type rawWorker struct {
	cell    *confine.Cell
	pipes   []*os.File // our ends, in the order of the worker's descriptors
	reports *bufio.Reader
	state   *os.ProcessState // once it has ended
}

func startWorker(host *confine.Host) (*rawWorker, error) {
	w := &rawWorker{}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	const job, reports = 0, 3
	for fd := range 6 {
		r, end, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		if fd == job {
			r, end = end, r
		}
		w.pipes, theirs = append(w.pipes, r), append(theirs, end)
	}
	w.reports = bufio.NewReaderSize(w.pipes[reports], wire.MaxReport)
	setup := wire.Setup{Most: wire.Limits{}.WithDefaults(), Steps: true}
	var err error
	w.cell, err = host.Start(wire.Args(setup), []string{"GOMAXPROCS=2"}, theirs)
	return w, err
}

func (w *rawWorker) report() (r wire.Report, err error) {
	line, err := w.reports.ReadBytes('\n')
	if err != nil {
		return r, err
	}
	err = json.Unmarshal(line, &r)
	return r, err
}

// end kills the worker, if it has not ended, and returns what it used.
func (w *rawWorker) end() *os.ProcessState {
	if w.state != nil {
		return w.state
	}
	_ = w.cell.Kill()
	w.state, _ = w.cell.Process.Wait() // it fails only if somebody else reaped our child
	_ = w.cell.Close()
	for _, f := range w.pipes {
		f.Close()
	}
	return w.state
}

func monotonic() int64 { return clock(unix.CLOCK_MONOTONIC) }

// cpuOf is the processor time that a process has used.
func cpuOf(pid int) int64 {
	const processClock = 2 // of the three of each process, the one that the scheduler keeps
	return clock(int32(^pid<<3 | processClock))
}

func clock(id int32) int64 {
	var t unix.Timespec
	if unix.ClockGettime(id, &t) != nil {
		return 0
	}
	return t.Nano()
}
