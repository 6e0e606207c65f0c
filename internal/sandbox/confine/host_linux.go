package confine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"playground/internal/sandbox/wire"
)

// Host starts workers behind the strongest walls that its kernel allows.
type Host struct {
	cfg    HostConfig
	layers []wire.Layer
	binary *os.File            // the worker's executable, opened by its name once
	attr   syscall.SysProcAttr // a template: Start copies it
	own    bool                // whether each worker gets a uid of its own
	next   atomic.Uint32       // counts uids given out
	groups *groups             // nil without a delegated cgroup
}

// Workers of a privileged parent run as uids from here on, each as another.
// systemd's survey of uid ranges has this one unused.
const (
	firstUID  = 1879048192
	uidCount  = 1 << 20
	nobodyUID = 65534
)

func isWorkerUID(uid int) bool { return uid >= firstUID && uid < firstUID+uidCount }

// space is a kind of namespace: its layer and its clone flag.
type space struct {
	name string
	flag uintptr
}

// spaces are the namespaces, in the order in which they are reported.
func spaces() []space {
	return []space{
		{LayerPID, unix.CLONE_NEWPID},
		{LayerNet, unix.CLONE_NEWNET},
		{LayerMount, unix.CLONE_NEWNS},
		{LayerIPC, unix.CLONE_NEWIPC},
		{LayerUTS, unix.CLONE_NEWUTS},
		{LayerCgroupNS, unix.CLONE_NEWCGROUP},
	}
}

// Probe finds by doing which walls a parent can raise here: it forks children
// that get as far as an exec that must fail.
func Probe(cfg HostConfig) (*Host, error) {
	binary, err := openBinary(cfg.Binary)
	if err != nil {
		return nil, err
	}
	h := &Host{cfg: cfg, binary: binary}
	h.next.Store(rand.Uint32()) // two servers' workers should not meet
	h.attr = syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := try(h.attr); err != nil {
		return nil, fmt.Errorf("cannot start a process here: %w", err)
	}
	h.layers = append(h.layers, on(LayerDeathSignal, "workers die with the server"))
	if os.Geteuid() == 0 {
		h.probeRoot()
	} else {
		h.probeUser()
	}
	h.probeSpaces()
	h.probeCgroup()
	if got := h.level(); cfg.Require > got {
		return nil, fmt.Errorf("isolation level %s cannot be had here, only %s: %s", cfg.Require, got, missing(h.layers))
	}
	return h, nil
}

// level is what the host's own layers allow at most: a worker's are taken for
// granted.
func (h *Host) level() Level {
	self := []wire.Layer{{Name: LayerNoNewPrivs, Active: true}, {Name: LayerSeccomp, Active: true}, {Name: LayerLandlock, Active: true}}
	return LevelOf(append(self, h.layers...))
}

func missing(layers []wire.Layer) string {
	var s []string
	for _, l := range layers {
		if !l.Active {
			s = append(s, l.Name+" ("+l.Detail+")")
		}
	}
	return strings.Join(s, ", ")
}

// try forks with the given attributes and reports what the kernel refused. The
// empty path makes the last step, exec, fail in a known way.
func try(attr syscall.SysProcAttr) error {
	_, err := syscall.ForkExec("", []string{""}, &syscall.ProcAttr{Sys: &attr})
	if err == syscall.ENOENT {
		return nil
	}
	return err
}

// probeRoot: a privileged parent changes the uid itself, which spares the copy
// of its page tables that a user namespace costs.
func (h *Host) probeRoot() {
	for _, uid := range []uint32{firstUID, nobodyUID} {
		attr := h.attr
		attr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
		err := try(attr)
		if err == nil {
			h.attr, h.own = attr, isWorkerUID(int(uid))
			h.layers = append(h.layers, on(LayerUser, "uid %d, not root", uid))
			return
		}
		if uid == nobodyUID {
			h.layers = append(h.layers, off(LayerUser, "this root may not change its uid: %v", err))
		}
	}
}

// probeUser: an unprivileged parent can have the other namespaces only within
// a user namespace. It gets no mapping: nothing then needs to be written into
// the child's /proc, which a non-dumpable server may not do.
func (h *Host) probeUser() {
	if h.cfg.NoNamespaces {
		h.layers = append(h.layers, off(LayerUser, "switched off"))
		return
	}
	attr := h.attr
	attr.Cloneflags |= unix.CLONE_NEWUSER
	err := try(attr)
	if err == nil {
		h.attr = attr
	}
	h.layers = append(h.layers, verdict(LayerUser, "user namespace without mappings", refusal(err)))
}

// probeSpaces tries all the other namespaces at once, then one by one.
func (h *Host) probeSpaces() {
	all := h.attr
	for _, s := range spaces() {
		all.Cloneflags |= s.flag
	}
	allErr := try(all)
	for _, s := range spaces() {
		if h.cfg.NoNamespaces {
			h.layers = append(h.layers, off(s.name, "switched off"))
			continue
		}
		one := h.attr
		one.Cloneflags |= s.flag
		err := allErr
		if err != nil {
			err = try(one)
		}
		if err == nil {
			h.attr = one
		}
		h.layers = append(h.layers, verdict(s.name, "its own", refusal(err)))
	}
}

// refusal explains why a namespace was refused.
func refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return fmt.Errorf("refused by the kernel or the container's seccomp profile: %w", err)
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("the host's number of namespaces is used up: %w", err)
	case errors.Is(err, unix.EINVAL):
		return fmt.Errorf("this kernel was built without: %w", err)
	}
	return err
}

// Start starts a worker: argv[0] is what it sees as its name, files become its
// descriptors 0 and up, env is its whole environment. It must not be called
// from a goroutine that is locked to a thread which may end before the worker:
// the death signal is that thread's.
//
// When the kernel has run out of namespaces or cgroups, the worker starts
// without, unless the configuration requires them; Cell.Layers tells.
func (h *Host) Start(argv, env []string, files []*os.File) (*Cell, error) {
	attr := h.attr
	if h.own {
		uid := firstUID + h.next.Add(1)%uidCount
		attr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
	}
	cell := &Cell{layers: h.layers}
	if err := h.enterGroup(cell, &attr); err != nil {
		return nil, err
	}
	p, err := h.exec(argv, env, files, &attr)
	if exhausted(err) && h.cfg.Require < Namespaces && attr.Cloneflags != 0 {
		attr.Cloneflags = 0
		cell.layers = without(cell.layers, err)
		p, err = h.exec(argv, env, files, &attr)
	}
	if err != nil {
		_ = cell.Close()
		return nil, h.explain(err)
	}
	cell.Process = p
	cell.ended = openPidfd(p.Pid)
	lowerPriority(p.Pid)
	return cell, nil
}

// openPidfd returns a descriptor by which the runtime's poller tells when the
// process ends, or nil where there is none: a thread that waits for each worker
// would be one that the server must find when processes are short. It is not the
// descriptor that os.Process has, whose wait must block.
func openPidfd(pid int) *os.File {
	fd, err := unix.PidfdOpen(pid, unix.PIDFD_NONBLOCK)
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), "pidfd")
}

// AwaitEnd returns when the worker has ended, and leaves it to be reaped.
func (c *Cell) AwaitEnd() {
	if c.ended != nil && c.awaitPolled() == nil {
		return
	}
	for {
		err := unix.Waitid(unix.P_PID, c.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

func (c *Cell) awaitPolled() error {
	raw, err := c.ended.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Read(func(fd uintptr) (done bool) {
		var info unix.Siginfo
		failed = unix.Waitid(unix.P_PIDFD, int(fd), &info, unix.WEXITED|unix.WNOWAIT|unix.WNOHANG, nil)
		return failed == nil && info.Signo != 0 || failed != nil && !errors.Is(failed, unix.EINTR) && !errors.Is(failed, unix.EAGAIN)
	})
	return errors.Join(err, failed)
}

// exec starts the binary by its descriptor, so that it matters neither what
// lies at its path by now nor whether the worker's user can walk there. The
// descriptor is given a number above all others, out of the way while the
// child moves its pipes into their places.
func (h *Host) exec(argv, env []string, files []*os.File, attr *syscall.SysProcAttr) (*os.Process, error) {
	above := len(files)
	for _, f := range files {
		above = max(above, int(f.Fd()))
	}
	fd, err := unix.FcntlInt(h.binary.Fd(), unix.F_DUPFD_CLOEXEC, above+16)
	if err != nil {
		return nil, fmt.Errorf("duplicate the binary's descriptor: %w", overLimit(err, unix.EINVAL))
	}
	defer unix.Close(fd)
	path := "/proc/self/fd/" + strconv.Itoa(fd)
	p, err := os.StartProcess(path, argv, &os.ProcAttr{Env: env, Files: files, Sys: attr, Dir: "/"})
	return p, overLimit(err, unix.EBADF)
}

// overLimit adds what err means here to what the kernel says of a descriptor's
// number above the limit: nothing else can be wrong with it.
func overLimit(err, says error) error {
	if errors.Is(err, says) {
		return fmt.Errorf("%w: %w", unix.EMFILE, err)
	}
	return err
}

func openBinary(path string) (*os.File, error) {
	if path == "" {
		path = "/proc/self/exe"
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the worker's binary %s: %w", path, err)
	}
	return os.NewFile(uintptr(fd), path), nil
}

// exhausted reports whether err may come from the host's count of namespaces.
func exhausted(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EUSERS) || errors.Is(err, unix.EPERM)
}

// without marks the namespaces in layers as refused with err.
func without(layers []wire.Layer, err error) []wire.Layer {
	layers = slices.Clone(layers)
	for i, l := range layers {
		isSpace := slices.ContainsFunc(spaces(), func(s space) bool { return s.name == l.Name })
		if isSpace || l.Name == LayerUser && strings.HasPrefix(l.Detail, "user namespace") {
			layers[i] = off(l.Name, "%v", refusal(err))
		}
	}
	return layers
}

func (h *Host) explain(err error) error {
	if errors.Is(err, unix.EACCES) && h.attr.Credential != nil {
		return fmt.Errorf("the worker's own uid may not execute %s: make the file executable by everyone: %w", h.binary.Name(), err)
	}
	return fmt.Errorf("start a worker: %w", err)
}

// release lets go of the worker's descriptor.
func (c *Cell) release() {
	if c.ended != nil {
		c.ended.Close()
	}
}

// kill signals the whole process group; a worker is the leader of its own.
func (c *Cell) kill() error {
	if errors.Is(c.Process.Signal(syscall.Signal(0)), os.ErrProcessDone) {
		return nil // reaped: its number may be another's by now
	}
	err := unix.Kill(-c.Process.Pid, unix.SIGKILL)
	if err != nil {
		err = c.Process.Kill()
	}
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// Server makes the server's memory, environment and descriptors unreachable
// for other processes of its user. Call it at start, before the first worker.
func Server() wire.Layer {
	return verdict(LayerServer, "its memory, environment and descriptors are closed to its user's other processes", notDumpable())
}
