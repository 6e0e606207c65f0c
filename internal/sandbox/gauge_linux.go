package sandbox

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

// gauge reads one process's counters: its CPU clock, and /proc/PID/statm,
// which needs no right over the process.
type gauge struct {
	pid   int
	clock int32
	statm *os.File
	page  int64
}

func openGauge(pid int) gauge {
	// CPUCLOCK_SCHED of the whole process, as clock_getcpuclockid(3) makes it.
	g := gauge{pid: pid, clock: int32(^pid<<3 | 2), page: int64(os.Getpagesize())}
	g.statm, _ = os.Open(fmt.Sprintf("/proc/%d/statm", pid))
	return g
}

func (g gauge) close() {
	if g.statm != nil {
		g.statm.Close()
	}
}

// cpuTime is the time that all threads of the process have used.
func (g gauge) cpuTime() (time.Duration, bool) {
	var ts unix.Timespec
	if err := unix.ClockGettime(g.clock, &ts); err != nil {
		return 0, false
	}
	return time.Duration(ts.Nano()), true
}

// memory is the resident size, in bytes: the process's own pages, and the file
// pages that it shares with its siblings.
func (g gauge) memory() (own, file int64, ok bool) {
	if g.statm == nil {
		return 0, 0, false
	}
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
func (g gauge) parse(b []byte) (own, file int64, ok bool) {
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

// maxResident is the most that an ended process ever held, file pages
// included, in bytes.
func maxResident(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}

// pageTables is what the kernel holds in order to map the process's memory, in
// bytes. A program can make it grow while it holds hardly a page.
func (g gauge) pageTables() int64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmPTE:")
	kib, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseInt(kib, 10, 64)
	return n << 10
}
