package dispatch

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"playground/internal/cluster/clustertest"
)

func TestPeers(t *testing.T) {
	now := time.Now()
	p := newPeers(2 * time.Second)
	p.looked = now
	// pass lets time go by in the steps in which it is looked at.
	pass := func(d time.Duration) (ended []string) {
		for range d / beatEvery {
			now = now.Add(beatEvery)
			gone, _ := p.sweep(now)
			ended = append(ended, gone...)
		}
		return ended
	}
	if fresh, _ := p.hear(beat{ID: "a-1", Name: "a"}, now); !fresh {
		t.Error("a node that was not known is not new")
	}
	if fresh, _ := p.hear(beat{ID: "b-1", Name: "b"}, now); !fresh {
		t.Error("a node that was not known is not new")
	}
	if ended := pass(2 * time.Second); len(ended) != 0 {
		t.Errorf("lost too early: %v", ended)
	}
	if fresh, _ := p.hear(beat{ID: "a-1", Name: "a"}, now); fresh {
		t.Error("a known node is new")
	}
	if ended := pass(time.Second); !slices.Equal(ended, []string{"b-1"}) || !p.isLost("b-1") || p.isThere("b-1") {
		t.Errorf("lost %v, want b-1", ended)
	}
	// One that stood still is back.
	if fresh, _ := p.hear(beat{ID: "b-1", Name: "b"}, now); !fresh || p.isLost("b-1") || !p.isThere("b-1") {
		t.Error("a node that is heard again is still lost")
	}
	// One that was started again is another, and the one before it is lost at once.
	if _, ended := p.hear(beat{ID: "b-2", Name: "b"}, now); !slices.Equal(ended, []string{"b-1"}) || !p.isLost("b-1") {
		t.Errorf("after a restart %v is lost, want b-1", ended)
	}
	if _, ended := p.hear(beat{ID: "b-2", Name: "b", Leaving: true}, now); !slices.Equal(ended, []string{"b-2"}) {
		t.Errorf("after its last word %v is lost, want b-2", ended)
	}
	// It was this node that stood still: the others' beats wait to be read.
	p.hear(beat{ID: "c-1", Name: "c"}, now)
	now = now.Add(time.Minute)
	if ended, _ := p.sweep(now); len(ended) != 0 {
		t.Errorf("a node that stood still holds it against %v", ended)
	}
	if ended := pass(3 * time.Second); !slices.Contains(ended, "c-1") {
		t.Errorf("lost %v, want c-1 among them", ended)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory()
	now := time.Now()
	key := func(i int) runKey { return runKey{"s", time.Duration(i).String()} }
	for i := range rememberedRuns + 10 {
		m.place(key(i), "n", now)
	}
	if len(m.placed) != rememberedRuns || len(m.order) != rememberedRuns || m.where(key(5)) != "" || m.where(key(50)) != "n" {
		t.Errorf("%d and %d are remembered", len(m.placed), len(m.order))
	}
	m.sweep(now.Add(rememberFor + time.Second))
	if len(m.placed) != 0 || len(m.order) != 0 {
		t.Errorf("%d and %d are remembered for ever", len(m.placed), len(m.order))
	}
}

// Who hears most of the others no more is cut off itself, and knows it long before they
// are lost; who misses a few is not, and of two nobody can tell. It is told once.
func TestApart(t *testing.T) {
	for _, tt := range []struct {
		others, fallSilent int
		want               int
	}{{1, 1, 0}, {2, 1, 0}, {2, 2, 1}, {4, 2, 0}, {4, 3, 1}} {
		now := time.Now()
		p := newPeers(2 * time.Second)
		p.looked = now
		told, lost := 0, 0
		var since time.Duration // that it said so
		for look := range 30 {
			now = now.Add(lookEvery)
			for i := range tt.others {
				if id := string(rune('a' + i)); i >= tt.fallSilent || look < 2 {
					p.hear(beat{ID: id, Name: id}, now)
				}
			}
			gone, apart := p.sweep(now)
			if p.isApart() {
				since += lookEvery
			}
			if lost += len(gone); apart {
				told++
				if after := time.Duration(look-1) * lookEvery; after > apartAfter+lookEvery || lost > 0 {
					t.Errorf("%d of %d others fell silent: told after %v, when %d were lost", tt.fallSilent, tt.others, after, lost)
				}
			}
		}
		if want := time.Duration(tt.want) * (p.silence - apartAfter); since < want-2*lookEvery || since > want+2*lookEvery {
			t.Errorf("%d of %d others fell silent: for %v it said that it is apart, want %v", tt.fallSilent, tt.others, since, want)
		}
		if told != tt.want || lost != tt.fallSilent {
			t.Errorf("%d of %d others fell silent: told %d times, %d are lost", tt.fallSilent, tt.others, told, lost)
		}
	}
}

// A node that stood still itself takes nobody for silent.
func TestWhoStoodStillIsNotApart(t *testing.T) {
	now := time.Now()
	p := newPeers(2 * time.Second)
	p.looked = now
	p.hear(beat{ID: "a", Name: "a"}, now)
	p.hear(beat{ID: "b", Name: "b"}, now)
	for _, still := range []time.Duration{700 * time.Millisecond, time.Minute} {
		now = now.Add(still)
		if gone, apart := p.sweep(now); apart || len(gone) > 0 {
			t.Errorf("after %v of its own: apart %v, %v lost", still, apart, gone)
		}
		p.hear(beat{ID: "a", Name: "a"}, now)
		p.hear(beat{ID: "b", Name: "b"}, now)
	}
}

// A node whose cluster goes silent says that it is cut off, hands its readers over,
// and takes it back when it hears the others again.
func TestCutOff(t *testing.T) {
	t.Parallel()
	var told atomic.Int64
	i := 0
	s := fleet(t, "ggg", func(c *Config) {
		c.Silence = time.Hour // it does not lose them meanwhile
		if i++; i == 1 {
			c.Isolated = func() { told.Add(1) }
		}
	})
	s[1].die()
	s[2].die()
	clustertest.Await(t, "it says that it is cut off", s[0].CutOff)
	clustertest.Await(t, "its readers are handed over", func() bool { return told.Load() > 0 })
	s[1].stop()
	s[2].stop()
	for _, name := range []string{s[1].node.Name(), s[2].node.Name()} { // as if they had been started again
		s[0].peers.hear(beat{ID: name + "-again", Name: name}, time.Now().Add(time.Hour))
	}
	clustertest.Await(t, "it is cut off no more", func() bool { return !s[0].CutOff() })
}
