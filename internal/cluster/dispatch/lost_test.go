package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/cluster/clustertest"
	"playground/internal/journal"
	"playground/internal/protocol"
	"playground/internal/runs"
	"playground/internal/sandbox"
)

// meets waits until a site hears so many others, and they hear it.
func meets(t *testing.T, s *site, others ...*site) {
	t.Helper()
	clustertest.Await(t, "a new node is known", func() bool {
		for _, o := range others {
			if !s.peers.isThere(o.id) || !o.peers.isThere(s.id) {
				return false
			}
		}
		return true
	})
}

// held is a gate at which programs wait.
type held struct{ runs.Gate }

func (held) Enter(ctx context.Context, _ admit.Visitor, queued func(int) error) (runs.Lease, error) {
	if err := queued(1); err != nil {
		return nil, err
	}
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// Wherever its runner dies, a run that a reader has a message of ends with the word that
// the machine was lost: for the reader, and for who asks by another gateway.
func TestARunnerIsLostAtEachStep(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		waits        bool
		after        int64 // what the reader has when the runner dies
	}{
		{"while it waits for its turn", "wait", true, 0},
		{"when it has begun", "wait", false, 1},
		{"while it prints", "out one\nwait", false, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fleet(t, "ggr", nil)
			if tt.waits {
				s[2].gate = held{s[2].gate}
			}
			x := listen(t, begin(t, s[0], program("a", tt.source)), "a", 0)
			if tt.waits {
				x.next()
			}
			for x.seq < tt.after {
				x.next()
			}
			s[2].dieFor(s[0], s[1])
			wantStatus(t, x.rest(), sandbox.StatusNodeLost)
			r, e := s[1].Find(token, "a", tt.after)
			if e != nil {
				t.Fatal(e)
			}
			wantStatus(t, listen(t, r, "a", tt.after).rest(), sandbox.StatusNodeLost)
		})
	}
}

// mute is a site that hears no questions any more, and is there all the same, as one that
// stands still is for a while.
func (s *site) mute() {
	for _, sub := range s.subs {
		if strings.HasSuffix(sub.Subject, "all.*") {
			_ = sub.Unsubscribe()
		}
	}
	_ = s.conn.Flush()
}

// Who asks for a run whose node is lost is told so at once, also while another node gives
// no answer: which node had the run is known, by who is asked or by one that answers.
func TestALostRunIsToldWithoutThoseThatStandStill(t *testing.T) {
	for _, tt := range []struct {
		name   string
		knows  bool // the gateway that is asked heard where the run was placed
		starts bool // it is asked to start the run
	}{
		{"resumed where it is known", true, false},
		{"resumed where another knows it", false, false},
		{"asked for once more where it is known", true, true},
		{"asked for once more where another knows it", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := fleet(t, "gggr", func(c *Config) { c.Silence = time.Hour }) // nobody is waited for in vain
			q := program("a", "out one\nwait")
			x := listen(t, begin(t, s[0], q), "a", 0)
			x.until("one\n")
			clustertest.Await(t, "all have heard where it is", func() bool {
				return s[1].memory.where(runKey{hashOf(token), "a"}) != "" && s[2].memory.where(runKey{hashOf(token), "a"}) != ""
			})
			s[2].mute()
			if !tt.knows {
				s[1].memory.sweep(time.Now().Add(2 * rememberFor))
			}
			s[3].die()
			defer s[1].losing(s[3])()
			s[0].lose(s[3])
			r, e := s[1].Start("client", token, q)
			if !tt.starts {
				r, e = s[1].Find(token, "a", x.seq)
			}
			if e != nil {
				t.Fatal(e)
			}
			after := x.seq
			if tt.starts {
				after = 0
			}
			wantStatus(t, listen(t, r, "a", after).rest(), sandbox.StatusNodeLost)
		})
	}
}

// A run that is lost does not end before its last message: of one whose reader has that by
// another gateway, only what came by this one tells when it was.
func TestALostRunDoesNotEndBeforeItsLastMessage(t *testing.T) {
	t.Parallel()
	s := fleet(t, "g", nil)
	meter := journal.Entry{Line: []byte(`{"type":"meter","t":4000000}`)}
	for _, tt := range []struct {
		name  string
		after int64
		come  []journal.Entry
		want  int64 // microseconds; 0 where it is not known
	}{
		{"from the beginning", 0, []journal.Entry{meter}, 4000000},
		{"read on, and only a meter has come", 3, []journal.Entry{meter}, 0},
		{"read on", 3, []journal.Entry{{Seq: 4, Stream: sandbox.Stdout, T: 3 * time.Second}, meter}, 4000000},
	} {
		l := &listener{run: s[0].newRun(runKey{"s", "a"}), wake: make(chan struct{}, 1), after: tt.after, seq: tt.after}
		for _, e := range tt.come {
			l.put(e)
		}
		l.nodeLost()
		var last journal.Entry
		for e, ok := l.Take(); ok; e, ok = l.Take() {
			last = e
		}
		var end protocol.End
		if err := json.Unmarshal(last.Line, &end); err != nil || !last.Last {
			t.Fatalf("%s: the last message is %+v (%v)", tt.name, last, err)
		}
		if end.T != tt.want {
			t.Errorf("%s: it ends at %d µs, want %d", tt.name, end.T, tt.want)
		}
	}
}

// asked is an archive that has nothing, and how often it was asked.
type asked struct{ times atomic.Int64 }

func (*asked) Put(context.Context, string, []byte, time.Time) error { return nil }

func (a *asked) Get(context.Context, string) ([]byte, error) {
	a.times.Add(1)
	return nil, errors.New("there is none")
}

// The archive of a lost run is asked once: where a node of it stands still, each time takes
// as long as it may.
func TestTheArchiveIsAskedOnce(t *testing.T) {
	t.Parallel()
	s := fleet(t, "ggr", nil)
	x := listen(t, begin(t, s[0], program("a", "out one\nwait")), "a", 0)
	x.until("one\n")
	s[1].stop()
	var archive asked
	again := newSite(t, s[1].node, 'g', &archive, nil)
	meets(t, again, s[0], s[2])
	s[2].dieFor(s[0], again)
	r, e := again.Find(token, "a", x.seq)
	if e != nil {
		t.Fatal(e)
	}
	wantStatus(t, listen(t, r, "a", x.seq).rest(), sandbox.StatusNodeLost)
	if n := archive.times.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// Who reads on is heard at once, however long the search takes.
func TestResumeDoesNotWaitForTheSearch(t *testing.T) {
	t.Parallel()
	s := fleet(t, "gg", func(c *Config) { c.Silence = time.Hour })
	s[1].mute()
	r, e := s[0].Find(token, "a", 3)
	if e != nil {
		t.Fatal(e)
	}
	l, e := r.Listen(3, make(chan struct{}, 1))
	if e != nil {
		t.Fatal(e)
	}
	l.Close()
}

// The reader of a run knows that it began, also when every node that did is lost.
func TestNobodyIsLeftWhoKnewOfTheRun(t *testing.T) {
	t.Parallel()
	s := fleet(t, "grg", nil)
	x := listen(t, begin(t, s[0], program("a", "out before\nwait")), "a", 0)
	x.until("before\n")
	s[0].die()
	s[1].die()
	s[2].stop()
	again := newSite(t, s[2].node, 'g', nil, func(c *Config) { c.Silence = 500 * time.Millisecond })
	r, e := again.Find(token, "a", x.seq)
	if e != nil {
		t.Fatalf("a run that had begun: %+v", e)
	}
	y := listen(t, r, "a", x.seq)
	wantStatus(t, y.rest(), sandbox.StatusNodeLost)
	if y.seq != x.seq+1 {
		t.Errorf("its end is message %d, after %d", y.seq, x.seq)
	}
	// Of one that nobody has a message of nothing is made up.
	if _, e := again.Find(token, "b", 0); e == nil {
		t.Error("a run that never was is found")
	}
}

// A gateway that hears the runner only after it was asked finds the run all the same.
func TestARunIsFoundWhenItsNodeIsHeardAgain(t *testing.T) {
	t.Parallel()
	s := fleet(t, "ggr", nil)
	q := program("a", "out before\necho")
	q.StdinOpen = true
	run := begin(t, s[0], q)
	x := listen(t, run, "a", 0)
	x.until("before\n")
	s[1].stop()
	again := newSite(t, s[1].node, 'g', nil, nil)
	meets(t, again, s[0], s[2])
	again.peers.mu.Lock()
	clear(again.peers.alive)
	again.peers.mu.Unlock()
	r, e := again.Find(token, "a", x.seq)
	if e != nil {
		t.Fatal(e)
	}
	y := listen(t, r, "a", x.seq)
	if e := run.CloseInput(q); e != nil {
		t.Fatal(e)
	}
	wantStatus(t, y.rest(), sandbox.StatusOK)
}

// Who has just begun hears the others before it believes that nobody has a run.
func TestANewGatewayStartsNothingTwice(t *testing.T) {
	t.Parallel()
	s := fleet(t, "rg", nil)
	listen(t, begin(t, s[1], program("a", "out once")), "a", 0).rest()
	s[1].stop()
	again := newSite(t, s[1].node, 'b', nil, nil)
	again.offer.Store(&Offer{Promised: true})
	again.Meet(t.Context())
	wantStatus(t, listen(t, begin(t, again, program("a", "out once")), "a", 0).rest(), sandbox.StatusOK)
	if n := s[0].began.Load() + again.began.Load(); n != 1 {
		t.Errorf("the program ran %d times", n)
	}
}

// A run that has ended outlives the node that ran it: for the reader who has not read it
// all, and for who asks by another gateway.
func TestAnEndedRunOutlivesItsNode(t *testing.T) {
	t.Parallel()
	s := fleet(t, "ggr", nil)
	const lines = 5000 // more than waits for a reader, less than the runner keeps
	x := listen(t, begin(t, s[0], program("a", fmt.Sprint("flood ", lines))), "a", 0)
	x.until("line 0 ")
	clustertest.Await(t, "it has ended, and is archived", func() bool {
		return s[2].book.Stats().Active == 0 && s[1].book.Recall(hashOf(token), "a") != nil
	})
	s[2].dieFor(s[0], s[1])
	wantStatus(t, x.rest(), sandbox.StatusOK)
	if n := strings.Count(x.text.String(), "\n"); n != lines {
		t.Errorf("%d lines came, want %d", n, lines)
	}
	for _, after := range []int64{0, 5} {
		r, e := s[1].Find(token, "a", after)
		if e != nil {
			t.Fatalf("by another gateway: %+v", e)
		}
		y := listen(t, r, "a", after)
		wantStatus(t, y.rest(), sandbox.StatusOK)
		if y.seq != x.seq {
			t.Errorf("by another gateway it has %d messages, and %d by the first", y.seq, x.seq)
		}
	}
	// It is the same run, and not run again; another program is a conflict.
	wantStatus(t, listen(t, begin(t, s[1], program("a", fmt.Sprint("flood ", lines))), "a", 0).rest(), sandbox.StatusOK)
	z := listen(t, begin(t, s[1], program("a", "out x")), "a", 0)
	for z.next() {
	}
	if z.err == nil || z.err.Code != protocol.CodeConflict {
		t.Errorf("the other program: %+v %+v", z.end, z.err)
	}
}
