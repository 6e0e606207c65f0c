package sandbox

import (
	"io"
	"sync"
	"time"

	"playground/internal/sandbox/wire"
)

// input is a program's standard input, and the time that the program waits for
// it. The zero value is that of a program which waits for none.
type input struct {
	mu      sync.Mutex
	chunks  int   // writes begun
	sent    int64 // bytes written
	told    int64 // sent, when the sink was told last that the program waits
	claims  int   // how often the worker said so
	closed  bool
	waiting bool
	since   time.Time     // when it began to wait, while it does
	before  time.Duration // how long it waited before that
}

// waited is how long the program has waited for input; no more than it may.
func (in *input) waited() time.Duration {
	in.mu.Lock()
	defer in.mu.Unlock()
	return min(in.total(), wire.MaxInputWait)
}

// total is waited without its bound. The caller holds mu.
func (in *input) total() time.Duration {
	if in.waiting {
		return in.before + time.Since(in.since)
	}
	return in.before
}

// resume ends a wait: something is sent, or will never be. The caller holds mu.
func (in *input) resume() {
	in.before = in.total()
	in.waiting = false
}

// write sends b and counts it.
func (in *input) write(w io.Writer, b []byte) error {
	in.mu.Lock()
	in.chunks++
	in.sent += int64(len(b))
	in.resume()
	in.mu.Unlock()
	_, err := w.Write(b)
	return err
}

// close sends the end of the input.
func (in *input) close(w io.Closer) {
	in.mu.Lock()
	in.closed = true
	in.resume()
	in.mu.Unlock()
	w.Close()
}

// claim takes the worker's word that the program waits, having read so many
// bytes. It is news only when that is all that was sent, and was not told
// before. An honest worker says so at most once for each write, and once at
// first.
func (in *input) claim(read int64) (news, honest bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.claims++
	honest = in.claims <= in.chunks+1
	if !honest || in.closed || read != in.sent || in.told == in.sent && in.claims > 1 {
		return false, honest
	}
	in.told, in.waiting, in.since = in.sent, true, time.Now()
	return true, true
}

// feed sends the program and its standard input. An error here means that the
// worker died or does not read; its end tells the story.
func (r *run) feed() {
	job := wire.Job{
		Task: r.program.Task, Source: r.program.Source, Args: r.program.Args, Limits: r.limits,
		Interactive: r.program.Input != nil, Observe: r.program.Observe, Race: r.program.Race, At: r.program.At, Procs: r.program.Procs,
		Schedules: r.program.Schedules, Schedule: r.program.Schedule, Choices: r.program.Choices,
	}
	w := r.process.job
	defer r.input.close(w)
	if err := wire.WriteJob(w, job); err != nil {
		return
	}
	if r.program.Input == nil {
		_, _ = io.WriteString(w, r.program.Stdin)
		return
	}
	for rest := r.program.Stdin; rest != ""; {
		n := min(len(rest), wire.MaxInputChunk)
		if r.input.write(w, []byte(rest[:n])) != nil {
			return
		}
		rest = rest[n:]
	}
	r.pass(w, r.program.Input)
}

// pass sends what comes, until its end.
func (r *run) pass(w io.Writer, from io.Reader) {
	buf := make([]byte, wire.MaxInputChunk)
	for {
		n, err := from.Read(buf)
		if n > 0 && r.input.write(w, buf[:n]) != nil || err != nil {
			return
		}
	}
}
