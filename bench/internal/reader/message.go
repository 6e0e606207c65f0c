package reader

import "time"

// Message is any message from the server; which fields count depends on Type.
type Message struct {
	Type         string `json:"type"`
	ID           string `json:"id"`
	Session      string `json:"session"`
	Seq          int64  `json:"seq"`
	T            int64  `json:"t"`
	Body         string `json:"body"`
	Trace        string `json:"trace"`
	Position     int    `json:"position"`
	Status       string `json:"status"`
	Reason       string `json:"reason"`
	CPU          int64  `json:"cpu"` // microseconds
	Code         string `json:"code"`
	Message      string `json:"message"`
	RetryAfterMs int64  `json:"retryAfterMs"`
	SilenceMs    int64  `json:"silenceMs"`
}

// last reports whether m ends a run.
func (m Message) last() bool {
	return m.Type == "end" || m.Type == "error" && m.Code != "input"
}

// output reports whether m is what a reader waits to see.
func (m Message) output() bool {
	return m.Type == "stdout" || m.Type == "stderr" || m.Type == "diagnostic"
}

// numbered reports whether m has a seq.
func (m Message) numbered(old bool) bool {
	switch m.Type {
	case "stdout", "stderr":
		return true
	case "start", "diagnostic", "reading", "events", "race", "outcome", "schedules", "choice", "end":
		return !old
	}
	return false
}

// request is what a client says.
type request struct {
	Type    string  `json:"type"`
	ID      string  `json:"id,omitempty"`
	Session string  `json:"session,omitempty"`
	Source  string  `json:"source,omitempty"`
	After   int64   `json:"after,omitempty"`
	Limits  *limits `json:"limits,omitempty"`
	Task    string  `json:"task,omitempty"`
	At      int     `json:"at,omitempty"`
}

type limits struct {
	WallMs int64 `json:"wallMs,omitempty"`
	CPUMs  int64 `json:"cpuMs,omitempty"`
}

// Program is what to run, and the limits to ask for; zero is the server's own.
type Program struct {
	Name      string
	Source    string
	Wall, CPU time.Duration
	// Task is what else is wanted of it than to run it, and At the place that assist is
	// asked about, in bytes.
	Task string
	At   int
}

func (p Program) request(id string) request {
	q := request{Type: "run", ID: id, Source: p.Source, Task: p.Task, At: p.At}
	if p.Wall != 0 || p.CPU != 0 {
		q.Limits = &limits{WallMs: p.Wall.Milliseconds(), CPUMs: p.CPU.Milliseconds()}
	}
	return q
}
