package stream

//lint:file-ignore SA1019 see websocket.go

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"nhooyr.io/websocket"

	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// deadConn takes what is written and loses it, after a number of bytes: so does a
// connection that is dead and not noticed.
type deadConn struct {
	net.Conn
	left atomic.Int64
}

func (c *deadConn) Write(p []byte) (int, error) {
	n := max(0, min(int64(len(p)), c.left.Load()))
	c.left.Add(-n)
	if _, err := c.Conn.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// However often and wherever a connection dies unnoticed, every line that was
// typed is read once, in order, and so is the end: 2,000 deaths after any byte.
func TestInputArrivesOnceOverDeadConnections(t *testing.T) {
	deaths := 2_000
	if testing.Short() {
		deaths = 200
	}
	rnd := rand.New(rand.NewPCG(3, 3))
	for done := 0; done < deaths; {
		var typed []string
		for i := range 1 + rnd.IntN(12) {
			typed = append(typed, fmt.Sprintf("%d%s\n", i, strings.Repeat("é", rnd.IntN(30))))
		}
		read := make(chan string, 1)
		l, end := typist(t, func(p sandbox.Program) {
			b, _ := io.ReadAll(p.Input)
			read <- string(b)
		})
		token := protocol.NewToken()
		for got := false; !got; done++ {
			typeOver(l, rnd.IntN(400+150*len(typed)), token, typed)
			select {
			case all := <-read:
				got = true
				if want := strings.Join(typed, ""); all != want {
					t.Fatalf("the program read %.200q of %q", all, want)
				}
			default:
			}
		}
		end()
	}
}

// typist is a server, on a network without sockets, whose programs do nothing but
// read.
func typist(t *testing.T, read func(sandbox.Program)) (l *pipeListener, end func()) {
	l = &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	quiet := slog.New(slog.DiscardHandler)
	book, err := runs.New(runs.Config{Logger: quiet, Runner: runnerFunc(func(_ context.Context, p sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
		read(p)
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Book: Local(book), Messages: 1 << 20, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(l) }()
	return l, func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		_ = server.Close()
		<-served
		book.Close()
	}
}

// typeOver opens a connection that dies, and says all over it as a page does that
// lost another before.
func typeOver(l *pipeListener, cut int, token string, typed []string) {
	dead := &deadConn{}
	dead.left.Store(1 << 30) // it lives through the handshake
	tr := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		l.conns <- theirs
		dead.Conn = ours
		return dead, nil
	}}
	ctx := context.Background()
	ws, _, err := websocket.Dial(ctx, "ws://a/", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: tr}, HTTPHeader: http.Header{"Origin": {"http://a"}},
	})
	if err != nil {
		return
	}
	defer ws.CloseNow()
	dead.left.Store(int64(cut))
	said := []map[string]any{
		{"type": "hello", "session": token},
		{"type": "run", "id": "r", "source": "", "stdinOpen": true}, // idempotent
	}
	for i, body := range typed {
		said = append(said, map[string]any{"type": "stdin", "id": "r", "writer": "w", "part": i + 1, "body": body})
	}
	said = append(said, map[string]any{"type": "stdin-close", "id": "r", "writer": "w", "part": len(typed) + 1})
	for _, m := range said {
		b, _ := json.Marshal(m)
		if ws.Write(ctx, websocket.MessageText, b) != nil {
			return
		}
	}
}
