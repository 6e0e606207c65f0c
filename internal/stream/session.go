package stream

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"playground/internal/journal"
	"playground/internal/protocol"
)

// maxNotes bounds the errors about no run in particular that a client has not
// read.
const maxNotes = 32

// Why a session ends.
var (
	errClientGone   = errors.New("client is gone")
	errShuttingDown = errors.New("server is shutting down")
	errElsewhere    = errors.New("what the client listens to cannot be reached from here")
)

// session is one client's connection and the runs that it listens to.
type session struct {
	server *Server
	client string // who, for bounds that all of a client's sessions share
	log    *slog.Logger
	conn   *conn
	wake   chan struct{} // holds a token when there may be something to write

	// ctx ends when the session does.
	ctx    context.Context
	cancel context.CancelCauseFunc
	last   atomic.Int64 // when a message was last read or written, in Unix nanoseconds

	mu        sync.Mutex
	token     string // empty until the first message
	listeners []heard
	turn      int      // index into listeners of the one to look at first
	notes     [][]byte // messages about no run, or about one that there is not
	writing   bool     // there is a writer
	written   sync.Cond
}

func newSession(server *Server, client string, number int64) *session {
	s := &session{
		server: server,
		client: client,
		log:    server.cfg.Logger.With("session", number),
		wake:   make(chan struct{}, 1),
	}
	s.written.L = &s.mu
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	s.touch()
	return s
}

// serve is the session's reader. It returns when every goroutine of the
// session has ended.
func (s *session) serve() {
	s.log.Debug("session begins")
	err := s.read()
	if why := (*closeError)(nil); errors.As(err, &why) {
		s.hangUp(why, err)
	}
	s.cancel(errClientGone)
	s.awaitWriter()
	s.leaveRuns()
	s.conn.release()
	s.log.Debug("session ends", "because", err)
}

// read obeys the client until it goes or breaks the rules. It never waits for
// anything but the next message, so that a kill is obeyed at once and the loss
// of the client is noticed at once, unless the client sends too many. What counts
// as several waits before it is obeyed, and its room with it: of many that come
// at once only so many count that there is room for.
func (s *session) read() error {
	for {
		data, held, err := s.conn.read()
		if err != nil {
			return err
		}
		s.touch()
		s.server.weigh(s.ctx, s.client, len(data))
		ok := s.answer(data)
		s.conn.give(held)
		if !ok {
			return &closeError{closePolicy, "too many errors that you have not read"}
		}
		s.server.throttle.Wait(s.ctx, s.client, 1)
	}
}

// answer obeys a message, or notes why not; it reports false when the client
// has left too many of such notes unread. To decode JSON takes a stack of 8 KiB,
// which its goroutine would keep: it is not the reader's, of which there is one
// for every idle session.
func (s *session) answer(data []byte) bool {
	answered := make(chan bool)
	go func() {
		e := s.obey(data)
		answered <- e == nil || s.note(protocol.Encode(e))
	}()
	return <-answered
}

// obey does what a message asks for, or says why not.
func (s *session) obey(data []byte) *protocol.Error {
	q, e := protocol.Decode(data)
	if e != nil {
		return e
	}
	if e := s.join(q); e != nil {
		return e
	}
	book := s.server.cfg.Book
	switch q.Type {
	case protocol.TypeHello:
		return nil
	case protocol.TypeRun:
		if !s.listening(q.ID) {
			return s.start(q)
		}
	}
	run, e := book.Find(s.token, q.ID, q.After)
	if e != nil {
		return e
	}
	switch q.Type {
	case protocol.TypeRun:
		return run.SameAs(q)
	case protocol.TypeResume:
		return s.listen(q.ID, run, q.After)
	case protocol.TypeKill:
		run.Kill()
	case protocol.TypeStdin:
		return run.Input(q)
	case protocol.TypeStdinClose:
		return run.CloseInput(q)
	}
	return nil
}

// heard is a run that the session listens to.
type heard struct {
	id string
	Listener
}

// join makes the connection one of a session: the one whose token the first
// message names, or a new one.
func (s *session) join(q protocol.Request) *protocol.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" {
		if q.Type == protocol.TypeHello && q.Session != "" && q.Session != s.token {
			return protocol.NewError("", protocol.CodeBadRequest, "this connection belongs to another session already; open a new one")
		}
		return nil
	}
	s.token = q.Session
	if s.token == "" {
		s.token = protocol.NewToken()
	}
	m := protocol.Session{Type: "session", Session: s.token, Go: s.server.cfg.Go}
	s.notes = append(s.notes, protocol.Encode(m))
	s.kick()
	return nil
}

func (s *session) start(q protocol.Request) *protocol.Error {
	run, e := s.server.cfg.Book.Start(s.client, s.token, q)
	if e != nil {
		return e
	}
	return s.listen(q.ID, run, 0)
}

// listen sends what the run says after the message of that number. A session
// listens to a run once: to ask again is to begin again.
func (s *session) listen(id string, run Run, after int64) *protocol.Error {
	s.drop(id)
	l, e := run.Listen(after, s.wake)
	if e != nil {
		return e
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, heard{id, l})
	if first := s.server.firstBeat(); first != nil {
		s.notes = append(s.notes, first)
	}
	s.kick()
	return nil
}

func (s *session) listening(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.listeners, func(l heard) bool { return l.id == id })
}

// drop stops listening to a run.
func (s *session) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = slices.DeleteFunc(s.listeners, func(l heard) bool {
		if l.id == id {
			l.Close()
			return true
		}
		return false
	})
}

// leaveRuns lets go of every run. They go on for their grace period.
func (s *session) leaveRuns() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		l.Close()
	}
	s.listeners = nil
}

// note adds a message for the client. It never waits, and reports false when
// the client has left too many unread.
func (s *session) note(line []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.notes) >= maxNotes {
		return false
	}
	s.notes = append(s.notes, line)
	s.kick()
	return true
}

// kick sees to it that there is a writer, and that it looks. The caller holds
// mu.
func (s *session) kick() {
	if !s.writing && s.ctx.Err() == nil {
		s.writing = true
		go s.write()
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write is the session's writer: the only goroutine that sends messages. It
// ends when there is nothing to wait for, so that an idle session has none.
func (s *session) write() {
	var buf bytes.Buffer
	var pace pacer
	behind := backlog{server: s.server, client: s.client}
	pulse := s.server.newPulse()
	defer pulse.stop()
	for {
		line, e, ok := s.take(&buf)
		if !ok {
			if s.rest() {
				return
			}
			select {
			case <-s.wake:
			case <-pulse.due:
				line = pulse.take()
			case <-s.ctx.Done():
			}
			if line == nil {
				continue
			}
		}
		if err := s.conn.write(line, s.server.cfg.WriteTimeout); err != nil {
			s.log.Debug("client does not read", "err", err)
			s.abort()
			continue // to rest
		}
		s.touch()
		pulse.spoke = true
		behind.sent(s.ctx, e, len(line))
		if e.Growing() {
			pace.wait(s.ctx)
		}
	}
}

// rest ends the writer if the session has ended, or if nobody can bring
// anything to write.
func (s *session) rest() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() == nil && (len(s.notes) > 0 || len(s.listeners) > 0) {
		return false
	}
	s.writing = false
	s.written.Broadcast()
	return true
}

func (s *session) awaitWriter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.writing {
		s.written.Wait()
	}
}

// take returns the next message, encoded in buf, and the entry of a journal that it
// is. The runs take turns, so a flood in one does not hold up another.
func (s *session) take(buf *bytes.Buffer) (line []byte, e journal.Entry, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, e, false
	}
	if len(s.notes) > 0 {
		line = s.notes[0]
		s.notes = slices.Delete(s.notes, 0, 1)
		return line, journal.Entry{Newest: true}, true // it was paid for with the message that it answers
	}
	for i := range s.listeners {
		at := (s.turn + i) % len(s.listeners)
		l := s.listeners[at]
		e, ok := l.Take()
		if !ok {
			continue
		}
		buf.Reset()
		e.AppendTo(buf, l.id)
		s.turn = at + 1
		if e.Last {
			l.Close()
			s.listeners = slices.Delete(s.listeners, at, at+1)
			s.turn = at
		}
		return buf.Bytes(), e, true
	}
	return nil, e, false
}

// ping ends the session of a client that does not answer.
func (s *session) ping() {
	ctx, cancel := context.WithTimeout(s.ctx, s.server.cfg.WriteTimeout)
	defer cancel()
	if err := s.conn.ping(ctx); err != nil && s.ctx.Err() == nil {
		s.log.Debug("client does not answer", "err", err)
		s.abort()
		return
	}
	s.touch()
}

func (s *session) touch() { s.last.Store(time.Now().UnixNano()) }

// silence is how long nothing was read or written.
func (s *session) silence() time.Duration {
	return time.Duration(time.Now().UnixNano() - s.last.Load())
}

// hangUp ends the session from this side: when the writer is out of its message
// the client is told why.
func (s *session) hangUp(why *closeError, cause error) {
	s.cancel(cause)
	t := time.AfterFunc(closeHandshake, s.conn.abort)
	defer t.Stop()
	s.awaitWriter()
	s.conn.close(why)
}

// lastWords is how long a client gets, when the server ends, to read what its
// runs said.
const lastWords = time.Second

// restart ends the session because the server ends; its client connects again,
// to the next one.
func (s *session) restart() {
	// The runs have ended by now; the client has to learn how.
	silence := time.AfterFunc(lastWords, func() { s.cancel(errShuttingDown) })
	cut := time.AfterFunc(lastWords+closeHandshake, s.conn.abort)
	s.awaitWriter()
	silence.Stop()
	cut.Stop()
	why := &closeError{closeRestart, "the server restarts; connect again"}
	if s.server.cfg.Elsewhere() {
		why = goElsewhere
	}
	s.hangUp(why, errShuttingDown)
}

// isElsewhere reports whether all that the session listens to, and that is something,
// comes from other machines.
func (s *session) isElsewhere() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		if !isElsewhere(l.Listener) {
			return false
		}
	}
	return len(s.listeners) > 0
}

// isElsewhere reports whether a listener's run is on another machine.
func isElsewhere(l Listener) bool {
	away, ok := l.(interface{ Elsewhere() bool })
	return ok && away.Elsewhere()
}

// abort ends the session without a word.
func (s *session) abort() {
	s.cancel(errClientGone)
	s.conn.abort()
}
