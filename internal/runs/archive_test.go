package runs

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/protocol"
)

// shelf is an Archive that may be out of order, and counts what it is asked to keep.
type shelf struct {
	mu     sync.Mutex
	broken bool
	puts   int
	bodies map[string][]byte
}

var errBroken = errors.New("broken")

func (s *shelf) Put(_ context.Context, id string, body []byte, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.puts++; s.broken {
		return errBroken
	}
	if s.bodies == nil {
		s.bodies = map[string][]byte{}
	}
	s.bodies[id] = body
	return nil
}

func (s *shelf) Get(_ context.Context, id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if body, ok := s.bodies[id]; ok && !s.broken {
		return body, nil
	}
	return nil, errBroken
}

// What an ended run said can be read in another process: all of it, and by its session
// alone.
func TestRecall(t *testing.T) {
	kept := &shelf{}
	want := ""
	inBook(t, Config{Runner: runnerFunc(once), Archive: kept}, func(b *Book) {
		r := start(t, b, ask("a", "text\x00\xff"))
		want = said(t, r)
		synctest.Wait()
	})
	inBook(t, Config{Runner: runnerFunc(once), Archive: kept}, func(b *Book) {
		r := b.Recall(token, "a")
		if r == nil {
			t.Fatal("it is not there")
		}
		if got := said(t, r); got != want {
			t.Errorf("it says %q, and said %q", got, want)
		}
		if e := r.SameAs(ask("a", "text\x00\xff")); e != nil || r.Trace == "" {
			t.Errorf("it is another program: %+v, trace %q", e, r.Trace)
		}
		l, e := r.Listen(2, make(chan struct{}, 1))
		if e != nil {
			t.Fatalf("%+v", e)
		}
		if last, ok := l.Take(); !ok || !last.Last || last.Seq != 3 {
			t.Errorf("after its second message it says %+v", last)
		}
		l.Close()
		r.Kill()
		r.Abandon()
		if e := r.CloseInput(protocol.Request{ID: "a"}); e != nil {
			t.Errorf("%+v", e)
		}
		if b.Recall("another-session-of-a-reader", "a") != nil || b.Recall(token, "b") != nil {
			t.Error("what nobody ran here is there")
		}
	})
}

// An archive that fails is left alone for a while, and costs no reader anything.
func TestArchiveRests(t *testing.T) {
	kept := &shelf{broken: true}
	inBook(t, Config{Runner: runnerFunc(once), Archive: kept}, func(b *Book) {
		for _, id := range []string{"a", "b"} {
			said(t, start(t, b, ask(id, "x")))
			synctest.Wait()
		}
		if kept.puts != 1 || b.Recall(token, "a") != nil {
			t.Errorf("asked %d times", kept.puts)
		}
		kept.broken = false
		time.Sleep(archiveRests)
		said(t, start(t, b, ask("c", "x")))
		synctest.Wait()
		if b.Recall(token, "c") == nil {
			t.Error("it is left alone for ever")
		}
	})
}

// What a page asks for while its reader types is not kept beyond the process.
func TestOnlyProgramsAreArchived(t *testing.T) {
	kept := &shelf{}
	inBook(t, Config{Runner: runnerFunc(once), Archive: kept}, func(b *Book) {
		q := ask("a", "x")
		q.Task = "check"
		said(t, start(t, b, q))
		synctest.Wait()
		if kept.puts != 0 {
			t.Error("a check is archived")
		}
	})
}
