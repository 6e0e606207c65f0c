package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/diag"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

func stdout(t time.Duration, s string) sandbox.Output {
	return sandbox.Output{Stream: sandbox.Stdout, T: t, Data: []byte(s)}
}

func stderr(t time.Duration, s string) sandbox.Output {
	return sandbox.Output{Stream: sandbox.Stderr, T: t, Data: []byte(s)}
}

func sinkAll(t *testing.T, sink sandbox.Sink, events ...sandbox.Event) {
	t.Helper()
	for _, e := range events {
		if err := sink(context.Background(), e); err != nil {
			t.Fatalf("%T: %v", e, err)
		}
	}
}

// These lines are the wire: changing one breaks every client.
func TestWriterWire(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, "r1")
	w.enc.trace = "0af7"
	sinkAll(t, w.Sink,
		sandbox.Started{Limits: sandbox.Limits{}.WithDefaults()},
		sandbox.Diagnosed{Diagnostic: diag.Diagnostic{
			Severity: diag.Warning, Code: "vet.printf", Message: "bad <verb> & more",
			Range:   diag.Range{File: "main.go", Line: 3, Column: 4, EndLine: 3, EndColumn: 9},
			Related: []diag.Related{{Message: "here", Range: diag.Range{Line: 1, Column: 1}}},
		}},
		stdout(1500*time.Microsecond, "a<b>&\x00\x1b\"\n"),
		stdout(2*time.Millisecond, "\xe4\xb8"),
		stderr(3*time.Millisecond, "oops\xff"),
		stdout(4*time.Millisecond, "\x96"),
		sandbox.Metered{T: 5 * time.Millisecond, CPUTime: 2500 * time.Microsecond, Memory: 4096, Output: 12},
		stdout(6*time.Millisecond, "\xf0\x9f"),
	)
	err := w.Finish(sandbox.Result{
		Status: sandbox.StatusExit, ExitCode: 3, CPUTime: 3 * time.Millisecond, WallTime: 7 * time.Millisecond,
		PeakMemory: 8192, Stdout: 14, Stderr: 5,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"start","id":"r1","seq":1,"trace":"0af7","limits":{"wallMs":10000,"cpuMs":5000,"memory":134217728,"output":262144,"source":65536}}
{"type":"diagnostic","id":"r1","seq":2,"severity":"warning","code":"vet.printf","message":"bad <verb> & more","file":"main.go","line":3,"column":4,"endLine":3,"endColumn":9,"related":[{"message":"here","line":1,"column":1}]}
{"type":"stdout","id":"r1","seq":3,"t":1500,"body":"a<b>&\u0000\u001b\"\n"}
{"type":"stderr","id":"r1","seq":4,"t":3000,"body":"oops` + "\uFFFD" + `"}
{"type":"stdout","id":"r1","seq":5,"t":4000,"body":"世"}
{"type":"meter","id":"r1","t":5000,"cpu":2500,"memory":4096,"output":12}
{"type":"stdout","id":"r1","seq":6,"t":7000,"body":"` + "\uFFFD\uFFFD" + `"}
{"type":"end","id":"r1","seq":7,"t":7000,"status":"exit","reason":"exited with status 3 after 7 ms","exit":3,"cpu":3000,"wall":7000,"memory":8192,"output":19,"trace":"0af7"}
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWriterCountsCompileErrors(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b, "x")
	bad := sandbox.Diagnosed{Diagnostic: diag.Diagnostic{Severity: diag.Error, Message: "undefined: x"}}
	warn := sandbox.Diagnosed{Diagnostic: diag.Diagnostic{Severity: diag.Warning, Message: "vet"}}
	sinkAll(t, w.Sink, bad, warn, bad)
	if err := w.Finish(sandbox.Result{Status: sandbox.StatusCompileError, ExitCode: 1}, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `"reason":"did not compile: 2 errors"`) {
		t.Error(b.String())
	}
}

func TestWriterFinish(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, `"status":"ok"`},
		{errors.New("fork: secret"), `"status":"sandbox_failure","reason":"the sandbox failed; your program is not to blame, run it again","exit":-1`},
		{&admit.BusyError{Code: admit.Busy, Retry: time.Second, Running: 16, Waiting: 32}, `{"type":"error","id":"x","code":"busy","message":"busy: 16 programs`},
	} {
		var b bytes.Buffer
		if err := NewWriter(&b, "x").Finish(sandbox.Result{Status: sandbox.StatusOK}, tt.err); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.Contains(got, tt.want) || strings.Contains(got, "secret") || strings.Count(got, "\n") != 1 {
			t.Errorf("%v: got %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestWriterSplitsLongOutput(t *testing.T) {
	var b bytes.Buffer
	text := strings.Repeat("世", 20000)
	w := NewWriter(&b, "x")
	sinkAll(t, w.Sink, stdout(0, text))
	var got strings.Builder
	dec := json.NewDecoder(&b)
	for seq := int64(1); dec.More(); seq++ {
		var o protocol.Output
		if err := dec.Decode(&o); err != nil {
			t.Fatal(err)
		}
		if o.Seq != seq || len(o.Body) > protocol.MaxBody {
			t.Errorf("seq %d, want %d; %d bytes", o.Seq, seq, len(o.Body))
		}
		got.WriteString(o.Body)
	}
	if got.String() != text {
		t.Error("text changed")
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriterReturnsWriteErrors(t *testing.T) {
	w := NewWriter(failingWriter{}, "x")
	if err := w.Sink(context.Background(), stdout(0, "a")); err == nil {
		t.Error("Sink: no error")
	}
	if err := w.Finish(sandbox.Result{}, nil); err == nil {
		t.Error("End: no error")
	}
}
