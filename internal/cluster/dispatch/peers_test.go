package dispatch

import (
	"slices"
	"testing"
	"time"
)

func TestPeers(t *testing.T) {
	now := time.Now()
	p := newPeers(2 * time.Second)
	p.looked = now
	// pass lets time go by in the steps in which it is looked at.
	pass := func(d time.Duration) (ended []string) {
		for range d / beatEvery {
			now = now.Add(beatEvery)
			ended = append(ended, p.sweep(now)...)
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
	if ended := p.sweep(now); len(ended) != 0 {
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

// Who hears most of the others no more is cut off itself; who misses a few is not, and
// of two nobody can tell.
func TestIsolated(t *testing.T) {
	for _, tt := range []struct {
		others, fallSilent int
		want               bool
	}{{1, 1, false}, {2, 1, false}, {2, 2, true}, {4, 2, false}, {4, 3, true}} {
		now := time.Now()
		p := newPeers(2 * time.Second)
		p.looked = now
		for range 12 {
			now = now.Add(beatEvery)
			for i := range tt.others {
				if id := string(rune('a' + i)); i >= tt.fallSilent || !p.isThere(id) && !p.isLost(id) {
					p.hear(beat{ID: id, Name: id}, now)
				}
			}
			p.sweep(now)
		}
		if got := p.isolated(); got != tt.want {
			t.Errorf("%d of %d others fell silent: isolated %v", tt.fallSilent, tt.others, got)
		}
		for range 20 {
			now = now.Add(beatEvery)
			p.sweep(now)
		}
		if p.isolated() && tt.others == tt.fallSilent {
			t.Error("it is not over")
		}
	}
}
