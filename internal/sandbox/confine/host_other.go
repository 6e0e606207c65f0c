//go:build !linux

package confine

import (
	"fmt"
	"os"
	"runtime"
	"syscall"

	"playground/internal/sandbox/wire"
)

// Host starts workers with what limits this system offers.
type Host struct {
	cfg    HostConfig
	layers []wire.Layer
	binary string
}

// Probe reports what a parent can do here. It fails when cfg requires walls:
// there are none.
func Probe(cfg HostConfig) (*Host, error) {
	if cfg.Require > None {
		return nil, fmt.Errorf("isolation level %s cannot be had on %s, only none", cfg.Require, runtime.GOOS)
	}
	h := &Host{cfg: cfg, binary: cfg.Binary}
	if h.binary == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find this program's own file: %w", err)
		}
		h.binary = self
	}
	for _, name := range []string{LayerUser, LayerPID, LayerNet, LayerMount, LayerIPC, LayerCgroup} {
		h.layers = append(h.layers, off(name, "%s has no such thing", runtime.GOOS))
	}
	h.layers = append(h.layers, hostLayers()...)
	return h, nil
}

// Start starts a worker: argv[0] is what it sees as its name, files become its
// descriptors 0 and up, env is its whole environment.
func (h *Host) Start(argv, env []string, files []*os.File) (*Cell, error) {
	p, err := startProcess(h.binary, argv, env, files)
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	cell := &Cell{Process: p, layers: h.layers}
	if cell.box, err = enclose(p, h.cfg); err != nil {
		_ = p.Kill()
		_, _ = p.Wait()
		return nil, fmt.Errorf("limit a worker: %w", err)
	}
	return cell, nil
}

func (c *Cell) release() {}

// exited reports whether err says that a process is gone already.
func exited(err error) bool { return err == os.ErrProcessDone || err == syscall.ESRCH }
