package confine

import (
	"time"

	"playground/internal/sandbox/wire"
)

// Config says how far a worker may go before the kernel alone ends it. These
// are second lines: the parent measures the finer limits of each run.
type Config struct {
	// CPUTime is the most processor time that a run may be given, beyond what
	// the worker used to warm up. 0 sets no CPU timer.
	CPUTime time.Duration
	// Lifetime is how long the process may exist from now, idle time included.
	// 0 sets no such timer.
	Lifetime time.Duration
	// Memory caps what the process itself holds, in bytes, as
	// wire.Limits.Memory counts it. 0 sets no cap.
	Memory int64
	// Threads bounds the worker's threads where its user is its own alone. A
	// program may ask Go's runtime for as many as it likes, by GOMAXPROCS, and
	// dies when it gets fewer. 0 means DefaultThreads.
	Threads int

	// Raised, if there is one, is told of each layer when it stands.
	Raised func(layer string) `json:"-"`

	// without names layers to leave out, for tests that the others hold alone.
	without []string
}

func (c Config) threads() uint64 {
	if c.Threads > 0 {
		return uint64(c.Threads)
	}
	return DefaultThreads
}

// DefaultThreads is how many threads a worker may have by default.
const DefaultThreads = wire.DefaultThreads

// Confined is a worker behind its own walls.
type Confined struct {
	// Layers tells which walls stand, as found by doing.
	Layers []wire.Layer

	// base is what the private mappings count beyond the memory that is held:
	// RLIMIT_DATA is set to base plus the cap and its slack.
	base uint64
}
