//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"playground/bench/internal/reader"
)

// usage is what a measurement took: of two counts, the later one less the earlier.
type usage struct {
	cores   []int         // of the nodes
	readers time.Duration // processor time of this process
	nodes   []time.Duration
	idle    []time.Duration // of each core, in the order of /proc/stat
}

// tick is the unit of times in /proc: it is 1/100 s for whoever reads it.
const tick = 10 * time.Millisecond

// count adds what has been used so far, or takes it off.
func (u *usage) count(nodes []*member, sign time.Duration) error {
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err != nil {
		return err
	}
	u.readers += sign * time.Duration(self.Utime.Nano()+self.Stime.Nano())
	for i, m := range nodes {
		used, err := m.used()
		if err != nil {
			return err
		}
		u.nodes = addTo(u.nodes, i, sign*used)
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		// cpu0 user nice system idle …
		if f := strings.Fields(line); len(f) > 4 && f[0] != "cpu" && strings.HasPrefix(f[0], "cpu") {
			core, err := strconv.Atoi(f[0][len("cpu"):])
			if err != nil {
				return err
			}
			ticks, err := strconv.Atoi(f[4])
			if err != nil {
				return err
			}
			u.idle = addTo(u.idle, core, sign*time.Duration(ticks)*tick)
		}
	}
	return nil
}

// addTo adds to one of a list, which grows as far.
func addTo(list []time.Duration, i int, d time.Duration) []time.Duration {
	for len(list) <= i {
		list = append(list, 0)
	}
	list[i] += d
	return list
}

// used is the processor time of a node and of its workers that have ended.
func (m *member) used() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// proc_pid_stat(5): after the name, which may hold anything, state is field 3, and
	// utime, stime, cutime and cstime are 14 to 17.
	f := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	sum := 0
	for _, s := range f[14-3 : 18-3] {
		n, err := strconv.Atoi(s)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// rested waits until the nodes have nothing to do any more: a server that was just
// started compresses pages and compiles their programs.
func (f *fleet) rested(ctx context.Context) error {
	const look = 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, m := range f.running() {
		for before := -look; ; {
			now, err := m.used()
			if err != nil {
				return err
			}
			if now-before <= look/10 {
				break
			}
			if ctx.Err() != nil {
				return fmt.Errorf("node %d is busy with itself", m.number)
			}
			before = now
			reader.Sleep(ctx, look)
		}
	}
	return nil
}

func (u *usage) ofNodes() (sum time.Duration) {
	for _, used := range u.nodes {
		sum += used
	}
	return sum
}

// String is a line for each.
func (u *usage) String() string {
	var b strings.Builder
	for i, used := range u.nodes {
		fmt.Fprintf(&b, "    the node of core %d used %.1f s\n", u.cores[i], used.Seconds())
	}
	fmt.Fprintf(&b, "    the readers used %.1f s of all cores\n", u.readers.Seconds())
	for i, idle := range u.idle {
		fmt.Fprintf(&b, "    core %d was idle for %.1f s\n", i, idle.Seconds())
	}
	return b.String()
}
