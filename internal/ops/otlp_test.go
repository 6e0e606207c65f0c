package ops

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// collect is a collector that keeps what it gets.
func collect(t *testing.T, answer http.HandlerFunc) (c Collector, got <-chan *http.Request) {
	t.Helper()
	requests := make(chan *http.Request, 1000)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(b)))
		requests <- r
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return Collector{URL: s.URL + "/v1/traces", Headers: map[string]string{"Key": "k"}}, requests
}

func TestSpansAreTheRunAndItsParts(t *testing.T) {
	to, got := collect(t, nil)
	r := newRecorder(t, Config{Version: "v1", Collector: to})
	record(r, 7)
	r.Begin(trace(8), RunInfo{}).End(Outcome{Status: "sandbox_failure"})
	r.Close(t.Context())
	q := <-got
	if q.Method != http.MethodPost || q.URL.Path != "/v1/traces" || q.Header.Get("Content-Type") != "application/json" || q.Header.Get("Key") != "k" {
		t.Errorf("%s %s, %v", q.Method, q.URL, q.Header)
	}
	var m otlpMessage
	if err := json.NewDecoder(q.Body).Decode(&m); err != nil {
		t.Fatal(err)
	}
	if a := m.ResourceSpans[0].Resource.Attributes[0]; a.Key != "service.name" || *a.Value.Text != "playground" {
		t.Errorf("resource: %+v", a)
	}
	spans := m.ResourceSpans[0].ScopeSpans[0].Spans
	var names []string
	for _, s := range spans {
		names = append(names, s.Name)
	}
	want := []string{"run", "wait for a turn", "take a worker", "start", "run to the first byte", "run to the end", "run", "run to the end"}
	if d := cmp.Diff(want, names); d != "" {
		t.Fatal(d)
	}
	for _, s := range spans[1:6] {
		if s.TraceID != trace(7) || s.Parent != spans[0].SpanID || s.Start > s.End || s.Start < spans[0].Start || s.End > spans[0].End {
			t.Errorf("%+v is no part of %+v", s, spans[0])
		}
	}
	if spans[0].Status.Code == statusError || spans[6].Status.Code != statusError {
		t.Error("it is the sandbox's failures that are errors, and no others")
	}
}

func TestSlowCollectorCostsRunsNothing(t *testing.T) {
	release := make(chan struct{})
	to, _ := collect(t, func(http.ResponseWriter, *http.Request) { <-release })
	r := newRecorder(t, Config{Collector: to})
	for n := range 2 * (unsent + 2*batch) {
		record(r, n) // would wait here
	}
	close(release)
	r.Close(t.Context())
	_, body := ask(t, r, "/metrics")
	if strings.Contains(body, `playground_spans_total{result="dropped"} 0`) || strings.Contains(body, `playground_spans_total{result="sent"} 0`) {
		t.Error("some should have been sent and some dropped:\n" + exemplarsOf(body, "playground_spans"))
	}
}

func TestCloseDoesNotWaitForTheCollector(t *testing.T) {
	release := make(chan struct{})
	to, _ := collect(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	r := newRecorder(t, Config{Collector: to, Logger: slog.New(slog.DiscardHandler)})
	record(r, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	r.Close(ctx)
	record(r, 2) // dropped, and no panic
}

func TestRefusingCollectorIsLoggedOnce(t *testing.T) {
	to, _ := collect(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	var log strings.Builder
	r := newRecorder(t, Config{Collector: to, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for n := range 3 * batch {
		record(r, n)
	}
	r.Close(t.Context())
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), "503") {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
}

func TestCollectorFrom(t *testing.T) {
	for _, tt := range []struct {
		name, endpoint string
		env            map[string]string
		want, err      string
	}{
		{name: "off by default"},
		{name: "the flag", endpoint: "http://localhost:4318", want: "http://localhost:4318/v1/traces"},
		{name: "the flag before the environment", endpoint: "http://a:1/x/", env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:1", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c"}, want: "http://a:1/x/v1/traces"},
		{name: "the environment", env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://b:1"}, want: "https://b:1/v1/traces"},
		{name: "traces' own, as it is", env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://b:1", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/t"}, want: "http://c/t"},
		{name: "no scheme", endpoint: "localhost:4318", err: `--otlp: "localhost:4318" is no address of a collector`},
		{name: "no scheme, by the environment", env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "c:1"}, err: `OTEL_EXPORTER_OTLP_ENDPOINT: "c:1" is`},
		{name: "no scheme, by traces' own", env: map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "c/t"}, err: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "c/t" is`},
		{name: "another scheme", endpoint: "grpc://localhost:4317", err: "no address of a collector"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := CollectorFrom(tt.endpoint, func(name string) string { return tt.env[name] })
			if c.URL != tt.want || (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q, %v", c.URL, err)
			}
		})
	}
}

func TestCollectorHeaders(t *testing.T) {
	env := map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, tenant=7", "OTEL_SERVICE_NAME": "articles"}
	c, err := CollectorFrom("http://localhost:4318", func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	want := Collector{URL: "http://localhost:4318/v1/traces", Service: "articles", Headers: map[string]string{"api-key": "a b", "tenant": "7"}}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
}
