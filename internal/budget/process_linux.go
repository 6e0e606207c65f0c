package budget

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// ReadOwn finds what this process may use. Go has raised its limit of open files
// to the hard one.
func ReadOwn() Machine {
	p := Process{CPUs: runtime.NumCPU(), UID: os.Getuid()}
	p.Descriptors = rlimit(unix.RLIMIT_NOFILE)
	p.Processes = rlimit(unix.RLIMIT_NPROC)
	return Read(os.DirFS("/"), p)
}

// rlimit is a limit that holds now, 0 if there is none.
func rlimit(resource int) int64 {
	var l unix.Rlimit
	if err := unix.Getrlimit(resource, &l); err != nil || l.Cur > 1<<62 {
		return 0
	}
	return int64(l.Cur)
}
