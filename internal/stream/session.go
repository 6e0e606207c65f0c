package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"playground/internal/sandbox"
)

// maxEnded is how many ids of ended runs a session remembers.
const maxEnded = 256

// Why a session ends its runs. For a sandbox both mean that nobody listens.
var (
	errClientGone   = errors.New("client is gone")
	errShuttingDown = errors.New("server is shutting down")
)

// session is one client's connection and the runs that belong to it.
type session struct {
	server *Server
	log    *slog.Logger
	box    *outbox

	// ctx ends when the session does, and with it every run.
	ctx    context.Context
	cancel context.CancelCauseFunc

	group   sync.WaitGroup // writer, keeper, and a goroutine per run
	written chan struct{}  // closed when the writer has returned
	last    atomic.Int64   // when a message was last read or written, in Unix nanoseconds

	mu    sync.Mutex
	conn  *conn           // nil until the handshake is over
	runs  map[string]*run // those whose last message has not been taken by the writer
	ended []string        // ids of the latest others, oldest first
}

// run is one program of a session.
type run struct {
	id     string
	ctx    context.Context
	cancel context.CancelCauseFunc
	enc    encoder
}

func newSession(ctx context.Context, server *Server, number int64) *session {
	s := &session{
		server:  server,
		log:     server.cfg.Logger.With("session", number),
		box:     newOutbox(),
		written: make(chan struct{}),
		runs:    map[string]*run{},
	}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	return s
}

// serve is the session's reader. It returns when every goroutine of the
// session has ended.
func (s *session) serve(c *conn) {
	s.log.Debug("session begins")
	s.adopt(c)
	s.group.Go(s.write)
	s.group.Go(s.keep)
	err := s.read()
	if why := (*closeError)(nil); errors.As(err, &why) {
		s.hangUp(why, err)
	}
	s.cancel(errClientGone)
	s.group.Wait()
	c.release()
	s.log.Debug("session ends", "because", err)
}

// adopt makes c the session's connection, and drops it if the session was
// aborted during the handshake.
func (s *session) adopt(c *conn) {
	s.touch()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = c
	if s.ctx.Err() != nil {
		c.abort()
	}
}

// read obeys the client until it goes or breaks the rules. It never waits for
// anything but the next message, so that a kill is obeyed at once and the loss
// of the client is noticed at once.
func (s *session) read() error {
	for {
		data, err := s.conn.read()
		if err != nil {
			return err
		}
		s.touch()
		if e := s.obey(data); e != nil && !s.box.note(*e) {
			return &closeError{closePolicy, "too many errors that you have not read"}
		}
	}
}

// obey does what a message asks for, or says why not.
func (s *session) obey(data []byte) *Error {
	q, e := decodeRequest(data)
	switch {
	case e != nil:
		return e
	case q.Type == "kill":
		return s.kill(q.ID)
	}
	return s.start(q)
}

// start begins a run. A run that this session has going already is left as it
// is: the client hears of it anyway.
func (s *session) start(q request) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs[q.ID] != nil {
		return nil
	}
	if slices.Contains(s.ended, q.ID) {
		return problem(q.ID, CodeDuplicate, "a run of this id has ended already; take a new id to run it again")
	}
	p, e := q.program(s.server.cfg.maxima())
	if e != nil {
		return e
	}
	if n := len(s.runs); n >= s.server.cfg.MaxRuns {
		return problem(q.ID, CodeTooManyRuns, fmt.Sprintf("%s running in this window already; stop one first", programs(n)))
	}
	r := &run{id: q.ID}
	r.ctx, r.cancel = context.WithCancelCause(s.ctx)
	r.enc = encoder{id: q.ID, emit: s.box.open(q.ID).put}
	s.runs[q.ID] = r
	s.group.Go(func() { s.run(r, p) })
	return nil
}

func (s *session) kill(id string) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.runs[id]; r != nil {
		r.cancel(sandbox.ErrKilled)
		return nil
	}
	if slices.Contains(s.ended, id) {
		return nil // it ended while the kill was on its way
	}
	return problem(id, CodeUnknownRun, "no run of this id in this session")
}

// run runs p and says how it ended.
func (s *session) run(r *run, p sandbox.Program) {
	defer r.cancel(nil)
	res, err := s.server.cfg.Runner.Run(r.ctx, p, r.enc.event)
	if code, message, ok := Refusal(err); ok {
		s.log.Info("run refused", "run", r.id, "because", err)
		_ = r.enc.refuse(s.ctx, code, message)
		return
	}
	if err != nil {
		res = s.failed(r, res, err)
	}
	s.log.Info("run ended", "run", r.id, "status", res.Status,
		"cpu", res.CPUTime, "wall", res.WallTime, "memory", res.PeakMemory, "output", res.Stdout+res.Stderr)
	// An error means that the session is over, and nobody is left to tell.
	_ = r.enc.end(s.ctx, res)
}

// failed turns the sandbox's own failure into a Result. A runner may also
// answer the end of its context with an error.
func (s *session) failed(r *run, res sandbox.Result, err error) sandbox.Result {
	switch {
	case r.ctx.Err() == nil:
		s.log.Error("sandbox failed", "run", r.id, "err", err)
		return failure(res)
	case errors.Is(context.Cause(r.ctx), sandbox.ErrKilled):
		res.Status = sandbox.StatusKilled
	default:
		res.Status = sandbox.StatusClientGone
	}
	res.ExitCode = -1
	return res
}

// write is the session's writer: the only goroutine that sends messages.
func (s *session) write() {
	defer close(s.written)
	var buf bytes.Buffer
	var pace pacer
	for s.ctx.Err() == nil {
		l, err := s.box.take(s.ctx)
		if err != nil {
			return
		}
		if l.frame.last {
			s.forget(l.id, l.frame.void)
		}
		buf.Reset()
		l.appendTo(&buf)
		if err := s.conn.write(buf.Bytes(), s.server.cfg.WriteTimeout); err != nil {
			s.log.Debug("client does not read", "err", err)
			s.abort()
			return
		}
		s.touch()
		if l.small() {
			pace.wait(s.ctx)
		}
	}
}

// forget takes a run out of the account before its last message is written, so
// that a client that has read that message finds the place free. Unless the run
// is void, its id stays taken.
func (s *session) forget(id string, void bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.runs, id)
	if void {
		return
	}
	s.ended = append(s.ended, id)
	if len(s.ended) > maxEnded {
		s.ended = slices.Delete(s.ended, 0, 1)
	}
}

// keep asks a silent client for a sign of life, and ends the session when the
// server shuts down.
func (s *session) keep() {
	tick := time.NewTicker(s.server.cfg.PingInterval)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.server.stopping.Done():
			s.hangUp(&closeError{closeGoingAway, "the server is shutting down; run it again in a minute"}, errShuttingDown)
			return
		case <-tick.C:
			s.ping()
		}
	}
}

// ping ends the session of a client that does not answer. It leaves one alone
// that messages still go to or come from: a slow reader may find the ping only
// after all that was sent before.
func (s *session) ping() {
	if s.silence() < s.server.cfg.PingInterval {
		return
	}
	ctx, cancel := context.WithTimeout(s.server.stopping, s.server.cfg.WriteTimeout)
	defer cancel()
	stop := context.AfterFunc(s.ctx, cancel)
	defer stop()
	if err := s.conn.ping(ctx); err != nil && s.server.stopping.Err() == nil && s.ctx.Err() == nil {
		s.log.Debug("client does not answer", "err", err)
		s.abort()
	}
}

func (s *session) touch() { s.last.Store(time.Now().UnixNano()) }

func (s *session) silence() time.Duration {
	return time.Duration(time.Now().UnixNano() - s.last.Load())
}

// hangUp ends the session from this side: its runs are killed, and when the
// writer is out of its message the client is told why.
func (s *session) hangUp(why *closeError, cause error) {
	s.cancel(cause)
	t := time.AfterFunc(closeHandshake, s.conn.abort)
	defer t.Stop()
	<-s.written
	s.conn.close(why)
}

// abort ends the session without a word.
func (s *session) abort() {
	s.cancel(errClientGone)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.abort()
	}
}
