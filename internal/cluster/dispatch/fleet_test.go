package dispatch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"playground/internal/admit"
	"playground/internal/cluster"
	"playground/internal/cluster/clustertest"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/share"
	"playground/internal/stream"
)

func TestMain(m *testing.M) {
	// See cluster.opened.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/nats-io/nats-server/v2/server.(*Server).StartRouting"))
}

const (
	token    = "a-session-of-one-reader"
	patience = 30 * time.Second
)

// site is one node with all that a server has of it.
type site struct {
	*Dispatcher
	node  *cluster.Node
	book  *runs.Book
	gate  runs.Gate
	began atomic.Int64 // programs that began here
	offer atomic.Pointer[Offer]

	entered, offered atomic.Pointer[admit.Visitor] // whom the gate saw last, and whom Offer
}

// Enter is a runs.Gate that lets everybody in and keeps who it was.
func (s *site) Enter(ctx context.Context, v admit.Visitor, queued func(int) error) (runs.Lease, error) {
	s.entered.Store(&v)
	return s.gate.Enter(ctx, v, queued)
}

// Run is a runs.Runner whose programs are lines of commands:
//
//	out TEXT     print a line
//	flood N      print N lines with their numbers
//	echo         print what is read, line by line, to the end of the input
//	wait         until the run is killed
func (s *site) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	s.began.Add(1)
	r := sandbox.Result{Status: sandbox.StatusOK, Limits: p.Limits.WithDefaults()}
	print := func(line string) error {
		r.Stdout += int64(len(line))
		return sink(ctx, sandbox.Output{Stream: sandbox.Stdout, T: time.Millisecond, Data: []byte(line)})
	}
	err := sink(ctx, sandbox.Started{Limits: r.Limits})
	for line := range strings.Lines(p.Source) {
		verb, arg, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch verb {
		case "out":
			err = errors.Join(err, print(arg+"\n"))
		case "flood":
			var n int
			_, _ = fmt.Sscan(arg, &n)
			for i := range n {
				err = errors.Join(err, print(fmt.Sprintf("line %d of what is a rather long program\n", i)))
			}
		case "echo":
			for in := bufio.NewScanner(p.Input); in.Scan(); {
				err = errors.Join(err, print("read "+in.Text()+"\n"))
			}
		case "wait":
			<-ctx.Done()
			r.Status, r.ExitCode = sandbox.StatusClientGone, -1
			if errors.Is(context.Cause(ctx), sandbox.ErrKilled) {
				r.Status = sandbox.StatusKilled
			}
		}
	}
	if r.Status == sandbox.StatusOK {
		return r, err
	}
	return r, nil
}

// fleet starts sites that know each other. roles has a letter for each: g for a
// gateway, r for a runner, b for both.
func fleet(t testing.TB, roles string, edit func(*Config)) []*site {
	t.Helper()
	var sites []*site
	archive := share.NewMemory(1 << 20)
	for i, n := range clustertest.Open(t, len(roles), nil) {
		sites = append(sites, newSite(t, n, roles[i], archive, edit))
	}
	acquainted(t, sites)
	return sites
}

func newSite(t testing.TB, n *cluster.Node, role byte, archive runs.Archive, edit func(*Config)) *site {
	t.Helper()
	s := &site{node: n, gate: runs.Local(admit.New(admit.Config{Programs: 100, Starts: 100, Rate: 1e6, Burst: 1e6}))}
	s.offer.Store(&Offer{Idle: 1})
	quiet := slog.New(slog.DiscardHandler)
	var err error
	if s.book, err = runs.New(runs.Config{Runner: s, Logger: quiet, Gate: s, Archive: archive}); err != nil {
		t.Fatal(err)
	}
	// Long enough that a machine which does other things as well loses nobody.
	c := Config{Node: n, Book: s.book, Silence: 20 * time.Second, Logger: quiet}
	if role != 'g' {
		c.Offer = func(v admit.Visitor) Offer {
			s.offered.Store(&v)
			return *s.offer.Load()
		}
	}
	if edit != nil {
		edit(&c)
	}
	if s.Dispatcher, err = New(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

func (s *site) stop() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.book.Close()
	s.Dispatcher.Close(ctx)
}

// die is what others see of a node that loses its power.
func (s *site) die() { s.node.Close() }

// lose is what happens when another has been silent for too long.
func (s *site) lose(other *site) {
	s.peers.mu.Lock()
	s.peers.lose(other.id)
	s.peers.mu.Unlock()
	s.lost([]string{other.id})
}

// dieFor is die where others do not wait to lose the node: how long that takes is a
// matter of peers, and of a quiet machine.
func (s *site) dieFor(others ...*site) {
	s.die()
	for _, o := range others {
		o.peers.mu.Lock()
		if p := o.peers.alive[s.id]; p != nil {
			p.heard = time.Time{}
		}
		o.peers.mu.Unlock()
	}
}

// losing loses another again and again, until it is ended: a beat that was on its way may
// still be heard.
func (s *site) losing(other *site) (end func()) {
	s.lose(other)
	ctx, cancel := context.WithCancel(context.Background())
	var going sync.WaitGroup
	going.Go(func() {
		for ctx.Err() == nil {
			select {
			case <-time.After(50 * time.Millisecond):
				if s.peers.isThere(other.id) {
					s.lose(other)
				}
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		going.Wait()
	}
}

func acquainted(t testing.TB, sites []*site) {
	t.Helper()
	clustertest.Await(t, "all know each other", func() bool {
		for _, s := range sites {
			if s.Nodes() != len(sites) {
				return false
			}
		}
		return true
	})
}

func program(id, source string) protocol.Request {
	return protocol.Request{Type: protocol.TypeRun, ID: id, Source: &source}
}

// begin starts a run at a gateway.
func begin(t testing.TB, s *site, q protocol.Request) stream.Run {
	t.Helper()
	r, e := s.Start("client", token, q)
	if e != nil {
		t.Fatalf("start %s: %+v", q.ID, e)
	}
	return r
}

// reader reads what a run says and holds every message to its number.
type reader struct {
	t    testing.TB
	l    stream.Listener
	wake chan struct{}
	id   string
	seq  int64
	text strings.Builder
	end  *protocol.End
	err  *protocol.Error
}

func listen(t testing.TB, r stream.Run, id string, after int64) *reader {
	t.Helper()
	x := &reader{t: t, wake: make(chan struct{}, 1), id: id, seq: after}
	l, e := r.Listen(after, x.wake)
	if e != nil {
		t.Fatalf("listen to %s: %+v", id, e)
	}
	x.l = l
	return x
}

// next takes one message, and reports false at the last.
func (x *reader) next() bool {
	x.t.Helper()
	deadline := time.After(patience)
	for {
		e, ok := x.l.Take()
		if !ok {
			select {
			case <-x.wake:
				continue
			case <-deadline:
				x.t.Fatalf("run %s says nothing after %d: %q", x.id, x.seq, x.text.String())
			}
		}
		if e.Seq > 0 {
			if e.Seq != x.seq+1 {
				x.t.Fatalf("run %s: message %d follows %d", x.id, e.Seq, x.seq)
			}
			x.seq = e.Seq
		}
		var line bytes.Buffer
		e.AppendTo(&line, x.id)
		x.text.Write(e.Text)
		if e.Last {
			x.last(line.Bytes())
		}
		return !e.Last
	}
}

func (x *reader) last(line []byte) {
	x.t.Helper()
	if e, ok := protocol.DecodeError(line); ok {
		x.err = e
		return
	}
	x.end = &protocol.End{}
	if err := json.Unmarshal(line, x.end); err != nil || x.end.Type != "end" {
		x.t.Fatalf("run %s: the last message is %s", x.id, line)
	}
}

// until reads until the text holds s.
func (x *reader) until(s string) {
	x.t.Helper()
	for !strings.Contains(x.text.String(), s) {
		if !x.next() {
			x.t.Fatalf("run %s ended without %q: %+v %+v %q", x.id, s, x.end, x.err, x.text.String())
		}
	}
}

// rest reads to the end and returns its status.
func (x *reader) rest() sandbox.Status {
	x.t.Helper()
	for x.next() {
	}
	if _, more := x.l.Take(); more {
		x.t.Fatalf("run %s: a message after the last", x.id)
	}
	if x.end == nil {
		x.t.Fatalf("run %s was refused: %+v", x.id, x.err)
	}
	return x.end.Status
}

func wantStatus(t testing.TB, got, want sandbox.Status) {
	t.Helper()
	if got != want {
		t.Errorf("status %q, want %q", got, want)
	}
}
