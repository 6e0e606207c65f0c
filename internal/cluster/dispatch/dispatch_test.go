package dispatch

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"playground/internal/admit"
	"playground/internal/cluster/clustertest"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// A gateway's reader gets a runner's lines live, in order, with one end.
func TestARunElsewhere(t *testing.T) {
	s := fleet(t, "gr", nil)
	r := begin(t, s[0], program("a", "out first\nwait"))
	x := listen(t, r, "a", 0)
	x.until("first\n") // while it runs
	r.Kill()
	wantStatus(t, x.rest(), sandbox.StatusKilled)
	if s[0].began.Load() != 0 || s[1].began.Load() != 1 {
		t.Errorf("%d programs ran on the gateway, %d on the runner", s[0].began.Load(), s[1].began.Load())
	}
}

func TestAFloodElsewhereComesWhole(t *testing.T) {
	s := fleet(t, "gr", nil)
	const lines = 5000
	x := listen(t, begin(t, s[0], program("a", fmt.Sprintf("flood %d", lines))), "a", 0)
	wantStatus(t, x.rest(), sandbox.StatusOK)
	var want strings.Builder
	for i := range lines {
		fmt.Fprintf(&want, "line %d of what is a rather long program\n", i)
	}
	if x.text.String() != want.String() {
		t.Errorf("%d bytes came, want %d", x.text.Len(), want.Len())
	}
}

// A reader who takes nothing keeps the program waiting, as on one node, and costs its
// gateway no more than the window.
func TestASlowReaderElsewhereHoldsTheProgram(t *testing.T) {
	s := fleet(t, "gr", nil)
	r := begin(t, s[0], program("a", "flood 200000\nout done"))
	x := listen(t, r, "a", 0)
	x.until("line 0")
	l := x.l.(*listener)
	var held int64
	clustertest.Await(t, "no more comes", func() bool {
		l.mu.Lock()
		before := l.held
		l.mu.Unlock()
		time.Sleep(100 * time.Millisecond)
		l.mu.Lock()
		defer l.mu.Unlock()
		held = l.held
		return held == before && held > window/2
	})
	if held > window+batchSize {
		t.Errorf("%d bytes wait at the gateway", held)
	}
	wantStatus(t, x.rest(), sandbox.StatusOK)
	if !strings.HasSuffix(x.text.String(), "done\n") {
		t.Error("the end of the output is missing")
	}
}

func TestInputElsewhere(t *testing.T) {
	s := fleet(t, "gr", nil)
	q := program("a", "echo")
	q.StdinOpen = true
	r := begin(t, s[0], q)
	x := listen(t, r, "a", 0)
	for i, word := range []string{"one\n", "two\n"} {
		for range 2 { // whoever lost a connection says all of it again
			if e := r.Input(protocol.Request{ID: "a", Writer: "w", Part: int64(i + 1), Body: word}); e != nil {
				t.Fatal(e)
			}
		}
		x.until("read " + word)
	}
	if e := r.Input(protocol.Request{ID: "a", Writer: "w", Part: 9, Body: "x"}); e == nil || e.Code != protocol.CodeInput {
		t.Errorf("a part after a gap: %+v", e)
	}
	if e := r.CloseInput(protocol.Request{ID: "a", Writer: "w", Part: 3}); e != nil {
		t.Fatal(e)
	}
	wantStatus(t, x.rest(), sandbox.StatusOK)
	if x.text.String() != "read one\nread two\n" {
		t.Errorf("the program read %q", x.text.String())
	}
}

// A reader whose gateway is gone goes on by another, after the last message it has.
func TestResumeByAnotherGateway(t *testing.T) {
	s := fleet(t, "ggr", nil)
	q := program("a", "flood 2000\necho")
	q.StdinOpen = true
	x := listen(t, begin(t, s[0], q), "a", 0)
	x.until("line 100 ")
	s[0].die()
	r, e := s[1].Find(token, "a", x.seq)
	if e != nil {
		t.Fatal(e)
	}
	y := listen(t, r, "a", x.seq)
	y.until("line 1999 ")
	if e := r.CloseInput(protocol.Request{ID: "a"}); e != nil {
		t.Fatal(e)
	}
	wantStatus(t, y.rest(), sandbox.StatusOK)
	if got := strings.Count(x.text.String()+y.text.String(), "\n"); got != 2000 {
		t.Errorf("%d lines came in all", got)
	}
	if s[2].began.Load() != 1 {
		t.Errorf("the program ran %d times", s[2].began.Load())
	}
}

// The same run by any gateway is the same run, also when two are asked at a time.
func TestARunIsStartedOnce(t *testing.T) {
	s := fleet(t, "bbb", nil)
	for i := range 20 {
		id := fmt.Sprintf("r%d", i)
		var both sync.WaitGroup
		seen := make([]string, len(s))
		for j := range s {
			both.Go(func() {
				r, e := s[j].Start("client", token, program(id, "out "+id))
				if e != nil {
					t.Errorf("gateway %d: %+v", j, e)
					return
				}
				x := listen(t, r, id, 0)
				defer x.l.Close()
				x.rest()
				seen[j] = x.end.Trace
			})
		}
		both.Wait()
		if seen[0] != seen[1] || seen[1] != seen[2] || seen[0] == "" {
			t.Errorf("run %s: traces %q", id, seen)
		}
	}
	if n := s[0].began.Load() + s[1].began.Load() + s[2].began.Load(); n != 20 {
		t.Errorf("%d programs ran, want 20", n)
	}
}

func TestAnotherProgramByAnotherGatewayIsAConflict(t *testing.T) {
	s := fleet(t, "ggr", nil)
	x := listen(t, begin(t, s[0], program("a", "out x")), "a", 0)
	x.rest()
	y := listen(t, begin(t, s[1], program("a", "out y")), "a", 0)
	for y.next() {
	}
	if y.err == nil || y.err.Code != protocol.CodeConflict {
		t.Errorf("the other program: %+v %+v", y.end, y.err)
	}
}

func TestARunThatIsNowhere(t *testing.T) {
	s := fleet(t, "gr", nil)
	if _, e := s[0].Find(token, "a", 0); e == nil || e.Code != protocol.CodeUnknownRun {
		t.Errorf("found %+v", e)
	}
	// Another session's is not found either.
	listen(t, begin(t, s[0], program("a", "out x")), "a", 0).rest()
	if _, e := s[0].Find("another-session-of-a-reader", "a", 0); e == nil || e.Code != protocol.CodeUnknownRun {
		t.Errorf("found %+v", e)
	}
}

// The runs of a runner that dies end with what came before, and say why. They are not
// run again, whoever asks.
func TestARunnerIsLost(t *testing.T) {
	t.Parallel()
	s := fleet(t, "ggr", nil)
	x := listen(t, begin(t, s[0], program("a", "out before\nwait")), "a", 0)
	x.until("before\n")
	if s[0].Stats().Away != 1 || s[2].Stats().Served != 1 {
		t.Errorf("figures %+v and %+v", s[0].Stats(), s[2].Stats())
	}
	s[2].dieFor(s[0], s[1])
	wantStatus(t, x.rest(), sandbox.StatusNodeLost)
	if x.text.String() != "before\n" || !strings.Contains(x.end.Reason, "the machine that ran this was lost") || x.end.Exit != -1 || x.end.Trace == "" {
		t.Errorf("text %q, end %+v", x.text.String(), x.end)
	}
	// A reader that had less, by another gateway.
	clustertest.Await(t, "the other gateway knows", func() bool { return s[1].Nodes() == 2 })
	r, e := s[1].Find(token, "a", 0)
	if e != nil {
		t.Fatal(e)
	}
	y := listen(t, r, "a", 1)
	wantStatus(t, y.rest(), sandbox.StatusNodeLost)
	z := listen(t, begin(t, s[1], program("a", "out before\nwait")), "a", 0)
	wantStatus(t, z.rest(), sandbox.StatusNodeLost)
}

// No gateway runs programs; without a runner there is a refusal that says when to come
// back.
func TestNobodyRunsPrograms(t *testing.T) {
	s := fleet(t, "gg", nil)
	x := listen(t, begin(t, s[0], program("a", "out x")), "a", 0)
	for x.next() {
	}
	if x.err == nil || x.err.Code != protocol.CodeUnavailable || x.err.RetryAfterMs <= 0 {
		t.Errorf("told %+v %+v", x.err, x.end)
	}
}

// A session's bound holds over all nodes.
func TestASessionsRunsAreBoundedOverAllNodes(t *testing.T) {
	s := fleet(t, "grr", func(c *Config) { c.MaxRuns = 3 })
	for i := range 3 {
		id := fmt.Sprintf("r%d", i)
		s[1].offer.Store(&Offer{Busy: float64(i)}) // they go to one and the other
		s[2].offer.Store(&Offer{Busy: 1})
		listen(t, begin(t, s[0], program(id, "out x\nwait")), id, 0).until("x")
	}
	if s[1].began.Load() == 0 || s[2].began.Load() == 0 {
		t.Fatalf("all went to one node: %d and %d", s[1].began.Load(), s[2].began.Load())
	}
	x := listen(t, begin(t, s[0], program("more", "out x")), "more", 0)
	for x.next() {
	}
	if x.err == nil || x.err.Code != protocol.CodeTooManyRuns {
		t.Errorf("the fourth: %+v %+v", x.err, x.end)
	}
}

// A promise to come back is a gate's: whoever is asked for an offer is asked about the
// visitor that the gate will see.
func TestOffersAreForTheGatesVisitor(t *testing.T) {
	s := fleet(t, "gr", nil)
	listen(t, begin(t, s[0], program("a", "out x")), "a", 0).rest()
	offered, entered := s[1].offered.Load(), s[1].entered.Load()
	if offered == nil || entered == nil || *offered != *entered || offered.Client != "client" || offered.Session == "" {
		t.Errorf("offered to %+v, let in %+v", offered, entered)
	}
}

// A node that drains runs what it has to the end, for readers of other nodes, too, and
// leaves new programs to others.
func TestANodeDrains(t *testing.T) {
	s := fleet(t, "gbr", nil)
	s[1].offer.Store(&Offer{Promised: true}) // the best
	q := program("a", "out before\necho")
	q.StdinOpen = true
	r := begin(t, s[0], q)
	x := listen(t, r, "a", 0)
	x.until("before\n")
	s[1].Drain()
	y := listen(t, begin(t, s[0], program("b", "out new")), "b", 0)
	wantStatus(t, y.rest(), sandbox.StatusOK)
	z := listen(t, begin(t, s[1], program("c", "out of its own reader")), "c", 0)
	wantStatus(t, z.rest(), sandbox.StatusOK)
	if s[1].began.Load() != 1 || s[2].began.Load() != 2 {
		t.Errorf("%d ran on the node that drains, %d on the other", s[1].began.Load(), s[2].began.Load())
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		s[1].book.Drain(ctx)
		s[1].Close(ctx)
	}()
	if e := r.CloseInput(protocol.Request{ID: "a"}); e != nil {
		t.Fatal(e)
	}
	wantStatus(t, x.rest(), sandbox.StatusOK)
	<-gone
	clustertest.Await(t, "it is gone at once", func() bool { return s[0].Nodes() == 2 })
}

// What a session is called between nodes is not what opens it.
func TestTokensStayWhereTheyCameIn(t *testing.T) {
	s := fleet(t, "gr", nil)
	heard := make(chan string, 1000)
	sub, err := s[1].node.Conn().Subscribe("pg.>", func(m *nats.Msg) { heard <- string(m.Data) })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := s[1].node.Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	listen(t, begin(t, s[0], program("a", "out x")), "a", 0).rest()
	if err := s[1].node.Conn().Flush(); err != nil {
		t.Fatal(err)
	}
	said := false
	for len(heard) > 0 {
		m := <-heard
		said = said || strings.Contains(m, hashOf(token))
		if strings.Contains(m, token) {
			t.Errorf("a message holds the token: %s", m)
		}
	}
	if !said {
		t.Error("nothing was heard of the session at all")
	}
}

// A program that its runner refuses is no run, and its reader is told why all the same.
func TestARefusalElsewhereIsTold(t *testing.T) {
	s := fleet(t, "gr", nil)
	s[1].gate = runs.Local(admit.New(admit.Config{Burst: 1, Rate: 0.01, Longest: time.Minute}))
	listen(t, begin(t, s[0], program("a", "out x")), "a", 0).rest()
	for i := range 20 { // its end and what is read are not in step
		id := fmt.Sprint("b", i)
		x := listen(t, begin(t, s[0], program(id, "out x")), id, 0)
		for x.next() {
		}
		if x.err == nil || x.err.Code != protocol.CodeRateLimited {
			t.Fatalf("told %+v %+v", x.err, x.end)
		}
	}
}

// A node that was started after another was lost has heard of neither; it asks those
// that have.
func TestANewNodeLearnsWhatWasLost(t *testing.T) {
	t.Parallel()
	s := fleet(t, "ggr", nil)
	x := listen(t, begin(t, s[0], program("a", "out before\nwait")), "a", 0)
	x.until("before\n")
	s[2].dieFor(s[0], s[1])
	wantStatus(t, x.rest(), sandbox.StatusNodeLost)
	again := newSite(t, s[1].node, 'g', nil, func(c *Config) { c.Silence = time.Second })
	clustertest.Await(t, "the new one is known", func() bool { return again.Nodes() > 1 && s[0].peers.isThere(again.id) })
	r, e := again.Find(token, "a", 1)
	if e != nil {
		t.Fatal(e)
	}
	wantStatus(t, listen(t, r, "a", 1).rest(), sandbox.StatusNodeLost)
}

// A node whose process has ended holds up nobody, long before it is taken for lost.
func TestADeadNodeHoldsUpNobody(t *testing.T) {
	s := fleet(t, "grr", func(c *Config) { c.Silence = patience })
	s[2].die()
	began := time.Now()
	wantStatus(t, listen(t, begin(t, s[0], program("a", "out x")), "a", 0).rest(), sandbox.StatusOK)
	if took := time.Since(began); took > patience/2 {
		t.Errorf("a start took %v", took)
	}
	if s[0].Nodes() != 3 {
		t.Error("it was lost already: nothing was shown")
	}
}
