package stream

//lint:file-ignore SA1019 see websocket.go

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"playground/internal/runs"
	"playground/internal/sandbox"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

type runnerFunc func(context.Context, sandbox.Program, sandbox.Sink) (sandbox.Result, error)

func (f runnerFunc) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	return f(ctx, p, sink)
}

// scripted is a Runner whose programs are lines of commands:
//
//	out TEXT, err TEXT   print a line
//	wait                 until the run is killed
//	status S             end with that Status
//	fail                 end with an error of the sandbox
func scripted(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	r := sandbox.Result{Status: sandbox.StatusOK, Limits: p.Limits.WithDefaults()}
	if err := sink(ctx, sandbox.Started{Limits: r.Limits}); err != nil {
		return r, err
	}
	for line := range strings.Lines(p.Source) {
		verb, arg, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		var err error
		switch verb {
		case "out":
			r.Stdout += int64(len(arg) + 1)
			err = sink(ctx, stdout(time.Millisecond, arg+"\n"))
		case "err":
			r.Stderr += int64(len(arg) + 1)
			err = sink(ctx, stderr(time.Millisecond, arg+"\n"))
		case "wait":
			<-ctx.Done()
			r.Status, r.ExitCode = sandbox.StatusClientGone, -1
			if errors.Is(context.Cause(ctx), sandbox.ErrKilled) {
				r.Status = sandbox.StatusKilled
			}
			return r, nil
		case "status":
			r.Status = sandbox.Status(arg)
		case "fail":
			return r, errors.New("no worker: /secret/path")
		}
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// startServer serves r's runs, with quiet logs, at the returned address, and
// shuts it down at the end of the test. A Runner of nil is scripted.
func startServer(t testing.TB, c Config, r runs.Config) (*Server, string) {
	t.Helper()
	if r.Runner == nil {
		r.Runner = runnerFunc(scripted)
	}
	r.Logger, c.Logger = slog.New(slog.DiscardHandler), slog.New(slog.DiscardHandler)
	book, err := runs.New(r)
	if err != nil {
		t.Fatal(err)
	}
	c.Book = Local(book)
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/ws", s)
	mux.Handle("/api/", s.API())
	h := httptest.NewUnstartedServer(wrapped{mux})
	h.Config.ConnContext = func(ctx context.Context, nc net.Conn) context.Context {
		// Small kernel buffers: a client that does not read is felt early.
		_ = nc.(*net.TCPConn).SetWriteBuffer(16 << 10)
		return ctx
	}
	h.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		h.Close()
		book.Close()
	})
	return s, strings.TrimPrefix(h.URL, "http://")
}

// wrapped stands between the server and its connection as middleware does: its
// ResponseWriter can be hijacked only through Unwrap.
type wrapped struct{ h http.Handler }

type wrappedWriter struct{ w http.ResponseWriter }

func (w wrappedWriter) Header() http.Header         { return w.w.Header() }
func (w wrappedWriter) Write(p []byte) (int, error) { return w.w.Write(p) }
func (w wrappedWriter) WriteHeader(code int)        { w.w.WriteHeader(code) }
func (w wrappedWriter) Unwrap() http.ResponseWriter { return w.w }

func (h wrapped) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.h.ServeHTTP(wrappedWriter{w}, r)
}

// client is a websocket client whose kernel buffers are small.
type client struct {
	t     testing.TB
	ws    *websocket.Conn
	token string
}

// message is the union of what a server sends.
type message struct {
	Type      string
	Session   string
	Trace     string
	ID        string
	Seq       int64
	T         int64
	Body      string
	Status    sandbox.Status
	Reason    string
	Exit      int
	Output    int64
	Code      string
	Message   string
	Position  int
	SilenceMs int64
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	tr := &http.Transport{DialContext: dialSmall, DisableKeepAlives: true}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws://"+addr+"/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: tr},
		HTTPHeader: http.Header{"Origin": {"http://" + addr}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: t, ws: ws}
}

func dialSmall(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err == nil {
		err = c.(*net.TCPConn).SetReadBuffer(32 << 10)
	}
	return c, err
}

// close closes the session as a page does that its reader leaves.
func (c *client) close() { _ = c.ws.Close(websocket.StatusNormalClosure, "") }

// vanish drops the connection.
func (c *client) vanish() { _ = c.ws.CloseNow() }

// send sends v as JSON, or as it is when it is a string.
func (c *client) send(v any) {
	c.t.Helper()
	b, ok := v.(string)
	if !ok {
		j, err := json.Marshal(v)
		if err != nil {
			c.t.Fatal(err)
		}
		b = string(j)
	}
	c.write(websocket.MessageText, []byte(b))
}

func (c *client) write(typ websocket.MessageType, b []byte) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.ws.Write(ctx, typ, b); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) sendBinary(s string) {
	c.t.Helper()
	c.write(websocket.MessageBinary, []byte(s))
}

// sendEndless sends pieces of one message until the server has had enough.
func (c *client) sendEndless() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	w, err := c.ws.Writer(ctx, websocket.MessageText)
	for err == nil {
		_, err = w.Write(make([]byte, 4096))
	}
}

func (c *client) run(id, source string) {
	c.t.Helper()
	c.send(map[string]string{"type": "run", "id": id, "source": source})
}

func (c *client) kill(id string) {
	c.t.Helper()
	c.send(map[string]string{"type": "kill", "id": id})
}

func (c *client) read() (message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var m message
	typ, b, err := c.ws.Read(ctx)
	if err != nil {
		return m, err
	}
	if typ != websocket.MessageText {
		return m, fmt.Errorf("%v message", typ)
	}
	return m, json.Unmarshal(b, &m)
}

// next returns the next message but for the session's own.
func (c *client) next() message {
	c.t.Helper()
	for {
		m, err := c.read()
		if err != nil {
			c.t.Fatal(err)
		}
		if m.Type != "session" {
			return m
		}
		c.token = m.Session
	}
}

// want reads one message and checks its type and id.
func (c *client) want(typ, id string) message {
	c.t.Helper()
	m := c.next()
	if m.Type != typ || m.ID != id {
		c.t.Fatalf("got %+v, want %s of %q", m, typ, id)
	}
	return m
}

// wantError reads one error.
func (c *client) wantError(id, code string) message {
	c.t.Helper()
	m := c.want("error", id)
	if m.Code != code || m.Message == "" {
		c.t.Fatalf("got %+v, want code %s", m, code)
	}
	return m
}

// wantClosed reads until the server closes the session, with this code and a
// reason that has the words.
func (c *client) wantClosed(code websocket.StatusCode, words string) {
	c.t.Helper()
	for {
		_, err := c.read()
		if err == nil {
			continue
		}
		var ce websocket.CloseError
		if !errors.As(err, &ce) || ce.Code != code || !strings.Contains(ce.Reason, words) {
			c.t.Fatalf("closed with %v, want code %d and %q", err, code, words)
		}
		return
	}
}

// eventually polls until ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(time.Millisecond)
	}
}

// rawDial opens a websocket by hand, for what no decent client sends.
func rawDial(t testing.TB, addr string) net.Conn {
	t.Helper()
	c, err := dialSmall(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nConnection: Upgrade\r\n"+
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", addr, addr)
	if err != nil {
		t.Fatal(err)
	}
	// One byte at a time, so that nothing after the head is taken from c.
	resp, err := http.ReadResponse(bufio.NewReaderSize(oneByte{c}, 16), nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v, %v", resp, err)
	}
	return c
}

type oneByte struct{ r io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:1]) }

// frameHead is the head of a final, masked frame of n bytes; the mask is zero.
func frameHead(opcode byte, n uint64) []byte {
	head := []byte{0x80 | opcode, 0x80 | 127}
	head = binary.BigEndian.AppendUint64(head, n)
	return append(head, 0, 0, 0, 0)
}

func rawWrite(t testing.TB, c net.Conn, b []byte) {
	t.Helper()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
}

func stdout(t time.Duration, s string) sandbox.Output {
	return sandbox.Output{Stream: sandbox.Stdout, T: t, Data: []byte(s)}
}

func stderr(t time.Duration, s string) sandbox.Output {
	return sandbox.Output{Stream: sandbox.Stderr, T: t, Data: []byte(s)}
}
