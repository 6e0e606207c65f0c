package confine

import (
	"os"
	"slices"

	"playground/internal/sandbox/wire"
)

// HostConfig says how a Host makes workers. The zero value is the default.
type HostConfig struct {
	// Binary is the worker's executable. "" means this process's own, as it
	// was when it started, whatever lies at its path by now. As root it must be
	// executable by everyone.
	Binary string
	// Require is the level below which Start fails rather than raise fewer
	// walls. Only Namespaces and Full can fail here: what a worker raises upon
	// itself is in its report.
	Require Level
	// Memory is the cgroup's bound for one worker in bytes, where there is a
	// cgroup. It should be above the program's own limit, which is measured
	// more exactly. 0 means 256 MiB.
	Memory int64
	// Threads bounds a worker's threads in its cgroup. 0 means
	// DefaultThreads.
	Threads int
	// NoNamespaces and NoCgroup leave layers out on purpose: for tests, and for
	// operators whose kernel makes them too dear.
	NoNamespaces bool
	NoCgroup     bool
}

func (c HostConfig) memory() int64 {
	if c.Memory > 0 {
		return c.Memory
	}
	return 256 << 20
}

func (c HostConfig) threads() int {
	if c.Threads > 0 {
		return c.Threads
	}
	return DefaultThreads
}

// Layers returns the walls that this host's kernel lets a parent raise around
// a worker, as Probe found by doing, and why the others are absent.
func (h *Host) Layers() []wire.Layer { return slices.Clone(h.layers) }

// Cell is one worker process and what was made for it alone.
type Cell struct {
	// Process is the worker. Its owner waits for it.
	Process *os.Process

	layers []wire.Layer
	box    box
	ended  *os.File // readable once the process has ended; nil where there is no such thing
}

// Layers returns the walls that the parent raised around this worker: those of
// the Host, or fewer when the kernel ran out of namespaces.
func (c *Cell) Layers() []wire.Layer { return slices.Clone(c.layers) }

// Kill ends the worker and everything in its process group and cgroup at once.
// It does not wait.
func (c *Cell) Kill() error {
	err := c.kill()
	if boxErr := c.box.kill(); err == nil {
		err = boxErr
	}
	return err
}

// OutOfMemory reports whether the kernel ended the worker because its cgroup's
// memory limit was reached. It is false where there is no cgroup, and after
// Close.
func (c *Cell) OutOfMemory() bool { return c.box.outOfMemory() }

// Close removes what was made for the worker besides its process. Call it
// after Process.Wait has returned; on Linux the error says which directory is
// left.
func (c *Cell) Close() error {
	c.release()
	return c.box.close()
}
