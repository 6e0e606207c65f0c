package confine

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attack is one thing that a hostile program would like to do. It went
// through when try returns nil.
type attack struct {
	name string
	try  func() error
	// native: must not be tried without seccomp, which alone keeps it from
	// taking the probe's own process with it.
	native bool
	// landlock: Landlock alone, from the given ABI on, refuses it too.
	landlock int
	// control: goes through when there are no walls, whoever runs it, also
	// inside a container. It proves that the attack is a real one.
	control bool
}

func raw(nr uintptr, args ...uintptr) error {
	var a [6]uintptr
	copy(a[:], args)
	if _, _, errno := unix.Syscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}

func cstr(s string) uintptr {
	b := append([]byte(s), 0)
	pinned = append(pinned, b)
	return uintptr(unsafe.Pointer(&b[0]))
}

// pinned keeps buffers whose addresses are in raw arguments. The heap does not
// move.
var pinned [][]byte

func buf(n int) uintptr {
	b := make([]byte, n)
	pinned = append(pinned, b)
	return uintptr(unsafe.Pointer(&b[0]))
}

func opening(path string, flags int) func() error {
	return func() error {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0o600)
		if err == nil {
			unix.Close(fd)
		}
		return err
	}
}

func socket(domain, kind, proto int) func() error {
	return func() error {
		fd, err := unix.Socket(domain, kind, proto)
		if err == nil {
			unix.Close(fd)
		}
		return err
	}
}

func connect(domain, kind, proto int, addr unix.Sockaddr) func() error {
	return func() error {
		fd, err := unix.Socket(domain, kind, proto)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		if err := unix.Connect(fd, addr); err != nil {
			return err
		}
		_, err = unix.Write(fd, []byte("hello"))
		return err
	}
}

func bind(domain int, addr unix.Sockaddr) func() error {
	return func() error {
		fd, err := unix.Socket(domain, unix.SOCK_STREAM, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		if err := unix.Bind(fd, addr); err != nil {
			return err
		}
		return unix.Listen(fd, 1)
	}
}

func call(nr uintptr, args ...uintptr) func() error {
	return func() error { return raw(nr, args...) }
}

func attacks(t target) []attack {
	var all []attack
	for _, family := range [][]attack{
		fileAttacks(t), descriptorAttacks(), processAttacks(t), forkAttacks(),
		networkAttacks(t), ipcAttacks(), memoryAttacks(t), selfAttacks(), kernelAttacks(),
	} {
		all = append(all, family...)
	}
	return all
}

func fileAttacks(t target) []attack {
	proc := fmt.Sprintf("/proc/%d/", t.Server)
	dir := t.Secret + ".d"
	at := ^uintptr(99) // AT_FDCWD
	return []attack{
		{name: "open secret", try: opening(t.Secret, unix.O_RDONLY), landlock: 1, control: true},
		{name: "openat2 secret", try: call(unix.SYS_OPENAT2, at, cstr(t.Secret), buf(24), 24), landlock: 1, control: true},
		{name: "write secret", try: opening(t.Secret, unix.O_RDWR), landlock: 1, control: true},
		{name: "truncate secret", try: func() error { return unix.Truncate(t.Secret, 6) }, landlock: 3, control: true},
		{name: "create file", try: opening(t.Secret+".new", unix.O_CREAT|unix.O_WRONLY), landlock: 1, control: true},
		{name: "open /", try: opening("/", unix.O_RDONLY|unix.O_DIRECTORY), landlock: 1, control: true},
		{name: "open /dev/null", try: opening("/dev/null", unix.O_RDWR), landlock: 1, control: true},
		{name: "open /proc/self/mem", try: opening("/proc/self/mem", unix.O_RDWR), landlock: 1},
		{name: "open own environ", try: opening("/proc/self/environ", unix.O_RDONLY), landlock: 1, control: true},
		{name: "open server mem", try: opening(proc+"mem", unix.O_RDWR), landlock: 1},
		{name: "open server environ", try: opening(proc+"environ", unix.O_RDONLY), landlock: 1},
		{name: "list server fds", try: opening(proc+"fd", unix.O_RDONLY|unix.O_DIRECTORY), landlock: 1},
		{name: "open O_PATH", try: opening("/", unix.O_PATH)}, // Landlock lets a path be named
		{name: "stat secret", try: func() error { var s unix.Stat_t; return unix.Stat(t.Secret, &s) }, control: true},
		{name: "statx secret", try: func() error { var s unix.Statx_t; return unix.Statx(unix.AT_FDCWD, t.Secret, 0, unix.STATX_ALL, &s) }, control: true},
		{name: "access secret", try: func() error { return unix.Access(t.Secret, unix.R_OK) }, control: true},
		{name: "readlink exe", try: func() error { _, err := unix.Readlink("/proc/self/exe", make([]byte, 99)); return err }},
		{name: "chdir", try: func() error { return unix.Chdir("/") }, control: true},
		{name: "getcwd", try: func() error { _, err := unix.Getcwd(make([]byte, 4096)); return err }, control: true},
		{name: "mkdir", try: func() error { defer unix.Rmdir(dir); return unix.Mkdir(dir, 0o700) }, landlock: 1, control: true},
		{name: "symlink", try: func() error { defer unix.Unlink(dir + "l"); return unix.Symlink("/", dir+"l") }, landlock: 1, control: true},
		{name: "mkfifo", try: func() error { defer unix.Unlink(dir + "p"); return unix.Mkfifo(dir+"p", 0o600) }, landlock: 1, control: true},
		{name: "rename", try: func() error {
			err := unix.Rename(t.Secret, t.Secret+"2")
			_ = unix.Rename(t.Secret+"2", t.Secret)
			return err
		}, landlock: 1, control: true},
		{name: "unlink", try: func() error { return unix.Unlink(t.Secret + ".new") }, landlock: 1, control: true},
		{name: "inotify", try: func() error {
			fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
			if err == nil {
				unix.Close(fd)
			}
			return err
		}},
		{name: "memfd_create", try: func() error {
			fd, err := unix.MemfdCreate("x", unix.MFD_CLOEXEC)
			if err == nil {
				unix.Close(fd)
			}
			return err
		}},
		{name: "mount", try: func() error { return unix.Mount("none", "/proc", "tmpfs", 0, "") }, native: true},
		{name: "umount", try: func() error { return unix.Unmount("/proc", unix.MNT_DETACH) }, native: true},
		{name: "chroot", try: func() error { return unix.Chroot("/") }, native: true},
		{name: "pivot_root", try: func() error { return unix.PivotRoot("/", "/") }, native: true},
	}
}

func descriptorAttacks() []attack {
	return []attack{
		{name: "read leaked descriptor", try: func() error { _, err := unix.Read(kept, make([]byte, 8)); return err }, control: true},
		{name: "pipe2", try: func() error { var p [2]int; return unix.Pipe2(p[:], unix.O_CLOEXEC) }},
		{name: "dup", try: func() error {
			fd, err := unix.Dup(1)
			if err == nil {
				unix.Close(fd)
			}
			return err
		}},
		{name: "dup3", try: func() error { return unix.Dup3(1, 99, 0) }},
		{name: "F_DUPFD", try: func() error { _, err := unix.FcntlInt(1, unix.F_DUPFD, 0); return err }},
		{name: "F_SETFL", try: func() error { _, err := unix.FcntlInt(1, unix.F_SETFL, unix.O_APPEND); return err }, control: true},
		{name: "F_SETPIPE_SZ", try: func() error { _, err := unix.FcntlInt(1, unix.F_SETPIPE_SZ, 1<<20); return err }},
		{name: "F_SETOWN", try: func() error { _, err := unix.FcntlInt(1, unix.F_SETOWN, 1); return err }, native: true},
		{name: "TIOCSTI", try: func() error { return unix.IoctlSetPointerInt(0, unix.TIOCSTI, 'x') }},
		{name: "eventfd", try: func() error { _, err := unix.Eventfd(0, 0); return err }},
		{name: "epoll_create", try: func() error { _, err := unix.EpollCreate1(0); return err }},
		{name: "timerfd", try: func() error { _, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, 0); return err }},
	}
}

func processAttacks(t target) []attack {
	pid := t.Server
	remote := unix.RemoteIovec{Base: 0x400000, Len: 1}
	return []attack{
		{name: "signal the server", try: func() error { return unix.Kill(pid, 0) }, landlock: 6, control: true},
		{name: "kill everything", try: func() error { return unix.Kill(-1, unix.SIGKILL) }, native: true},
		{name: "tgkill the server", try: func() error { return unix.Tgkill(pid, pid, 0) }, landlock: 6, control: true},
		{name: "tkill the server", try: call(unix.SYS_TKILL, uintptr(pid), 0), landlock: 6, control: true},
		{name: "sigqueue the server", try: call(unix.SYS_RT_SIGQUEUEINFO, uintptr(pid), 0, buf(128))},
		{name: "pidfd_open the server", try: func() error {
			fd, err := unix.PidfdOpen(pid, 0)
			if err == nil {
				unix.Close(fd)
			}
			return err
		}},
		{name: "pidfd_getfd of the server", try: func() error {
			fd, err := unix.PidfdOpen(pid, 0)
			if err != nil {
				return err
			}
			defer unix.Close(fd)
			_, err = unix.PidfdGetfd(fd, 1, 0)
			return err
		}, landlock: 1},
		{name: "ptrace the server", try: func() error { return unix.PtraceAttach(pid) }, landlock: 1, native: true},
		{name: "be traced", try: call(unix.SYS_PTRACE, unix.PTRACE_TRACEME), native: true},
		{name: "read server memory", try: func() error {
			_, err := unix.ProcessVMReadv(pid, []unix.Iovec{{Base: &make([]byte, 8)[0], Len: 8}}, []unix.RemoteIovec{{Base: 0x400000, Len: 8}}, 0)
			return err
		}, landlock: 1},
		{name: "write server memory", try: func() error {
			_, err := unix.ProcessVMWritev(pid, []unix.Iovec{{Base: &make([]byte, 1)[0], Len: 1}}, []unix.RemoteIovec{remote}, 0)
			return err
		}, landlock: 1, native: true},
		{name: "limit the server", try: func() error { return unix.Prlimit(pid, unix.RLIMIT_CORE, nil, &unix.Rlimit{}) }, control: true},
		{name: "pin the server", try: func() error {
			var s unix.CPUSet
			return unix.SchedGetaffinity(pid, &s)
		}, control: true},
		{name: "server's priority", try: func() error { _, err := unix.Getpriority(unix.PRIO_PROCESS, pid); return err }, control: true},
		{name: "renice itself", try: func() error { return unix.Setpriority(unix.PRIO_PROCESS, 0, 19) }, control: true},
		{name: "real-time itself", try: call(unix.SYS_SCHED_SETSCHEDULER, 0, 1, buf(64))},
		{name: "wait for anyone", try: func() error { _, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); return ignore(err, unix.ECHILD) }, control: true},
		{name: "getppid", try: func() error { return raw(unix.SYS_GETPPID) }, control: true},
		{name: "getuid", try: func() error { return raw(unix.SYS_GETUID) }, control: true},
		{name: "uname", try: func() error { return unix.Uname(&unix.Utsname{}) }, control: true},
		{name: "sysinfo", try: func() error { return unix.Sysinfo(&unix.Sysinfo_t{}) }, control: true},
		{name: "another's CPU clock", try: func() error {
			var ts unix.Timespec
			return unix.ClockGettime(int32(^uint32(pid)<<3|2), &ts)
		}, control: true},
	}
}

func ignore(err, fine error) error {
	if err == fine {
		return nil
	}
	return err
}

func forkAttacks() []attack {
	clone3 := make([]uint64, 11)
	clone3[4] = uint64(unix.SIGCHLD)
	return []attack{
		{name: "fork", try: func() error {
			pid, _, errno := unix.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
			if errno == 0 && pid == 0 {
				for {
					_, _, _ = unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
				}
			}
			if errno != 0 {
				return errno
			}
			return nil
		}, control: true},
		{name: "clone into a user namespace", try: call(unix.SYS_CLONE, unix.CLONE_NEWUSER|uintptr(unix.SIGCHLD)), native: true},
		{name: "clone3", try: call(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&clone3[0])), 88), native: true},
		{name: "exec", try: func() error { return unix.Exec("/proc/self/exe", []string{"true"}, nil) }, native: true},
		{name: "execveat", try: call(unix.SYS_EXECVEAT, ^uintptr(99), cstr("/proc/self/exe"), buf(16), buf(16), 0), native: true},
		{name: "unshare user", try: func() error { return unix.Unshare(unix.CLONE_NEWUSER) }, native: true},
		{name: "unshare net", try: func() error { return unix.Unshare(unix.CLONE_NEWNET) }, native: true},
		{name: "setns", try: func() error { return unix.Setns(0, 0) }, native: true},
		{name: "setsid", try: func() error { _, err := unix.Setsid(); return err }, native: true},
		{name: "setpgid", try: func() error { return unix.Setpgid(0, 0) }, native: true},
	}
}

func networkAttacks(t target) []attack {
	lo := [4]byte{127, 0, 0, 1}
	tcp := &unix.SockaddrInet4{Port: t.TCP, Addr: lo}
	return []attack{
		{name: "connect TCP", try: connect(unix.AF_INET, unix.SOCK_STREAM, 0, tcp), landlock: 4, control: true},
		{name: "connect MPTCP", try: connect(unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP, tcp)},
		{name: "send UDP", try: connect(unix.AF_INET, unix.SOCK_DGRAM, 0, &unix.SockaddrInet4{Port: t.UDP, Addr: lo}), control: true},
		{name: "listen TCP", try: bind(unix.AF_INET, &unix.SockaddrInet4{Addr: lo}), control: true},
		{name: "metadata address", try: func() error {
			fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
			if err != nil {
				return err
			}
			unix.Close(fd) // nothing is sent: having a socket is bad enough
			return nil
		}, control: true},
		{name: "connect Unix path", try: connect(unix.AF_UNIX, unix.SOCK_STREAM, 0, &unix.SockaddrUnix{Name: t.Path}), control: true},
		{name: "connect Unix abstract", try: connect(unix.AF_UNIX, unix.SOCK_STREAM, 0, &unix.SockaddrUnix{Name: "@" + t.Abstract}), landlock: 6, control: true},
		{name: "bind Unix abstract", try: bind(unix.AF_UNIX, &unix.SockaddrUnix{Name: "@" + t.Abstract + "2"}), control: true},
		{name: "socketpair", try: func() error {
			p, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
			if err == nil {
				unix.Close(p[0])
				unix.Close(p[1])
			}
			return err
		}, control: true},
		{name: "socket TCP6", try: socket(unix.AF_INET6, unix.SOCK_STREAM, 0)},
		{name: "socket raw", try: socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP)},
		{name: "socket packet", try: socket(unix.AF_PACKET, unix.SOCK_RAW, 0)},
		{name: "socket netlink", try: socket(unix.AF_NETLINK, unix.SOCK_RAW, 0), control: true},
		{name: "socket vsock", try: socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0)},
		{name: "socket AF_ALG", try: socket(unix.AF_ALG, unix.SOCK_SEQPACKET, 0)},
	}
}

func ipcAttacks() []attack {
	const create = 0o1600 // IPC_CREAT|0600
	// What these make without walls, they take away again.
	drop := func(get, ctl uintptr, args ...uintptr) func() error {
		return func() error {
			id, _, errno := unix.Syscall(get, 0, args[0], args[1])
			if errno != 0 {
				return errno
			}
			_, _, _ = unix.Syscall6(ctl, id, args[2], args[3], 0, 0, 0)
			return nil
		}
	}
	return []attack{
		{name: "shmget", try: drop(unix.SYS_SHMGET, unix.SYS_SHMCTL, 4096, create, 0, 0), control: true},
		{name: "msgget", try: drop(unix.SYS_MSGGET, unix.SYS_MSGCTL, create, 0, 0, 0), control: true},
		{name: "semget", try: drop(unix.SYS_SEMGET, unix.SYS_SEMCTL, 1, create, 0, 0), control: true},
		{name: "mq_open", try: call(unix.SYS_MQ_OPEN, cstr("x"), unix.O_CREAT|unix.O_RDWR, 0o600, 0), native: true},
		{name: "add_key", try: func() error {
			_, err := unix.AddKey("user", "x", []byte("x"), unix.KEY_SPEC_PROCESS_KEYRING)
			return err
		}},
		{name: "keyctl", try: func() error { _, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_SESSION_KEYRING, false); return err }},
		{name: "request_key", try: func() error { _, err := unix.RequestKey("user", "x", "", 0); return ignore(err, unix.ENOKEY) }},
	}
}

func memoryAttacks(t target) []attack {
	const page = 4096
	anon := uintptr(unix.MAP_PRIVATE | unix.MAP_ANON)
	mmap := func(length, prot, flags, fd uintptr) func() error {
		return func() error {
			p, _, errno := unix.Syscall6(unix.SYS_MMAP, 0, length, prot, flags, fd, 0)
			if errno != 0 {
				return errno
			}
			_, _, _ = unix.Syscall(unix.SYS_MUNMAP, p, length, 0)
			return nil
		}
	}
	none := ^uintptr(0)
	return []attack{
		{name: "mmap executable", try: mmap(page, unix.PROT_READ|unix.PROT_EXEC, anon, none), control: true},
		{name: "mmap writable and executable", try: mmap(page, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, anon, none), control: true},
		{name: "mprotect executable", try: func() error {
			p, _, errno := unix.Syscall6(unix.SYS_MMAP, 0, page, unix.PROT_READ|unix.PROT_WRITE, anon, none, 0)
			if errno != 0 {
				return errno
			}
			return raw(unix.SYS_MPROTECT, p, page, unix.PROT_READ|unix.PROT_EXEC)
		}, control: true},
		{name: "shared memory outside the cap", try: mmap(page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON, none), control: true},
		{name: "growing mapping", try: mmap(page, unix.PROT_READ|unix.PROT_WRITE, anon|unix.MAP_GROWSDOWN, none), control: true},
		{name: "mergeable pages", try: func() error {
			p, _, _ := unix.Syscall6(unix.SYS_MMAP, 0, page, unix.PROT_READ|unix.PROT_WRITE, anon, none, 0)
			return raw(unix.SYS_MADVISE, p, page, unix.MADV_MERGEABLE)
		}},
		{name: "mlock", try: call(unix.SYS_MLOCKALL, 1)},
		{name: "brk", try: func() error {
			// brk has no errors of its own: it answers where the break is.
			at, _, errno := unix.Syscall(unix.SYS_BRK, 0, 0, 0)
			if errno != 0 {
				return errno
			}
			_ = at
			return nil
		}, control: true},
		{name: "userfaultfd", try: func() error { return raw(unix.SYS_USERFAULTFD, 1) }},
		{name: "futex shared", try: call(unix.SYS_FUTEX, buf(8), 1, 1), control: true},
		{name: "futex priority inheritance", try: call(unix.SYS_FUTEX, buf(8), 6|128), native: true},
		{name: "read a file's pages", try: func() error {
			fd, err := unix.Open(t.Secret, unix.O_RDONLY|unix.O_CLOEXEC, 0)
			if err != nil {
				return err
			}
			defer unix.Close(fd)
			return mmap(page, unix.PROT_READ, unix.MAP_PRIVATE, uintptr(fd))()
		}, landlock: 1, control: true},
	}
}

const raiseMemory = "raise the memory cap"

// selfAttacks try to lower a wall.
func selfAttacks() []attack {
	unlimited := unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}
	return []attack{
		{name: "become dumpable", try: func() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) }},
		{name: "outlive the server", try: func() error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) }, control: true},
		{name: "another filter", try: call(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_STRICT, 0, 0), native: true},
		{name: "strict seccomp by prctl", try: func() error { return unix.Prctl(unix.PR_SET_SECCOMP, 1, 0, 0, 0) }, native: true},
		{name: "name itself", try: func() error { return raw(unix.SYS_PRCTL, unix.PR_SET_NAME, cstr("innocent")) }, control: true},
		{name: "time-stamp counter", try: func() error { return raw(unix.SYS_PRCTL, unix.PR_GET_TSC, buf(8)) }},
		{name: "become root", try: call(unix.SYS_SETRESUID, 0, 0, 0), native: true},
		{name: "drop groups", try: call(unix.SYS_SETGROUPS, 0, 0), native: true},
		{name: "take capabilities", try: func() error {
			hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
			data := [2]unix.CapUserData{{Effective: 1 << unix.CAP_SYS_ADMIN, Permitted: 1 << unix.CAP_SYS_ADMIN}}
			return unix.Capset(&hdr, &data[0])
		}, native: true},
		{name: raiseMemory, try: func() error { return unix.Prlimit(0, unix.RLIMIT_DATA, &unlimited, nil) }, native: true},
		{name: "raise the descriptor limit", try: func() error { return unix.Prlimit(0, unix.RLIMIT_NOFILE, &unlimited, nil) }, native: true},
		{name: "raise the address space limit", try: func() error { return unix.Prlimit(0, unix.RLIMIT_AS, &unlimited, nil) }, native: true},
		{name: "disarm a kill timer", try: func() error {
			var never itimerspec
			return raw(unix.SYS_TIMER_SETTIME, 0, 0, uintptr(unsafe.Pointer(&never)), 0)
		}, native: true},
		{name: "delete a kill timer", try: call(unix.SYS_TIMER_DELETE, 0), native: true},
		{name: "own timers", try: func() error {
			var id int32
			return raw(unix.SYS_TIMER_CREATE, 1, 0, uintptr(unsafe.Pointer(&id)))
		}},
		{name: "personality", try: call(unix.SYS_PERSONALITY, 0x0400000), native: true},
		{name: "landlock of its own", try: call(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1)},
	}
}

func kernelAttacks() []attack {
	var list []attack
	for name, nr := range map[string]uintptr{
		"io_uring_setup": unix.SYS_IO_URING_SETUP, "io_uring_enter": unix.SYS_IO_URING_ENTER,
		"bpf": unix.SYS_BPF, "perf_event_open": unix.SYS_PERF_EVENT_OPEN,
		"init_module": unix.SYS_INIT_MODULE, "finit_module": unix.SYS_FINIT_MODULE, "delete_module": unix.SYS_DELETE_MODULE,
		"kexec_load": unix.SYS_KEXEC_LOAD, "swapon": unix.SYS_SWAPON, "swapoff": unix.SYS_SWAPOFF,
		"quotactl": unix.SYS_QUOTACTL, "acct": unix.SYS_ACCT, "syslog": unix.SYS_SYSLOG,
		"sethostname": unix.SYS_SETHOSTNAME, "setdomainname": unix.SYS_SETDOMAINNAME,
		"clock_settime": unix.SYS_CLOCK_SETTIME, "settimeofday": unix.SYS_SETTIMEOFDAY, "adjtimex": unix.SYS_ADJTIMEX,
		"open_by_handle_at": unix.SYS_OPEN_BY_HANDLE_AT, "name_to_handle_at": unix.SYS_NAME_TO_HANDLE_AT,
		"fanotify_init": unix.SYS_FANOTIFY_INIT, "kcmp": unix.SYS_KCMP, "move_pages": unix.SYS_MOVE_PAGES,
		"mbind": unix.SYS_MBIND, "membarrier": unix.SYS_MEMBARRIER, "rseq": unix.SYS_RSEQ,
		"fsopen": unix.SYS_FSOPEN, "open_tree": unix.SYS_OPEN_TREE, "move_mount": unix.SYS_MOVE_MOUNT,
		"mount_setattr": unix.SYS_MOUNT_SETATTR, "process_madvise": unix.SYS_PROCESS_MADVISE,
		"pidfd_send_signal": unix.SYS_PIDFD_SEND_SIGNAL, "memfd_secret": unix.SYS_MEMFD_SECRET,
		"splice": unix.SYS_SPLICE, "tee": unix.SYS_TEE, "vmsplice": unix.SYS_VMSPLICE,
		"sendfile": unix.SYS_SENDFILE, "copy_file_range": unix.SYS_COPY_FILE_RANGE,
	} {
		list = append(list, attack{name: name, try: call(nr), native: true})
	}
	return list
}

// callI386 makes a system call through the i386 gate, which has other numbers
// and hands over to the same kernel. The memory is made before the walls.
func callI386() {
	if runtime.GOARCH != "amd64" || i386 == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGSYS)
		return
	}
	entry := unsafe.Pointer(&i386[0])
	p := &entry
	f := *(*func())(unsafe.Pointer(&p))
	f()
}

// i386 is machine code: mov eax, 20 (getpid); int 0x80; ret.
var i386 = func() []byte {
	if runtime.GOARCH != "amd64" || os.Args[0] != probeName {
		return nil
	}
	b, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil
	}
	copy(b, []byte{0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3})
	return b
}()
