package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/admit"
	"playground/internal/protocol"
	"playground/internal/sandbox"
)

type runnerFunc func(context.Context, sandbox.Program, sandbox.Sink) (sandbox.Result, error)

func (f runnerFunc) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	return f(ctx, p, sink)
}

// untilKilled starts, prints its source, and runs until its context ends.
func untilKilled(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	_ = sink(ctx, sandbox.Started{})
	_ = sink(ctx, stdout(time.Second, p.Source))
	<-ctx.Done()
	return sandbox.Result{WallTime: time.Second}, context.Cause(ctx)
}

// once starts, prints its source, and ends.
func once(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	_ = sink(ctx, sandbox.Started{})
	_ = sink(ctx, stdout(time.Second, p.Source))
	return sandbox.Result{Status: sandbox.StatusOK, WallTime: time.Second}, nil
}

// inBook runs f with a book in a bubble of its own time.
func inBook(t *testing.T, c Config, f func(*Book)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c.Logger = cmp.Or(c.Logger, slog.New(slog.DiscardHandler))
		b, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		f(b)
	})
}

func ask(id, source string) protocol.Request {
	return protocol.Request{Type: protocol.TypeRun, ID: id, Source: &source}
}

const token = "a-session-of-one-reader"

func start(t *testing.T, b *Book, q protocol.Request) *Run {
	t.Helper()
	r, e := b.Start("client", token, q)
	if e != nil {
		t.Fatalf("start %s: %+v", q.ID, e)
	}
	return r
}

// said is what a run says from the beginning to its end, as one text.
func said(t *testing.T, r *Run) string {
	t.Helper()
	wake := make(chan struct{}, 1)
	l, e := r.Listen(0, wake)
	if e != nil {
		t.Fatalf("listen: %+v", e)
	}
	defer l.Close()
	var b strings.Builder
	for {
		m, ok := l.Take()
		if !ok {
			<-wake
			continue
		}
		b.Write(m.Line)
		b.Write(m.Text)
		if m.Last {
			return b.String()
		}
	}
}

func wantCode(t *testing.T, e *protocol.Error, code string) {
	t.Helper()
	if e == nil || e.Code != code || e.Message == "" {
		t.Errorf("got %+v, want code %s", e, code)
	}
}

// Without a listener a run goes on for the grace period.
func TestGrace(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(untilKilled), Grace: 15 * time.Second}, func(b *Book) {
		r := start(t, b, ask("a", "x"))
		time.Sleep(14 * time.Second)
		l, _ := r.Listen(0, make(chan struct{}, 1))
		time.Sleep(time.Hour)
		if b.Stats().Active != 1 {
			t.Fatal("a run with a listener was ended")
		}
		l.Close()
		time.Sleep(14 * time.Second)
		again, _ := r.Listen(0, make(chan struct{}, 1))
		again.Close()
		time.Sleep(14 * time.Second)
		if b.Stats().Active != 1 {
			t.Fatal("the run was ended before its grace was over")
		}
		time.Sleep(2 * time.Second)
		if got := said(t, r); !strings.Contains(got, `"status":"client_gone"`) {
			t.Errorf("said %s", got)
		}
	})
}

// A client that lost its connection and asked again by another is not cut off when
// the loss of the first is noticed.
func TestAbandonLeavesOtherListeners(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(untilKilled), Grace: time.Hour}, func(b *Book) {
		r := start(t, b, ask("a", "x"))
		lost, _ := r.Listen(0, make(chan struct{}, 1))
		again, _ := r.Listen(0, make(chan struct{}, 1))
		lost.Close()
		r.Abandon()
		synctest.Wait()
		if b.Stats().Active != 1 {
			t.Fatal("the run was ended under a listener")
		}
		again.Close()
		r.Abandon()
		synctest.Wait()
		if b.Stats().Active != 0 {
			t.Error("the run goes on for nobody")
		}
	})
}

// An ended run is kept for a while and then gone, which is another thing than
// never having been.
func TestKeep(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(once), Keep: time.Minute}, func(b *Book) {
		said(t, start(t, b, ask("a", "x")))
		time.Sleep(59 * time.Second)
		if r, e := b.Find(token, "a"); e != nil || !strings.Contains(said(t, r), `"type":"end"`) {
			t.Errorf("after 59 s: %+v", e)
		}
		time.Sleep(2 * time.Second)
		_, e := b.Find(token, "a")
		wantCode(t, e, protocol.CodeGone)
		_, e = b.Start("client", token, ask("a", "x"))
		wantCode(t, e, protocol.CodeGone)
		_, e = b.Find(token, "b")
		wantCode(t, e, protocol.CodeUnknownRun)
		if s := b.Stats(); s != (Stats{}) {
			t.Errorf("left: %+v", s)
		}
	})
}

func TestKeepIsBoundedInBytes(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(once), KeepBytes: 10_000, MaxRuns: 1}, func(b *Book) {
		for i := range 20 {
			said(t, start(t, b, ask(fmt.Sprint(i), strings.Repeat("x", 1000))))
			synctest.Wait()
		}
		if s := b.Stats(); s.KeptBytes > 10_000 || s.Kept < 2 {
			t.Errorf("kept: %+v", s)
		}
		_, e := b.Find(token, "0")
		wantCode(t, e, protocol.CodeGone)
		if _, e := b.Find(token, "19"); e != nil {
			t.Errorf("the newest: %+v", e)
		}
	})
}

func TestIdsThatAreGoneAreForgottenOldestFirst(t *testing.T) {
	b, err := New(Config{Runner: runnerFunc(once)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for i := range remembered + 10 {
		b.letGo(keyOf(token, fmt.Sprint(i)))
	}
	if len(b.gone) != remembered || b.gone[keyOf(token, "9")] || !b.gone[keyOf(token, "10")] {
		t.Errorf("%d ids are remembered", len(b.gone))
	}
}

// The same id is the same run, from whatever connection.
func TestStartIsIdempotent(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(untilKilled)}, func(b *Book) {
		r := start(t, b, ask("a", "x"))
		if again := start(t, b, ask("a", "x")); again != r {
			t.Error("the same program under the same id is another run")
		}
		for name, q := range map[string]protocol.Request{
			"source": ask("a", "y"),
			"args":   {Type: "run", ID: "a", Source: r.source(), Args: []string{"1"}},
			"open":   {Type: "run", ID: "a", Source: r.source(), StdinOpen: true},
			"task":   {Type: "run", ID: "a", Source: r.source(), Task: "format"},
		} {
			_, e := b.Start("client", token, q)
			if wantCode(t, e, protocol.CodeConflict); e == nil {
				t.Errorf("another %s is the same run", name)
			}
		}
		other, e := b.Start("client", "another-session-of-a-reader", ask("a", "x"))
		if e != nil || other == r {
			t.Errorf("another session has this run: %+v", e)
		}
	})
}

func (r *Run) source() *string { s := "x"; return &s }

func TestRefusedRunWasNone(t *testing.T) {
	busy := true
	inBook(t, Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		if busy {
			return sandbox.Result{}, &admit.BusyError{Code: admit.Busy, Retry: time.Second, Running: 1}
		}
		return once(ctx, p, sink)
	})}, func(b *Book) {
		got := said(t, start(t, b, ask("a", "x")))
		if !strings.Contains(got, `"code":"busy"`) || !strings.Contains(got, `"retryAfterMs":`) {
			t.Errorf("said %s", got)
		}
		synctest.Wait()
		_, e := b.Find(token, "a")
		wantCode(t, e, protocol.CodeUnknownRun)
		busy = false
		if got := said(t, start(t, b, ask("a", "x"))); !strings.Contains(got, `"type":"end"`) {
			t.Errorf("said %s", got)
		}
	})
}

func TestRunsOfASessionAreBounded(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(untilKilled), MaxRuns: 2}, func(b *Book) {
		a := start(t, b, ask("a", ""))
		start(t, b, ask("b", ""))
		_, e := b.Start("client", token, ask("c", ""))
		wantCode(t, e, protocol.CodeTooManyRuns)
		if _, e := b.Start("client", "another-session-of-a-reader", ask("c", "")); e != nil {
			t.Errorf("another session: %+v", e)
		}
		a.Kill()
		if got := said(t, a); !strings.Contains(got, `"status":"killed"`) {
			t.Errorf("said %s", got)
		}
		start(t, b, ask("c", "")) // whoever has read the end finds the place free
	})
}

func body(s string) protocol.Request { return protocol.Request{Type: protocol.TypeStdin, Body: s} }

func TestInput(t *testing.T) {
	read := make(chan string, 1)
	c := Config{Maxima: protocol.Maxima{Source: 100, Stdin: 10}, Runner: runnerFunc(func(_ context.Context, p sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
		if p.Input == nil {
			return sandbox.Result{Status: sandbox.StatusOK}, nil
		}
		b, err := io.ReadAll(p.Input)
		read <- p.Stdin + "|" + string(b)
		return sandbox.Result{Status: sandbox.StatusOK}, err
	})}
	inBook(t, c, func(b *Book) {
		q := ask("a", "x")
		q.Stdin, q.StdinOpen = "one", true
		r := start(t, b, q)
		for _, s := range []string{"two", "", "6"} {
			if e := r.Input(body(s)); e != nil {
				t.Errorf("input %q: %+v", s, e)
			}
		}
		wantCode(t, r.Input(body("over")), protocol.CodeStdinTooLarge)
		r.CloseInput(body(""))
		wantCode(t, r.Input(body("x")), protocol.CodeInput)
		if got := <-read; got != "one|two6" {
			t.Errorf("read %q", got)
		}
		said(t, r)
		closed := start(t, b, ask("b", "x"))
		wantCode(t, closed.Input(body("x")), protocol.CodeInput)
	})
}

// A part of the input is taken once, however often it is said; of each writer, in
// order.
func TestInputPartsAreTakenOnce(t *testing.T) {
	read := make(chan string, 1)
	c := Config{Maxima: protocol.Maxima{Source: 100, Stdin: 10}, Runner: runnerFunc(func(_ context.Context, p sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
		b, err := io.ReadAll(p.Input)
		read <- string(b)
		return sandbox.Result{Status: sandbox.StatusOK}, err
	})}
	inBook(t, c, func(b *Book) {
		q := ask("a", "x")
		q.StdinOpen = true
		r := start(t, b, q)
		part := func(writer string, n int64, s string) *protocol.Error {
			return r.Input(protocol.Request{Writer: writer, Part: n, Body: s})
		}
		for range 2 { // the second time over another connection
			for i, s := range []string{"a", "b", "c"} {
				if e := part("w", int64(i+1), s); e != nil {
					t.Errorf("part %d: %+v", i+1, e)
				}
			}
		}
		wantCode(t, part("w", 5, "e"), protocol.CodeInput) // 4 has not come
		if e := part("v", 1, "A"); e != nil {
			t.Errorf("another writer: %+v", e)
		}
		wantCode(t, part("w", 4, "much too long"), protocol.CodeStdinTooLarge)
		for _, e := range []*protocol.Error{part("w", 4, "much too long"), part("w", 5, "e"), part("w", 5, "e")} {
			if e != nil {
				t.Errorf("after a refused part: %+v", e)
			}
		}
		for i := range 2 * maxWriters {
			if e := part(fmt.Sprint(i), 1, ""); (e != nil) != (i >= maxWriters-2) {
				t.Errorf("writer %d: %+v", i, e)
			}
		}
		for range 2 {
			if e := r.CloseInput(protocol.Request{Writer: "w", Part: 6}); e != nil {
				t.Errorf("close: %+v", e)
			}
		}
		if got := <-read; got != "abcAe" {
			t.Errorf("read %q", got)
		}
	})
}

// What a program did not read is not kept with its run.
func TestUnreadInputGoesWithTheProgram(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(untilKilled)}, func(b *Book) {
		q := ask("a", "x")
		q.StdinOpen = true
		r := start(t, b, q)
		if e := r.Input(body("never read")); e != nil {
			t.Fatalf("input: %+v", e)
		}
		r.Kill()
		said(t, r)
		synctest.Wait()
		if n := r.input.buf.Cap(); n != 0 {
			t.Errorf("%d bytes are kept", n)
		}
		wantCode(t, r.Input(body("x")), protocol.CodeInput)
	})
}

// A program that waits for input is not held up when it is ended.
func TestInputEndsWithTheRun(t *testing.T) {
	in := newInput(10)
	done := make(chan error)
	go func() {
		_, err := in.Read(make([]byte, 1))
		done <- err
	}()
	in.Close()
	if err := <-done; !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

func TestDrain(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		if p.Source == "short" {
			time.Sleep(3 * time.Second)
			return once(ctx, p, sink)
		}
		return untilKilled(ctx, p, sink)
	})}, func(b *Book) {
		short, long := start(t, b, ask("a", "short")), start(t, b, ask("b", "long"))
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		began := time.Now()
		go func() {
			time.Sleep(time.Second)
			_, e := b.Start("client", token, ask("c", ""))
			wantCode(t, e, protocol.CodeShuttingDown)
		}()
		b.Drain(ctx)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("took %v", took)
		}
		if got := said(t, short); !strings.Contains(got, `"status":"ok"`) {
			t.Errorf("short said %s", got)
		}
		if got := said(t, long); !strings.Contains(got, `"status":"server_stopped"`) {
			t.Errorf("long said %s", got)
		}
	})
}

// Readings of the meter and of the streams may come in another order than their
// times: what is told has none that runs backwards.
func TestTimeDoesNotRunBackwards(t *testing.T) {
	inBook(t, Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		_ = sink(ctx, sandbox.Started{})
		_ = sink(ctx, stdout(3*time.Second, "a"))
		_ = sink(ctx, stderr(2*time.Second, "b"))
		return sandbox.Result{Status: sandbox.StatusOK, WallTime: time.Second}, nil
	})}, func(b *Book) {
		r := start(t, b, ask("a", ""))
		if got := said(t, r); !strings.Contains(got, `"t":3000000`) {
			t.Errorf("said %s", got)
		}
		l, _ := r.Listen(2, make(chan struct{}, 1))
		defer l.Close()
		if m, _ := l.Take(); m.T != 3*time.Second {
			t.Errorf("the second piece is of %v", m.T)
		}
	})
}
