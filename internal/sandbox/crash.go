package sandbox

import (
	"bytes"
	"strings"
	"time"
)

// crashText is what the Go runtime of a worker printed: the reason of a fatal
// error, then traces of goroutines, whose frames are the interpreter's.
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

// outOfMemory tells whether the runtime gave up because it got no memory.
func (c *crashText) outOfMemory() bool {
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

// forReader is the part that speaks of the reader's program: what happened,
// and what state the first goroutine was in. Addresses and the frames of the
// runtime and the interpreter say nothing to a reader.
func (c *crashText) forReader() string {
	var b strings.Builder
	inner := false // within the runtime's own trace
	for line := range strings.Lines(c.String()) {
		if strings.HasPrefix(line, "goroutine ") {
			b.WriteString(line)
			break
		}
		inner = inner || strings.HasPrefix(line, "runtime stack:")
		if !inner && !strings.HasPrefix(line, "runtime: sp=") {
			b.WriteString(line)
		}
	}
	return b.String()
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
	r.send(Output{Stream: Stderr, T: time.Since(r.started), Data: text})
}
