package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"playground/internal/option"
)

// listenFlags say where the server is to be reached.
type listenFlags struct {
	Addr option.Address  `name:"addr" default:"localhost:8080" placeholder:"HOST:PORT" env:"PLAYGROUND_ADDR" help:"Address to listen on: HOST:PORT, or unix:PATH for a socket file; a socket that systemd passes comes first (${env}, default ${default})."`
	Mode option.FileMode `name:"socket-mode" default:"0660" placeholder:"MODE" env:"PLAYGROUND_SOCKET_MODE" help:"Who may connect to the socket file (${env}, default ${default})."`
}

// listen opens the socket that the flags name, or takes the one that systemd
// has opened.
func (f listenFlags) listen(getenv func(string) string) (net.Listener, error) {
	if l, err := activated(getenv, firstPassed); l != nil || err != nil {
		return l, err
	}
	if f.Addr.Network == "unix" {
		return listenFile(f.Addr.Name, os.FileMode(f.Mode))
	}
	l, err := net.Listen("tcp", f.Addr.Name)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --addr", f.Addr, cause(err))
	}
	return l, nil
}

// cause is what went wrong, without the address that a net.OpError repeats.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// firstPassed is the first descriptor of those that systemd passes, see
// sd_listen_fds(3).
const firstPassed = 3

// activated is the socket that a supervisor passed to this process, or nil.
func activated(getenv func(string) string, descriptor uintptr) (net.Listener, error) {
	if pid, err := strconv.Atoi(getenv("LISTEN_PID")); err != nil || pid != os.Getpid() {
		return nil, nil // meant for another process, or for none
	}
	n, err := strconv.Atoi(getenv("LISTEN_FDS"))
	switch {
	case err != nil || n < 1:
		return nil, fmt.Errorf("LISTEN_FDS is %q; want the number of sockets passed", getenv("LISTEN_FDS"))
	case n > 1:
		return nil, fmt.Errorf("%d sockets were passed, and one is served: keep one ListenStream= in the socket unit", n)
	}
	f := os.NewFile(descriptor, "LISTEN_FDS")
	defer f.Close() // the listener has a duplicate
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("the socket that was passed as descriptor %d cannot be used: %w", descriptor, err)
	}
	return l, nil
}

// listenFile opens a socket file. One that a server left behind when it was
// killed is removed; one that a server listens on is not, and neither is any
// other file. Close removes it.
func listenFile(path string, mode os.FileMode) (net.Listener, error) {
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on unix:%s: %w; choose another path with --addr", path, cause(err))
	}
	if err := os.Chmod(path, mode); err != nil {
		return nil, errors.Join(fmt.Errorf("set the socket's mode: %w", err), l.Close())
	}
	return l, nil
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("listen on unix:%s: %w", path, err)
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("listen on unix:%s: there is a file that is no socket; move it away or choose another path with --addr", path)
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		c.Close()
		return fmt.Errorf("listen on unix:%s: another server listens there; choose another path with --addr", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("listen on unix:%s: whether another server listens there cannot be told: %w", path, cause(err))
	}
	return os.Remove(path)
}
