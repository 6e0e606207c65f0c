package reader

//lint:file-ignore SA1019 the library's name in this module, as in internal/stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"nhooyr.io/websocket"
)

// How long a reader waits.
const (
	dialTimeout = 10 * time.Second
	silence     = 30 * time.Second // without a message, before the connection is taken for dead
	firstPause  = 50 * time.Millisecond
	longPause   = 2 * time.Second
)

// Client says who a reader is, and where the server.
type Client struct {
	URL       string // http://HOST:PORT
	Local     string // source address, of the loopback network; any if empty
	Forwarded string // X-Forwarded-For, for a server that trusts its proxy
	Old       bool   // the server is of before sessions and resume
}

// RefusedError says that the server did not let a connection in.
type RefusedError struct {
	Status     int
	RetryAfter time.Duration
}

func (e *RefusedError) Error() string { return fmt.Sprintf("refused with status %d", e.Status) }

// Reader is one reader with one connection at a time.
type Reader struct {
	Client
	// Patience bounds a run with all its reconnections; a minute if zero.
	Patience time.Duration

	mu    sync.Mutex
	raw   net.Conn // under conn
	conn  *websocket.Conn
	token string
	name  string
	runs  int
	over  map[string]*Run // that have ended: nothing may come for them
}

// New returns a reader who is not connected yet.
func New(c Client) *Reader {
	return &Reader{Client: c, Patience: time.Minute, name: fmt.Sprintf("%08x", rand.Uint32()), over: map[string]*Run{}}
}

// Connect opens the reader's connection, unless it is open, and tells the
// server which session it is.
func (r *Reader) Connect(ctx context.Context) error {
	r.mu.Lock()
	connected := r.conn != nil
	r.mu.Unlock()
	if connected {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var raw net.Conn
	conn, answer, err := websocket.Dial(ctx, r.URL+"/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := dialer(r.Local).DialContext(ctx, network, addr)
			raw = c
			return c, err
		}}},
		HTTPHeader:      r.header(),
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return refusal(answer, err)
	}
	conn.SetReadLimit(1 << 20)
	r.mu.Lock()
	r.conn, r.raw = conn, raw
	r.mu.Unlock()
	if r.Old {
		return nil
	}
	return r.send(ctx, request{Type: "hello", Session: r.token})
}

func dialer(local string) *net.Dialer {
	d := &net.Dialer{}
	if local != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(local)}
	}
	return d
}

func (c Client) header() http.Header {
	h := http.Header{"Origin": {c.URL}}
	if c.Forwarded != "" {
		h.Set("X-Forwarded-For", c.Forwarded)
	}
	return h
}

func refusal(answer *http.Response, err error) error {
	if answer == nil {
		return err
	}
	seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
	return &RefusedError{Status: answer.StatusCode, RetryAfter: time.Duration(seconds) * time.Second}
}

// Run runs p and returns its history, which ends with the last message, or
// without one when ctx or the reader's patience ended first, or when an old
// server lost the connection.
func (r *Reader) Run(ctx context.Context, p Program) *Run {
	r.runs++
	run := &Run{ID: fmt.Sprintf("%s-%d", r.name, r.runs), Program: p.Name, Clicked: time.Now(), old: r.Old}
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	pause := firstPause
	for run.Last == nil && ctx.Err() == nil {
		if err := r.attach(ctx, run, p); err == nil {
			run.Connections++
			pause = firstPause
			r.follow(ctx, run)
		}
		if run.Last != nil {
			break
		}
		r.Close()
		if r.Old && run.Connections > 0 {
			break
		}
		sleep(ctx, pause/2+rand.N(pause))
		pause = min(2*pause, longPause)
	}
	r.over[run.ID] = run
	return run
}

// attach asks for the run: for all of it, or for what the reader has not seen.
func (r *Reader) attach(ctx context.Context, run *Run, p Program) error {
	if err := r.Connect(ctx); err != nil {
		return err
	}
	if run.Seq > 0 {
		return r.send(ctx, request{Type: "resume", ID: run.ID, After: run.Seq})
	}
	return r.send(ctx, p.request(run.ID))
}

// follow reads until the run's last message, or the connection's end.
func (r *Reader) follow(ctx context.Context, run *Run) {
	for run.Last == nil {
		m, err := r.receive(ctx)
		if err != nil {
			return
		}
		switch {
		case m.Type == "session":
			r.token = m.Session
		case m.ID == run.ID:
			run.take(m, time.Now())
		case m.ID == "":
			run.fault("%s %s: %s", m.Type, m.Code, m.Message)
		default:
			r.stray(run, m)
		}
	}
}

// stray is a message of another run, which must be over: a reader runs one
// program at a time.
func (r *Reader) stray(run *Run, m Message) {
	if over := r.over[m.ID]; over != nil && over.Last == nil {
		return // the reader gave it up
	}
	run.fault("a %s of another run, %s", m.Type, m.ID)
}

func (r *Reader) send(ctx context.Context, q request) error {
	data, err := json.Marshal(q)
	if err != nil {
		return err
	}
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	if conn == nil {
		return errors.New("not connected")
	}
	return conn.Write(ctx, websocket.MessageText, data)
}

func (r *Reader) receive(ctx context.Context) (m Message, err error) {
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	if conn == nil {
		return m, errors.New("not connected")
	}
	_, data, err := conn.Read(ctx)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
}

// Listen reads and drops whatever comes, so that pings are answered, until ctx
// or the connection ends.
func (r *Reader) Listen(ctx context.Context) {
	r.mu.Lock()
	conn := r.conn
	r.mu.Unlock()
	if conn == nil {
		return
	}
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return
		}
	}
}

// Close drops the reader's connection, if there is one.
func (r *Reader) Close() {
	r.mu.Lock()
	conn := r.conn
	r.conn, r.raw = nil, nil
	r.mu.Unlock()
	if conn != nil {
		conn.CloseNow()
	}
}

// Reset cuts the reader's connection by a TCP reset.
func (r *Reader) Reset() { r.cut(func(c *net.TCPConn) { c.SetLinger(0); c.Close() }) }

// HalfClose ends the reader's own half of its connection and no more.
func (r *Reader) HalfClose() { r.cut(func(c *net.TCPConn) { c.CloseWrite() }) }

func (r *Reader) cut(how func(*net.TCPConn)) {
	r.mu.Lock()
	raw, ok := r.raw.(*net.TCPConn)
	r.mu.Unlock()
	if ok {
		how(raw)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
