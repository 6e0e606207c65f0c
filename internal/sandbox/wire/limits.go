package wire

import (
	"fmt"
	"time"
)

// Limits bounds one run. A zero field means the default. Limits travel from
// the request, capped by the operator's, to the worker and back in the Result.
type Limits struct {
	// CPUTime is processor time summed over all threads, from the moment the
	// program is handed to its worker: type checking counts.
	CPUTime time.Duration `json:"cpu"`
	// WallTime is elapsed time from the same moment.
	WallTime time.Duration `json:"wall"`
	// Memory is the program's own memory in bytes: what the process holds
	// beyond the file pages that it shares with its siblings.
	Memory int64 `json:"memory"`
	// Output is the sum of both streams in bytes.
	Output int64 `json:"output"`
	// Source is the size of the program's text in bytes.
	Source int64 `json:"source"`
}

// The default limits of a run.
const (
	DefaultCPUTime  = 5 * time.Second
	DefaultWallTime = 10 * time.Second
	DefaultMemory   = 128 << 20 // bytes
	DefaultOutput   = 256 << 10 // bytes, both streams together
	DefaultSource   = 64 << 10  // bytes
)

// WithDefaults returns l with each zero field set to its default.
func (l Limits) WithDefaults() Limits {
	return Limits{
		CPUTime:  orDefault(l.CPUTime, DefaultCPUTime),
		WallTime: orDefault(l.WallTime, DefaultWallTime),
		Memory:   orDefault(l.Memory, DefaultMemory),
		Output:   orDefault(l.Output, DefaultOutput),
		Source:   orDefault(l.Source, DefaultSource),
	}
}

// Within returns l with no field above the same field of most. A zero field
// asks for as much as most allows.
func (l Limits) Within(most Limits) Limits {
	return Limits{
		CPUTime:  within(l.CPUTime, most.CPUTime),
		WallTime: within(l.WallTime, most.WallTime),
		Memory:   within(l.Memory, most.Memory),
		Output:   within(l.Output, most.Output),
		Source:   within(l.Source, most.Source),
	}
}

// Validate reports the first field that no run could live under.
func (l Limits) Validate() error {
	switch {
	case l.CPUTime < 10*time.Millisecond:
		return fmt.Errorf("CPU limit %v is too low: at least 10ms", l.CPUTime)
	case l.WallTime < 10*time.Millisecond:
		return fmt.Errorf("wall limit %v is too low: at least 10ms", l.WallTime)
	case l.Memory < 32<<20:
		return fmt.Errorf("memory limit %d is too low: at least 32 MiB", l.Memory)
	case l.Output < 1:
		return fmt.Errorf("output limit %d is too low: at least 1 byte", l.Output)
	case l.Source < 1:
		return fmt.Errorf("source limit %d is too low: at least 1 byte", l.Source)
	}
	return nil
}

// What an interactive run may have besides.
const (
	// MaxInputWait is how long a program may wait for input in all, beyond
	// its WallTime.
	MaxInputWait = 60 * time.Second
	// MaxInputChunk is the most bytes of input that a parent writes at once: as
	// many as a pipe takes whole.
	MaxInputChunk = 4 << 10
)

func orDefault[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

func within[T time.Duration | int64](v, most T) T {
	if v <= 0 {
		return most
	}
	return min(v, most)
}
