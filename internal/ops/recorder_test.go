package ops

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func trace(n int) string { return fmt.Sprintf("%032x", n) }

func newRecorder(t *testing.T, c Config) *Recorder {
	t.Helper()
	r, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(t.Context()) })
	return r
}

// record records a whole run.
func record(r *Recorder, n int) *Run {
	x := r.Begin(trace(n), RunInfo{ID: "hello", Task: "run"})
	x.Mark(Admitted)
	x.Mark(Worker)
	x.MarkAt(Started, 0)
	x.MarkAt(FirstByte, 0)
	x.End(Outcome{Status: "ok", CPU: time.Millisecond, Wall: time.Second, Memory: 9 << 20, Output: 6})
	return x
}

func TestNilRecorderRecordsNothing(t *testing.T) {
	var r *Recorder
	record(r, 1)
	r.Begin(trace(2), RunInfo{}).Refuse("busy")
	r.Refused("busy")
	r.Watch(func() Gauges { return Gauges{} })
	r.Close(t.Context())
}

func TestPartsAreTheTimeBetweenStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(t, Config{})
		x := r.Begin(trace(1), RunInfo{})
		x.Mark(Queued)
		time.Sleep(3 * time.Second)
		x.Mark(Admitted)
		time.Sleep(time.Second)
		x.Mark(Worker)
		time.Sleep(time.Second)
		x.MarkAt(FirstByte, 700*time.Millisecond) // told before the stages that came first
		x.MarkAt(Started, 500*time.Millisecond)
		x.MarkAt(FirstByte, 900*time.Millisecond) // only the first one counts
		x.End(Outcome{Status: "ok"})
		want := []part{
			{Admitted, "wait for a turn", 0, 3 * time.Second},
			{Worker, "take a worker", 3 * time.Second, 4 * time.Second},
			{Started, "start", 4 * time.Second, 4500 * time.Millisecond},
			{FirstByte, "run to the first byte", 4500 * time.Millisecond, 4700 * time.Millisecond},
			{Ended, "run to the end", 4700 * time.Millisecond, 5 * time.Second},
		}
		if d := cmp.Diff(want, x.parts(), cmp.AllowUnexported(part{})); d != "" {
			t.Error(d)
		}
	})
}

func TestGoingRunsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecorder(t, Config{})
		x := r.Begin(trace(1), RunInfo{})
		x.Mark(Admitted)
		time.Sleep(time.Second)
		parts := x.parts()
		if last := parts[len(parts)-1]; last.to != time.Second || x.status() != "admitted" {
			t.Errorf("ends at %v, status %q", last.to, x.status())
		}
	})
}

func TestLabelsAreThoseThatThereAre(t *testing.T) {
	for _, tt := range []struct {
		file, prefix string
		have         []string
	}{
		{"../sandbox/result.go", "Status", statuses},
		{"../protocol/message.go", "Code", codes},
		{"parts.go", "Part", parts},
	} {
		want := append(constants(t, tt.file, tt.prefix), other)
		slices.Sort(want)
		have := slices.Sorted(slices.Values(tt.have))
		if d := cmp.Diff(want, have); d != "" {
			t.Errorf("%s (-there, +counted):\n%s", tt.file, d)
		}
	}
}

// constants are the texts of a file's constants with that prefix.
func constants(t *testing.T, file, prefix string) (list []string) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(v.Names[0].Name, prefix) || len(v.Values) != 1 {
			return true
		}
		if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, text)
		}
		return true
	})
	return list
}

// ask asks the admin handler as an operator does.
func ask(t *testing.T, r *Recorder, path string, header ...string) (status int, body string) {
	t.Helper()
	q := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			q.Host = header[i+1]
		}
		q.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	r.Handler(func(host string) bool { return host == "localhost" }).ServeHTTP(w, q)
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(b)
}

func TestMetricsHaveTheTraceAsExemplar(t *testing.T) {
	r := newRecorder(t, Config{})
	record(r, 7)
	_, body := ask(t, r, "/metrics", "Accept", "application/openmetrics-text")
	for _, metric := range []string{
		`playground_runs_total{status="ok"}`, `playground_first_byte_seconds_bucket`, `playground_queue_seconds_bucket`,
		`playground_stage_seconds_bucket{stage="started"`, `playground_run_cpu_seconds_bucket`, `playground_run_memory_bytes_bucket`,
		`playground_run_output_bytes_bucket`, `playground_run_wall_seconds_bucket`,
	} {
		if !strings.Contains(exemplarsOf(body, metric), trace(7)) {
			t.Errorf("%s has no exemplar of the run", metric)
		}
	}
}

// exemplarsOf are the lines of a metric.
func exemplarsOf(body, metric string) string {
	var lines []string
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, metric) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestUnknownLabelsAreOther(t *testing.T) {
	r := newRecorder(t, Config{})
	r.Begin(trace(1), RunInfo{}).End(Outcome{Status: "x\ny"})
	r.Refused("made up")
	r.Begin(trace(2), RunInfo{}).Refuse("busy")
	_, body := ask(t, r, "/metrics")
	for _, line := range []string{
		`playground_runs_total{status="other"} 1`, `playground_refusals_total{code="other"} 1`, `playground_refusals_total{code="busy"} 1`,
		`playground_runs_total{status="ok"} 0`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
	if strings.Contains(body, "made up") {
		t.Error("a label that is not of the set")
	}
}

func TestGaugesAreAskedForWhenScraped(t *testing.T) {
	r := newRecorder(t, Config{})
	sockets := 1
	r.Watch(func() Gauges {
		return Gauges{Sockets: sockets, Breaker: 2, CPU: 1.5, ColdStarts: 9, Draining: true, Parts: []Part{
			{Name: PartSockets, Used: 3, Allowed: 100}, {Name: PartMemory, Used: 5}, {Name: "made up", Used: 1},
		}}
	})
	sockets = 3
	_, body := ask(t, r, "/metrics")
	for _, line := range []string{
		"playground_sockets 3", "playground_worker_breaker 2", "playground_workers_cpu_cores 1.5",
		"playground_worker_cold_starts_total 9", "playground_draining 1",
		`playground_budget_used{part="sockets"} 3`, `playground_budget_allowed{part="sockets"} 100`,
		`playground_budget_allowed{part="workers_memory_bytes"} +Inf`, `playground_budget_used{part="other"} 1`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no %s", line)
		}
	}
}

func TestRecentRunsAreBounded(t *testing.T) {
	r := newRecorder(t, Config{})
	for n := range 3 * recent {
		record(r, n)
	}
	going := r.Begin(trace(9999), RunInfo{})
	if n := len(r.runs()); n != recent+1 {
		t.Errorf("%d runs are known", n)
	}
	if r.find(trace(0)) != nil || r.find(trace(3*recent-1)) == nil || r.find(trace(9999)) != going {
		t.Error("it is not the newest that are kept")
	}
}
