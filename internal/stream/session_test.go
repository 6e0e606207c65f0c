package stream

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

func TestRunStreams(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	c := dial(t, addr)
	c.run("r", "out one\nerr two\nout three\nstatus exit")
	c.want("start", "r")
	for i, want := range []struct{ typ, body string }{{"stdout", "one\n"}, {"stderr", "two\n"}, {"stdout", "three\n"}} {
		m := c.want(want.typ, "r")
		if m.Body != want.body || m.Seq != int64(i+2) || m.T != 1000 {
			t.Errorf("got %+v, want %q", m, want.body)
		}
	}
	if m := c.want("end", "r"); m.Status != sandbox.StatusExit || m.Output != 14 {
		t.Errorf("got %+v", m)
	}
}

// A line is on its way before the program goes on.
func TestLineArrivesWhileProgramWaits(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	c := dial(t, addr)
	c.run("r", "out now\nwait")
	c.want("start", "r")
	if m := c.want("stdout", "r"); m.Body != "now\n" {
		t.Errorf("got %+v", m)
	}
	c.kill("r")
	if m := c.want("end", "r"); m.Status != sandbox.StatusKilled || !strings.HasPrefix(m.Reason, "stopped by you after") || m.Exit != -1 {
		t.Errorf("got %+v", m)
	}
	c.kill("r") // late, and no error
	c.kill("other")
	c.wantError("other", protocol.CodeUnknownRun)
}

func TestRunsOfOneSession(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{MaxRuns: 2})
	c := dial(t, addr)
	c.run("a", "wait")
	c.want("start", "a")
	c.run("b", "wait")
	c.want("start", "b")
	c.run("c", "out never")
	if m := c.wantError("c", protocol.CodeTooManyRuns); !strings.HasPrefix(m.Message, "2 programs are running") {
		t.Errorf("got %q", m.Message)
	}
	c.kill("a")
	c.want("end", "a")
	// Whoever has read the end finds the place free.
	c.run("c", "out ok")
	c.want("start", "c")
	c.want("stdout", "c")
	c.want("end", "c")
}

func TestPlaceIsFreeOnceEndIsRead(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{MaxRuns: 1})
	c := dial(t, addr)
	for i := range 200 {
		id := fmt.Sprint("r", i)
		c.run(id, "")
		c.want("start", id)
		c.want("end", id)
	}
}

func TestSameIDIsOneRun(t *testing.T) {
	var ran atomic.Int64
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, s sandbox.Sink) (sandbox.Result, error) {
		ran.Add(1)
		return scripted(ctx, p, s)
	})})
	c := dial(t, addr)
	c.run("r", "out one\nwait")
	c.run("r", "out one\nwait")
	c.want("start", "r")
	c.want("stdout", "r")
	c.run("r", "out another program")
	c.wantError("r", protocol.CodeConflict)
	c.kill("r")
	c.want("end", "r")
	// Ended, it says the same once more.
	c.run("r", "out one\nwait")
	c.want("start", "r")
	c.want("stdout", "r")
	if m := c.want("end", "r"); m.Status != sandbox.StatusKilled {
		t.Errorf("got %+v", m)
	}
	c.run("r", "out another program")
	c.wantError("r", protocol.CodeConflict)
	if n := ran.Load(); n != 1 {
		t.Errorf("ran %d times", n)
	}
	// An id is one session's own.
	other := dial(t, addr)
	other.run("r", "")
	other.want("start", "r")
	other.want("end", "r")
	other.kill("x")
	other.wantError("x", protocol.CodeUnknownRun)
}

func TestRefusedAndFailedRuns(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, s sandbox.Sink) (sandbox.Result, error) {
		if p.Source == "busy" {
			return sandbox.Result{}, &admit.BusyError{Code: admit.Busy, Retry: time.Second, Running: 16, Waiting: 32}
		}
		return scripted(ctx, p, s)
	})})
	c := dial(t, addr)
	c.run("b", "busy")
	if m := c.wantError("b", protocol.CodeBusy); m.Message != "busy: 16 programs are running and 32 are waiting; try again in 1 s" {
		t.Errorf("got %q", m.Message)
	}
	c.run("b", "busy") // the same id, for another try
	c.wantError("b", protocol.CodeBusy)
	c.run("f", "fail")
	c.want("start", "f")
	if m := c.want("end", "f"); m.Status != sandbox.StatusFailure || !strings.HasPrefix(m.Reason, "the sandbox failed;") || m.Exit != -1 {
		t.Errorf("got %+v", m)
	}
}

// A runner may answer the end of its context with an error; it is no failure.
func TestErrorAfterKillIsKilled(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, s sandbox.Sink) (sandbox.Result, error) {
		_ = s(ctx, sandbox.Started{})
		<-ctx.Done()
		return sandbox.Result{WallTime: time.Second}, context.Cause(ctx)
	})})
	c := dial(t, addr)
	c.run("r", "")
	c.want("start", "r")
	c.kill("r")
	if m := c.want("end", "r"); m.Status != sandbox.StatusKilled || m.Reason != "stopped by you after 1.0 s" {
		t.Errorf("got %+v", m)
	}
}

func TestBadMessages(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{Maxima: protocol.Maxima{Source: 100}})
	c := dial(t, addr)
	c.send("{")
	c.wantError("", protocol.CodeMalformed)
	c.send("\xff")
	c.wantError("", protocol.CodeMalformed)
	c.send(`{"type":"fly","id":"a"}`)
	c.wantError("", protocol.CodeUnknownType)
	c.send(`{"type":"resume","id":"a","after":0}`)
	c.wantError("a", protocol.CodeUnknownRun)
	c.send(`{"type":"resume","id":"a","after":-1}`)
	c.wantError("a", protocol.CodeBadRequest)
	c.run("a", strings.Repeat("x", 101))
	c.wantError("a", protocol.CodeSourceTooLarge)
	c.run("a", "out still here") // a refused id may be used again
	c.want("start", "a")
	c.want("stdout", "a")
	c.want("end", "a")
}

func TestBinaryMessageCloses(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	c := dial(t, addr)
	c.sendBinary(`{"type":"kill","id":"a"}`)
	c.wantClosed(closeNotText, "send JSON as text")
}

func TestOversizedMessageCloses(t *testing.T) {
	_, addr := startServer(t, Config{MaxMessage: 1000}, runs.Config{})
	c := dial(t, addr)
	c.send(strings.Repeat("x", 1000))
	c.wantError("", protocol.CodeMalformed)
	c.send(strings.Repeat("x", 1001))
	c.wantClosed(closeTooLarge, "longer than 1000 bytes")
}

// Much more than the limit, in pieces: the reason must still arrive.
func TestEndlessMessageCloses(t *testing.T) {
	_, addr := startServer(t, Config{MaxMessage: 1000}, runs.Config{})
	c := dial(t, addr)
	go c.sendEndless()
	c.wantClosed(closeTooLarge, "longer than 1000 bytes")
}

// The reader of a session never waits, so unread errors have to end it.
func TestUnreadErrorsClose(t *testing.T) {
	s, addr := startServer(t, Config{}, runs.Config{})
	nc := rawDial(t, addr)
	bad := append(frameHead(1, 1), '{')
	for s.Sessions() > 0 {
		// The kernel of a client that reads nothing may learn only minutes
		// later that the connection was dropped.
		_ = nc.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := nc.Write(bad); err != nil {
			break
		}
	}
	eventually(t, "session ends", func() bool { return s.Sessions() == 0 })
}

func TestProtocolGarbageEndsSession(t *testing.T) {
	for name, bytes := range map[string][]byte{
		"not a frame":       []byte("GET / HTTP/1.1\r\n\r\n"),
		"unmasked":          {0x81, 0x01, 'x'},
		"reserved opcode":   {0x83, 0x80, 0, 0, 0, 0},
		"reserved bits":     {0xf1, 0x80, 0, 0, 0, 0},
		"lone continuation": {0x80, 0x80, 0, 0, 0, 0},
		"long ping":         frameHead(9, 1<<20),
		"negative length":   frameHead(1, 1<<63),
	} {
		t.Run(name, func(t *testing.T) {
			s, addr := startServer(t, Config{}, runs.Config{})
			rawWrite(t, rawDial(t, addr), bytes)
			eventually(t, "session ends", func() bool { return s.Sessions() == 0 })
		})
	}
}

// A program goes on for the grace period when its reader has gone, and no
// longer.
func TestClientGoneKillsAfterGrace(t *testing.T) {
	leave := map[string]func(*client){
		"close":  func(c *client) { go c.close() },
		"vanish": (*client).vanish,
	}
	const grace = 100 * time.Millisecond
	for name, leave := range leave {
		t.Run(name, func(t *testing.T) {
			killed := make(chan time.Time, 4)
			s, addr := startServer(t, Config{}, runs.Config{Grace: grace, Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
				r, err := scripted(ctx, p, sink)
				killed <- time.Now()
				if r.Status != sandbox.StatusClientGone {
					t.Errorf("status %s", r.Status)
				}
				return r, err
			})})
			c := dial(t, addr)
			c.run("a", "wait")
			c.want("start", "a")
			c.run("b", "wait")
			c.want("start", "b")
			left := time.Now()
			leave(c)
			for range 2 {
				if took := (<-killed).Sub(left); took < grace {
					t.Errorf("killed after %v", took)
				}
			}
			eventually(t, "session ends", func() bool { return s.Sessions() == 0 })
		})
	}
}

// A socket that drops is followed by another, which gets what the first did not.
func TestResume(t *testing.T) {
	more := make(chan struct{})
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		_ = sink(ctx, sandbox.Started{})
		_ = sink(ctx, stdout(0, "one\n"))
		<-more
		_ = sink(ctx, stdout(0, "two\n"))
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})})
	c := dial(t, addr)
	c.run("r", "")
	c.want("start", "r")
	last := c.want("stdout", "r").Seq
	c.vanish()
	close(more)

	stranger := dial(t, addr)
	stranger.send(map[string]any{"type": "resume", "id": "r"})
	stranger.wantError("r", protocol.CodeUnknownRun)
	stranger.kill("r")
	stranger.wantError("r", protocol.CodeUnknownRun)

	again := dial(t, addr)
	again.send(map[string]any{"type": "hello", "session": c.token})
	again.send(map[string]any{"type": "resume", "id": "r", "after": last})
	if m := again.want("stdout", "r"); m.Body != "two\n" || m.Seq != last+1 {
		t.Errorf("got %+v", m)
	}
	again.want("end", "r")
	again.send(map[string]any{"type": "resume", "id": "r", "after": 99})
	again.wantError("r", protocol.CodeBadRequest)
}

func TestHandshakeRefused(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	for _, tt := range []struct {
		origin, body string
		status       int
	}{
		{"", "Origin headers", http.StatusForbidden},
		{"http://attacker.example", "is not this server's", http.StatusForbidden},
		{"http://" + addr, "Upgrade", http.StatusUpgradeRequired},
	} {
		r, err := http.NewRequest("GET", "http://"+addr+"/ws", nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		status, body := fetch(t, r)
		if status != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("origin %q: %d %q", tt.origin, status, body)
		}
	}
}

func TestSessionsAreBounded(t *testing.T) {
	s, addr := startServer(t, Config{MaxSessions: 1}, runs.Config{})
	c := dial(t, addr)
	r, err := http.NewRequest("GET", "http://"+addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://"+addr)
	if status, body := fetch(t, r); status != http.StatusServiceUnavailable || !strings.Contains(body, "busy: 1 readers") {
		t.Errorf("%d %q", status, body)
	}
	c.vanish()
	eventually(t, "place is free", func() bool { return s.Sessions() == 0 })
	dial(t, addr).run("a", "")
}

func fetch(t testing.TB, r *http.Request) (status int, body string) {
	t.Helper()
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if err := resp.Write(&b); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, b.String()
}

// A run is its session's: another client that knows its id can neither read,
// feed nor end it.
func TestRunsOfOthersAreOutOfReach(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	mine, other := dial(t, addr), dial(t, addr)
	mine.run("r", "out on\nwait")
	mine.want("start", "r")
	mine.want("stdout", "r")
	for _, m := range []map[string]any{
		{"type": "resume", "id": "r", "after": 0},
		{"type": "stdin", "id": "r", "body": "x"},
		{"type": "stdin-close", "id": "r"},
		{"type": "kill", "id": "r"},
	} {
		other.send(m)
		other.wantError("r", protocol.CodeUnknownRun)
	}
	token := protocol.NewToken()
	url := "http://" + addr + "/api/runs/r"
	call(t, "DELETE", url, token, "").wantError(404, protocol.CodeUnknownRun)
	call(t, "POST", url+"/stdin", token, "x").wantError(404, protocol.CodeUnknownRun)
	mine.send(map[string]any{"type": "kill", "id": "r"})
	if m := mine.want("end", "r"); m.Status != sandbox.StatusKilled {
		t.Errorf("got %+v", m)
	}
}
