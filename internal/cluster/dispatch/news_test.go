package dispatch

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"playground/internal/admit"
	"playground/internal/cluster/clustertest"
)

// TestClientsAreKnownEverywhere: what a client does at one node, the gates of the others
// hear once, and its own does not.
func TestClientsAreKnownEverywhere(t *testing.T) {
	t.Parallel()
	done := []admit.News{{Client: "192.0.2.1", Programs: 3, CPU: time.Second}, {Client: "192.0.2.2", CPU: time.Millisecond}}
	var heard [3]struct {
		sync.Mutex
		news []admit.News
	}
	var acquainted atomic.Bool // before, nobody would hear it
	i := 0
	fleet(t, "bbb", func(c *Config) {
		n, first := &heard[i], i == 0
		i++
		c.Hear = func(list []admit.News) {
			n.Lock()
			defer n.Unlock()
			n.news = append(n.news, list...)
		}
		c.Tell = func(int) (list []admit.News) {
			if first && acquainted.Load() {
				list, done = done, nil // only its own goroutine calls it
			}
			return list
		}
	})
	acquainted.Store(true)
	for i := range heard[1:] {
		clustertest.Await(t, "the others hear", func() bool {
			n := &heard[1+i]
			n.Lock()
			defer n.Unlock()
			return len(n.news) == 2 && n.news[0].Programs == 3 && n.news[1].CPU == time.Millisecond
		})
	}
	heard[0].Lock()
	defer heard[0].Unlock()
	if len(heard[0].news) > 0 {
		t.Errorf("it hears %v of itself", heard[0].news)
	}
}
