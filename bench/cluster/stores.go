//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"playground/internal/cluster"
	"playground/internal/cluster/authority"
	"playground/internal/share/natskv"
)

// stores are three nodes that store, each a process, and a fourth that is this
// process and only asks.
type stores struct {
	configs [3]cluster.Config
	nodes   [3]*exec.Cmd
	asks    *cluster.Node
	kv      *natskv.Store
	js      jetstream.JetStream
}

// healing is how long nodes may take to find together.
const healing = time.Minute

// beNode is a node of those, until it is told to end.
func beNode(ctx context.Context, config string) error {
	var c cluster.Config
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		return err
	}
	n, err := cluster.Open(c)
	if err != nil {
		return err
	}
	defer n.Close()
	<-ctx.Done()
	return nil
}

func openStores(ctx context.Context, dir string) (*stores, error) {
	keys := filepath.Join(dir, "keys")
	if _, err := authority.Issue(keys, []string{"127.0.0.1"}); err != nil {
		return nil, err
	}
	join, err := addresses(3)
	if err != nil {
		return nil, err
	}
	s := &stores{}
	for n := range s.nodes {
		s.configs[n] = cluster.Config{
			Cluster: "bench", Node: fmt.Sprint("n", n+1), Keys: keys, Listen: join[n], Join: join,
			Store: filepath.Join(dir, fmt.Sprint("store", n+1)), StoreBytes: 4 << 30,
		}
		if err := s.start(n); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	if err := s.connect(keys, join); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if err := s.formed(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// connect joins this process to the nodes.
func (s *stores) connect(keys string, join []string) (err error) {
	s.asks, err = cluster.Open(cluster.Config{Cluster: "bench", Node: "asks", Keys: keys, Listen: "127.0.0.1:0", Join: join, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.asks.Conn()); err != nil {
		return err
	}
	s.kv, err = natskv.New(s.asks.Conn(), natskv.Config{Cluster: s.asks.Cluster(), Patience: healing})
	return err
}

// addresses are so many on loopback that are free.
func addresses(n int) (all []string, err error) {
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		all = append(all, l.Addr().String())
	}
	return all, nil
}

// start starts a node with the folder that it had before.
func (s *stores) start(n int) error {
	config, err := json.Marshal(s.configs[n])
	if err != nil {
		return err
	}
	cmd := exec.Command("/proc/self/exe", "-node", string(config))
	// What it complains of while others are killed is of no interest.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	s.nodes[n] = cmd
	return cmd.Start()
}

// kill ends a node as a power cut would, but for what the kernel still writes.
func (s *stores) kill(n int) {
	_ = s.nodes[n].Process.Kill() // it is ours, and not waited for yet
	_ = s.nodes[n].Wait()         // killed, as it says
}

// formed waits until the nodes have a leader.
func (s *stores) formed(ctx context.Context) error {
	return patiently(ctx, func(ctx context.Context) error {
		_, err := s.js.AccountInfo(ctx)
		return err
	})
}

// leader is which node leads what readers share.
func (s *stores) leader(ctx context.Context) (leader int, err error) {
	err = patiently(ctx, func(ctx context.Context) error {
		stream, err := s.js.Stream(ctx, natskv.Shares.StreamOf(s.asks.Cluster()))
		if err != nil {
			return err
		}
		for n, c := range s.configs {
			if c.Node == stream.CachedInfo().Cluster.Leader {
				leader = n
				return nil
			}
		}
		return errors.New("what is shared has no leader")
	})
	return leader, err
}

// patiently tries until it works.
func patiently(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, healing)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, time.Second)
		err := try(once)
		done()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *stores) close() error {
	if s.asks != nil {
		s.asks.Close()
	}
	for n, cmd := range s.nodes {
		if cmd != nil && cmd.Process != nil {
			s.kill(n)
		}
	}
	return nil
}

// workDir is a folder for a measurement.
func workDir() (dir string, clean func(), err error) {
	dir, err = os.MkdirTemp("", "playground-cluster-")
	return dir, func() { os.RemoveAll(dir) }, err
}
