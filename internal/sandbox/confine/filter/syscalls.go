package filter

// An arch is a machine that a filter can be compiled for. A filter is data, so
// either can be compiled, and tested, on the other.
type arch int

const (
	amd64 arch = iota
	arm64
	other // any for which there is no list
)

// audit is the AUDIT_ARCH word that the kernel hands to the filter.
func (a arch) audit() uint32 { return [...]uint32{amd64: 0xc000003e, arm64: 0xc00000b7}[a] }

// A rule lets one system call through, or answers it in a way of its own.
// Everything without a rule is refused with EPERM.
type rule struct {
	name  string
	nr    [2]uint32 // by arch
	check []check   // all must hold
	errno uint32    // answered instead of letting it through, when not 0
}

// A check compares one argument, all 64 bits of it: the upper half must be 0,
// the lower one of want once the ignored bits are taken out.
type check struct {
	arg    int
	ignore uint32
	want   []uint32
}

func is(arg int, want ...uint32) check { return check{arg: arg, want: want} }

// rules is the allow-list: what Go's runtime needs in order to schedule,
// collect garbage, sleep, read and write descriptors that are already open,
// and end. pid is the worker's own process id. Common calls come first: the
// filter is read from the top.
func rules(pid uint32) []rule {
	const (
		cloneSetTLS  = 0x80000
		cloneThread  = 0x50f00 // VM|FS|FILES|SIGHAND|SYSVSEM|THREAD: what the runtime passes
		protRW       = 0x3
		mapFixed     = 0x10
		mapPrivate   = 0x22 // PRIVATE|ANONYMOUS
		mapDroppable = 0x28 // DROPPABLE|ANONYMOUS: the vDSO's random state
		prSetVMA     = 0x53564d41
		fGetFL       = 3
		fionRead     = 0x541b
		rlimitData   = 2
		openWrites   = 0x43 // O_ACCMODE|O_CREAT
		enoent       = 2
		enosys       = 38
	)
	return []rule{
		{name: "futex", nr: [2]uint32{202, 98}, check: []check{is(1, 128, 129)}}, // WAIT, WAKE, PRIVATE; none of the PI kinds
		{name: "write", nr: [2]uint32{1, 64}},
		{name: "read", nr: [2]uint32{0, 63}},
		{name: "epoll_pwait", nr: [2]uint32{281, 22}},
		{name: "nanosleep", nr: [2]uint32{35, 101}},
		{name: "sched_yield", nr: [2]uint32{24, 124}},
		// What the runtime sends itself: SIGURG to preempt, SIGABRT and SIGPIPE to
		// die of. Not SIGKILL and SIGSTOP: who ended or stopped a worker by them is
		// outside, and the verdict can say so.
		{name: "tgkill", nr: [2]uint32{234, 131}, check: []check{is(0, pid), is(2, 6, 13, 23)}},
		{name: "getpid", nr: [2]uint32{39, 172}},
		{name: "gettid", nr: [2]uint32{186, 178}},
		{name: "rt_sigreturn", nr: [2]uint32{15, 139}},
		{name: "rt_sigprocmask", nr: [2]uint32{14, 135}},
		{name: "rt_sigaction", nr: [2]uint32{13, 134}},
		{name: "sigaltstack", nr: [2]uint32{131, 132}},
		{name: "restart_syscall", nr: [2]uint32{219, 128}},
		// DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE, COLLAPSE. Not MERGEABLE: pages
		// shared with other processes tell of them by their timing.
		{name: "madvise", nr: [2]uint32{28, 233}, check: []check{is(2, 4, 8, 14, 15, 25)}},
		// Private memory of its own, never executable, never shared: shared
		// anonymous memory escapes RLIMIT_DATA.
		{name: "mmap", nr: [2]uint32{9, 222}, check: []check{
			{arg: 2, ignore: protRW, want: []uint32{0}},
			{arg: 3, ignore: mapFixed, want: []uint32{mapPrivate, mapDroppable}},
		}},
		{name: "munmap", nr: [2]uint32{11, 215}},
		{name: "clone", nr: [2]uint32{56, 220}, check: []check{{arg: 0, ignore: cloneSetTLS, want: []uint32{cloneThread}}}},
		{name: "clone3", nr: [2]uint32{435, 435}, errno: enosys},                                                 // its flags lie in memory, out of the filter's sight
		{name: "clock_gettime", nr: [2]uint32{228, 113}, check: []check{{arg: 0, ignore: 7, want: []uint32{0}}}}, // no other process's CPU clock
		{name: "getrandom", nr: [2]uint32{318, 278}},
		{name: "epoll_ctl", nr: [2]uint32{233, 21}},
		{name: "close", nr: [2]uint32{3, 57}},
		{name: "ioctl", nr: [2]uint32{16, 29}, check: []check{is(1, fionRead)}}, // how much a pipe holds
		{name: "fcntl", nr: [2]uint32{72, 25}, check: []check{is(1, fGetFL)}},
		{name: "prctl", nr: [2]uint32{157, 167}, check: []check{is(0, prSetVMA), is(1, 0)}},       // the runtime names its memory
		{name: "prlimit64", nr: [2]uint32{302, 261}, check: []check{is(0, 0), is(1, rlimitData)}}, // hard limits only go down
		{name: "fstat", nr: [2]uint32{5, 80}},                                                     // of the six pipes: there is nothing else to ask about
		// To a program the file system is empty: what it looks for is not there,
		// as it may expect. What it would make or change is refused.
		{name: "openat", nr: [2]uint32{257, 56}, check: []check{{arg: 2, ignore: ^uint32(openWrites), want: []uint32{0}}}, errno: enoent},
		{name: "newfstatat", nr: [2]uint32{262, 79}, errno: enoent},
		{name: "faccessat", nr: [2]uint32{269, 48}, errno: enoent},
		{name: "faccessat2", nr: [2]uint32{439, 439}, errno: enoent},
		{name: "readlinkat", nr: [2]uint32{267, 78}, errno: enoent},
		{name: "unlinkat", nr: [2]uint32{263, 35}, errno: enoent},
		{name: "exit", nr: [2]uint32{60, 93}},
		{name: "exit_group", nr: [2]uint32{231, 94}},
	}
}
