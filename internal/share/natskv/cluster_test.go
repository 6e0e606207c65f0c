package natskv

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"playground/internal/cluster"
	"playground/internal/cluster/clustertest"
)

// stores is a cluster of three nodes that store.
type stores struct {
	configs [3]cluster.Config
	nodes   [3]*cluster.Node
}

// longWait bounds what a busy machine takes for anything.
const longWait = time.Minute

// newStores opens a cluster. Nodes that store know all others from the beginning,
// so their addresses are chosen before they listen.
func newStores(t *testing.T) *stores {
	t.Helper()
	c, keys, join := &stores{}, clustertest.Keys(t), addresses(t)
	for n, name := range []string{"n1", "n2", "n3"} {
		c.configs[n] = cluster.Config{
			Cluster: "test", Node: name, Keys: keys, Listen: join[n], Join: join,
			Store: t.TempDir(), StoreBytes: 4 << 30, Logger: slog.New(slog.DiscardHandler),
		}
		c.open(t, n)
	}
	t.Cleanup(func() {
		for _, n := range c.nodes {
			n.Close()
		}
	})
	js, err := jetstream.New(c.nodes[0].Conn())
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the nodes have a leader", func(ctx context.Context) error {
		_, err := js.AccountInfo(ctx)
		return err
	})
	return c
}

// addresses are three that are free.
func addresses(t *testing.T) (all []string) {
	t.Helper()
	for range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all = append(all, l.Addr().String())
	}
	return all
}

func (c *stores) open(t *testing.T, n int) {
	t.Helper()
	// Somebody else may have the address for a moment.
	await(t, "a node opens", func(context.Context) (err error) {
		c.nodes[n], err = cluster.Open(c.configs[n])
		return err
	})
}

// restart closes a node and opens it again.
func (c *stores) restart(t *testing.T, n int) {
	t.Helper()
	c.nodes[n].Close()
	c.open(t, n)
}

// leader is which node leads the stream.
func (c *stores) leader(t *testing.T, s *Store) (leader int) {
	t.Helper()
	await(t, "the stream has a leader", func(ctx context.Context) error {
		stream, err := s.js.Stream(ctx, s.stream)
		if err != nil {
			return err
		}
		for n, config := range c.configs {
			if config.Node == stream.CachedInfo().Cluster.Leader {
				leader = n
				return nil
			}
		}
		return errors.New("it has none")
	})
	return leader
}

// await tries until it works.
func await(t *testing.T, what string, try func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longWait)
	defer cancel()
	for {
		// Nobody answers while there is no leader.
		once, done := context.WithTimeout(ctx, time.Second)
		err := try(once)
		done()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
