package stream

//lint:file-ignore SA1019 see websocket.go

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"nhooyr.io/websocket"

	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// pipeListener is a network of one address, without sockets: 10,000 connections
// would wear out the real one's ports.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// cutConn breaks after a number of bytes from the server.
type cutConn struct {
	net.Conn
	left int
}

func (c *cutConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		c.Close()
		return 0, net.ErrClosed
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// talker prints what a seed says, in pieces of every size, on both streams.
func talker(seed uint64) (program runnerFunc, stdoutText, stderrText string) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	var events []sandbox.Event
	var out, errs strings.Builder
	for i := range 40 + rnd.IntN(60) {
		text := strings.Repeat(string([]rune("ab世\n")[rnd.IntN(4)]), rnd.IntN(40)) + fmt.Sprint(i)
		if rnd.IntN(3) == 0 {
			errs.WriteString(text)
			events = append(events, stderr(0, text))
		} else {
			out.WriteString(text)
			events = append(events, stdout(0, text))
		}
		if rnd.IntN(10) == 0 {
			events = append(events, sandbox.Metered{}, sandbox.Reading{})
		}
	}
	return func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		_ = sink(ctx, sandbox.Started{})
		for _, e := range events {
			if err := sink(ctx, e); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	}, out.String(), errs.String()
}

// reader is a client that loses its connection again and again.
type reader struct {
	t     *testing.T
	dial  func(cut int) (*websocket.Conn, error)
	token string
	after int64
	out   strings.Builder
	errs  strings.Builder
	ended bool
	cuts  int
}

// listen connects, and takes messages until the connection breaks or most have
// come.
func (r *reader) listen(cut, most int) {
	ws, err := r.dial(cut)
	if err != nil {
		r.cuts++ // in the handshake
		return
	}
	defer ws.CloseNow()
	ctx := context.Background()
	send := func(m map[string]any) {
		b, _ := json.Marshal(m)
		_ = ws.Write(ctx, websocket.MessageText, b)
	}
	send(map[string]any{"type": "hello", "session": r.token})
	if r.after == 0 {
		send(map[string]any{"type": "run", "id": "r", "source": ""}) // idempotent
	} else {
		send(map[string]any{"type": "resume", "id": "r", "after": r.after})
	}
	for taken := 0; taken < most && !r.ended; {
		_, b, err := ws.Read(ctx)
		if err != nil {
			break
		}
		if r.take(b) {
			taken++
		}
	}
	r.cuts++
}

// take notes one message, and reports whether it has a number.
func (r *reader) take(b []byte) bool {
	var m message
	if err := json.Unmarshal(b, &m); err != nil {
		r.t.Fatalf("%q: %v", b, err)
	}
	if m.Type == "error" {
		r.t.Fatalf("refused: %s", b)
	}
	if m.Seq == 0 {
		return false
	}
	if m.Seq != r.after+1 {
		r.t.Fatalf("number %d after %d", m.Seq, r.after)
	}
	r.after = m.Seq
	switch m.Type {
	case "stdout":
		r.out.WriteString(m.Body)
	case "stderr":
		r.errs.WriteString(m.Body)
	case "end":
		r.ended = true
	}
	return true
}

// However often and wherever a connection breaks, every message arrives once,
// in order: 10,000 breaks, half of them after each message in turn, half after
// any byte.
func TestEveryMessageArrivesOnceOverBreaks(t *testing.T) {
	breaks := 10_000
	if testing.Short() {
		breaks = 500
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	for seed, done := uint64(0), 0; done < breaks; seed++ {
		program, out, errs := talker(seed)
		l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		book, err := runs.New(runs.Config{Runner: program, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(Config{Book: Local(book), Messages: 1 << 20, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: s, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
		served := make(chan struct{})
		go func() { defer close(served); _ = server.Serve(l) }()

		r := &reader{t: t, token: protocol.NewToken(), dial: func(cut int) (*websocket.Conn, error) {
			tr := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
				ours, theirs := net.Pipe()
				l.conns <- theirs
				return &cutConn{ours, cut}, nil
			}}
			ws, _, err := websocket.Dial(context.Background(), "ws://a/", &websocket.DialOptions{
				HTTPClient: &http.Client{Transport: tr}, HTTPHeader: http.Header{"Origin": {"http://a"}},
			})
			return ws, err
		}}
		for !r.ended {
			if seed%2 == 0 {
				r.listen(1<<30, 1)
			} else {
				r.listen(rnd.IntN(2000), 1<<30)
			}
		}
		if r.out.String() != out || r.errs.String() != errs {
			t.Fatalf("seed %d: other bytes arrived than were printed", seed)
		}
		done += r.cuts

		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		<-served
		book.Close()
	}
}
