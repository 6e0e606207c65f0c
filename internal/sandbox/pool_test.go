package sandbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"

	"playground/internal/sandbox/sandboxtest"
)

// eventually polls until ok, or fails the test.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func openPool(t *testing.T, size int) (*pool, *Sandbox) {
	t.Helper()
	s, err := New(Config{Executable: sandboxtest.Binary(t), Pool: size})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the pool is full", func() bool { return s.Stats().Idle >= size })
	return s.pool, s
}

func (p *pool) snapshot() []*process {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.idle)
}

// An idle worker that dies is replaced, and never handed to a run.
func TestPoolReplacesTheDead(t *testing.T) {
	t.Parallel()
	p, s := openPool(t, 2)
	dead := p.snapshot()[0]
	dead.kill()
	<-dead.reaped
	w, err := p.take(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer w.end()
	if w == dead || !w.alive() {
		t.Error("a dead worker was handed out")
	}
	eventually(t, "the pool is full again", func() bool { return s.Stats().Idle == 2 })
}

func TestPoolReplacesTheOld(t *testing.T) {
	t.Parallel()
	p, _ := openPool(t, 1)
	p.mu.Lock()
	old := p.idle[0]
	old.born = old.born.Add(-2 * maxIdle)
	p.mu.Unlock()
	p.poke()
	eventually(t, "the old worker is gone", func() bool {
		idle := p.snapshot()
		return len(idle) == 1 && idle[0] != old && !old.alive()
	})
}

// While enough workers are idle, a new one is not made before the program that took one
// had its time to begin.
func TestPoolStandsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pool{size: 4, idle: make([]*process, 4), wake: make(chan struct{}, 1)}
		for range 2 {
			p.pop(false)
			if len(p.wake) > 0 {
				t.Errorf("a worker is made at once, and %d are idle", len(p.idle))
			}
		}
		time.Sleep(standBack)
		synctest.Wait()
		select {
		case <-p.wake:
		default:
			t.Error("no worker is made after that time")
		}
		p.pop(false)
		if len(p.wake) == 0 {
			t.Errorf("no worker is made at once, and %d are idle", len(p.idle))
		}
		time.Sleep(standBack) // for the timers
	})
}

// The first byte that a program prints says that it has begun.
func TestFirstOutputBegins(t *testing.T) {
	begun := 0
	r := &run{
		limits: Limits{}.WithDefaults(), started: time.Now(), deliver: t.Context(), begun: func() { begun++ },
		sink: func(context.Context, Event) error { return nil },
	}
	for range 2 {
		r.output(Stdout, []byte("a"))
	}
	if begun != 1 {
		t.Errorf("told %d times", begun)
	}
}

// A worker is used once.
func TestPoolNeverReuses(t *testing.T) {
	t.Parallel()
	p, _ := openPool(t, 2)
	seen := map[int]bool{}
	for range 6 {
		w, err := p.take(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		if seen[w.cell.Process.Pid] {
			t.Errorf("process %d was handed out twice", w.cell.Process.Pid)
		}
		seen[w.cell.Process.Pid] = true
		w.end()
	}
}

// When workers cannot be started, runs fail at once with the reason, and work
// again when the cause is gone.
func TestBreaker(t *testing.T) {
	t.Parallel()
	p, s := openPool(t, -1)
	args := p.spawner.args    // nobody else reads them: this pool is never refilled
	p.pop(false).end()        // the worker that New had started
	p.spawner.args = args[:1] // a worker that does not know its limits refuses to start
	sink := func(context.Context, Event) error { return nil }
	hello := Program{Source: "package main\nfunc main() {}"}
	var refused *UnavailableError
	for i := range breakerFailures {
		if _, err := s.Run(t.Context(), hello, sink); !errors.As(err, &refused) {
			t.Fatalf("run %d without workers: %v, want *UnavailableError", i, err)
		}
	}
	if _, err := s.Run(t.Context(), hello, sink); !errors.Is(err, gobreaker.ErrOpenState) {
		t.Errorf("after %d failures: %v, want the open breaker", breakerFailures, err)
	}
	p.spawner.args = args
	eventually(t, "a run succeeds", func() bool {
		res, err := s.Run(t.Context(), hello, sink)
		return err == nil && res.Status == StatusOK
	})
}

// Readers who press Stop while their worker starts do not open the breaker for
// everybody else.
func TestBreakerIgnoresStop(t *testing.T) {
	t.Parallel()
	p, s := openPool(t, -1)
	p.pop(false).end() // the worker that New had started
	for range 2 * breakerFailures {
		ctx, stop := context.WithCancelCause(t.Context())
		stop(ErrKilled)
		if _, err := p.take(ctx, false); !errors.Is(err, ErrKilled) {
			t.Errorf("a start that was stopped: %v, want ErrKilled", err)
		}
	}
	res, err := s.Run(t.Context(), Program{Source: "package main\nfunc main() {}"}, func(context.Context, Event) error { return nil })
	if err != nil || res.Status != StatusOK {
		t.Errorf("the next run: %+v, %v", res, err)
	}
}

func TestModestProgramsLeaveIdleWorkersToOthers(t *testing.T) {
	p, _ := openPool(t, 4)
	p.cancel() // no refill
	<-p.done
	for range 2 {
		p.pop(true).end()
	}
	if w := p.pop(true); w != nil {
		t.Errorf("a modest one took the last but %d", len(p.snapshot()))
		w.end()
	}
	for range 2 {
		p.pop(false).end()
	}
}
