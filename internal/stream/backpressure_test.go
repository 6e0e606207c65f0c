package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// flood prints lines of 1 KiB without end, and counts the bytes that were
// taken off it.
type flood struct {
	taken atomic.Int64
	ended chan sandbox.Result
}

func newFlood() *flood { return &flood{ended: make(chan sandbox.Result, 1)} }

func (f *flood) Run(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	r := sandbox.Result{Status: sandbox.StatusKilled}
	_ = sink(ctx, sandbox.Started{})
	for i := 0; ; i++ {
		line := fmt.Sprintf("%08d%s\n", i, strings.Repeat("x", 1015))
		if sink(ctx, stdout(0, line)) != nil {
			f.ended <- r
			return r, nil
		}
		r.Stdout = f.taken.Add(int64(len(line)))
	}
}

// stalled waits until nothing more is taken off the program for a while.
func (f *flood) stalled(t testing.TB) int64 {
	t.Helper()
	var last int64
	since := time.Now()
	eventually(t, "program stalls", func() bool {
		if n := f.taken.Load(); n != last {
			last, since = n, time.Now()
		}
		return last > 0 && time.Since(since) > 200*time.Millisecond
	})
	return last
}

// A client that reads nothing stalls the program once the journal is full; when
// it reads again, the program goes on and not a byte is missing.
func TestSlowReaderStallsProgram(t *testing.T) {
	const window = 64 << 10
	f := newFlood()
	_, addr := startServer(t, Config{}, runs.Config{Runner: f, Window: window})
	c := dial(t, addr)
	c.run("r", "")
	c.want("start", "r")
	taken := f.stalled(t)
	// The journal, a message being written, the two kernels' buffers.
	if limit := int64(window + protocol.MaxBody + 256<<10); taken > limit {
		t.Errorf("%d bytes were taken for a client that reads nothing, want at most %d", taken, limit)
	}
	t.Logf("stalled after %d bytes", taken)

	var got strings.Builder
	for seq := int64(2); int64(got.Len()) < taken+1<<20; seq++ {
		m := c.want("stdout", "r")
		if m.Seq != seq {
			t.Fatalf("seq %d, want %d", m.Seq, seq)
		}
		got.WriteString(m.Body)
	}
	for i, line := range strings.Split(got.String(), "\n")[:got.Len()/1024] {
		if !strings.HasPrefix(line, fmt.Sprintf("%08d", i)) {
			t.Fatalf("line %d is %.20q", i, line)
		}
	}
}

func TestKillStalledRun(t *testing.T) {
	f := newFlood()
	_, addr := startServer(t, Config{}, runs.Config{Runner: f, Window: 64 << 10})
	c := dial(t, addr)
	c.run("r", "")
	f.stalled(t)
	c.kill("r")
	r := <-f.ended // although the client still reads nothing
	var got int64
	for {
		m := c.next()
		if m.Type == "end" {
			if m.Status != sandbox.StatusKilled || m.Output != r.Stdout {
				t.Errorf("got %+v", m)
			}
			break
		}
		got += int64(len(m.Body))
	}
	if got < r.Stdout {
		t.Errorf("%d bytes arrived of the %d that were printed before the kill", got, r.Stdout)
	}
}

func TestSlowReaderIsDroppedAfterWriteTimeout(t *testing.T) {
	f := newFlood()
	s, addr := startServer(t, Config{WriteTimeout: 300 * time.Millisecond}, runs.Config{Runner: f, Window: 64 << 10, Grace: time.Millisecond})
	c := dial(t, addr)
	c.run("r", "")
	c.want("start", "r")
	<-f.ended
	eventually(t, "session ends", func() bool { return s.Sessions() == 0 })
}

// Other runs of the session go on beside a flood.
func TestFloodDoesNotStarveOtherRuns(t *testing.T) {
	f := newFlood()
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		if p.Source == "flood" {
			return f.Run(ctx, p, sink)
		}
		return scripted(ctx, p, sink)
	})})
	c := dial(t, addr)
	c.run("f", "flood")
	f.stalled(t)
	c.run("q", "out quick")
	for between := 0; ; between++ {
		m := c.next()
		if m.ID == "q" && m.Type == "end" {
			break
		}
		if between > 300 {
			t.Fatal("the flood held up the other run")
		}
	}
}

// Tiny writes become few messages, and every byte of them arrives.
func TestTinyWritesAreMerged(t *testing.T) {
	const n = 100_000
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		for i := range n {
			if err := sink(ctx, stdout(0, string(rune('a'+i%26)))); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusOK, Stdout: n}, nil
	})})
	c := dial(t, addr)
	began := time.Now()
	c.run("r", "")
	frames, bytes := 0, 0
	for {
		m := c.next()
		if m.Type == "end" {
			break
		}
		for _, b := range []byte(m.Body) {
			if want := byte('a' + bytes%26); b != want {
				t.Fatalf("byte %d is %c, want %c", bytes, b, want)
			}
			bytes++
		}
		frames++
	}
	most := paceBurst + int(time.Since(began)/paceInterval) + 1 + n/(protocol.MaxBody/2)
	t.Logf("%d writes became %d messages", n, frames)
	if bytes != n || frames > most {
		t.Errorf("%d bytes in %d messages, want %d in at most %d", bytes, frames, n, most)
	}
}

func TestSilentClientIsDropped(t *testing.T) {
	killed := make(chan struct{})
	s, addr := startServer(t, Config{PingInterval: 20 * time.Millisecond, WriteTimeout: 200 * time.Millisecond}, runs.Config{Grace: time.Millisecond,
		Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
			<-ctx.Done()
			close(killed)
			return sandbox.Result{Status: sandbox.StatusClientGone}, nil
		}),
	})
	nc := rawDial(t, addr) // never answers a ping
	run := `{"type":"run","id":"a","source":""}`
	rawWrite(t, nc, append(frameHead(1, uint64(len(run))), run...))
	<-killed
	eventually(t, "session ends", func() bool { return s.Sessions() == 0 })
}

// Many that went away without a word are dropped together, not one by one.
func TestManySilentClientsAreDropped(t *testing.T) {
	const timeout, many = patience / 4, 100
	s, addr := startServer(t, Config{PingInterval: 20 * time.Millisecond, WriteTimeout: timeout}, runs.Config{})
	for range many {
		rawDial(t, addr) // never answers a ping
	}
	eventually(t, "sessions end", func() bool { return s.Sessions() == 0 })
}

// A client that answers pings stays, however silent.
func TestQuietClientStays(t *testing.T) {
	const longEnoughToDropOne = time.Second
	_, addr := startServer(t, Config{PingInterval: 5 * time.Millisecond, WriteTimeout: longEnoughToDropOne / 2}, runs.Config{
		Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, _ sandbox.Sink) (sandbox.Result, error) {
			select {
			case <-ctx.Done():
				return sandbox.Result{Status: sandbox.StatusClientGone}, nil
			case <-time.After(longEnoughToDropOne):
				return sandbox.Result{Status: sandbox.StatusOK}, nil
			}
		}),
	})
	c := dial(t, addr)
	c.run("a", "")
	c.want("end", "a") // and answers pings meanwhile
}

// Lines to both streams in turn cannot be merged, so to pace them gains
// nothing: they come as fast as those of one stream.
func TestTwoStreamsInTurnAreNotPaced(t *testing.T) {
	const lines = 3000
	_, addr := startServer(t, Config{}, runs.Config{Runner: runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		for i := range lines {
			if err := errors.Join(sink(ctx, stdout(0, fmt.Sprintln("out", i))), sink(ctx, stderr(0, fmt.Sprintln("err", i)))); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})})
	c := dial(t, addr)
	began := time.Now()
	c.run("r", "")
	for c.next().Type != "end" {
	}
	took := time.Since(began)
	if took > lines*paceInterval {
		t.Errorf("%d lines to each stream took %v", lines, took)
	}
}
