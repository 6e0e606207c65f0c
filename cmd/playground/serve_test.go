//lint:file-ignore SA1019 the library is given; its last release under this path is what the server speaks

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"playground/internal/sandbox/sandboxtest"
)

func TestServePages(t *testing.T) {
	t.Parallel()
	s := serve(t)
	resp, body := get(t, s.url+"/")
	if resp.StatusCode != 200 || strings.Count(body, "<code-runner") < 10 {
		t.Errorf("the article: %s, %d widgets", resp.Status, strings.Count(body, "<code-runner"))
	}
	csp := resp.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("content security policy: %q", csp)
	}
	if regexp.MustCompile(`(?i)<script[^>]*>[^<]|\son[a-z]+=|\sstyle=`).MatchString(body) {
		t.Error("the article has inline script or style, which its policy forbids")
	}
	if resp, _ := get(t, s.url+"/", "If-None-Match", resp.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %s", resp.Status)
	}
	for _, src := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(body, -1) {
		resp, _ := get(t, s.url+src[1])
		if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %s, %q", src[1], resp.Status, resp.Header.Get("Cache-Control"))
		}
	}
	if resp, body := get(t, s.url+"/nothing"); resp.StatusCode != 404 || !strings.Contains(body, "no page at this address") {
		t.Errorf("an address that is not there: %s", resp.Status)
	}
	if resp, body := get(t, s.url+"/healthz"); resp.StatusCode != 200 || body != "ok\n" {
		t.Errorf("health: %s %q", resp.Status, body)
	}
	if resp, _ := get(t, s.url+"/", "Cookie", strings.Repeat("a", mostHeader)); resp.StatusCode != 200 {
		t.Errorf("a head as long as may be: %s", resp.Status)
	}
}

// A head that is longer than it may be is not read to its end: its sender is told
// so, or loses the connection as it still sends.
func TestServeRefusesLongHeads(t *testing.T) {
	t.Parallel()
	s := serve(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", strings.Repeat("a", 2*mostHeader))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answered with %s", resp.Status)
	}
}

// message is any of the wire's.
type message struct {
	Type, ID, Body, Status, Code, Message string
}

// dial opens a session, as a page of the server does.
func dial(t *testing.T, s *server) (send func(v any), receive func() (message, error)) {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {s.url}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	send = func(v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, b); err != nil {
			t.Fatal(err)
		}
	}
	receive = func() (m message, err error) {
		_, b, err := conn.Read(t.Context())
		if err == nil {
			err = json.Unmarshal(b, &m)
		}
		return m, err
	}
	return send, receive
}

// until receives up to the first message for which stop holds.
func until(t *testing.T, receive func() (message, error), stop func(message) bool) message {
	t.Helper()
	for {
		m, err := receive()
		if err != nil {
			t.Fatal(err)
		}
		if stop(m) {
			return m
		}
	}
}

func isEnd(m message) bool    { return m.Type == "end" || m.Type == "error" }
func isOutput(m message) bool { return m.Type == "stdout" }

// napper leaves time to do something while it runs.
const napper = "package main\nimport (\"fmt\"; \"time\")\nfunc main() { fmt.Println(\"on\"); time.Sleep(3*time.Second); fmt.Println(\"off\") }"

const sleeper = "package main\nimport (\"fmt\"; \"time\")\nfunc main() { fmt.Println(\"on\"); time.Sleep(time.Hour) }"

func TestServeRunsAndStops(t *testing.T) {
	t.Parallel()
	s := serve(t)
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "a", "source": sleeper})
	if m := until(t, receive, isOutput); m.Body != "on\n" {
		t.Errorf("output %q", m.Body)
	}
	send(map[string]any{"type": "kill", "id": "a"})
	if m := until(t, receive, isEnd); m.Status != "killed" {
		t.Errorf("ended with %+v, want killed", m)
	}
}

// SIGTERM makes the server unready, lets the program finish within the drain,
// closes the socket with a code that says to connect again, and ends well.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	s := serve(t, "--drain=1m")
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "a", "source": napper})
	until(t, receive, isOutput)
	s.signal(t, syscall.SIGTERM)
	poll(t, "the server is still ready", func() bool {
		resp, _ := get(t, s.url+"/readyz")
		return resp.StatusCode == http.StatusServiceUnavailable
	})
	if resp, _ := get(t, s.url+"/healthz"); resp.StatusCode != http.StatusOK {
		t.Errorf("health while draining: %s", resp.Status)
	}
	if m := until(t, receive, isOutput); m.Body != "off\n" {
		t.Errorf("output while draining: %+v", m)
	}
	if m := until(t, receive, isEnd); m.Status != "ok" {
		t.Errorf("ended with %+v, want ok", m)
	}
	checkRestarts(t, receive)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v\n%s", err, s.logged())
	}
}

// A program that takes longer than the drain is ended, and its reader is told
// before the connection goes.
func TestServeDrainIsBounded(t *testing.T) {
	t.Parallel()
	s := serve(t, "--drain=100ms", "--wall=1h")
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "a", "source": sleeper})
	until(t, receive, isOutput)
	s.signal(t, syscall.SIGTERM)
	if m := until(t, receive, isEnd); m.Status != "server_stopped" {
		t.Errorf("ended with %+v, want server_stopped", m)
	}
	checkRestarts(t, receive)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v\n%s", err, s.logged())
	}
}

func checkRestarts(t *testing.T, receive func() (message, error)) {
	t.Helper()
	for {
		_, err := receive()
		if err == nil {
			continue
		}
		if code := websocket.CloseStatus(err); code != websocket.StatusServiceRestart {
			t.Errorf("the socket closed with %v (%v), want 1012", code, err)
		}
		return
	}
}

// Whoever sends SIGTERM a second time does not want to wait.
func TestServeSecondSignal(t *testing.T) {
	t.Parallel()
	s := serve(t, "--drain=10m", "--wall=1h")
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "a", "source": sleeper})
	until(t, receive, isOutput)
	s.signal(t, syscall.SIGTERM)
	poll(t, "no shutdown is logged", func() bool { return strings.Contains(s.logged(), "shutting down") })
	s.signal(t, syscall.SIGTERM)
	overdue := time.AfterFunc(30*time.Second, func() {
		t.Error("the second SIGTERM did not end the server")
		_ = s.cmd.Process.Kill()
	})
	defer overdue.Stop()
	if err := s.cmd.Wait(); err == nil {
		t.Error("the server ended well, with a program cut off")
	}
}

// SIGHUP reads the post again. One with errors changes nothing, and what runs
// goes on.
func TestServeReloads(t *testing.T) {
	t.Parallel()
	const head = "---\ntitle: %s\ndate: 2026-01-01\nsummary: S\n---\n\n%s\n"
	post := writeFile(t, "post.md", fmt.Sprintf(head, "First", "text"))
	replace := func(text string) {
		if err := os.WriteFile(post, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, "--post="+post, "--wall=1h")
	send, receive := dial(t, s)
	send(map[string]any{"type": "run", "id": "a", "source": sleeper})
	until(t, receive, isOutput)
	old, _ := get(t, s.url+"/")

	replace(fmt.Sprintf(head, "Second", "text"))
	s.signal(t, syscall.SIGHUP)
	poll(t, "the new post is not served", func() bool {
		_, body := get(t, s.url+"/")
		return strings.Contains(body, "Second")
	})
	if resp, _ := get(t, s.url+"/", "If-None-Match", old.Header.Get("ETag")); resp.StatusCode != http.StatusOK {
		t.Errorf("the old post's tag is answered with %s", resp.Status)
	}

	replace(fmt.Sprintf(head, "Third", "```go runner titel=\"x\"\npackage main\n```"))
	s.signal(t, syscall.SIGHUP)
	poll(t, "the broken post is not logged", func() bool {
		return strings.Contains(s.logged(), "level=ERROR") && strings.Contains(s.logged(), "titel")
	})
	if _, body := get(t, s.url+"/"); !strings.Contains(body, "Second") {
		t.Error("the broken post took the good one's place")
	}

	send(map[string]any{"type": "kill", "id": "a"})
	if m := until(t, receive, isEnd); m.Status != "killed" {
		t.Errorf("the program ended with %+v", m)
	}
}

// A refusal for Host or Origin is in the log once, with what mends it.
func TestServeLogsRefusals(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for range 3 {
		get(t, s.url+"/ws", "Host", "proxied.example", "Origin", "https://proxied.example")
		get(t, s.url+"/api/runs/x", "Host", "proxied.example", "Origin", "https://proxied.example")
	}
	log := s.logged()
	for _, want := range []string{"host=proxied.example", "origin=https://proxied.example", "--url"} {
		if strings.Count(log, "\n") != 1 || !strings.Contains(log, want) {
			t.Errorf("want one line with %q:\n%s", want, log)
		}
	}
}

// A start is one line for a person; the log holds nothing unless it is asked.
func TestServeStartsWithOneLine(t *testing.T) {
	t.Parallel()
	quiet := serve(t)
	if log := quiet.logged(); log != "" {
		t.Errorf("logged at start:\n%s", log)
	}
	for _, want := range []string{quiet.url, "isolation ", "go1."} {
		if !strings.Contains(quiet.line, want) {
			t.Errorf("the line %q lacks %q", quiet.line, want)
		}
	}
	debug := serve(t, "--log-level=debug", "--log-format=text")
	poll(t, "nothing at debug level", func() bool { return strings.Contains(debug.logged(), "layer=seccomp") })
}

func TestServeLogsJSON(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), sandboxtest.Binary(t), "serve", "--addr=localhost:0", "--admin=off", "--log-format=json")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var record map[string]any
	err = json.NewDecoder(stderr).Decode(&record)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	_ = cmd.Wait()
	if err != nil || record["msg"] != "serving" || record["isolation"] == "" {
		t.Errorf("the first record: %v, %v", record, err)
	}
}

// A page of another site, or a name that somebody pointed here, gets nothing.
func TestServeForeignHostsAndOrigins(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, origin := range []string{"https://elsewhere.example", "null", ""} {
		h := http.Header{}
		if origin != "" {
			h.Set("Origin", origin)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.url, "http")+"/ws", &websocket.DialOptions{HTTPHeader: h})
		cancel()
		if err == nil {
			_ = conn.CloseNow()
			t.Errorf("origin %q was let in", origin)
		} else if resp == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("origin %q: %v", origin, err)
		}
	}
	resp, body := get(t, s.url+"/ws", "Host", "rebound.example", "Origin", "http://rebound.example")
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign host: %s %q", resp.Status, body)
	}
}

// A proxy may drop the port from Host, as nginx's $host does, or write the one
// that https implies; naming the address is enough.
func TestServeBehindAProxy(t *testing.T) {
	t.Parallel()
	s := serve(t, "--url=https://blog.example:8443/", "--origins=https://other.example")
	for _, tt := range []struct {
		host, origin string
		status       int
	}{
		{"blog.example", "https://blog.example:8443", 0},
		{"blog.example:443", "https://blog.example", 0},
		{"blog.example", "https://other.example", 0},
		{"blog.example", "https://elsewhere.example", http.StatusForbidden},
		{"elsewhere.example", "https://blog.example:8443", http.StatusForbidden},
	} {
		conn, resp, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/ws", &websocket.DialOptions{
			Host: tt.host, HTTPHeader: http.Header{"Origin": {tt.origin}},
		})
		if err == nil {
			_ = conn.CloseNow()
		}
		switch {
		case tt.status == 0 && err != nil:
			t.Errorf("%s from %s: %v", tt.host, tt.origin, err)
		case tt.status != 0 && (err == nil || resp == nil || resp.StatusCode != tt.status):
			t.Errorf("%s from %s: %v, want status %d", tt.host, tt.origin, err, tt.status)
		}
	}
}

// A server at a socket file is well, takes the place of one that was killed,
// and removes the file when it ends.
func TestServeSocketFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "p.sock")
	stale(t, path)
	s := serve(t, "--addr=unix:"+path)
	if status, _, stderr := playground(t, "", "health", "--addr=unix:"+path); status != 0 {
		t.Errorf("health: %d, %s", status, stderr)
	}
	if err := s.stop(t); err != nil {
		t.Errorf("the server ended with %v\n%s", err, s.logged())
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the socket file is left: %v", err)
	}
	if status, _, _ := playground(t, "", "health", "--addr=unix:"+path); status == 0 {
		t.Error("health says that the ended server is well")
	}
}

// systemd opens the socket, and passes it as descriptor 3 to the process whose
// number it names.
func TestServeActivated(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := &server{cmd: exec.Command("sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve`, sandboxtest.Binary(t))}
	s.cmd.ExtraFiles = []*os.File{file}
	s.start(t)
	if want := "http://localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port); s.url != want {
		t.Errorf("served at %s, want %s", s.url, want)
	}
	if resp, _ := get(t, s.url+"/readyz"); resp.StatusCode != http.StatusOK {
		t.Errorf("readiness: %s", resp.Status)
	}
}

func TestServeRefusesABadArticle(t *testing.T) {
	t.Parallel()
	post := filepath.Join(t.TempDir(), "post.md")
	text := "---\ntitle: T\ndate: 2026-01-01\nsummary: S\n---\n\n```go runner titel=\"x\"\npackage main\n```\n\n```go runner title=\"y\"\n```\n"
	if err := os.WriteFile(post, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := playground(t, "", "serve", "--addr=localhost:0", "--post="+post)
	for _, want := range []string{"post.md:7:", `unknown attribute "titel" (did you mean "title"?)`, "post.md:11:"} {
		if status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("status %d, stderr lacks %q:\n%s", status, want, stderr)
		}
	}
}
