package sandbox

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// ErrCgo is returned by New for a binary that cannot be its own worker.
var ErrCgo = errors.New("this binary was built with cgo, so it cannot confine the programs that it would run; build it with CGO_ENABLED=0")

// cgroupSlack is what a worker's cgroup may hold beyond the memory limit: file
// pages and the kernel's own. The meter and the rlimit are the exact walls.
const cgroupSlack = 64 << 20

// spawner starts worker processes.
type spawner struct {
	host    *confine.Host
	require confine.Level
	args    []string
	env     []string
}

func newSpawner(c Config) (*spawner, error) {
	if cgo && c.Executable == "" {
		return nil, ErrCgo
	}
	host, err := confine.Probe(confine.HostConfig{
		Binary: c.Executable, Require: c.Isolation, Memory: c.Limits.Memory + cgroupSlack, Threads: c.Threads,
	})
	if err != nil {
		return nil, err
	}
	setup := wire.Setup{Most: c.Limits, Threads: c.Threads, Modules: c.Modules}
	return &spawner{host: host, require: c.Isolation, args: wire.Args(setup), env: workerEnv()}, nil
}

// workerEnv is a worker's whole environment: nothing of the server's. Setting
// GOMAXPROCS also keeps the runtime from reading cgroup files once a second,
// which the seccomp filter would refuse.
func workerEnv() []string {
	return []string{"GOMAXPROCS=" + strconv.Itoa(runtime.GOMAXPROCS(0))}
}

// admit refuses workers that are confined less than the operator asked for.
func (s *spawner) admit(layers []Layer) error {
	if got := confine.LevelOf(layers); got < s.require {
		return fmt.Errorf("programs would run at isolation level %q, and %q is required; \"playground doctor\" tells what is missing", got, s.require)
	}
	return nil
}
