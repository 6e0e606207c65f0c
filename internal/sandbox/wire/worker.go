package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// WorkerName is a worker's argv[0]: how a binary knows that it was started as
// one. It says nothing about the server.
const WorkerName = "playground-worker"

// Args is the command line of a worker that will be given no more than most.
// It needs to know before its first Job, because it raises the kernel's walls
// before it reads one.
func Args(most Limits) []string {
	b, err := json.Marshal(most)
	if err != nil {
		panic(err) // numbers only
	}
	return []string{WorkerName, string(b)}
}

// ParseArgs reads what Args made.
func ParseArgs(args []string) (most Limits, err error) {
	if len(args) < 2 || args[0] != WorkerName {
		return most, errors.New("not started as a worker")
	}
	if err := json.Unmarshal([]byte(args[1]), &most); err != nil {
		return most, fmt.Errorf("decode worker arguments: %w", err)
	}
	return most, most.Validate()
}
