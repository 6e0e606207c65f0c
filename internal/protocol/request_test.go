package protocol

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"playground/internal/sandbox/wire"
)

var testMaxima = Maxima{Source: 100, Stdin: 20, Schedules: 50}

func TestDecodeRequestProblems(t *testing.T) {
	long := strings.Repeat("x", 101)
	for _, tt := range []struct {
		in, id, code, message string // of the answer; message is a part
	}{
		{``, "", CodeMalformed, "not JSON"},
		{`{"type":"run"`, "", CodeMalformed, "not JSON"},
		{`{"type":"kill","id":"a"}{}`, "", CodeMalformed, "at byte 25"},
		{`[]`, "", CodeMalformed, "message is a JSON array; want an object"},
		{`"run"`, "", CodeMalformed, "want an object"},
		{`null`, "", CodeMalformed, `no "type"`},
		{`{}`, "", CodeMalformed, `no "type"`},
		{`{"type":7}`, "", CodeMalformed, `"type" cannot be a number`},
		{`{"type":"run","id":"a","limits":{"wallMs":1.5}}`, "", CodeMalformed, `"limits.wallMs" cannot be a number 1.5`},
		{`{"type":"run","id":"a","source":"` + "\xff" + `"}`, "", CodeMalformed, "not UTF-8"},
		{strings.Repeat("[", 20000), "", CodeMalformed, "max depth"},
		{`{"type":"stop","id":"a"}`, "", CodeUnknownType, `type "stop"`},
		{`{"type":"resume","id":"a","after":-3}`, "a", CodeBadRequest, "negative"},
		{`{"type":"hello","session":"short"}`, "", CodeBadRequest, "5 bytes long; want 22 to 64"},
		{`{"type":"hello","session":"` + strings.Repeat("x", 30) + `?"}`, "", CodeBadRequest, "other characters"},
		{`{"type":"resume","id":""}`, "", CodeBadRequest, `"id" is 0 bytes`},
		{`{"type":"run","source":""}`, "", CodeBadRequest, `"id" is 0 bytes`},
		{`{"type":"run","id":"` + strings.Repeat("a", 65) + `","source":""}`, "", CodeBadRequest, "65 bytes"},
		{`{"type":"run","id":"a b","source":""}`, "", CodeBadRequest, `' '`},
		{`{"type":"kill","id":"ä"}`, "", CodeBadRequest, "letters, digits"},
		{`{"type":"run","id":"a"}`, "a", CodeBadRequest, `no "source"`},
		{`{"type":"run","id":"a","source":null}`, "a", CodeBadRequest, `no "source"`},
		{`{"type":"run","id":"a","source":"` + long + `"}`, "a", CodeSourceTooLarge, "the program is 101 bytes long; the limit is 100 bytes"},
		{`{"type":"run","id":"a","source":"","stdin":"` + long + `"}`, "a", CodeStdinTooLarge, "the limit is 20 bytes"},
		{`{"type":"run","id":"a","source":"","args":[` + strings.Repeat(`"",`, 64) + `""]}`, "a", CodeBadRequest, "65 arguments"},
		{`{"type":"run","id":"a","source":"","args":["` + strings.Repeat("a", 4097) + `"]}`, "a", CodeBadRequest, "4097 bytes"},
		{`{"type":"run","id":"a","source":"","limits":{"wallMs":-1}}`, "a", CodeBadRequest, "out of range"},
		{`{"type":"run","id":"a","source":"","limits":{"cpuMs":9223372036854775807}}`, "a", CodeBadRequest, "out of range"},
		{`{"type":"run","id":"a","source":"","limits":{"memory":-1}}`, "a", CodeBadRequest, "memory is negative"},
		{`{"type":"run","id":"a","source":"","limits":{"memory":1024}}`, "a", CodeBadRequest, "at least 32 MiB"},
		{`{"type":"run","id":"a","source":"","procs":65}`, "a", CodeBadRequest, `"procs" is 65; want 0`},
		{`{"type":"run","id":"a","source":"","procs":-1}`, "a", CodeBadRequest, `"procs" is -1`},
		{`{"type":"run","id":"a","source":"","limits":{"cpuMs":1}}`, "a", CodeBadRequest, "at least 10ms"},
		{`{"type":"run","id":"a","source":"","schedules":-1}`, "a", CodeBadRequest, `"schedules" is negative`},
		{`{"type":"run","id":"a","source":"","seed":"4:1;2"}`, "a", CodeBadRequest, `"seed" is no number`},
		{`{"type":"run","id":"a","source":"","seed":"` + strings.Repeat("1", 2001) + `"}`, "a", CodeBadRequest, `"seed" is no number`},
		{`{"type":"run","id":"a","source":"","seed":"7","task":"check"}`, "a", CodeBadRequest, `leave out "task"`},
		{`{"type":"run","id":"a","source":"","seed":"7","choices":[]}`, "a", CodeBadRequest, `leave out "schedules" and "seed"`},
		{`{"type":"run","id":"a","source":"","choices":[0,-1]}`, "a", CodeBadRequest, "choice -1 is negative"},
		{`{"type":"run","id":"a","source":"","choices":[` + strings.Repeat("0,", 2000) + `0]}`, "a", CodeBadRequest, "2001 choices"},
	} {
		_, e := decodeForTest(tt.in)
		if e == nil {
			t.Errorf("%.60s: no problem", tt.in)
			continue
		}
		if e.ID != tt.id || e.Code != tt.code || !strings.Contains(e.Message, tt.message) {
			t.Errorf("%.60s:\n got %+v\nwant id %q, code %q, message with %q", tt.in, *e, tt.id, tt.code, tt.message)
		}
	}
}

// decodeForTest decodes as far as a session would.
func decodeForTest(in string) (Request, *Error) {
	q, e := Decode([]byte(in))
	if e == nil && q.Type == "run" {
		_, e = q.Program(testMaxima)
	}
	return q, e
}

func TestDecodeRun(t *testing.T) {
	q, e := Decode([]byte(`{"type":"run","id":"A-z0.9_:","source":"package main\u0000<é",
		"stdin":"in","args":["-n","3"],"limits":{"wallMs":8000,"cpuMs":2000,"memory":67108864},"procs":2,"later":{"x":1}}`))
	if e != nil {
		t.Fatal(*e)
	}
	p, e := q.Program(testMaxima)
	if e != nil {
		t.Fatal(*e)
	}
	if q.ID != "A-z0.9_:" || p.Source != "package main\x00<é" || p.Stdin != "in" || strings.Join(p.Args, " ") != "-n 3" {
		t.Errorf("got %+v", p)
	}
	if p.Limits.WallTime != 8*time.Second || p.Limits.CPUTime != 2*time.Second || p.Limits.Memory != 64<<20 || p.Procs != 2 {
		t.Errorf("limits %+v, procs %d", p.Limits, p.Procs)
	}
}

// Orders are asked for by number, by seed, or choice by choice; a server may offer none.
func TestDecodeSchedules(t *testing.T) {
	q, e := Decode([]byte(`{"type":"run","id":"a","source":"x","schedules":51,"seed":"7","observe":true}`))
	if e != nil {
		t.Fatal(*e)
	}
	p, e := q.Program(testMaxima)
	if e != nil || p.Schedules != 50 || p.Schedule != "7" || !p.Observe || p.Choices != nil {
		t.Errorf("%+v, %+v", p, e)
	}
	if _, e := q.Program(Maxima{Source: 100, Schedules: -1}); e == nil || !strings.Contains(e.Message, "this server does not") {
		t.Errorf("%+v", e)
	}
	plain := q
	plain.Schedules, plain.Seed, plain.Observe = 0, "", false
	if _, e := plain.Program(Maxima{Source: 100, Schedules: -1}); e != nil {
		t.Errorf("a plain run: %+v", *e)
	}
	if plain.Fingerprint() == q.Fingerprint() {
		t.Error("a search has the fingerprint of a plain run")
	}
}

// Who asks for races gets them, and not the run of somebody who did not ask.
func TestDecodeRace(t *testing.T) {
	q, e := Decode([]byte(`{"type":"run","id":"a","source":"x","race":true}`))
	if e != nil {
		t.Fatal(*e)
	}
	if p, e := q.Program(testMaxima); e != nil || !p.Race {
		t.Errorf("%+v, %+v", p, e)
	}
	plain := q
	plain.Race = false
	if plain.Fingerprint() == q.Fingerprint() {
		t.Error("a run that looks for races has the fingerprint of a plain one")
	}
}

func TestDecodeEmptySource(t *testing.T) {
	if _, e := decodeForTest(`{"type":"run","id":"a","source":""}`); e != nil {
		t.Errorf("an emptied editor must reach the compiler: %+v", *e)
	}
}

// The largest program allowed fits into a message, however it is escaped.
func TestMaxMessageHoldsLargestRun(t *testing.T) {
	m := Maxima{Source: wire.DefaultSource, Stdin: wire.DefaultSource}
	b, err := json.Marshal(map[string]any{
		"type":   "run",
		"id":     strings.Repeat("i", MaxID),
		"source": strings.Repeat("\x01", wire.DefaultSource),
		"stdin":  strings.Repeat("\x01", wire.DefaultSource),
		"args":   []string{strings.Repeat("\x01", MaxArgBytes)},
		"limits": map[string]int{"wallMs": maxAskedMs, "cpuMs": maxAskedMs},
	})
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(b)) > m.Message() {
		t.Errorf("run needs %d bytes, limit is %d", len(b), m.Message())
	}
}

func FuzzDecodeRequest(f *testing.F) {
	for _, s := range []string{
		`{"type":"run","id":"a","source":"package main"}`,
		`{"type":"run","id":"a","source":"","stdin":"x","args":["y"],"limits":{"wallMs":10,"cpuMs":86400001}}`,
		`{"type":"kill","id":"a"}`, `{"type":"resume","id":"a"}`, `{"id":[]}`, `{`, "\xff", `null`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		q, e := decodeForTest(in)
		switch {
		case e != nil && (e.Type != "error" || e.Code == "" || e.Message == "" || len(e.Message) > 1000):
			t.Errorf("%q: bad answer %+v", in, *e)
		case e != nil && e.ID != "" && e.ID != q.ID:
			t.Errorf("%q: answer for %q", in, e.ID)
		case e == nil && (CheckID(q.ID) != nil || q.Type == "run" && len(*q.Source) > 100):
			t.Errorf("%q: accepted", in)
		}
	})
}
