package reader

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// How long a reader waits.
const (
	dialTimeout = 10 * time.Second
	silence     = 30 * time.Second // without a message, before a connection is taken for dead
	firstPause  = 50 * time.Millisecond
	longPause   = 2 * time.Second
)

// Client says who a reader is, and where the server.
type Client struct {
	URL       string // http://HOST:PORT
	Local     string // source address, of the loopback network; any if empty
	Forwarded string // X-Forwarded-For, for a server that trusts its proxy
	HTTP      bool   // use the websocket's twin over plain HTTP
	Old       bool   // the server is of before sessions, resume and the twin
	// Others are the same site's other gateways, as URLs: a reader whose connection
	// is lost goes on to the next.
	Others []string
	// Dial bounds a connection's beginning, and Silence is without any message
	// before it is taken for dead: 10 s and 30 s. A server may tell a shorter one.
	Dial, Silence time.Duration
}

// Reader is one reader with one connection at a time.
type Reader struct {
	Client
	// Started, if set, is told of each run that has started.
	Started func(*Run)
	// Patience bounds a run with all its reconnections.
	Patience time.Duration

	mu   sync.Mutex
	raw  net.Conn // under the link
	link link     // nil when there is none

	silence time.Duration // for this link

	token string
	name  string
	runs  int
	over  map[string]*Run // that have ended: nothing may come for them
}

// New returns a reader who is not connected yet and has patience for a minute.
func New(c Client) *Reader {
	c.Dial, c.Silence = cmp.Or(c.Dial, dialTimeout), cmp.Or(c.Silence, silence)
	r := &Reader{Client: c, Patience: time.Minute, name: rand.Text()[:8], over: map[string]*Run{}}
	if c.HTTP {
		r.token = rand.Text()
	}
	return r
}

// Connect opens the reader's websocket, unless it is open, and tells the
// server which session it is.
func (r *Reader) Connect(ctx context.Context) error {
	if r.current() != nil {
		return nil
	}
	s, err := r.openSocket(ctx)
	if err != nil {
		return err
	}
	r.use(s)
	if r.Old {
		return nil
	}
	return s.send(ctx, request{Type: "hello", Session: r.token})
}

func (r *Reader) current() link {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.link
}

func (r *Reader) use(l link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link, r.silence = l, r.Silence
}

// Run runs p and returns its history, which ends with the last message, or
// without one when ctx or the reader's patience ended first, or when an old
// server lost the connection.
func (r *Reader) Run(ctx context.Context, p Program) *Run {
	r.runs++
	run := &Run{ID: fmt.Sprintf("%s-%d", r.name, r.runs), Program: p.Name, Clicked: time.Now(), old: r.Old}
	ctx, cancel := context.WithTimeout(ctx, r.Patience)
	defer cancel()
	for wait := firstPause; ctx.Err() == nil; wait = min(2*wait, longPause) {
		began := time.Now()
		if run.Trouble = r.attach(ctx, run, p); run.Trouble == nil {
			run.Connections++
			run.at = r.URL
			wait = firstPause
			run.Trouble = r.follow(ctx, run)
		}
		run.turn(r.URL, began)
		if run.Last == nil || r.HTTP {
			r.Close()
		}
		if run.Last == nil {
			run.lost(time.Now(), r.URL)
			r.moveOn()
		}
		if run.Last != nil || r.Old && run.Connections > 0 {
			break
		}
		Sleep(ctx, jitter(wait))
	}
	r.over[run.ID] = run
	return run
}

// moveOn is to the next of the site's gateways.
func (r *Reader) moveOn() {
	if len(r.Others) > 0 {
		r.URL, r.Others = r.Others[0], append(r.Others[1:], r.URL)
	}
}

// attach asks for the run: for all of it, or for what the reader has not seen.
func (r *Reader) attach(ctx context.Context, run *Run, p Program) error {
	if r.HTTP {
		return r.attachHTTP(run, p)
	}
	if err := r.Connect(ctx); err != nil {
		return err
	}
	s, ok := r.current().(socket)
	if !ok {
		return errors.New("not connected")
	}
	if run.Seq > 0 {
		return s.send(ctx, request{Type: "resume", ID: run.ID, After: run.Seq})
	}
	return s.send(ctx, p.request(run.ID))
}

func (r *Reader) attachHTTP(run *Run, p Program) error {
	method, path, body := http.MethodPost, "/api/run?resume=1", any(p.request(run.ID))
	if run.Seq > 0 {
		method, path, body = http.MethodGet, fmt.Sprintf("/api/runs/%s?after=%d", url.PathEscape(run.ID), run.Seq), nil
	}
	a, err := r.ask(method, path, body)
	if err != nil {
		return err
	}
	r.use(a)
	return nil
}

// follow reads until the run's last message, or the connection's end.
func (r *Reader) follow(ctx context.Context, run *Run) error {
	for run.Last == nil {
		m, err := r.receive(ctx)
		if err != nil {
			return err
		}
		switch {
		case m.Type == "session":
			r.token = m.Session
		case m.Type == "beat":
			r.silence = time.Duration(m.SilenceMs) * time.Millisecond
		case m.ID == run.ID || r.HTTP && m.ID == "":
			run.take(m, time.Now())
			if m.Type == "start" && r.Started != nil {
				r.Started(run)
			}
		case m.ID == "":
			run.fault("%s %s: %s", m.Type, m.Code, m.Message)
		default:
			r.stray(run, m)
		}
	}
	return nil
}

// stray is a message of another run, which must be over: a reader runs one
// program at a time.
func (r *Reader) stray(run *Run, m Message) {
	if over := r.over[m.ID]; over != nil && over.Last == nil {
		return // the reader gave it up
	}
	run.fault("a %s of another run, %s", m.Type, m.ID)
}

func (r *Reader) receive(ctx context.Context) (Message, error) {
	ctx, cancel := context.WithTimeout(ctx, r.silence)
	defer cancel()
	l := r.current()
	if l == nil {
		return Message{}, errors.New("not connected")
	}
	return l.read(ctx)
}

// Listen reads and drops whatever comes, so that pings are answered, until ctx
// or the connection ends.
func (r *Reader) Listen(ctx context.Context) {
	l := r.current()
	for l != nil {
		if _, err := l.read(ctx); err != nil {
			return
		}
	}
}

// Close drops the reader's connection, if there is one.
func (r *Reader) Close() {
	l := r.current()
	r.use(nil)
	if l != nil {
		l.close()
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
