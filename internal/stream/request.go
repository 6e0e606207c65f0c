package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"playground/internal/sandbox"
)

// Bounds of what a client may ask, besides those in Config.
const (
	MaxID       = 64       // bytes
	MaxArgs     = 64       // arguments of one program
	MaxArgBytes = 4 << 10  // all arguments together
	maxAskedMs  = 86400000 // a day, far above any limit an operator would set
)

// request is any message from a client.
type request struct {
	Type   string   `json:"type"`
	ID     string   `json:"id"`
	Task   string   `json:"task"`
	Source *string  `json:"source"`
	Stdin  string   `json:"stdin"`
	Args   []string `json:"args"`
	Limits struct {
		WallMs int64 `json:"wallMs"`
		CPUMs  int64 `json:"cpuMs"`
	} `json:"limits"`
}

// maxima are the sizes that a run may ask for, in bytes.
type maxima struct{ source, stdin int64 }

// message bounds an encoded run of those sizes: JSON may escape a byte into
// six. Some room is left for fields that this server does not know.
func (m maxima) message() int64 {
	return 6*(m.source+m.stdin+MaxArgBytes) + 4<<10
}

// decodeRequest decodes one message of a client and checks all of it but the
// sizes of a run. The problem, if any, is what to answer.
func decodeRequest(data []byte) (request, *Error) {
	var q request
	// encoding/json would replace such bytes without a word, and another
	// program than the reader's would run.
	if !utf8.Valid(data) {
		return q, problem("", CodeMalformed, "message is not UTF-8")
	}
	if err := json.Unmarshal(data, &q); err != nil {
		return q, problem("", CodeMalformed, jsonProblem(err))
	}
	switch q.Type {
	case "run", "kill":
		return q, checkID(q.ID)
	case "resume":
		return q, unsupported(q)
	case "":
		return q, problem("", CodeMalformed, `message has no "type"; want "run" or "kill"`)
	}
	return q, problem("", CodeUnknownType, fmt.Sprintf(`no message is of type %.40q; want "run" or "kill"`, q.Type))
}

// program returns what a run asks for, or what is wrong with it.
func (q request) program(most maxima) (sandbox.Program, *Error) {
	var p sandbox.Program
	if q.Source == nil {
		return p, problem(q.ID, CodeBadRequest, `run has no "source"`)
	}
	task := sandbox.Task(q.Task)
	if !task.Valid() {
		return p, problem(q.ID, CodeBadRequest, fmt.Sprintf(`no task is called %.40q; leave it out to run the program, or ask for "format"`, q.Task))
	}
	if n := int64(len(*q.Source)); n > most.source {
		return p, problem(q.ID, CodeSourceTooLarge, tooLarge("the program", n, most.source))
	}
	if n := int64(len(q.Stdin)); n > most.stdin {
		return p, problem(q.ID, CodeStdinTooLarge, tooLarge("the standard input", n, most.stdin))
	}
	if err := q.checkArgs(); err != nil {
		return p, problem(q.ID, CodeBadRequest, err.Error())
	}
	limits, err := q.limits()
	if err != nil {
		return p, problem(q.ID, CodeBadRequest, err.Error())
	}
	return sandbox.Program{Task: task, Source: *q.Source, Stdin: q.Stdin, Args: q.Args, Limits: limits}, nil
}

func (q request) checkArgs() error {
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
func (q request) limits() (sandbox.Limits, error) {
	for _, ms := range []int64{q.Limits.WallMs, q.Limits.CPUMs} {
		if ms < 0 || ms > maxAskedMs {
			return sandbox.Limits{}, fmt.Errorf("limit of %d ms is out of range: 0 (the default) to %d", ms, maxAskedMs)
		}
	}
	l := sandbox.Limits{
		WallTime: time.Duration(q.Limits.WallMs) * time.Millisecond,
		CPUTime:  time.Duration(q.Limits.CPUMs) * time.Millisecond,
	}
	return l, l.WithDefaults().Validate()
}

func unsupported(q request) *Error {
	if err := checkID(q.ID); err != nil {
		return err
	}
	return problem(q.ID, CodeUnsupported, "resume is not supported yet; run the program again under a new id")
}

func checkID(id string) *Error {
	if len(id) == 0 || len(id) > MaxID {
		return problem("", CodeBadRequest, fmt.Sprintf(`"id" is %d bytes long; want 1 to %d`, len(id), MaxID))
	}
	for _, c := range []byte(id) {
		if !idByte(c) {
			return problem("", CodeBadRequest, fmt.Sprintf(`"id" holds %q; want letters, digits and _ . : - only`, rune(c)))
		}
	}
	return nil
}

func idByte(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return c == '_' || c == '.' || c == ':' || c == '-'
}

func problem(id, code, message string) *Error {
	e := errorMessage(id, code, message)
	return &e
}

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
