package runs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/admit"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

// A machine that is short of something is no reason to refuse: the run keeps its
// turn, waits for another to leave, and is tried again.
func TestAShortageIsWaitedOut(t *testing.T) {
	tries := 0
	inBook(t, Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		_ = sink(ctx, sandbox.Started{})
		if tries++; tries < 5 {
			return sandbox.Result{}, &sandbox.ShortageError{Err: errors.New("no process")}
		}
		return once(ctx, p, sink)
	})}, func(b *Book) {
		got := said(t, start(t, b, ask("a", "x")))
		if !strings.Contains(got, `"status":"ok"`) || strings.Count(got, `"type":"start"`) != 1 {
			t.Errorf("said %s after %d tries", got, tries)
		}
	})
}

func TestAShortageThatStaysIsRefused(t *testing.T) {
	inBook(t, Config{Patience: 10 * time.Second, Runner: runnerFunc(func(context.Context, sandbox.Program, sandbox.Sink) (sandbox.Result, error) {
		return sandbox.Result{}, &sandbox.ShortageError{Err: errors.New("no process")}
	})}, func(b *Book) {
		began := time.Now()
		got := said(t, start(t, b, ask("a", "x")))
		if took := time.Since(began); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("was refused after %v", took)
		}
		if !strings.Contains(got, `"code":"busy"`) || strings.Contains(got, `"retryAfterMs":`) {
			t.Errorf("said %s", got)
		}
	})
}

// A run whose worker was lost before it took the program waits for another; its
// reader, who has been told that it started, is not told that it waits.
func TestAStartedRunIsNotQueuedAgain(t *testing.T) {
	tries := 0
	inBook(t, Config{Patience: 10 * time.Second, Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		if tries++; tries < 3 || p.Source == "short" {
			_ = sink(ctx, sandbox.Started{})
			return sandbox.Result{}, &sandbox.ShortageError{Err: errors.New("the worker was lost")}
		}
		return once(ctx, p, sink)
	})}, func(b *Book) {
		got := said(t, start(t, b, ask("a", "x")))
		if strings.Count(got, `"type":"start"`) != 1 || strings.Contains(got, "queued") || !strings.Contains(got, `"status":"ok"`) {
			t.Errorf("said %s", got)
		}
		got = said(t, start(t, b, ask("b", "short")))
		if strings.Count(got, `"type":"start"`) != 1 || !strings.Contains(got, `"status":"starved"`) {
			t.Errorf("in the end it said %s", got)
		}
	})
}

func TestTheGateSaysWhoWaitsAndWhoIsRefused(t *testing.T) {
	gate := admit.New(admit.Config{Programs: 1, Queue: 2, Places: 1})
	inBook(t, Config{Gate: Local(gate), Runner: runnerFunc(untilKilled)}, func(b *Book) {
		first := start(t, b, ask("a", "x"))
		synctest.Wait()
		second := start(t, b, ask("b", "x"))
		l, e := second.Listen(0, make(chan struct{}, 1))
		if e != nil {
			t.Fatal(e)
		}
		defer l.Close()
		time.Sleep(time.Second)
		if m, ok := l.Take(); !ok || !strings.Contains(string(m.Line), `"queued"`) || !strings.Contains(string(m.Line), `"position":1`) {
			t.Errorf("the second is told %s", m.Line)
		}
		refused := start(t, b, ask("c", "x"))
		if got := said(t, refused); !strings.Contains(got, `"code":"too_many_runs"`) || !strings.Contains(got, `"retryAfterMs":`) {
			t.Errorf("the third is told %s", got)
		}
		if _, e := b.Find(token, "c"); e == nil || e.Code != protocol.CodeUnknownRun {
			t.Errorf("a refused run is still there: %v", e)
		}
		first.Kill()
		time.Sleep(time.Second)
		if s := gate.Stats(); s.Running != 1 || s.Waiting != 0 {
			t.Errorf("%d run and %d wait after the first has ended", s.Running, s.Waiting)
		}
	})
}
