package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"playground/internal/admit"
	"playground/internal/ops"
	"playground/internal/protocol"
)

// weighed is how many bytes of a message count as much as a message.
const weighed = 4 << 10

// Config says how a Server behaves. Only Book must be set: a field that is zero
// has the default given with it.
type Config struct {
	// Book has the runs.
	Book Book

	// Elsewhere reports whether other servers take over this one's clients: they
	// connect again at once. By default there are none.
	Elsewhere func() bool
	// CutOff reports whether this server cannot reach most others at the moment: who
	// connects had better connect to one of them, and is refused. By default it never is.
	CutOff func() bool

	// Shares keeps what clients share: nothing can be shared.
	Shares Shares

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
	// Client names the client that a request comes from, for the bounds that
	// all of its sessions share. By default it is the address without its port.
	Client func(*http.Request) string

	// MaxMessage bounds a client's message in bytes: what a run with the
	// Book's maxima may need.
	MaxMessage int64
	// MaxSessions bounds the open sessions: 1000. MaxPerClient bounds those of
	// one client: all, but never so many that none is left for the next, see
	// admit.Fits.
	MaxSessions, MaxPerClient int
	// MaxLarge bounds the bytes of messages of more than a few kilobytes that
	// are being read at one time, in all sessions together: 16 MiB, and at
	// least 4 of the longest.
	MaxLarge int64

	// Messages is how many messages a second one client may send, by all its
	// connections together: 1000. AllMessages is how many all clients may: ten
	// times as many. A long one counts as several. What is more is read later.
	Messages, AllMessages int
	// MessageTimeout is how long a message may take from its first byte to its
	// last: 10 s.
	MessageTimeout time.Duration
	// WriteTimeout is how long one message may take to be written: 30 s. A
	// client that reads nothing for that long is dropped.
	WriteTimeout time.Duration
	// PingInterval is how long a session may be silent before the client is
	// asked for a sign of life: 20 s. It has WriteTimeout to give one.
	PingInterval time.Duration

	// Go is the Go that programs are written in: runtime.Version.
	Go string
	// Recorder counts what is refused: nobody does.
	Recorder *ops.Recorder
	// Logger is told of sessions (debug): slog.Default().
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Book != nil {
		c.MaxMessage = cmp.Or(c.MaxMessage, c.Book.Maxima().Message())
	}
	c.MaxSessions = cmp.Or(c.MaxSessions, 1000)
	c.MaxPerClient = cmp.Or(c.MaxPerClient, c.MaxSessions)
	c.MaxLarge = cmp.Or(c.MaxLarge, max(16<<20, 4*c.MaxMessage))
	c.Messages = cmp.Or(c.Messages, 1000)
	c.AllMessages = cmp.Or(c.AllMessages, 10*c.Messages)
	c.MessageTimeout = cmp.Or(c.MessageTimeout, 10*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 30*time.Second)
	c.PingInterval = cmp.Or(c.PingInterval, 20*time.Second)
	c.Go = cmp.Or(c.Go, runtime.Version())
	c.Logger = cmp.Or(c.Logger, slog.Default())
	if c.Elsewhere == nil {
		c.Elsewhere = func() bool { return false }
	}
	if c.CutOff == nil {
		c.CutOff = func() bool { return false }
	}
	if c.Client == nil {
		c.Client = remoteHost
	}
	return c
}

func (c Config) validate() error {
	if c.Book == nil {
		return errors.New("stream: Config.Book is not set")
	}
	least := min(c.MaxMessage, int64(c.MaxSessions), int64(c.MaxPerClient), c.MaxLarge, int64(c.Messages), int64(c.AllMessages),
		int64(c.MessageTimeout), int64(c.WriteTimeout), int64(c.PingInterval))
	if least < 0 {
		return fmt.Errorf("stream: a limit in Config is negative: %d", least)
	}
	return nil
}

// Server is the http.Handler of the websocket endpoint. It outlives the
// requests that it answers: an http.Server forgets them once they are
// websockets, so Shutdown is needed beside the http.Server's own.
type Server struct {
	cfg      Config
	origin   originPolicy
	refusals refusals
	room     *room           // for large messages
	throttle *admit.Throttle // of messages

	stopping context.Context
	stop     context.CancelFunc
	keeper   sync.WaitGroup

	mu       sync.Mutex
	sessions map[*session]bool
	clients  map[string]int // sessions of each client
	opened   int64          // sessions so far: their numbers in the log
	idle     chan struct{}  // closed when stopping and no session is left
	handOver chan struct{}  // closed by the next HandOver
}

// New returns a Server, which runs until Shutdown.
func New(c Config) (*Server, error) {
	c = c.withDefaults()
	if err := c.validate(); err != nil {
		return nil, err
	}
	origin, err := newOriginPolicy(c)
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	s := &Server{
		cfg: c, origin: origin, refusals: refusals{logger: c.Logger}, room: newRoom(c.MaxLarge),
		throttle: admit.NewThrottle(admit.Rate{PerSecond: c.Messages, Burst: c.Messages}, admit.Rate{PerSecond: c.AllMessages, Burst: c.AllMessages}),
		sessions: map[*session]bool{}, clients: map[string]int{}, idle: make(chan struct{}), handOver: make(chan struct{}),
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.keeper.Go(s.keep)
	return s, nil
}

// weigh waits until a client may send n bytes, beside the messages that they are.
func (s *Server) weigh(ctx context.Context, client string, n int) {
	if cost := n / weighed; cost > 0 {
		s.throttle.Wait(ctx, client, cost)
	}
}

// ServeHTTP answers a websocket handshake and hands the connection over to a
// session, which has a goroutine of its own: that of the request has a grown
// stack and holds the request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.origin.check(r); err != nil {
		s.forbidden(r, err)
		http.Error(w, "forbidden: "+err.Error(), http.StatusForbidden)
		return
	}
	sess, err := s.admit(s.cfg.Client(r))
	if err != nil { // without Retry-After: nobody knows when readers leave
		s.cfg.Recorder.Refused(protocol.CodeBusy)
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	c, err := accept(w, r, connLimits{
		message: s.cfg.MaxMessage, timeout: s.cfg.MessageTimeout, room: s.room, client: sess.client,
		idle: min(time.Second, s.cfg.PingInterval), // no less often than it is asked for a sign of life
	})
	if err != nil {
		s.remove(sess)
		s.cfg.Logger.Debug("websocket refused", "err", err)
		return
	}
	stopping := s.connect(sess, c)
	go func() {
		defer s.remove(sess)
		sess.serve()
	}()
	if stopping {
		sess.restart()
	}
}

// forbidden tells the operator of a request that was refused for its Host or
// Origin.
func (s *Server) forbidden(r *http.Request, err error) {
	s.cfg.Recorder.Refused(protocol.CodeForbidden)
	s.refusals.log(r, err)
}

// connect gives a session its connection, and reports whether it must end at
// once because Shutdown did not see it.
func (s *Server) connect(sess *session, c *conn) (stopping bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess.conn = c
	return s.stopping.Err() != nil
}

// Sessions returns how many sessions are open.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Shutdown refuses new sessions, ends the open ones with close code 1012, and
// returns when nothing of them is left. When ctx ends first it drops the
// connections that remain and returns an error. The runs are the Book's.
func (s *Server) Shutdown(ctx context.Context) error {
	for _, sess := range s.beginShutdown() {
		go sess.restart()
	}
	defer s.keeper.Wait()
	select {
	case <-s.idle:
		return nil
	case <-ctx.Done():
	}
	return fmt.Errorf("stream: %d sessions had not ended: %w", s.abort(), context.Cause(ctx))
}

// goElsewhere is the word to clients whom another server takes over.
var goElsewhere = &closeError{closeElsewhere, "another server goes on; connect again at once"}

// HandOver ends the sessions, and the answers of the HTTP twin, that listen to runs of
// other machines only, because those cannot be reached from here: their clients connect
// again, and may come to a server that reaches them.
func (s *Server) HandOver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.handOver)
	s.handOver = make(chan struct{})
	for _, sess := range s.connected() {
		if sess.isElsewhere() {
			go sess.hangUp(goElsewhere, errElsewhere)
		}
	}
}

// handedOver is closed when listeners to other machines' runs are to go elsewhere.
func (s *Server) handedOver() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handOver
}

// errCutOff is the word to whoever connects to a server that is cut off.
var errCutOff = errors.New("this server cannot reach the others at the moment; another one can: connect again")

// beginShutdown returns the sessions that are to be ended now.
func (s *Server) beginShutdown() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping.Err() != nil {
		return nil
	}
	s.stop()
	if len(s.sessions) == 0 {
		close(s.idle)
	}
	return s.connected()
}

// connected are the sessions whose handshake is over. The caller holds mu.
func (s *Server) connected() []*session {
	var list []*session
	for sess := range s.sessions {
		if sess.conn != nil {
			list = append(list, sess)
		}
	}
	return list
}

// abort drops every connection and returns how many there were.
func (s *Server) abort() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sess := range s.connected() {
		sess.abort()
	}
	return len(s.sessions)
}

// admit takes a place for a session, before anything is allocated for it.
func (s *Server) admit(client string) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping.Err() != nil:
		return nil, errors.New("the server is shutting down; try again when it is back")
	case s.cfg.CutOff():
		return nil, errCutOff
	case len(s.sessions) >= s.cfg.MaxSessions:
		return nil, fmt.Errorf("busy: %d readers are connected; try again in a moment", len(s.sessions))
	case s.clients[client] >= s.cfg.MaxPerClient,
		!admit.Fits(int64(s.clients[client]), int64(len(s.sessions)), 1, int64(s.cfg.MaxSessions)):
		return nil, fmt.Errorf("busy: %d connections from your network are open; close one first", s.clients[client])
	}
	s.opened++
	sess := newSession(s, client, s.opened)
	s.sessions[sess] = true
	s.clients[client]++
	return sess, nil
}

func (s *Server) remove(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess)
	if s.clients[sess.client]--; s.clients[sess.client] == 0 {
		delete(s.clients, sess.client)
	}
	if s.stopping.Err() != nil && len(s.sessions) == 0 {
		close(s.idle)
	}
}

// pingers bounds the clients that are asked for a sign of life at one time. Each
// that is dead takes one for WriteTimeout: the sockets of a thousand readers whose
// network went away are free again within minutes.
const pingers = 128

// keep asks silent clients for a sign of life until shutdown.
func (s *Server) keep() {
	tick := time.NewTicker(max(s.cfg.PingInterval/2, time.Millisecond))
	defer tick.Stop()
	places := make(chan struct{}, pingers)
	var asked sync.WaitGroup
	defer asked.Wait()
	for {
		select {
		case <-s.stopping.Done():
			return
		case <-tick.C:
		}
		for _, sess := range s.silent() {
			select {
			case places <- struct{}{}:
			case <-s.stopping.Done():
				return
			}
			asked.Go(func() {
				sess.ping()
				<-places
			})
		}
	}
}

// silent are the sessions that nothing was heard of for PingInterval. One that
// messages still go to or come from is left alone: a slow reader may find the
// ping only after all that was sent before.
func (s *Server) silent() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*session
	for _, sess := range s.connected() {
		if sess.silence() >= s.cfg.PingInterval {
			list = append(list, sess)
		}
	}
	return list
}
