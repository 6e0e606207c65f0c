package runs

import (
	"context"
	"fmt"
	"time"

	"playground/internal/diag"
	"playground/internal/journal"
	"playground/internal/ops"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// encoder turns the events of one run into messages of its journal, in order.
// It is for one goroutine at a time.
type encoder struct {
	id, trace string
	journal   *journal.Journal
	record    *ops.Run
	stdout    protocol.Decoder
	stderr    protocol.Decoder
	started   bool
	errors    int           // diagnostics that keep the program from running
	t         time.Duration // of the newest message: time does not run backwards
}

// event is a sandbox.Sink.
func (e *encoder) event(ctx context.Context, ev sandbox.Event) error {
	switch ev := ev.(type) {
	case sandbox.Started:
		e.record.Mark(ops.Worker)
		e.journal.SetState(nil)
		if e.started {
			return nil // handed over once more: it starts once for its reader
		}
		e.started = true
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.NewStart(e.id, e.trace, seq, ev.Limits))
		})
	case sandbox.Diagnosed:
		return e.diagnostic(ctx, ev.Diagnostic)
	case sandbox.Output:
		e.record.MarkAt(ops.FirstByte, ev.T)
		return e.text(ctx, ev.Stream, e.at(ev.T), e.decoder(ev.Stream).Decode(ev.Data))
	case sandbox.Reading:
		t := e.at(ev.T)
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.Reading{Type: "reading", ID: e.id, Seq: seq, T: t.Microseconds()})
		})
	case sandbox.Observed:
		t := e.at(ev.T)
		return e.journal.Message(ctx, func(seq int64) []byte { return protocol.Encode(protocol.NewEvents(e.id, seq, t, ev)) })
	case sandbox.Raced:
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.Race{Type: "race", ID: e.id, Seq: seq, Race: ev.Race})
		})
	case sandbox.Ended:
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.Outcome{Type: "outcome", ID: e.id, Seq: seq, Outcome: ev.Outcome})
		})
	case sandbox.Explored:
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.Schedules{Type: "schedules", ID: e.id, Seq: seq, Schedules: ev.Schedules})
		})
	case sandbox.Chosen:
		return e.journal.Message(ctx, func(seq int64) []byte {
			return protocol.Encode(protocol.Choice{Type: "choice", ID: e.id, Seq: seq, Choice: ev.Choice})
		})
	case sandbox.Metered:
		e.journal.SetState(protocol.Encode(protocol.NewMeter(e.id, e.at(ev.T), ev)))
		return nil
	case sandbox.Phase:
		e.record.MarkAt(phases[wire.Phase(ev.Name)], ev.T)
		return nil
	}
	return fmt.Errorf("runs: no message for event %T", ev)
}

// phases are the sandbox's phases as operators see them.
var phases = map[wire.Phase]ops.Stage{
	wire.PhaseWorker:  ops.Read,
	wire.PhaseChecked: ops.Checked,
	wire.PhaseLowered: ops.Lowered,
	wire.PhaseStarted: ops.Started,
}

func (e *encoder) queued(position int) {
	if e.started {
		return // its worker was lost; the reader knows it as started
	}
	e.record.Mark(ops.Queued)
	e.journal.SetState(protocol.Encode(protocol.Queued{Type: "queued", ID: e.id, Position: position}))
}

// end appends what was held back of both streams, and the run's End.
func (e *encoder) end(ctx context.Context, r sandbox.Result) {
	t := e.at(r.WallTime)
	for _, s := range []sandbox.Stream{sandbox.Stdout, sandbox.Stderr} {
		// An error means that nobody has read for so long that the run was
		// given up.
		_ = e.text(ctx, s, t, e.decoder(s).Flush())
	}
	if r.Status == sandbox.StatusCompileError && r.Message == "" && e.errors > 0 {
		r.Message = protocol.CountErrors(e.errors)
	}
	e.journal.End(func(seq int64) []byte {
		return protocol.Encode(protocol.NewEnd(e.id, e.trace, seq, t, r))
	})
}

// refuse appends why the program was not run.
func (e *encoder) refuse(why *protocol.Error) {
	e.journal.SetState(nil)
	e.journal.End(func(int64) []byte { return protocol.Encode(why) })
}

func (e *encoder) diagnostic(ctx context.Context, d diag.Diagnostic) error {
	if d.Severity == diag.Error {
		e.errors++
	}
	return e.journal.Message(ctx, func(seq int64) []byte {
		return protocol.Encode(protocol.Diagnostic{Type: "diagnostic", ID: e.id, Seq: seq, Diagnostic: d})
	})
}

func (e *encoder) text(ctx context.Context, s sandbox.Stream, t time.Duration, text []byte) error {
	for len(text) > 0 {
		var piece []byte
		piece, text = protocol.Cut(text, protocol.MaxBody)
		if err := e.journal.Output(ctx, s, t, piece); err != nil {
			return err
		}
	}
	return nil
}

// at is t, or the newest time so far if that is later: the readings of two
// goroutines may come in the other order.
func (e *encoder) at(t time.Duration) time.Duration {
	e.t = max(e.t, t)
	return e.t
}

func (e *encoder) decoder(s sandbox.Stream) *protocol.Decoder {
	if s == sandbox.Stderr {
		return &e.stderr
	}
	return &e.stdout
}
