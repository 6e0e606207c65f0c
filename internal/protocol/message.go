package protocol

import (
	"bytes"
	"encoding/json"
	"time"

	"playground/internal/diag"
	"playground/internal/sandbox"
)

// Session is the first message of a connection.
type Session struct {
	Type    string `json:"type"`    // "session"
	Session string `json:"session"` // the token; whoever has it can see and stop the session's runs
	Go      string `json:"go"`      // the Go that programs are written in, as runtime.Version gives it
}

// Beat says that the server is there, when it has nothing else to say to a client that
// listens. A server says it whose clients others take over.
type Beat struct {
	Type      string `json:"type"`      // "beat"
	SilenceMs int64  `json:"silenceMs"` // after which a client had better connect to another
}

// Queued says that the run waits for its turn; it comes again as it moves up.
type Queued struct {
	Type     string `json:"type"` // "queued"
	ID       string `json:"id"`
	Position int    `json:"position"` // 1 is next
}

// Start says that the program was handed to a worker.
type Start struct {
	Type   string `json:"type"` // "start"
	ID     string `json:"id"`
	Seq    int64  `json:"seq"`
	Trace  string `json:"trace"` // 32 hexadecimal digits; names the run in logs and traces
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
	Seq  int64  `json:"seq"`
	diag.Diagnostic
}

// Output is a piece of what the program wrote.
type Output struct {
	Type string `json:"type"` // "stdout" or "stderr"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	T    int64  `json:"t"`    // microseconds since start; of the first byte when writes were merged
	Body string `json:"body"` // valid UTF-8, at most MaxBody bytes
}

// Reading says that the program waits for standard input, and has read all
// that was sent.
type Reading struct {
	Type string `json:"type"` // "reading"
	ID   string `json:"id"`
	Seq  int64  `json:"seq"`
	T    int64  `json:"t"` // microseconds since start
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
	Seq    int64          `json:"seq"`
	T      int64          `json:"t"` // microseconds since start; no message has a later one
	Status sandbox.Status `json:"status"`
	Reason string         `json:"reason"` // a sentence for the reader, see Reason
	Exit   int            `json:"exit"`   // exit status, -1 when the program was killed
	CPU    int64          `json:"cpu"`    // microseconds
	Wall   int64          `json:"wall"`   // microseconds
	Memory int64          `json:"memory"` // peak, in bytes
	Output int64          `json:"output"` // bytes, both streams together
	Trace  string         `json:"trace"`
	Leaks  []sandbox.Leak `json:"leaks,omitempty"` // goroutines that had not ended when main returned
}

// Error says why a message from the client was not obeyed. With an ID it is
// the last message about that run, unless the code is CodeInput.
type Error struct {
	Type         string `json:"type"` // "error"
	ID           string `json:"id,omitempty"`
	Code         string `json:"code"`
	Message      string `json:"message"`
	RetryAfterMs int64  `json:"retryAfterMs,omitempty"` // after which to try again and be let in; set when that can be told
}

// The codes of Error.
const (
	CodeMalformed      = "malformed"        // not JSON, or a field of the wrong type
	CodeUnknownType    = "unknown_type"     // no such message
	CodeBadRequest     = "bad_request"      // a field is missing or out of range
	CodeSourceTooLarge = "source_too_large" // the program is over the source limit
	CodeStdinTooLarge  = "stdin_too_large"  // its standard input is over the limit
	CodeShareTooLarge  = "share_too_large"  // program and output are more than can be shared
	CodeTooManyRuns    = "too_many_runs"    // of this session or client, at once
	CodeRateLimited    = "rate_limited"     // this client starts programs too fast
	CodeConflict       = "conflict"         // the id belongs to a run of another program
	CodeUnknownRun     = "unknown_run"      // no run of this id in this session
	CodeGone           = "gone"             // what the run said is no longer kept
	CodeInput          = "input"            // the program takes no more standard input
	CodeBusy           = "busy"             // all places to run and to wait are taken
	CodeUnavailable    = "unavailable"      // workers cannot be started
	CodeShuttingDown   = "shutting_down"    // the server is ending
	CodeForbidden      = "forbidden"        // HTTP: not from here
	CodeNotFound       = "not_found"        // HTTP: no such address
)

// MaxBody bounds the body of one Output in bytes. JSON may escape a byte into
// six, and the write of one message is what a write timeout applies to.
const MaxBody = 8 << 10

// NewStart is the Start of a run.
func NewStart(id, trace string, seq int64, l sandbox.Limits) Start {
	return Start{Type: "start", ID: id, Seq: seq, Trace: trace, Limits: Limits{
		WallMs: l.WallTime.Milliseconds(),
		CPUMs:  l.CPUTime.Milliseconds(),
		Memory: l.Memory,
		Output: l.Output,
		Source: l.Source,
	}}
}

// NewMeter is the Meter of a run at time t.
func NewMeter(id string, t time.Duration, m sandbox.Metered) Meter {
	return Meter{
		Type:   "meter",
		ID:     id,
		T:      t.Microseconds(),
		CPU:    m.CPUTime.Microseconds(),
		Memory: m.Memory,
		Output: m.Output,
	}
}

// NewEnd is the End of a run at time t.
func NewEnd(id, trace string, seq int64, t time.Duration, r sandbox.Result) End {
	return End{
		Type:   "end",
		ID:     id,
		Seq:    seq,
		T:      t.Microseconds(),
		Status: r.Status,
		Reason: Reason(r),
		Exit:   r.ExitCode,
		CPU:    r.CPUTime.Microseconds(),
		Wall:   r.WallTime.Microseconds(),
		Memory: r.PeakMemory,
		Output: r.Stdout + r.Stderr,
		Trace:  trace,
		Leaks:  r.Leaks,
	}
}

// NewOutput is a piece of a stream.
func NewOutput(id string, seq int64, s sandbox.Stream, t time.Duration, body []byte) Output {
	typ := "stdout"
	if s == sandbox.Stderr {
		typ = "stderr"
	}
	return Output{Type: typ, ID: id, Seq: seq, T: t.Microseconds(), Body: string(body)}
}

// NewError is an Error; id may be empty.
func NewError(id, code, message string) *Error {
	return &Error{Type: "error", ID: id, Code: code, Message: message}
}

// DecodeError decodes an encoded message, and reports whether it is an Error.
func DecodeError(line []byte) (*Error, bool) {
	var e Error
	if err := json.Unmarshal(line, &e); err != nil || e.Type != "error" {
		return nil, false
	}
	return &e, true
}

// retryAfter returns e with the time after which to try again, if that is known.
func (e *Error) retryAfter(d time.Duration) *Error {
	if d > 0 {
		e.RetryAfterMs = max(d.Milliseconds(), 1)
	}
	return e
}

// Encode returns m as one line of JSON.
func Encode(m any) []byte {
	var b bytes.Buffer
	EncodeTo(&b, m)
	return b.Bytes()
}

// EncodeTo appends m to b as one line of JSON. It leaves <, > and & as they
// are: nothing here is pasted into HTML, and programs print many of them.
func EncodeTo(b *bytes.Buffer, m any) {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		// Every message is a flat struct of strings and integers.
		panic("protocol: message that JSON cannot encode: " + err.Error())
	}
}
