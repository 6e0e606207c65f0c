package sandbox

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"playground/internal/sandbox/wire"
)

// crashText is what the Go runtime of a worker printed: the reason of a fatal
// error, then traces of goroutines, as the worker has rewritten them: its own
// frames are the interpreter's.
type crashText struct{ bytes.Buffer }

// fatal is the text after "fatal error: ", or "".
func (c *crashText) fatal() string {
	for line := range strings.Lines(c.String()) {
		if msg, ok := strings.CutPrefix(line, "fatal error: "); ok {
			return strings.TrimSpace(msg)
		}
	}
	return ""
}

// noThread tells whether the runtime got no more threads, and how many it had.
func (c *crashText) noThread() (had int, ok bool) {
	if c.fatal() != "newosproc" {
		return 0, false
	}
	_, rest, _ := strings.Cut(c.String(), "failed to create new OS thread (have ")
	number, _, _ := strings.Cut(rest, " ")
	had, _ = strconv.Atoi(number)
	return had, true
}

// known is fatal when it is one of the runtime's own texts, which alone are fit
// to be said in the server's voice: descriptor 2 is a hostile program's to write.
func (c *crashText) known() string {
	msg := c.fatal()
	if slices.Contains(fatalTexts(), msg) {
		return msg
	}
	return ""
}

// fatalTexts are what a program can make the runtime die of.
func fatalTexts() []string {
	return []string{
		"stack overflow",
		"concurrent map writes",
		"concurrent map read and map write",
		"concurrent map iteration and map write",
		"concurrent map clone and map write",
		"sync: unlock of unlocked mutex",
		"sync: Unlock of unlocked RWMutex",
		"sync: RUnlock of unlocked RWMutex",
		"sync: inconsistent mutex state",
		"unexpected signal during runtime execution",
		"fault",
		"found bad pointer in Go heap (incorrect use of unsafe or cgo?)",
		"all goroutines are asleep - deadlock!",
	}
}

// outOfMemory tells whether the runtime gave up because it got no memory.
func (c *crashText) outOfMemory() bool {
	// Go 1.26's collector does not look whether it got memory for this queue.
	if strings.Contains(c.String(), "\nruntime.(*spanQueue).tryDrain(") {
		return true
	}
	for line := range strings.Lines(c.String()) {
		if strings.Contains(line, "out of memory") || strings.Contains(line, "cannot allocate memory") {
			return true
		}
		if strings.HasPrefix(line, "goroutine ") {
			return false
		}
	}
	return false
}

// deadlock tells whether the runtime found every goroutine asleep.
func (c *crashText) deadlock() bool { return strings.Contains(c.fatal(), "- deadlock!") }

// forReader is the part that speaks of the reader's program: what happened, and
// the traces that the worker has written for readers, or else what state the
// first goroutine was in. Addresses and the frames of the runtime and the
// interpreter say nothing to a reader.
func (c *crashText) forReader() string {
	var b, first strings.Builder
	inner, traces := false, false // within the runtime's own trace, and past it
	for line := range strings.Lines(c.String()) {
		line, ours := strings.CutPrefix(line, string(wire.ForReader))
		switch {
		case ours:
			first.Reset()
			b.WriteString(line)
			traces = true
		case traces:
		case strings.HasPrefix(line, "goroutine "):
			first.WriteString(line)
			traces = true
		default:
			inner = inner || strings.HasPrefix(line, "runtime stack:")
			if !inner && !strings.HasPrefix(line, "runtime: sp=") {
				b.WriteString(line)
			}
		}
	}
	return b.String() + first.String()
}

// explainCrash appends the reader's part of a crash text to the program's
// standard error, within the output limit.
func (r *run) explainCrash(res *Result) {
	switch res.Status {
	case StatusPanic, StatusDeadlock:
	default:
		return
	}
	text := []byte(r.crash.forReader())
	r.events.Lock()
	defer r.events.Unlock()
	text = text[:min(int64(len(text)), r.limits.Output-r.written)]
	if len(text) == 0 {
		return
	}
	r.written += int64(len(text))
	r.stderr += int64(len(text))
	res.Stderr = r.stderr
	r.send(Output{Stream: Stderr, T: r.now(), Data: text})
}
