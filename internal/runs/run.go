package runs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"playground/internal/admit"
	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// errUnheard ends a run that nobody has listened to for the grace period.
var errUnheard = errors.New("nobody listens")

// Run is one program of a session.
type Run struct {
	ID string
	// Trace names the run in logs, metrics and spans: 32 hexadecimal digits.
	Trace string

	book    *Book
	key     key
	visitor admit.Visitor
	print   [32]byte // of what was asked for
	journal *journal.Journal
	input   *input // nil when standard input does not go on
	ctx     context.Context
	cancel  context.CancelCauseFunc

	mu        sync.Mutex
	listeners int
	grace     *time.Timer // ends the run, while there is no listener; nil once it has ended
}

func newRun(b *Book, k key, q protocol.Request) *Run {
	r := &Run{ID: k.id, Trace: newTrace(), book: b, key: k, print: q.Fingerprint(), journal: journal.New(b.cfg.Window)}
	r.ctx, r.cancel = context.WithCancelCause(b.ctx)
	if q.StdinOpen {
		r.input = newInput(b.cfg.Maxima.Stdin - int64(len(q.Stdin)))
	}
	r.grace = time.AfterFunc(b.cfg.Grace, func() { r.cancel(errUnheard) })
	return r
}

// newTrace makes a W3C trace id.
func newTrace() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}

// SameAs returns a conflict if q asks for another program than the run's.
func (r *Run) SameAs(q protocol.Request) *protocol.Error {
	if r.print == q.Fingerprint() {
		return nil
	}
	return protocol.NewError(r.ID, protocol.CodeConflict, "this id belongs to a run of another program; take a new id")
}

// Fingerprint tells what the run was asked to be, see protocol.Request.
func (r *Run) Fingerprint() [32]byte { return r.print }

// Kill ends the run as its reader's wish. A run that has ended stays as it is.
func (r *Run) Kill() { r.cancel(sandbox.ErrKilled) }

// Abandon ends the run because its reader has gone and will not come back,
// unless somebody else listens: the same reader by another connection, when this
// one was lost without a sign.
func (r *Run) Abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listeners == 0 {
		r.cancel(errUnheard)
	}
}

// Input gives the program the part of its standard input that q is, or says why
// not. A part that it has it is not given again.
func (r *Run) Input(q protocol.Request) *protocol.Error {
	if r.input == nil {
		return protocol.NewError(r.ID, protocol.CodeInput, `the run was started without "stdinOpen": its standard input is complete`)
	}
	return r.inputError(r.input.part(q.Writer, q.Part, func() error { return r.input.write(q.Body) }))
}

// CloseInput lets the program read the end of its standard input, after the parts
// before q.
func (r *Run) CloseInput(q protocol.Request) *protocol.Error {
	if r.input == nil {
		return nil
	}
	return r.inputError(r.input.part(q.Writer, q.Part, r.input.close))
}

func (r *Run) inputError(err error) *protocol.Error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errInputFull):
		return protocol.NewError(r.ID, protocol.CodeStdinTooLarge, "no more standard input: its limit is reached")
	}
	return protocol.NewError(r.ID, protocol.CodeInput, err.Error())
}

// Listener reads what a run says. While a run has one, it goes on.
type Listener struct {
	*journal.Reader
	Run *Run
}

// Listen returns a listener to what comes after the message of that number, 0
// for all, or why there is none. wake gets a token whenever there may be
// something to take. The caller closes the listener.
func (r *Run) Listen(after int64, wake chan<- struct{}) (*Listener, *protocol.Error) {
	reader, err := r.journal.Read(after, wake)
	switch {
	case errors.Is(err, journal.ErrGone):
		return nil, protocol.NewError(r.ID, protocol.CodeGone, "the server no longer keeps what the program printed after that point")
	case err != nil:
		return nil, protocol.NewError(r.ID, protocol.CodeBadRequest, `"after" is more than the run has said`)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners++
	if r.grace != nil {
		r.grace.Stop()
	}
	return &Listener{reader, r}, nil
}

// Close ends the listening. The run goes on for the grace period, unless
// somebody else listens.
func (l *Listener) Close() {
	l.Reader.Close()
	r := l.Run
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners--
	if r.listeners == 0 && r.grace != nil {
		r.grace.Reset(r.book.cfg.Grace)
	}
}

// ended stops what only a run that goes on needs.
func (r *Run) ended() {
	r.cancel(nil)
	if r.input != nil {
		r.input.drop() // the run is kept, and what nobody read would be with it
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.grace.Stop()
	r.grace = nil
}
