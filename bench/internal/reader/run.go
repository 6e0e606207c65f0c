package reader

import (
	"fmt"
	"strings"
	"time"
)

// Run is the history of one run.
type Run struct {
	ID      string
	Program string
	Clicked time.Time
	First   time.Duration // from Clicked to the first output or diagnostic; 0 for none
	Whole   time.Duration // from Clicked to the last message

	Seq            int64 // of the last numbered message
	Stdout, Stderr strings.Builder
	Queued         bool // it waited for its turn
	Started        bool
	Trace          string   // what the server's log calls it; "" until it started
	Connections    int      // that carried it
	Last           *Message // the end or the error; nil when none came
	Faults         []string
	// Breaks are the times that its connection was lost and the run read on.
	Breaks  []Break
	Way     []Turn
	Before  time.Duration // from the message before the last to that
	Trouble error         // why the latest connection could not be had, or ended

	t     int64 // the greatest so far
	old   bool
	seen  time.Time // when the latest message came
	cut   time.Time // when the connection was lost; zero while there is one
	at    string    // the server that carries it; from, the one that was lost
	from  string
	began bool // when that was lost
}

// Break is a lost connection and what a reader missed by it.
type Break struct {
	Over   time.Time // when the next message came
	From   string    // the server that was lost, and To the one that went on
	To     string
	Lasted time.Duration // from the loss to the next message
	Still  time.Duration // from the message before, or the click, to the next
	Began  bool          // the reader had messages of the run: else it asked to start it
	Ended  bool          // that was the last: there was nothing to read on
}

// Turn is a try to have the run by a server.
type Turn struct {
	Server      string
	Began, Over time.Time
	Why         string // it ended; "" for the run's end
}

// turn notes how a try ended that has just begun.
func (r *Run) turn(server string, began time.Time) {
	t := Turn{Server: server, Began: began, Over: time.Now()}
	if r.Last == nil && r.Trouble != nil {
		t.Why = r.Trouble.Error()
	}
	r.Way = append(r.Way, t)
}

// lost notes that the connection to a server is.
func (r *Run) lost(at time.Time, url string) {
	if r.cut.IsZero() && r.Connections > 0 {
		r.cut, r.from, r.began = at, url, r.Seq > 0
	}
}

// readOn notes that a message has come, over a connection that may be another.
func (r *Run) readOn(m Message, at time.Time) {
	if r.seen.IsZero() {
		r.seen = r.Clicked
	}
	if !r.cut.IsZero() {
		r.Breaks = append(r.Breaks, Break{Over: at, From: r.from, To: r.at, Lasted: at.Sub(r.cut), Still: at.Sub(r.seen), Began: r.began, Ended: m.last()})
		r.cut = time.Time{}
	}
	r.Before, r.seen = at.Sub(r.seen), at
}

// Ended returns the status that the run ended with, "error CODE" when it was
// refused, and "never connected" or "lost" when it has no last message.
func (r *Run) Ended() string {
	switch {
	case r.Last == nil && r.Connections == 0:
		return "never connected"
	case r.Last == nil:
		return "lost"
	case r.Last.Type == "error":
		return "error " + r.Last.Code
	}
	return r.Last.Status
}

// By is the server that carries it, or did last.
func (r *Run) By() string { return r.at }

// Old reports whether the server was one that loses runs with connections.
func (r *Run) Old() bool { return r.old }

// Refused reports whether the run was refused for a reason that time mends.
func (r *Run) Refused() bool {
	if r.Last == nil || r.Last.Type != "error" {
		return false
	}
	switch r.Last.Code {
	case "busy", "rate_limited", "too_many_runs", "unavailable", "shutting_down":
		return true
	}
	return false
}

// Promised is how long the server asked the reader to wait, 0 if it did not.
func (r *Run) Promised() time.Duration {
	if !r.Refused() {
		return 0
	}
	return time.Duration(r.Last.RetryAfterMs) * time.Millisecond
}

// take adds m to the history.
func (r *Run) take(m Message, at time.Time) {
	if r.Last != nil {
		r.fault("%s after the last message", m.Type)
		return
	}
	if m.numbered(r.old) {
		if m.Seq != r.Seq+1 {
			r.fault("%s has seq %d after %d", m.Type, m.Seq, r.Seq)
		}
		r.Seq = m.Seq
	}
	r.checkTime(m)
	r.readOn(m, at)
	r.see(m, at)
}

func (r *Run) see(m Message, at time.Time) {
	if m.output() && r.First == 0 {
		r.First = at.Sub(r.Clicked)
	}
	switch m.Type {
	case "queued":
		r.Queued = true
	case "start":
		r.Started, r.Trace = true, m.Trace
	case "stdout":
		r.Stdout.WriteString(m.Body)
	case "stderr":
		r.Stderr.WriteString(m.Body)
	}
	if m.last() {
		r.Last, r.Whole = &m, at.Sub(r.Clicked)
	}
}

// checkTime sees that t does not fall. Meters are not in the order of the
// others, but none is later than the end.
func (r *Run) checkTime(m Message) {
	if r.old || m.T == 0 {
		return
	}
	if m.Type != "meter" && m.T < r.t && (m.Type == "end" || m.numbered(false)) {
		r.fault("%s has t %d after %d", m.Type, m.T, r.t)
	}
	if m.Type != "meter" {
		r.t = max(r.t, m.T)
	}
}

func (r *Run) fault(format string, args ...any) {
	const most = 5 // of one run; the first says most
	if len(r.Faults) < most {
		r.Faults = append(r.Faults, fmt.Sprintf("run %s of %s: ", r.ID, r.Program)+fmt.Sprintf(format, args...))
	}
}
