package confine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// room is how much address space a worker may map beyond what it has at start
// and its memory cap. It bounds page tables, which no other rlimit counts.
const room = 1 << 30

// pending is how many signals may wait: timers of a worker are made before the
// program comes, so this bounds nothing that a program needs.
const pending = 64

// sharedThreads bounds the threads of a worker together with all others of its
// user, where it has none of its own: high enough for a user's desktop, low
// enough to keep the machine alive.
const sharedThreads = 16384

// limits are the fixed rlimits, soft and hard alike: some signals of soft
// limits are ignored by Go's runtime.
func limits(alone bool, cfg Config) map[int]uint64 {
	m := map[int]uint64{
		unix.RLIMIT_CORE:       0,
		unix.RLIMIT_FSIZE:      0,
		unix.RLIMIT_MEMLOCK:    0,
		unix.RLIMIT_MSGQUEUE:   0,
		unix.RLIMIT_SIGPENDING: pending,
		unix.RLIMIT_NOFILE:     0,
	}
	m[unix.RLIMIT_NPROC] = sharedThreads
	if alone {
		m[unix.RLIMIT_NPROC] = cfg.threads()
	}
	if cfg.CPUTime > 0 {
		m[unix.RLIMIT_CPU] = cpuSeconds(cpuUsed(), cfg.CPUTime)
	}
	return m
}

func setLimits(alone bool, cfg Config) error {
	time.Sleep(time.Microsecond) // the runtime's poller needs its descriptors before NOFILE is 0
	for which, v := range limits(alone, cfg) {
		if err := lower(which, v); err != nil {
			return fmt.Errorf("rlimit %d: %w", which, err)
		}
	}
	return nil
}

// lower sets a limit, soft and hard, unless it is lower already.
func lower(which int, v uint64) error {
	var old unix.Rlimit
	if err := unix.Prlimit(0, which, nil, &old); err != nil {
		return err
	}
	v = min(v, old.Max)
	return unix.Prlimit(0, which, &unix.Rlimit{Cur: v, Max: v}, nil)
}

func limitsDetail(alone bool, cfg Config) string {
	const none = "no file, descriptor, core or locked memory"
	if alone {
		return fmt.Sprintf("%s; at most %d threads", none, cfg.threads())
	}
	return fmt.Sprintf("%s; at most %d threads of its user together", none, sharedThreads)
}

// cpuSeconds is the whole second at which RLIMIT_CPU kills: never before the
// parent's finer meter would have.
func cpuSeconds(used, budget time.Duration) uint64 {
	return uint64((used+budget)/time.Second) + 2
}

func cpuUsed() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// capMemory caps private memory at what the process holds now counted as held,
// plus the rest of the cap: most of what is mapped at this point is reserved
// but untouched.
func (c *Confined) capMemory(limit int64) wire.Layer {
	m, err := readStatus()
	if err != nil {
		return off(LayerMemory, "%v", err)
	}
	c.base = max(m["VmData"], m["RssAnon"]) - m["RssAnon"]
	if limit <= 0 {
		return off(LayerMemory, "no limit was asked for")
	}
	space := m["VmSize"] + mapped*uint64(limit) + room
	if err := lower(unix.RLIMIT_AS, space); err != nil {
		return off(LayerMemory, "limit address space: %v", err)
	}
	return verdict(LayerMemory, fmt.Sprintf("%d MiB", limit>>20), c.SetMemory(limit))
}

// mapped is how many times a memory limit a worker may map. The rlimit counts
// memory that is mapped, the limit means memory that is held, and Go's runtime
// maps much more than it holds before its collector has caught up: on a busy
// machine a program that made large slices and dropped them got 400 MiB ahead of
// it, none of it touched. The parent's watchdog holds the limit itself, within a
// few percent; this is the wall behind it.
const mapped = 3

// SetMemory lowers the cap to what a program limited to limit bytes may map. It
// works behind all walls, and the kernel refuses to raise the cap again.
func (c *Confined) SetMemory(limit int64) error {
	if limit <= 0 {
		return errors.New("memory limit must be above 0")
	}
	v := c.base + mapped*uint64(limit)
	// One call and no look at the old limit: behind the filter only this one works.
	if err := unix.Prlimit(0, unix.RLIMIT_DATA, &unix.Rlimit{Cur: v, Max: v}, nil); err != nil {
		return fmt.Errorf("cap memory at %d bytes: %w", limit, err)
	}
	return nil
}

// readStatus reads the sizes in /proc/self/status, in bytes.
func readStatus() (map[string]uint64, error) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, err
	}
	sizes := map[string]uint64{}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		name, value, _ := strings.Cut(s.Text(), ":")
		kib, isSize := strings.CutSuffix(strings.TrimSpace(value), " kB")
		if n, err := strconv.ParseUint(kib, 10, 64); isSize && err == nil {
			sizes[name] = n << 10
		}
	}
	if sizes["VmData"] == 0 || sizes["VmSize"] == 0 {
		return nil, errors.New("/proc/self/status names no VmData and VmSize")
	}
	return sizes, nil
}

// ownUser reports whether no process outside this worker counts towards its
// user: a user namespace without mappings, or a uid that the parent gave out
// for this worker alone.
func ownUser() bool {
	if isWorkerUID(os.Getuid()) {
		return true
	}
	uidMap, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && len(bytes.TrimSpace(uidMap)) == 0
}
