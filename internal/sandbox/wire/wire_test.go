package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"playground/internal/diag"
)

func TestJobRoundTrip(t *testing.T) {
	for _, j := range []Job{
		{},
		{Source: "package main", Args: []string{"a", "b c"}, Limits: Limits{CPUTime: time.Second, Memory: 1 << 20}},
		{Source: "package main", Interactive: true, Observe: true, Race: true, Procs: 2},
		{Task: TaskAssist, At: 70_000, Schedules: 3, Schedule: "pct:1", Choices: []int{0, -1, 1 << 40}},
		{Args: []string{}, Choices: []int{}},
		{Source: "not UTF-8: \xff\xfe, a NUL: \x00, escapes: \"\\\n"},
	} {
		var b bytes.Buffer
		if err := WriteJob(&b, j); err != nil {
			t.Fatal(err)
		}
		b.WriteString("input")
		got, err := ReadJob(&b)
		if err != nil || !reflect.DeepEqual(got, j) {
			t.Errorf("wrote %+v, read %+v, %v", j, got, err)
		}
		if b.String() != "input" {
			t.Errorf("left for standard input: %q", b.String())
		}
	}
}

func TestReadJobErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		in   string
		want error
	}{
		"hung up":   {"", io.EOF},
		"cut head":  {"\x00\x00", io.ErrUnexpectedEOF},
		"cut body":  {"\x00\x00\x00\x09{", io.ErrUnexpectedEOF},
		"no job":    {"\x00\x00\x00\x02{}", ErrJobFormat},
		"more":      {"\x00\x00\x00\x11" + strings.Repeat("\x00", 17), ErrJobFormat},
		"too large": {"\xff\xff\xff\xff", ErrJobTooLarge},
	} {
		if _, err := ReadJob(strings.NewReader(tt.in)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	if err := WriteJob(io.Discard, Job{Source: strings.Repeat("x", MaxJob)}); !errors.Is(err, ErrJobTooLarge) {
		t.Errorf("a job over the limit: %v", err)
	}
}

// Phases are written without JSON's encoder, and read by its decoder.
func TestAppendPhase(t *testing.T) {
	for _, phase := range Phases() {
		want := Report{Kind: KindPhase, Phase: phase}
		line, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendReport(nil, want)); got != string(line)+"\n" {
			t.Errorf("%q, want %q and a line's end", got, line)
		}
	}
}

// A report is one line of bounded length, whatever it holds.
func TestAppendReportIsBounded(t *testing.T) {
	long := Report{Kind: KindDiagnostic, Diagnostic: &diag.Diagnostic{
		Severity: diag.Error, Message: strings.Repeat("\n", MaxReport), Range: diag.Range{Line: 3},
	}}
	b := AppendReport(nil, long)
	if len(b) > MaxReport || bytes.Count(b, []byte("\n")) != 1 || !bytes.Contains(b, []byte(`"line":3`)) {
		t.Errorf("%d bytes, %d lines: %.80q", len(b), bytes.Count(b, []byte("\n")), b)
	}
}

func TestLimits(t *testing.T) {
	most := Limits{}.WithDefaults()
	if err := most.Validate(); err != nil {
		t.Error("the defaults:", err)
	}
	got := Limits{CPUTime: time.Second, WallTime: time.Hour, Memory: -1}.Within(most)
	want := most
	want.CPUTime = time.Second
	if got != want {
		t.Errorf("Within gave %+v, want %+v", got, want)
	}
	if err := (Limits{}).Validate(); err == nil {
		t.Error("limits of zero are valid")
	}
}

func TestArgs(t *testing.T) {
	setup := Setup{Most: Limits{}.WithDefaults(), Threads: 64}
	got, err := ParseArgs(append(Args(setup), "123", "124")) // handles, on Windows
	if err != nil || got != setup {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range [][]string{nil, {WorkerName}, {WorkerName, "{"}, {"x", "{}"}, {WorkerName, "{}"}} {
		if _, err := ParseArgs(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzReadJob(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = ReadJob(bytes.NewReader(b)) })
}
