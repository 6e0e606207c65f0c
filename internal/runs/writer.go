package runs

import (
	"bytes"
	"context"
	"io"

	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// Writer writes one run's messages to an io.Writer, one JSON object a line, as
// a client would receive them. Nothing is merged or held back but the first
// bytes of a rune that a read cut in two.
//
// Its methods are for one goroutine at a time. A slow io.Writer stalls the
// program.
type Writer struct {
	w      io.Writer
	enc    encoder
	reader *journal.Reader
	buf    bytes.Buffer
}

// writerWindow holds what one event of a sandbox may become, in bytes; what was
// written makes room.
const writerWindow = 1 << 20

// NewWriter returns a Writer for a run that is to be called id.
func NewWriter(w io.Writer, id string) *Writer {
	j := journal.New(writerWindow)
	r, err := j.Read(0, make(chan struct{}, 1))
	if err != nil {
		panic(err) // an empty journal can be read from its beginning
	}
	return &Writer{w: w, enc: encoder{id: id, trace: newTrace(), journal: j}, reader: r}
}

// Sink is a sandbox.Sink. It returns what the io.Writer returned.
func (w *Writer) Sink(ctx context.Context, e sandbox.Event) error {
	if err := w.enc.event(ctx, e); err != nil {
		return err
	}
	return w.flush()
}

// Finish writes the run's last message, given what the runner returned: an
// End, or an Error when the program was refused.
func (w *Writer) Finish(r sandbox.Result, err error) error {
	if why := protocol.Refusal(w.enc.id, err); why != nil {
		w.enc.refuse(why)
		return w.flush()
	}
	if err != nil {
		r = protocol.Failure(r)
	}
	w.enc.end(context.Background(), r)
	return w.flush()
}

// flush writes what the journal has.
func (w *Writer) flush() error {
	for {
		e, ok := w.reader.Take()
		if !ok {
			return nil
		}
		w.buf.Reset()
		e.AppendTo(&w.buf, w.enc.id)
		if _, err := w.w.Write(w.buf.Bytes()); err != nil {
			return err
		}
	}
}
