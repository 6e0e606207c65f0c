package stream

import (
	"bytes"
	"encoding/json"
	"time"

	"playground/internal/sandbox"
)

// Queued says that all workers are busy; it may come again as the run moves up.
type Queued struct {
	Type     string `json:"type"` // "queued"
	ID       string `json:"id"`
	Position int    `json:"position"` // 1 is next
}

// Start says that the program was handed to a worker.
type Start struct {
	Type   string `json:"type"` // "start"
	ID     string `json:"id"`
	Limits Limits `json:"limits"`
}

// Limits are the ones that a run lives under.
type Limits struct {
	WallMs int64 `json:"wallMs"` // milliseconds of elapsed time
	CPUMs  int64 `json:"cpuMs"`  // milliseconds of processor time, all threads together
	Memory int64 `json:"memory"` // bytes
	Output int64 `json:"output"` // bytes, both streams together
	Source int64 `json:"source"` // bytes of program text
}

// Diagnostic is a finding about the program's text. A field that is empty or
// zero is left out.
type Diagnostic struct {
	Type string `json:"type"` // "diagnostic"
	ID   string `json:"id"`
	sandbox.Diagnostic
}

// Output is a piece of what the program wrote.
type Output struct {
	Type string `json:"type"` // "stdout" or "stderr"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`  // counts the Outputs of a run, from 1, without gaps
	T    int64  `json:"t"`    // microseconds since start; of the first byte when writes were merged
	Body string `json:"body"` // valid UTF-8, at most MaxBody bytes
}

// Meter says what the program has used so far.
type Meter struct {
	Type   string `json:"type"` // "meter"
	ID     string `json:"id"`
	T      int64  `json:"t"`      // microseconds since start
	CPU    int64  `json:"cpu"`    // microseconds
	Memory int64  `json:"memory"` // bytes
	Output int64  `json:"output"` // bytes, both streams together
}

// End is the last message of a run.
type End struct {
	Type   string         `json:"type"` // "end"
	ID     string         `json:"id"`
	T      int64          `json:"t"` // microseconds since start
	Status sandbox.Status `json:"status"`
	Reason string         `json:"reason"` // a sentence for the reader, see Reason
	Exit   int            `json:"exit"`   // exit status, -1 when the program was killed
	CPU    int64          `json:"cpu"`    // microseconds
	Wall   int64          `json:"wall"`   // microseconds
	Memory int64          `json:"memory"` // peak, in bytes
	Output int64          `json:"output"` // bytes, both streams together
}

// Error says why a message from the client was not obeyed. With an ID it is
// the last message about that run.
type Error struct {
	Type    string `json:"type"` // "error"
	ID      string `json:"id,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// The codes of Error.
const (
	CodeMalformed      = "malformed"        // not JSON, or a field of the wrong type
	CodeUnknownType    = "unknown_type"     // no such message
	CodeUnsupported    = "unsupported"      // reserved for later: resume
	CodeBadRequest     = "bad_request"      // a field is missing or out of range
	CodeSourceTooLarge = "source_too_large" // the program is over the source limit
	CodeStdinTooLarge  = "stdin_too_large"  // its standard input is over the limit
	CodeTooManyRuns    = "too_many_runs"    // of this session, at once
	CodeDuplicate      = "duplicate"        // the id belongs to a run that has ended
	CodeUnknownRun     = "unknown_run"      // kill for an id never seen
	CodeBusy           = "busy"             // all workers and all places in the queue are taken
	CodeUnavailable    = "unavailable"      // workers cannot be started
	CodeShuttingDown   = "shutting_down"    // the server is ending
)

// MaxBody bounds the body of one Output in bytes. JSON may escape a byte into
// six, and the write of one message is what WriteTimeout applies to.
const MaxBody = 8 << 10

func startMessage(id string, l sandbox.Limits) Start {
	return Start{Type: "start", ID: id, Limits: Limits{
		WallMs: l.WallTime.Milliseconds(),
		CPUMs:  l.CPUTime.Milliseconds(),
		Memory: l.Memory,
		Output: l.Output,
		Source: l.Source,
	}}
}

func meterMessage(id string, m sandbox.Metered) Meter {
	return Meter{
		Type:   "meter",
		ID:     id,
		T:      m.T.Microseconds(),
		CPU:    m.CPUTime.Microseconds(),
		Memory: m.Memory,
		Output: m.Output,
	}
}

func endMessage(id string, r sandbox.Result) End {
	return End{
		Type:   "end",
		ID:     id,
		T:      r.WallTime.Microseconds(),
		Status: r.Status,
		Reason: Reason(r),
		Exit:   r.ExitCode,
		CPU:    r.CPUTime.Microseconds(),
		Wall:   r.WallTime.Microseconds(),
		Memory: r.PeakMemory,
		Output: r.Stdout + r.Stderr,
	}
}

func errorMessage(id, code, message string) Error {
	return Error{Type: "error", ID: id, Code: code, Message: message}
}

// outputType names the message that carries s.
func outputType(s sandbox.Stream) string {
	if s == sandbox.Stderr {
		return "stderr"
	}
	return "stdout"
}

func outputMessage(id string, f frame) Output {
	return Output{
		Type: outputType(f.stream),
		ID:   id,
		Seq:  f.seq,
		T:    f.t.Microseconds(),
		Body: string(f.text),
	}
}

// frame is a message on its way out: a piece of output, which may still grow
// or be numbered, or any other message, already encoded.
type frame struct {
	// stream, t, seq and text are set for output only.
	stream sandbox.Stream
	t      time.Duration
	seq    int64
	text   []byte

	line  []byte // the encoded message, with its newline
	meter bool   // line is a Meter: a newer one replaces it
	last  bool   // nothing follows in this run
	void  bool   // the run was refused: its id is as good as new
}

func (f frame) size() int { return len(f.text) + len(f.line) }

// appendTo encodes f for the run id: one line of JSON.
func (f frame) appendTo(b *bytes.Buffer, id string) {
	if f.stream == 0 {
		b.Write(f.line)
		return
	}
	encodeTo(b, outputMessage(id, f))
}

// encode returns m as one line of JSON.
func encode(m any) []byte {
	var b bytes.Buffer
	encodeTo(&b, m)
	return b.Bytes()
}

// encodeTo leaves <, > and & as they are: nothing here is pasted into HTML,
// and programs print many of them.
func encodeTo(b *bytes.Buffer, m any) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		// Every message is a flat struct of strings and integers.
		panic("stream: message that JSON cannot encode: " + err.Error())
	}
}
