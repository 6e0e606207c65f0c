package stream

import (
	"context"
	"fmt"
	"time"

	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// encoder turns the events of one run into frames and hands them to emit, in
// order. Like a sandbox.Sink it is for one goroutine at a time. emit may keep
// frame.line, and must copy frame.text if it keeps it.
type encoder struct {
	id     string
	emit   func(context.Context, frame) error
	stdout textDecoder
	stderr textDecoder
	errors int // diagnostics that keep the program from running
}

// event is a sandbox.Sink.
func (e *encoder) event(ctx context.Context, ev sandbox.Event) error {
	switch ev := ev.(type) {
	case sandbox.Queued:
		return e.message(ctx, Queued{Type: "queued", ID: e.id, Position: ev.Position})
	case sandbox.Started:
		return e.message(ctx, startMessage(e.id, ev.Limits))
	case sandbox.Diagnosed:
		return e.diagnostic(ctx, ev.Diagnostic)
	case sandbox.Output:
		return e.text(ctx, ev.Stream, ev.T, e.decoder(ev.Stream).decode(ev.Data))
	case sandbox.Metered:
		return e.emit(ctx, frame{line: encode(meterMessage(e.id, ev)), meter: true})
	}
	return fmt.Errorf("stream: no message for event %T", ev)
}

// end emits what was held back of both streams, and the run's End.
func (e *encoder) end(ctx context.Context, r sandbox.Result) error {
	for _, s := range []sandbox.Stream{sandbox.Stdout, sandbox.Stderr} {
		if err := e.text(ctx, s, r.WallTime, e.decoder(s).flush()); err != nil {
			return err
		}
	}
	if r.Status == sandbox.StatusCompileError && r.Message == "" && e.errors > 0 {
		r.Message = CountErrors(e.errors)
	}
	return e.emit(ctx, frame{line: encode(endMessage(e.id, r)), last: true})
}

// refuse emits an Error as the run's last message.
func (e *encoder) refuse(ctx context.Context, code, message string) error {
	return e.emit(ctx, frame{line: encode(errorMessage(e.id, code, message)), last: true, void: true})
}

func (e *encoder) message(ctx context.Context, m any) error {
	return e.emit(ctx, frame{line: encode(m)})
}

func (e *encoder) diagnostic(ctx context.Context, d sandbox.Diagnostic) error {
	if d.Severity == wire.SeverityError {
		e.errors++
	}
	return e.message(ctx, Diagnostic{Type: "diagnostic", ID: e.id, Diagnostic: d})
}

func (e *encoder) text(ctx context.Context, s sandbox.Stream, t time.Duration, text []byte) error {
	for len(text) > 0 {
		var piece []byte
		piece, text = cutText(text, MaxBody)
		if err := e.emit(ctx, frame{stream: s, t: t, text: piece}); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) decoder(s sandbox.Stream) *textDecoder {
	if s == sandbox.Stderr {
		return &e.stderr
	}
	return &e.stdout
}
