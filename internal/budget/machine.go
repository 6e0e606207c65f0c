package budget

import (
	"bufio"
	"bytes"
	"io/fs"
	"math"
	"strconv"
	"strings"
)

// Limit is the least of what bounds one resource. Most is Unlimited, and By
// empty, when nothing does.
type Limit struct {
	Most int64
	Used int64  // by others, or by us so far, of what Most counts
	By   string // where it comes from, such as "pids.max of the cgroup"
}

// Unlimited is the Most of a resource without a bound.
const Unlimited = math.MaxInt64

// Free is what is left.
func (l Limit) Free() int64 {
	if l.Most == Unlimited {
		return Unlimited
	}
	return max(l.Most-l.Used, 0)
}

// tighten takes another limit into account.
func (l *Limit) tighten(other Limit) {
	if other.Free() < l.Free() {
		*l = other
	}
}

// Machine is what a process may use.
type Machine struct {
	Cores       float64
	Memory      Limit // bytes; Used is only known of the machine's
	Pids        Limit // processes and threads
	Descriptors Limit
}

// Process is what a process knows of itself without reading files. A limit of 0
// is none.
type Process struct {
	CPUs        int
	UID         int
	Descriptors int64 // RLIMIT_NOFILE
	Processes   int64 // RLIMIT_NPROC
}

// Read finds what p may use. root is the root of the file system. What cannot be
// read is not a limit.
func Read(root fs.FS, p Process) Machine {
	m := Machine{
		Cores:       float64(p.CPUs),
		Memory:      machineMemory(root),
		Pids:        machinePids(root),
		Descriptors: Limit{Most: Unlimited},
	}
	if p.Descriptors > 0 {
		m.Descriptors = Limit{Most: p.Descriptors, By: "the limit of open files"}
	}
	if p.Processes > 0 && p.UID != 0 { // it does not hold for root
		m.Pids.tighten(Limit{Most: p.Processes, Used: threadsOf(root, p.UID), By: "the limit of processes of this user"})
	}
	for _, g := range cgroups(root) {
		g.tighten(&m)
	}
	return m
}

func machineMemory(root fs.FS) Limit {
	total, ok1 := meminfo(root, "MemTotal:")
	available, ok2 := meminfo(root, "MemAvailable:")
	if !ok1 || !ok2 {
		return Limit{Most: Unlimited}
	}
	return Limit{Most: total, Used: total - available, By: "the machine's memory"}
}

// meminfo is a row of /proc/meminfo, in bytes.
func meminfo(root fs.FS, name string) (int64, bool) {
	b, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			n, err := strconv.ParseInt(f[1], 10, 64)
			return n << 10, err == nil
		}
	}
	return 0, false
}

func machinePids(root fs.FS) Limit {
	l := Limit{Most: Unlimited}
	for _, name := range []string{"threads-max", "pid_max"} {
		if n, ok := number(root, "proc/sys/kernel/"+name); ok {
			l.tighten(Limit{Most: n, By: "kernel." + name})
		}
	}
	return l
}

// threadsOf counts the threads of a user, as RLIMIT_NPROC does.
func threadsOf(root fs.FS, uid int) (n int64) {
	names, _ := fs.Glob(root, "proc/[0-9]*/status")
	for _, name := range names {
		b, err := fs.ReadFile(root, name)
		if err != nil {
			continue // it has ended
		}
		var owner int
		var threads int64
		for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
			switch f := strings.Fields(s.Text()); {
			case len(f) < 2:
			case f[0] == "Uid:":
				owner, _ = strconv.Atoi(f[1])
			case f[0] == "Threads:":
				threads, _ = strconv.ParseInt(f[1], 10, 64)
			}
		}
		if owner == uid {
			n += threads
		}
	}
	return n
}

// number reads a file that holds one number; "max" is none.
func number(root fs.FS, name string) (int64, bool) {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return n, err == nil
}
