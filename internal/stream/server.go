package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// Runner runs programs; a sandbox does. It must return soon after ctx ends.
// sandbox.ErrKilled as the cause of that says that the reader stopped the run.
type Runner interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Config says how a Server behaves. Only Runner must be set: a field that is
// zero has the default given with it.
type Config struct {
	Runner Runner

	// AllowedOrigins are further origins, such as "https://example.org", whose
	// pages may open sessions. The server's own may always. Each of them can
	// run programs here in its readers' names. None by default.
	AllowedOrigins []string
	// OwnHost reports whether the operator has named a request's Host as this
	// server's. A page of that name is then the server's own at any port: a
	// proxy may have changed the port in Host, or dropped it.
	OwnHost func(host string) bool
	// AllowHost reports whether a request's Host is one of this server's. It
	// keeps out pages that point a name of their own at this server's address.
	// By default every host is taken.
	AllowHost func(host string) bool

	// MaxSource and MaxStdin bound a program and its standard input, in
	// bytes: wire.DefaultSource for each.
	MaxSource, MaxStdin int64
	// MaxMessage bounds a client's message in bytes: what a run with
	// MaxSource and MaxStdin may need.
	MaxMessage int64

	// MaxRuns bounds the programs of one session that run or wait: 4. A run
	// counts until its last message is being written.
	MaxRuns int
	// MaxSessions bounds the open sessions: 1000. With the other defaults a
	// session holds at most about 2 MiB, and idle about 40 KiB.
	MaxSessions int

	// WriteTimeout is how long one message may take to be written: 30 s. A
	// client that reads nothing for that long is dropped.
	WriteTimeout time.Duration
	// PingInterval is how long a session may be silent before the client is
	// asked for a sign of life: 20 s. It has WriteTimeout to give one.
	PingInterval time.Duration

	// Logger is told of sessions (debug), runs (info) and failures (error):
	// slog.Default().
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	c.MaxSource = cmp.Or(c.MaxSource, wire.DefaultSource)
	c.MaxStdin = cmp.Or(c.MaxStdin, wire.DefaultSource)
	c.MaxMessage = cmp.Or(c.MaxMessage, c.maxima().message())
	c.MaxRuns = cmp.Or(c.MaxRuns, 4)
	c.MaxSessions = cmp.Or(c.MaxSessions, 1000)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 30*time.Second)
	c.PingInterval = cmp.Or(c.PingInterval, 20*time.Second)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	return c
}

func (c Config) validate() error {
	if c.Runner == nil {
		return errors.New("stream: Config.Runner is not set")
	}
	least := min(c.MaxSource, c.MaxStdin, c.MaxMessage, int64(c.MaxRuns), int64(c.MaxSessions),
		int64(c.WriteTimeout), int64(c.PingInterval))
	if least < 0 {
		return fmt.Errorf("stream: a limit in Config is negative: %d", least)
	}
	return nil
}

func (c Config) maxima() maxima { return maxima{source: c.MaxSource, stdin: c.MaxStdin} }

// Server is the http.Handler of the websocket endpoint. It outlives the
// requests that it answers: an http.Server forgets them once they are
// websockets, so it must be shut down before the http.Server is.
type Server struct {
	cfg    Config
	origin originPolicy

	// stopping ends when Shutdown begins.
	stopping context.Context
	stop     context.CancelFunc

	mu       sync.Mutex
	sessions map[*session]bool
	opened   int64         // sessions so far, to tell them apart in the log
	idle     chan struct{} // closed when stopping and no session is left
}

// New returns a Server. It has no goroutines but those of its sessions.
func New(c Config) (*Server, error) {
	c = c.withDefaults()
	if err := c.validate(); err != nil {
		return nil, err
	}
	origin, err := newOriginPolicy(c)
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	s := &Server{cfg: c, origin: origin, sessions: map[*session]bool{}, idle: make(chan struct{})}
	s.stopping, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// ServeHTTP answers a websocket handshake and returns when its session is
// over and nothing of it is left.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.origin.check(r); err != nil {
		s.cfg.Logger.Debug("websocket refused", "err", err)
		http.Error(w, "forbidden: "+err.Error(), http.StatusForbidden)
		return
	}
	sess, err := s.admit(context.WithoutCancel(r.Context()))
	if err != nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer s.remove(sess)
	c, err := accept(w, r, s.cfg.MaxMessage)
	if err != nil {
		s.cfg.Logger.Debug("websocket refused", "err", err)
		return
	}
	sess.serve(c)
}

// Sessions returns how many sessions are open.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Shutdown refuses new sessions, ends the open ones with close code 1001,
// kills their runs, and returns when nothing of them is left. When ctx ends
// first it drops the connections that remain and returns an error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.beginShutdown()
	select {
	case <-s.idle:
		return nil
	case <-ctx.Done():
	}
	return fmt.Errorf("stream: %d sessions had not ended: %w", s.abort(), context.Cause(ctx))
}

func (s *Server) beginShutdown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return
	}
	s.stop()
	if len(s.sessions) == 0 {
		close(s.idle)
	}
}

// abort drops every connection and returns how many there were.
func (s *Server) abort() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sess := range s.sessions {
		sess.abort()
	}
	return len(s.sessions)
}

// admit takes a place for a session, before anything is allocated for it.
func (s *Server) admit(ctx context.Context) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return nil, errors.New("the server is shutting down; try again in a minute")
	}
	if len(s.sessions) >= s.cfg.MaxSessions {
		return nil, fmt.Errorf("busy: %d readers are connected; try again in a moment", len(s.sessions))
	}
	s.opened++
	sess := newSession(ctx, s, s.opened)
	s.sessions[sess] = true
	return sess, nil
}

func (s *Server) remove(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess)
	if s.stopping.Err() != nil && len(s.sessions) == 0 {
		close(s.idle)
	}
}
