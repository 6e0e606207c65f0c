package protocol

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// Bounds of what a client may ask, besides those in Maxima.
const (
	MaxID       = 64       // bytes
	MaxArgs     = 64       // arguments of one program
	MaxArgBytes = 4 << 10  // all arguments together
	MinToken    = 22       // bytes of a session's token: 128 bits in base64
	MaxToken    = 64       // bytes
	maxAskedMs  = 86400000 // a day, far above any limit an operator would set
)

// The types of a Request.
const (
	TypeHello      = "hello"
	TypeRun        = "run"
	TypeResume     = "resume"
	TypeKill       = "kill"
	TypeStdin      = "stdin"
	TypeStdinClose = "stdin-close"
)

// Request is any message from a client. Which fields count depends on Type.
type Request struct {
	Type string `json:"type"`
	// Session is the token of a session to join; hello only.
	Session string `json:"session"`
	// ID names the run, all but hello.
	ID string `json:"id"`

	Task      string   `json:"task"`
	Source    *string  `json:"source"`
	Stdin     string   `json:"stdin"`
	StdinOpen bool     `json:"stdinOpen"` // standard input goes on after Stdin
	Args      []string `json:"args"`
	Observe   bool     `json:"observe"`   // asks for Events
	Race      bool     `json:"race"`      // asks to look for data races
	Schedules int      `json:"schedules"` // asks for so many orders, and Outcomes
	Seed      string   `json:"seed"`      // of the random ones; without Schedules, the order
	Choices   []int    `json:"choices"`   // an order as far as the client has chosen it
	At        int      `json:"at"`        // a place in Source, in bytes; task "assist" only
	Procs     int      `json:"procs"`     // the program's GOMAXPROCS
	Limits    struct {
		WallMs int64 `json:"wallMs"`
		CPUMs  int64 `json:"cpuMs"`
		Memory int64 `json:"memory"` // bytes
	} `json:"limits"`

	// After is the seq of the last message that the client has; resume only.
	After int64 `json:"after"`
	// Body is more standard input; stdin only.
	Body string `json:"body"`
	// Writer and Part say which message of whose this is, of those about a run's
	// standard input; the number is 0 for one that is sent once only.
	Writer string `json:"writer"`
	Part   int64  `json:"part"`
}

// Maxima are the sizes that a run may ask for, in bytes, and how many orders: none at all
// below zero.
type Maxima struct {
	Source, Stdin int64
	Schedules     int
}

// Message bounds an encoded run of those sizes: JSON may escape a byte into
// six. Some room is left for fields that this server does not know.
func (m Maxima) Message() int64 {
	return 6*(m.Source+m.Stdin+MaxArgBytes) + 24<<10
}

// Decode decodes one message of a client and checks all of it but the sizes of
// a run. The problem, if any, is what to answer.
func Decode(data []byte) (Request, *Error) {
	q, e := unmarshal(data)
	if e != nil {
		return q, e
	}
	switch q.Type {
	case TypeHello:
		return q, checkToken(q.Session)
	case TypeRun, TypeResume, TypeKill, TypeStdin, TypeStdinClose:
		if e := CheckID(q.ID); e != nil {
			return q, e
		}
		if q.After < 0 {
			return q, NewError(q.ID, CodeBadRequest, `"after" is negative`)
		}
		return q, q.CheckPart()
	case "":
		return q, NewError("", CodeMalformed, `message has no "type"; want "run", "resume", "kill", "stdin" or "hello"`)
	}
	return q, NewError("", CodeUnknownType, fmt.Sprintf(`no message is of type %.40q; want "run", "resume", "kill", "stdin" or "hello"`, q.Type))
}

// DecodeRun decodes the body of an HTTP request for a run: the message without
// its type, whose id may be left out.
func DecodeRun(data []byte) (Request, *Error) {
	q, e := unmarshal(data)
	if e != nil {
		return q, e
	}
	if q.Type != "" && q.Type != TypeRun {
		return q, NewError("", CodeUnknownType, `"type" is not "run"; leave it out`)
	}
	q.Type = TypeRun
	if q.ID == "" {
		q.ID = NewID()
	}
	return q, CheckID(q.ID)
}

func unmarshal(data []byte) (q Request, e *Error) {
	// encoding/json would replace such bytes without a word, and another
	// program than the reader's would run.
	if !utf8.Valid(data) {
		return q, NewError("", CodeMalformed, "message is not UTF-8")
	}
	if err := json.Unmarshal(data, &q); err != nil {
		return q, NewError("", CodeMalformed, jsonProblem(err))
	}
	return q, nil
}

// Program returns what a run asks for, or what is wrong with it.
func (q Request) Program(most Maxima) (sandbox.Program, *Error) {
	var p sandbox.Program
	if q.Source == nil {
		return p, NewError(q.ID, CodeBadRequest, `run has no "source"`)
	}
	task := sandbox.Task(q.Task)
	if !task.Valid() {
		return p, NewError(q.ID, CodeBadRequest, fmt.Sprintf(`no task is called %.40q; leave it out to run the program, or ask for "format", "check", "assist", "typescript" or "javascript"`, q.Task))
	}
	if n := int64(len(*q.Source)); n > most.Source {
		return p, NewError(q.ID, CodeSourceTooLarge, tooLarge("the program", n, most.Source))
	}
	if n := int64(len(q.Stdin)); n > most.Stdin {
		return p, NewError(q.ID, CodeStdinTooLarge, tooLarge("the standard input", n, most.Stdin))
	}
	if q.At < 0 || q.At > len(*q.Source) {
		return p, NewError(q.ID, CodeBadRequest, fmt.Sprintf(`"at" is %d; want a place in the program, 0 to %d`, q.At, len(*q.Source)))
	}
	if q.Procs < 0 || q.Procs > wire.MaxProcs {
		return p, NewError(q.ID, CodeBadRequest, fmt.Sprintf(`"procs" is %d; want 0 (as many as the machine has) to %d`, q.Procs, wire.MaxProcs))
	}
	if err := q.checkArgs(); err != nil {
		return p, NewError(q.ID, CodeBadRequest, err.Error())
	}
	limits, err := q.limits()
	if err != nil {
		return p, NewError(q.ID, CodeBadRequest, err.Error())
	}
	if err := q.checkSchedules(most); err != nil {
		return p, NewError(q.ID, CodeBadRequest, err.Error())
	}
	return sandbox.Program{
		Task: task, Source: *q.Source, Stdin: q.Stdin, Args: q.Args, Limits: limits, At: q.At, Procs: q.Procs,
		Observe: q.Observe, Race: q.Race, Schedules: min(q.Schedules, max(most.Schedules, 0)), Schedule: q.Seed, Choices: q.Choices,
	}, nil
}

// Fingerprint tells programs apart: two runs of one fingerprint ask for the
// same.
func (q Request) Fingerprint() [32]byte {
	h := sha256.New()
	// An encoder ends every value, so that no two lists of them are alike.
	err := json.NewEncoder(h).Encode([]any{q.Task, q.Source, q.Stdin, q.StdinOpen, q.Args, q.Limits, q.Observe, q.Race, q.At, q.Procs, q.Schedules, q.Seed, q.Choices})
	if err != nil {
		panic("protocol: request that JSON cannot encode: " + err.Error())
	}
	return [32]byte(h.Sum(nil))
}

func (q Request) checkArgs() error {
	if len(q.Args) > MaxArgs {
		return fmt.Errorf("%d arguments are too many: at most %d", len(q.Args), MaxArgs)
	}
	total := 0
	for _, a := range q.Args {
		total += len(a)
	}
	if total > MaxArgBytes {
		return errors.New(tooLarge("the list of arguments", int64(total), MaxArgBytes))
	}
	return nil
}

// limits returns what the run asks for; the sandbox caps it.
func (q Request) limits() (sandbox.Limits, error) {
	for _, ms := range []int64{q.Limits.WallMs, q.Limits.CPUMs} {
		if ms < 0 || ms > maxAskedMs {
			return sandbox.Limits{}, fmt.Errorf("limit of %d ms is out of range: 0 (the default) to %d", ms, maxAskedMs)
		}
	}
	if q.Limits.Memory < 0 {
		return sandbox.Limits{}, fmt.Errorf("limit of %d bytes of memory is negative; leave it out for the default", q.Limits.Memory)
	}
	l := sandbox.Limits{
		WallTime: time.Duration(q.Limits.WallMs) * time.Millisecond,
		CPUTime:  time.Duration(q.Limits.CPUMs) * time.Millisecond,
		Memory:   q.Limits.Memory,
	}
	return l, l.WithDefaults().Validate()
}

// CheckPart returns what is wrong with the name of a part of standard input.
func (q Request) CheckPart() *Error {
	if q.Part < 0 {
		return NewError(q.ID, CodeBadRequest, `"part" is negative`)
	}
	if len(q.Writer) > MaxID {
		return NewError(q.ID, CodeBadRequest, fmt.Sprintf(`"writer" is %d bytes long; want at most %d`, len(q.Writer), MaxID))
	}
	return nil
}

// CheckID returns what is wrong with the id of a run.
func CheckID(id string) *Error {
	if len(id) == 0 || len(id) > MaxID {
		return NewError("", CodeBadRequest, fmt.Sprintf(`"id" is %d bytes long; want 1 to %d`, len(id), MaxID))
	}
	for _, c := range []byte(id) {
		if !idByte(c) {
			return NewError("", CodeBadRequest, fmt.Sprintf(`"id" holds %q; want letters, digits and _ . : - only`, rune(c)))
		}
	}
	return nil
}

func idByte(c byte) bool { return tokenByte(c) || c == '.' || c == ':' }

// CheckToken returns what is wrong with a session's token, which is never
// repeated in the answer.
func CheckToken(token string) *Error {
	if token == "" {
		return NewError("", CodeBadRequest, "the session's token is empty")
	}
	return checkToken(token)
}

// checkToken lets an empty token pass: the server then makes one.
func checkToken(token string) *Error {
	if token == "" {
		return nil
	}
	for _, c := range []byte(token) {
		if !tokenByte(c) {
			return NewError("", CodeBadRequest, `"session" holds other characters than letters, digits, _ and -`)
		}
	}
	if len(token) < MinToken || len(token) > MaxToken {
		return NewError("", CodeBadRequest, fmt.Sprintf(`"session" is %d bytes long; want %d to %d random ones`, len(token), MinToken, MaxToken))
	}
	return nil
}

func tokenByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '_' || c == '-'
}

// NewToken makes a session's token.
func NewToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// NewID makes an id for a run whose client gave none.
func NewID() string { return NewToken() }

// jsonProblem says what is wrong in terms of the message, not of Go's types.
func jsonProblem(err error) string {
	var field *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &field) && field.Field == "":
		return fmt.Sprintf("message is a JSON %s; want an object", field.Value)
	case errors.As(err, &field):
		return fmt.Sprintf("%q cannot be a %s", field.Field, field.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("message is not JSON: %v, at byte %d", syntax, syntax.Offset)
	}
	return "message is not JSON: " + err.Error()
}
