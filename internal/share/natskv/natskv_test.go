package natskv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"playground/internal/cluster"
	"playground/internal/share"
	"playground/internal/share/sharetest"
)

// A cluster takes seconds to form: all tests have the same.
func TestCluster(t *testing.T) {
	c := newStores(t)
	t.Run("store", func(t *testing.T) {
		sharetest.Suite(t, func(t *testing.T) share.Store { return c.empty(t, 1, Config{Most: sharetest.Most}) })
	})
	t.Run("every node has it", func(t *testing.T) { testEveryNode(t, c) })
	t.Run("time is over", func(t *testing.T) { testTime(t, c) })
	t.Run("many writers", func(t *testing.T) { testLater(t, c) })
	t.Run("kinds", func(t *testing.T) { testKinds(t, c) })
	t.Run("ids", func(t *testing.T) { testIDs(t, c) })
	t.Run("too large", func(t *testing.T) { testTooLarge(t, c) })
	t.Run("too few nodes", func(t *testing.T) { testTooFew(t, c) })
	t.Run("leader is lost", func(t *testing.T) { testLeader(t, c) })
	t.Run("one of three is left", func(t *testing.T) { testLast(t, c) })
}

// empty is a store of the cluster's with nothing in it.
func (c *stores) empty(t *testing.T, node int, config Config) *Store {
	t.Helper()
	s := newStore(t, c.nodes[node], config)
	await(t, "the stream goes", func(ctx context.Context) error {
		err := s.js.DeleteStream(ctx, s.stream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return nil
		}
		return err
	})
	return s
}

func newStore(t *testing.T, n *cluster.Node, config Config) *Store {
	t.Helper()
	config.Cluster = n.Cluster()
	if config.Patience == 0 {
		config.Patience = longWait
	}
	s, err := New(n.Conn(), config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What one node keeps all have, with copies on three disks and the bound that was
// asked for.
func testEveryNode(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{Most: 12345})
	until := time.Now().Add(time.Hour)
	if err := s.Put(t.Context(), "a", []byte("x"), until); err != nil {
		t.Fatal(err)
	}
	for n, node := range c.nodes {
		if body, err := newStore(t, node, Config{}).Get(t.Context(), "a"); err != nil || string(body) != "x" {
			t.Errorf("node %d: got %q, %v", n, body, err)
		}
	}
	stream, err := s.js.Stream(t.Context(), s.stream)
	if err != nil {
		t.Fatal(err)
	}
	if got := stream.CachedInfo().Config; got.Replicas != 3 || got.Storage != jetstream.FileStorage || got.MaxBytes != 12345+share.MaxItem {
		t.Errorf("the stream is %+v", got)
	}
}

// What is over is let go of by the stream itself, and what was shared again is not.
func testTime(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	soon, later := time.Now().Add(2*time.Second), time.Now().Add(time.Hour)
	for _, id := range []string{"short", "longer"} {
		if err := s.Put(t.Context(), id, []byte(id), soon); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Put(t.Context(), "longer", []byte("longer"), later); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for entries := uint64(0); entries != 1; {
		stream, err := s.js.Stream(ctx, s.stream)
		if err != nil {
			t.Fatal(err)
		}
		entries = stream.CachedInfo().State.Msgs
	}
	if _, err := s.Get(ctx, "short"); !errors.Is(err, share.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	if body, err := s.Get(ctx, "longer"); err != nil || string(body) != "longer" {
		t.Errorf("got %q, %v", body, err)
	}
}

// Of writers at the same moment, on all nodes, the one that keeps it longest decides.
func testLater(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	begun := time.Now()
	var writers sync.WaitGroup
	for i := range 12 {
		s := newStore(t, c.nodes[i%3], Config{})
		writers.Go(func() {
			if err := s.Put(t.Context(), "a", []byte("x"), begun.Add(time.Duration(1+i*5%12)*time.Hour)); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	got, err := s.leaders(t.Context(), "a")
	if want := begun.Add(12 * time.Hour).Unix(); err != nil || got.until != want {
		t.Errorf("kept until %d, want %d; %v", got.until, want, err)
	}
}

// A subject cannot be made of an id that is none.
// What readers share and runs that ended do not get into each other's way.
func testKinds(t *testing.T, c *stores) {
	shares, runs := c.empty(t, 0, Config{}), c.empty(t, 1, Config{Kind: Runs})
	later := time.Now().Add(time.Hour)
	for s, body := range map[*Store]string{shares: "shared", runs: "ended"} {
		if err := s.Put(t.Context(), "a", []byte(body), later); err != nil {
			t.Fatal(err)
		}
	}
	for s, want := range map[*Store]string{shares: "shared", runs: "ended"} {
		if body, err := s.Get(t.Context(), "a"); err != nil || string(body) != want {
			t.Errorf("got %q %v, want %q", body, err, want)
		}
	}
}

func testIDs(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	for _, id := range []string{"", "*", ">", "a.b", "a b", "a\r\nPUB x 0", strings.Repeat("a", 65)} {
		if err := s.Put(t.Context(), id, nil, time.Now().Add(time.Hour)); err == nil {
			t.Errorf("%q was kept", id)
		}
		if _, err := s.Get(t.Context(), id); !errors.Is(err, share.ErrNotFound) {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

// A body that no message can carry is refused, with what could.
func testTooLarge(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	most := int(s.conn.MaxPayload()) - share.Overhead
	var large *share.TooLargeError
	if err := s.Put(t.Context(), "a", make([]byte, most+1), time.Now().Add(time.Hour)); !errors.As(err, &large) || large.Most != most {
		t.Errorf("got %v", err)
	}
	body := bytes.Repeat([]byte("x"), most)
	if err := s.Put(t.Context(), "a", body, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "a"); err != nil || !bytes.Equal(got, body) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// Without a cluster that could keep it, a call ends, and says so.
func testTooFew(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{Copies: 5, Patience: 100 * time.Millisecond})
	if err := s.Put(t.Context(), "a", nil, time.Now().Add(time.Hour)); err == nil {
		t.Error("five copies on three nodes")
	}
}

// Writers go on while the stream's leader is stopped and comes back, and each entry
// that they were told is kept is on every node afterwards.
func testLeader(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	if err := s.Put(t.Context(), "first", []byte("first"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	leader := c.leader(t, s)
	w := newWriters(t, newStore(t, c.nodes[(leader+1)%3], Config{}))
	w.await(20)
	c.restart(t, leader)
	w.await(20)
	kept := w.end()
	for n, node := range c.nodes {
		reader := newStore(t, node, Config{})
		for _, id := range kept {
			if body, err := reader.Get(t.Context(), id); err != nil || string(body) != id {
				t.Errorf("node %d: %s is %q, %v", n, id, body, err)
			}
		}
	}
}

// What is shared can be read when nobody can be written to.
func testLast(t *testing.T, c *stores) {
	s := c.empty(t, 0, Config{})
	until := time.Now().Add(time.Hour)
	if err := s.Put(t.Context(), "a", []byte("x"), until); err != nil {
		t.Fatal(err)
	}
	last := c.leader(t, s)
	for n, node := range c.nodes {
		if n != last {
			node.Close()
		}
	}
	s = newStore(t, c.nodes[last], Config{Patience: time.Second})
	if body, err := s.Get(t.Context(), "a"); err != nil || string(body) != "x" {
		t.Errorf("got %q, %v", body, err)
	}
	if err := s.Put(t.Context(), "b", nil, until); err == nil {
		t.Error("one disk is enough")
	}
}

// writers put entries, each its id, until they are ended.
type writers struct {
	done  chan string // what was kept
	ids   []string
	cease context.CancelFunc
	all   sync.WaitGroup
}

func newWriters(t *testing.T, s *Store) *writers {
	ctx, cancel := context.WithCancel(t.Context())
	w := &writers{done: make(chan string), cease: cancel}
	for k := range 4 {
		w.all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := fmt.Sprintf("w%d-%d", k, i)
				err := s.Put(ctx, id, []byte(id), time.Now().Add(time.Hour))
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					t.Errorf("put %s: %v", id, err)
				}
				select {
				case w.done <- id:
				case <-ctx.Done():
				}
			}
		})
	}
	t.Cleanup(func() { w.end() })
	return w
}

// await waits until so many more are kept.
func (w *writers) await(more int) {
	for range more {
		w.ids = append(w.ids, <-w.done)
	}
}

// end returns what is kept.
func (w *writers) end() []string {
	w.cease()
	w.all.Wait()
	return w.ids
}
