package stream

import (
	"bytes"
	"context"
	"io"

	"playground/internal/sandbox"
)

// Writer writes one run's messages to an io.Writer, one JSON object a line,
// as a websocket client would receive them. Nothing is merged or held back but
// the first bytes of a rune that a read cut in two.
//
// Its methods are for one goroutine at a time. A slow io.Writer stalls the
// program.
type Writer struct {
	w   io.Writer
	enc encoder
	seq int64
	buf bytes.Buffer
}

// NewWriter returns a Writer for a run that is to be called id.
func NewWriter(w io.Writer, id string) *Writer {
	nw := &Writer{w: w}
	nw.enc = encoder{id: id, emit: nw.emit}
	return nw
}

// Sink is a sandbox.Sink. It returns what the io.Writer returned.
func (w *Writer) Sink(ctx context.Context, e sandbox.Event) error {
	return w.enc.event(ctx, e)
}

// Finish writes the run's last message, given what the runner returned: an
// End, or an Error when the program was refused.
func (w *Writer) Finish(r sandbox.Result, err error) error {
	if code, message, ok := Refusal(err); ok {
		return w.enc.refuse(context.Background(), code, message)
	}
	if err != nil {
		r = failure(r)
	}
	return w.End(r)
}

// End writes the run's End.
func (w *Writer) End(r sandbox.Result) error {
	return w.enc.end(context.Background(), r)
}

func (w *Writer) emit(_ context.Context, f frame) error {
	if f.stream != 0 {
		w.seq++
		f.seq = w.seq
	}
	w.buf.Reset()
	f.appendTo(&w.buf, w.enc.id)
	_, err := w.w.Write(w.buf.Bytes())
	return err
}
