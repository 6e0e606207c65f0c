package stream

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// call makes a request of the HTTP twin; its answer is read line by line.
func call(t *testing.T, method, url, token, body string, headers ...string) *answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set(SessionHeader, token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &answer{t, resp, bufio.NewReader(resp.Body), cancel}
}

type answer struct {
	t *testing.T
	*http.Response
	lines *bufio.Reader
	leave func() // breaks the connection
}

func (a *answer) next() (m message, ok bool) {
	a.t.Helper()
	line, err := a.lines.ReadBytes('\n')
	if err == io.EOF {
		return m, false
	}
	if err != nil {
		a.t.Fatal(err)
	}
	if err := json.Unmarshal(line, &m); err != nil {
		a.t.Fatalf("%q: %v", line, err)
	}
	return m, true
}

func (a *answer) want(typ string) message {
	a.t.Helper()
	m, ok := a.next()
	if !ok || m.Type != typ {
		a.t.Fatalf("got %+v, want %s", m, typ)
	}
	return m
}

func (a *answer) wantError(status int, code string) {
	a.t.Helper()
	m, _ := a.next()
	if a.StatusCode != status || m.Type != "error" || m.Code != code || m.Message == "" {
		a.t.Errorf("got %s and %+v, want %d and %s", a.Status, m, status, code)
	}
}

func TestHTTPRun(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	a := call(t, "POST", "http://"+addr+"/api/run", "", `{"id":"r","source":"out one\nerr two"}`)
	for name, want := range map[string]string{
		"Content-Type": "application/x-ndjson; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	a.want("start")
	a.want("stdout")
	a.want("stderr")
	a.want("end")
	if m, ok := a.next(); ok {
		t.Errorf("after the end: %+v", m)
	}
	token := a.Header.Get(SessionHeader)
	if e := protocol.CheckToken(token); e != nil {
		t.Errorf("token %q: %+v", token, e)
	}
	// Read once more, from the middle; by nobody else.
	again := call(t, "GET", "http://"+addr+"/api/runs/r?after=2", token, "")
	again.want("stderr")
	again.want("end")
	call(t, "GET", "http://"+addr+"/api/runs/r", protocol.NewToken(), "").wantError(404, protocol.CodeUnknownRun)
	call(t, "GET", "http://"+addr+"/api/runs/r", "", "").wantError(400, protocol.CodeBadRequest)
	call(t, "GET", "http://"+addr+"/api/runs/r?after=9", token, "").wantError(400, protocol.CodeBadRequest)
	call(t, "GET", "http://"+addr+"/api/runs/r?after=x", token, "").wantError(400, protocol.CodeBadRequest)
	call(t, "POST", "http://"+addr+"/api/run", token, `{"id":"r","source":"out other"}`).wantError(409, protocol.CodeConflict)
}

// A line is on its way before the program goes on; Stop stops; the socket knows
// the same run.
func TestHTTPRunIsLiveAndShared(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	token := protocol.NewToken()
	a := call(t, "POST", "http://"+addr+"/api/run", token, `{"id":"r","source":"out now\nwait"}`)
	a.want("start")
	a.want("stdout")
	c := dial(t, addr)
	c.send(map[string]any{"type": "hello", "session": token})
	c.run("r", "out now\nwait")
	c.want("start", "r")
	c.want("stdout", "r")
	if k := call(t, "DELETE", "http://"+addr+"/api/runs/r", token, ""); k.StatusCode != http.StatusNoContent {
		t.Errorf("delete: %s", k.Status)
	}
	if m := a.want("end"); m.Status != sandbox.StatusKilled {
		t.Errorf("got %+v", m)
	}
	c.want("end", "r")
}

// A client that goes ends its run, unless it said that it may come back.
func TestHTTPClientGone(t *testing.T) {
	s, addr := startServer(t, Config{}, runs.Config{Grace: time.Hour})
	for _, tt := range []struct {
		query string
		want  sandbox.Status
	}{{"", sandbox.StatusClientGone}, {"?resume=1", sandbox.StatusKilled}} {
		token := protocol.NewToken()
		a := call(t, "POST", "http://"+addr+"/api/run"+tt.query, token, `{"id":"r","source":"out now\nwait"}`)
		a.want("start")
		a.want("stdout")
		a.leave()
		if tt.query == "" {
			eventually(t, "run ends", func() bool { return s.cfg.Book.(local).Stats().Active == 0 })
			b := call(t, "GET", "http://"+addr+"/api/runs/r?after=2", token, "")
			if m := b.want("end"); m.Status != tt.want {
				t.Errorf("without resume: %+v", m)
			}
			continue
		}
		b := call(t, "GET", "http://"+addr+"/api/runs/r?after=2", token, "")
		call(t, "DELETE", "http://"+addr+"/api/runs/r", token, "")
		if m := b.want("end"); m.Status != tt.want {
			t.Errorf("with resume: %+v", m)
		}
	}
}

func TestHTTPInput(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		_ = sink(ctx, sandbox.Started{})
		b, err := io.ReadAll(p.Input)
		_ = sink(ctx, stdout(0, string(b)))
		return sandbox.Result{Status: sandbox.StatusOK}, err
	})})
	token := protocol.NewToken()
	a := call(t, "POST", "http://"+addr+"/api/run", token, `{"id":"r","source":"","stdinOpen":true}`)
	a.want("start")
	call(t, "POST", "http://"+addr+"/api/runs/r/stdin", token, "one\n")
	call(t, "POST", "http://"+addr+"/api/runs/r/stdin?close=1", token, "two\n")
	if m := a.want("stdout"); m.Body != "one\ntwo\n" {
		t.Errorf("got %+v", m)
	}
	a.want("end")
}

func TestHTTPRefusals(t *testing.T) {
	_, addr := startServer(t, Config{MaxMessage: 2000}, runs.Config{
		Maxima: protocol.Maxima{Source: 100},
		Runner: runnerFunc(func(context.Context, sandbox.Program, sandbox.Sink) (sandbox.Result, error) {
			return sandbox.Result{}, &admit.BusyError{Code: admit.Busy, Retry: time.Second, Running: 1}
		}),
	})
	url := "http://" + addr + "/api/run"
	busy := call(t, "POST", url, "", `{"source":""}`)
	if busy.Header.Get("Retry-After") == "" {
		t.Error("busy without Retry-After")
	}
	busy.wantError(503, protocol.CodeBusy)
	call(t, "POST", url, "", `{"source":"`+strings.Repeat("x", 101)+`"}`).wantError(413, protocol.CodeSourceTooLarge)
	call(t, "POST", url, "", strings.Repeat(" ", 3000)).wantError(413, protocol.CodeSourceTooLarge)
	call(t, "POST", url, "", `{`).wantError(400, protocol.CodeMalformed)
	call(t, "POST", url, "short", `{"source":""}`).wantError(400, protocol.CodeBadRequest)
	call(t, "POST", url, "", `{"source":""}`, "Content-Type", "text/plain").wantError(400, protocol.CodeBadRequest)
	call(t, "POST", url, "", `{"source":""}`, "Origin", "https://elsewhere.example").wantError(403, protocol.CodeForbidden)
	call(t, "POST", url, "", `{"source":""}`, "Sec-Fetch-Site", "cross-site").wantError(403, protocol.CodeForbidden)
	call(t, "PUT", url, "", "").wantError(405, protocol.CodeBadRequest)
	call(t, "GET", "http://"+addr+"/api/none", "", "").wantError(404, protocol.CodeNotFound)
}

// A proxy that puts its own name into Host makes every Origin a foreign one; the
// browser's word that the page is of the same origin is enough.
func TestHTTPBehindAProxyWithAnotherHost(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	a := call(t, "POST", "http://"+addr+"/api/run", "", `{"source":""}`, "Origin", "https://example.org", "Sec-Fetch-Site", "same-origin")
	a.want("start")
	a.want("end")
}
