//go:build !linux

package confine

import (
	"runtime"

	"playground/internal/sandbox/wire"
)

// Before does nothing here: descriptors are closed on exec by default.
func Before() []wire.Layer { return nil }

// Apply sets the limits that this system offers. There are no walls: see
// LevelOf.
func Apply(cfg Config) (*Confined, error) {
	c := &Confined{Layers: selfLimits(cfg)}
	for _, name := range []string{LayerNoNewPrivs, LayerLandlock, LayerSeccomp} {
		c.Layers = append(c.Layers, off(name, "%s has no such thing", runtime.GOOS))
	}
	return c, nil
}

// SetMemory does nothing here: the parent's watchdog bounds memory.
func (c *Confined) SetMemory(int64) error { return nil }

// Server does nothing here: another process of the same user may read the
// server's memory.
func Server() wire.Layer { return off(LayerServer, "%s has no such thing", runtime.GOOS) }
