//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"playground/bench/internal/server"
	"playground/internal/cluster/authority"
)

// fleet is a cluster of servers, as they are deployed, in a network of its own where
// one can be made.
type fleet struct {
	dir, binary string
	net         *network // nil where there is none
	join        string
	members     []*member
}

// member is one of them.
type member struct {
	fleet        *fleet
	number       int // from 1
	http, admin  string
	peers        string
	args, prefix []string // of its own; what it is started by
	binary       string

	mu  sync.Mutex
	cmd *exec.Cmd // nil while there is no process
}

// upWithin is how long a node may take to answer.
const upWithin = 30 * time.Second

// newFleet builds the server and prepares nodes; each has own arguments.
func newFleet(ctx context.Context, dir string, own ...[]string) (*fleet, error) {
	f := &fleet{dir: dir}
	build, err := server.Make(ctx, dir, "")
	if err != nil {
		return nil, err
	}
	f.binary = build.Binary
	if f.net, err = lay(len(own)); err != nil {
		fmt.Fprintf(os.Stderr, "no network of our own, so no partitions: %v\n", err)
	}
	names, peers := []string{"127.0.0.1"}, []string{}
	for i, args := range own {
		m := &member{fleet: f, number: i + 1, args: args, binary: f.binary}
		if err := m.place(); err != nil {
			return nil, errors.Join(err, f.close())
		}
		if f.net != nil {
			names = append(names, f.net.address(m.number))
		}
		peers = append(peers, m.peers)
		f.members = append(f.members, m)
	}
	f.join = strings.Join(peers, ",")
	if _, err := authority.Issue(f.keys(), names); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *fleet) keys() string { return filepath.Join(f.dir, "keys") }

// place chooses the addresses of a node.
func (m *member) place() error {
	if n := m.fleet.net; n != nil {
		host := n.address(m.number)
		m.http, m.admin, m.peers = host+":8080", host+":6060", host+":6222"
		m.prefix = []string{"ip", "netns", "exec", n.space(m.number)}
		return nil
	}
	three, err := addresses(3)
	if err != nil {
		return err
	}
	m.http, m.admin, m.peers = three[0], three[1], three[2]
	return nil
}

// urls are those of the gateways, beginning with one of them.
func (f *fleet) urls(first int) (all []string) {
	for i := range f.members {
		all = append(all, "http://"+f.members[(first+i)%len(f.members)].http)
	}
	return all
}

// startAll starts every node and waits until all hear one another.
func (f *fleet) startAll(ctx context.Context) error {
	for _, m := range f.members {
		if err := m.start(); err != nil {
			return err
		}
	}
	return f.healed(ctx)
}

// start starts a node.
func (m *member) start() error {
	name := fmt.Sprint("n", m.number)
	args := slices.Concat(m.prefix, []string{
		m.binary, "serve", "--addr", m.http, "--admin", m.admin, "--trust-proxy", "0.0.0.0/0",
		"--cluster", "bench", "--node", name, "--keys", m.fleet.keys(), "--cluster-addr", m.peers, "--join", m.fleet.join,
		"--data", filepath.Join(m.fleet.dir, "data-"+name), "--log-level", "error",
	}, m.args)
	log, err := os.OpenFile(filepath.Join(m.fleet.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cmd = cmd
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	return nil
}

// signal sends a node a signal.
func (m *member) signal(s syscall.Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return nil
	}
	return m.cmd.Process.Signal(s)
}

// end ends a node by a signal and waits for it.
func (m *member) end(s syscall.Signal) error {
	if err := m.signal(s); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return nil
	}
	err := m.cmd.Wait()
	m.cmd = nil
	var exit *exec.ExitError
	if s == syscall.SIGKILL && errors.As(err, &exit) {
		return nil
	}
	return err
}

// running are the nodes that were started and not ended.
func (f *fleet) running() (all []*member) {
	for _, m := range f.members {
		m.mu.Lock()
		if m.cmd != nil {
			all = append(all, m)
		}
		m.mu.Unlock()
	}
	return all
}

// healed waits until every node that runs is ready and hears all others.
func (f *fleet) healed(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, upWithin)
	defer cancel()
	running := f.running()
	for _, m := range running {
		for !m.well(ctx, len(running)) {
			if ctx.Err() != nil {
				return fmt.Errorf("node %d does not hear the others after %v; its last words:\n%s", m.number, upWithin, m.lastWords())
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

// well reports whether a node is ready and hears so many, itself included.
func (m *member) well(ctx context.Context, nodes int) bool {
	if status, _ := get(ctx, "http://"+m.http+"/readyz"); status != http.StatusOK {
		return false
	}
	_, text := get(ctx, "http://"+m.admin+"/metrics")
	return strings.Contains(text, fmt.Sprintf("\nplayground_cluster_nodes %d\n", nodes))
}

func (m *member) lastWords() string {
	const most = 2000 // bytes
	text, _ := os.ReadFile(filepath.Join(m.fleet.dir, fmt.Sprintf("n%d.log", m.number)))
	return string(text[max(0, len(text)-most):])
}

// stop ends every node at once.
func (f *fleet) stop() (err error) {
	for _, m := range f.members {
		// A stopped one would not end.
		err = errors.Join(err, m.signal(syscall.SIGCONT), m.end(syscall.SIGKILL))
	}
	return err
}

func (f *fleet) close() error {
	err := f.stop()
	if f.net != nil {
		f.net.remove()
	}
	return err
}
