package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// WorkerName is a worker's argv[0]: how a binary knows that it was started as
// one. It says nothing about the server.
const WorkerName = "playground-worker"

// DefaultThreads is how many threads a worker may have by default.
const DefaultThreads = 256

// Setup is what a worker is told at its birth: it raises the kernel's walls
// before it reads its Job.
type Setup struct {
	// Most bounds the limits of any Job that it will be given.
	Most Limits `json:"most"`
	// Threads is how many threads the process may have. 0 means
	// DefaultThreads.
	Threads int `json:"threads"`
	// Steps asks for an account of the start in the first Report, and of the
	// program's way in the last, for those who measure.
	Steps bool `json:"steps,omitempty"`
	// Events says that the worker has memory for events: see package events.
	Events bool `json:"events,omitempty"`
	// Modules is a folder of vendored modules that programs may import, an
	// absolute path; empty if there is none.
	Modules string `json:"modules,omitempty"`
}

// Args is the command line of a worker.
func Args(s Setup) []string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // numbers and a string
	}
	return []string{WorkerName, string(b)}
}

// ParseArgs reads what Args made.
func ParseArgs(args []string) (s Setup, err error) {
	if len(args) < 2 || args[0] != WorkerName {
		return s, errors.New("not started as a worker")
	}
	if err := json.Unmarshal([]byte(args[1]), &s); err != nil {
		return s, fmt.Errorf("decode worker arguments: %w", err)
	}
	s.Threads = orDefault(s.Threads, DefaultThreads)
	return s, s.Most.Validate()
}
