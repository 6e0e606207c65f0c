package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"playground/internal/option"
)

// operators is the address of a server's admin listener.
func (s *server) operators(t *testing.T) string {
	t.Helper()
	urls := regexp.MustCompile(`http://[^\s,;]+`).FindAllString(s.line, -1)
	if len(urls) != 2 {
		t.Fatalf("no admin listener in %q", s.line)
	}
	return strings.TrimSuffix(urls[1], "/")
}

const helloJSON = `{"id":"hello","source":"package main\n\nfunc main() { print(\"secret-output\") }\n"}`

// runHello runs a program over the API and returns its messages' trace ids.
func runHello(t *testing.T, s *server) (traces map[string]string) {
	t.Helper()
	resp, err := http.Post(s.url+"/api/run", "application/json", strings.NewReader(helloJSON))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	traces = map[string]string{}
	for dec := json.NewDecoder(resp.Body); ; {
		var m struct{ Type, Trace, Status string }
		if err := dec.Decode(&m); err != nil {
			return traces
		}
		if m.Trace != "" {
			traces[m.Type] = m.Trace
		}
	}
}

// The trace id that a reader sees is the operator's everywhere.
func TestOneTraceFromWidgetToSpans(t *testing.T) {
	t.Parallel()
	spans := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		spans <- string(b)
	}))
	defer collector.Close()
	s := serve(t, "--admin=localhost:0", "--otlp="+collector.URL)
	admin := s.operators(t)
	traces := runHello(t, s)
	trace := traces["start"]
	if len(trace) != 32 || traces["end"] != trace {
		t.Fatalf("the messages' trace ids: %v", traces)
	}
	_, run := get(t, admin+"/debug/runs/"+trace)
	for _, stage := range []string{"wait for a turn", "take a worker", "hand the program over", "check", "lower", "start", "run to the first byte", "run to the end", "One run: ok"} {
		if !strings.Contains(run, stage) {
			t.Errorf("the waterfall has no %q", stage)
		}
	}
	_, list := get(t, admin+"/debug/runs")
	_, metrics := get(t, admin+"/metrics", "Accept", "application/openmetrics-text")
	for where, text := range map[string]string{"list": list, "metrics": metrics, "log": s.logged(), "spans": <-spans} {
		if !strings.Contains(text, trace) {
			t.Errorf("the %s have no %s", where, trace)
		}
		if strings.Contains(text, "secret-output") {
			t.Errorf("the %s have the reader's program", where)
		}
	}
}

func TestAdminIsNotForReaders(t *testing.T) {
	t.Parallel()
	s := serve(t, "--admin=localhost:0")
	for _, path := range []string{"/metrics", "/debug/runs", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars"} {
		if resp, _ := get(t, s.url+path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s on the readers' listener: %s", path, resp.Status)
		}
	}
	if resp, _ := get(t, s.operators(t)+"/metrics", "Host", "rebound.example"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a rebound name: %s", resp.Status)
	}
}

func TestAdminGaugesAreTheServers(t *testing.T) {
	t.Parallel()
	s := serve(t, "--admin=localhost:0", "--pool=1")
	dial(t, s)
	poll(t, "no socket and idle worker among the gauges", func() bool {
		_, metrics := get(t, s.operators(t)+"/metrics")
		return strings.Contains(metrics, "playground_sockets 1\n") && strings.Contains(metrics, "playground_workers_idle 1\n") &&
			!strings.Contains(metrics, "playground_workers_memory_bytes 0\n")
	})
}

// Each part of the budget has what is used of it and what may be.
func TestAdminTellsTheBudget(t *testing.T) {
	t.Parallel()
	s := serve(t, "--admin=localhost:0", "--pool=1", "--queue=7", "--concurrency=5")
	dial(t, s)
	poll(t, "a socket and a worker in the budget", func() bool {
		_, metrics := get(t, s.operators(t)+"/metrics")
		part := func(of, name string) float64 {
			_, rest, ok := strings.Cut(metrics, fmt.Sprintf("playground_budget_%s{part=%q} ", of, name))
			line, _, _ := strings.Cut(rest, "\n")
			n, err := strconv.ParseFloat(line, 64)
			if !ok || err != nil {
				t.Fatalf("no part %s that is %s: %v", name, of, err)
			}
			return n
		}
		for name, want := range map[string]float64{"programs": 5, "queue": 7} {
			if got := part("allowed", name); got != want {
				t.Errorf("%s: %v are allowed, want %v", name, got, want)
			}
		}
		met := true
		for name, least := range map[string]float64{
			"programs": 0, "queue": 0, "workers_memory_bytes": 1 << 20, "server_memory_bytes": 1 << 20,
			"workers_threads": 1, "connections": 1, "sockets": 1, "journals_bytes": 0,
		} {
			used, allowed := part("used", name), part("allowed", name)
			if allowed < 1 || used > allowed {
				t.Errorf("%s: %v are used of %v", name, used, allowed)
			}
			met = met && used >= least
		}
		return met
	})
}

func TestAdminListen(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "admin.sock")
	for _, tt := range []struct {
		admin, want, err string
	}{
		{admin: "off"},
		{admin: "localhost:0", want: "127.0.0.1:"},
		{admin: "unix:" + file, want: file},
		{admin: taken.Addr().String(), err: "--admin"},
	} {
		var f adminFlags
		if err := f.Admin.UnmarshalText([]byte(tt.admin)); err != nil {
			t.Fatal(err)
		}
		if f.Admin.String() != tt.admin {
			t.Errorf("%s is written as %s", tt.admin, f.Admin)
		}
		l, err := f.listen(nil)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v", tt.admin, err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.admin, err)
		case (l == nil) != (tt.want == ""):
			t.Errorf("%s: a listener where there is to be none, or none", tt.admin)
		case l != nil:
			if !strings.HasPrefix(l.Addr().String(), tt.want) {
				t.Errorf("%s listens on %s", tt.admin, l.Addr())
			}
			l.Close()
		}
	}
	var a adminAddress
	for _, wrong := range []string{"", "6060", "none"} {
		if a.UnmarshalText([]byte(wrong)) == nil {
			t.Errorf("%q is taken for an address", wrong)
		}
	}
}

func TestAdminHosts(t *testing.T) {
	t.Parallel()
	f := adminFlags{AdminHosts: []option.HostName{"playground"}}
	for host, want := range map[string]bool{
		"localhost:6060": true, "127.0.0.1:6060": true, "[::1]:6060": true, "10.0.0.7:6060": true, "playground:6060": true,
		"evil.example": false, "localhost.evil.example": false, "": false,
	} {
		if f.allow(host) != want {
			t.Errorf("%q is allowed: %v", host, !want)
		}
	}
}

func TestAdminCountsRefusals(t *testing.T) {
	t.Parallel()
	s := serve(t, "--admin=localhost:0")
	get(t, s.url+"/ws", "Host", "evil.example", "Origin", "http://evil.example")
	get(t, s.url+"/api/runs/x", "Host", "evil.example")
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/api/run", strings.NewReader(`{"id":"x","task":"no such","source":"x"}`))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	_, metrics := get(t, s.operators(t)+"/metrics")
	for _, want := range []string{`playground_refusals_total{code="forbidden"} 2`, `playground_refusals_total{code="bad_request"} 1`} {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("%s answered %s, and there is no %s", q.URL.Path, resp.Status, want)
		}
	}
}
