// Package gauge reads the counters of a running worker from outside: processor
// time, memory, state. It needs no right over the process.
package gauge

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Gauge reads one process's counters: its CPU clock, /proc/PID/statm and
// /proc/PID/status, which need no right over the process. The files stay open
// for the worker's life, so that no shortage of descriptors switches a limit
// off.
type Gauge struct {
	pid    int
	clock  int32
	page   int64
	statm  *os.File
	status *os.File
}

// Open opens the gauges of a process, once for its life.
func Open(pid int) (*Gauge, error) {
	// CPUCLOCK_SCHED of the whole process, as clock_getcpuclockid(3) makes it.
	g := &Gauge{pid: pid, clock: int32(^pid<<3 | 2), page: int64(os.Getpagesize())}
	var err error
	if g.statm, err = os.Open(fmt.Sprintf("/proc/%d/statm", pid)); err != nil {
		return nil, fmt.Errorf("open the worker's gauges: %w", err)
	}
	if g.status, err = os.Open(fmt.Sprintf("/proc/%d/status", pid)); err != nil {
		g.Close()
		return nil, fmt.Errorf("open the worker's gauges: %w", err)
	}
	if _, ok := g.CPUTime(); !ok {
		g.Close()
		return nil, fmt.Errorf("the worker's CPU clock cannot be read")
	}
	return g, nil
}

// Close gives the descriptors back.
func (g *Gauge) Close() {
	for _, f := range []*os.File{g.statm, g.status} {
		if f != nil {
			f.Close()
		}
	}
}

// CPUTime is the time that all threads of the process have used.
func (g *Gauge) CPUTime() (time.Duration, bool) {
	var ts unix.Timespec
	if err := unix.ClockGettime(g.clock, &ts); err != nil {
		return 0, false
	}
	return time.Duration(ts.Nano()), true
}

// Memory is the resident size, in bytes: the process's own pages, and the file
// pages that it shares with its siblings.
func (g *Gauge) Memory() (own, file int64, ok bool) {
	var buf [128]byte
	n, _ := g.statm.ReadAt(buf[:], 0)
	if own, file, ok = g.parse(buf[:n]); ok {
		return own, file, true
	}
	// A process whose first thread has ended shows no pages of its own, but
	// its other threads still do. Only hostile programs come here.
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/statm", g.pid))
	for _, name := range tasks {
		b, _ := os.ReadFile(name)
		if own, file, ok = g.parse(b); ok {
			return own, file, true
		}
	}
	return 0, 0, false
}

// parse reads statm: size resident shared text lib data dt, in pages. It finds
// nothing in a zombie's.
func (g *Gauge) parse(b []byte) (own, file int64, ok bool) {
	f := bytes.Fields(b)
	if len(f) < 3 {
		return 0, 0, false
	}
	resident, err1 := strconv.ParseInt(string(f[1]), 10, 64)
	shared, err2 := strconv.ParseInt(string(f[2]), 10, 64)
	if err1 != nil || err2 != nil || resident == 0 {
		return 0, 0, false
	}
	return (resident - shared) * g.page, shared * g.page, true
}

// Posture is what /proc/PID/status says.
type Posture struct {
	State   byte  // of the first thread: R, S, D, T, t, Z, X
	Threads int   // of the process
	Tables  int64 // bytes that the kernel holds in order to map its memory
}

// Stopped tells of a process that a signal or a debugger holds.
func (p Posture) Stopped() bool { return p.State == 'T' || p.State == 't' }

// Posture reads the process's state. Page tables count as memory: a program can
// make them grow while it holds hardly a page.
func (g *Gauge) Posture() (p Posture, ok bool) {
	var buf [4096]byte
	n, _ := g.status.ReadAt(buf[:], 0)
	for line := range bytes.Lines(buf[:n]) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch string(name) {
		case "State":
			if len(value) > 0 {
				p.State = value[0]
			}
		case "VmPTE":
			kib, _, _ := bytes.Cut(value, []byte(" "))
			n, _ := strconv.ParseInt(string(kib), 10, 64)
			p.Tables = n << 10
		case "Threads":
			p.Threads, _ = strconv.Atoi(string(value))
			return p, p.Threads > 0
		}
	}
	return p, false
}

// RunDelay is how long the process's threads were ready to run and had no
// processor, all together; 0 where the kernel does not tell.
func (g *Gauge) RunDelay() (sum time.Duration) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", g.pid))
	for _, name := range tasks {
		b, _ := os.ReadFile(name)
		if f := strings.Fields(string(b)); len(f) == 3 { // time run, time waited, turns
			n, _ := strconv.ParseInt(f[1], 10, 64)
			sum += time.Duration(n)
		}
	}
	return sum
}

// MaxResident is the most that an ended process ever held, file pages
// included, in bytes; 0 if the kernel does not tell. Its maximum begins with that
// of the process that forked it, which is the server's: only what is above that
// is the worker's.
func MaxResident(s *os.ProcessState) int64 {
	u, ok := s.SysUsage().(*syscall.Rusage)
	var own syscall.Rusage
	if !ok || syscall.Getrusage(syscall.RUSAGE_SELF, &own) != nil || u.Maxrss <= own.Maxrss {
		return 0
	}
	return u.Maxrss << 10
}
