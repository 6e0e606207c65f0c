package stream

import (
	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/runs"
)

// Book starts runs and finds them again. In one process it is a runs.Book (see
// Local); between machines it is whatever knows on which of them a run is. What
// a client may ask, and who it is, has been checked before.
type Book interface {
	// Start starts the run that q asks for, or finds it if the session has it.
	Start(client, session string, q protocol.Request) (Run, *protocol.Error)
	// Find finds a run of the session. after is the number of the last message of it
	// that the client has, 0 where it tells of none: what has messages has begun.
	Find(session, id string, after int64) (Run, *protocol.Error)
	// Maxima are the bounds of a program and its standard input.
	Maxima() protocol.Maxima
}

// Run is one run of a Book.
type Run interface {
	// Listen reads what the run says after the message of that number. wake gets
	// a token whenever there may be something to take.
	Listen(after int64, wake chan<- struct{}) (Listener, *protocol.Error)
	// SameAs returns a conflict if q asks for another program.
	SameAs(q protocol.Request) *protocol.Error
	// Input gives the program a part of its standard input, and CloseInput ends
	// that, unless the part has come before.
	Input(q protocol.Request) *protocol.Error
	CloseInput(q protocol.Request) *protocol.Error
	Kill()
	Abandon()
}

// Listener takes a run's messages, each once, in order. One whose run is on another
// machine also has a method Elsewhere, which says so.
type Listener interface {
	Take() (journal.Entry, bool)
	Close()
}

// Local is the Book of this process.
func Local(b *runs.Book) Book { return local{b} }

type local struct{ *runs.Book }

func (l local) Start(client, session string, q protocol.Request) (Run, *protocol.Error) {
	r, e := l.Book.Start(client, session, q)
	if e != nil {
		return nil, e
	}
	return LocalRun(r), nil
}

// Find also finds a run that ended before this process began.
func (l local) Find(session, id string, _ int64) (Run, *protocol.Error) {
	r, e := l.Book.Find(session, id)
	if e != nil {
		r = l.Recall(session, id)
	}
	if r == nil {
		return nil, e
	}
	return LocalRun(r), nil
}

// LocalRun is a Run of this process.
func LocalRun(r *runs.Run) Run { return localRun{r} }

type localRun struct{ *runs.Run }

func (r localRun) Listen(after int64, wake chan<- struct{}) (Listener, *protocol.Error) {
	l, e := r.Run.Listen(after, wake)
	if e != nil {
		return nil, e
	}
	return l, nil
}
