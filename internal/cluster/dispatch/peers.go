package dispatch

import (
	"slices"
	"sync"
	"time"
)

const (
	// beatEvery is how often a node says that it is there, and lookEvery how often it
	// looks whether the others are.
	beatEvery = 2 * lookEvery
	lookEvery = 100 * time.Millisecond
	// newsEvery is how often a node tells what clients did, and mostNews of how many at a
	// time: less than a tenth of the longest message.
	newsEvery = time.Second
	mostNews  = 1000
	// defaultSilence is after how long without that it is taken for lost: what it ran
	// ends for its readers within three seconds.
	defaultSilence = 2 * time.Second
	// apartAfter is after how long without a word of most others a node takes itself
	// for cut off, which costs nobody a run: its readers have what is left of a second
	// to go on elsewhere.
	apartAfter = 600 * time.Millisecond
	// meetWithin is how long a node that has just begun waits for those that it joins
	// before it has readers.
	meetWithin = 2 * time.Second
	// pause is a gap between two looks at the others after which this node takes
	// itself for the one that stood still.
	pause = time.Second
	// rememberedNodes bounds those that are known to have been lost.
	rememberedNodes = 1024
)

// peer is another node.
type peer struct {
	beat
	heard time.Time
}

// peers are the other nodes, as far as they can be heard.
type peers struct {
	silence time.Duration

	mu     sync.Mutex
	alive  map[string]*peer
	lost   []string // ids, oldest first
	looked time.Time
	apart  bool // most others were silent at the last look
}

func newPeers(silence time.Duration) *peers {
	return &peers{silence: silence, alive: map[string]*peer{}, looked: time.Now()}
}

// hear notes a beat. It reports whether its node was not known, and which nodes are
// there no longer by what it says.
func (p *peers) hear(b beat, now time.Time) (fresh bool, ended []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b.Leaving {
		if p.alive[b.ID] != nil {
			p.lose(b.ID)
			ended = append(ended, b.ID)
		}
		return false, ended
	}
	for id, other := range p.alive {
		if other.Name == b.Name && id != b.ID {
			p.lose(id) // its process has been started again
			ended = append(ended, id)
		}
	}
	known := p.alive[b.ID] != nil
	p.alive[b.ID] = &peer{b, now}
	p.lost = slices.DeleteFunc(p.lost, func(id string) bool { return id == b.ID })
	return !known, ended
}

// sweep returns the nodes that have been silent for too long now, and whether this one
// has just come apart from most of them: then it is this one, or the few with it, that is
// cut off.
func (p *peers) sweep(now time.Time) (ended []string, apart bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	gap := now.Sub(p.looked)
	p.looked = now
	others, silent := len(p.alive), 0
	for id, other := range p.alive {
		if gap > pause { // then their beats wait to be read
			other.heard = now
		}
		quiet := now.Sub(other.heard)
		if quiet > apartAfter {
			silent++
		}
		if quiet > p.silence {
			p.lose(id)
			ended = append(ended, id)
		}
	}
	was := p.apart
	// With itself, a node is on the side of those that it hears.
	p.apart = silent > others-silent+1 && gap < apartAfter
	return ended, p.apart && !was
}

// isApart reports whether most others were silent at the last look, but are not lost.
func (p *peers) isApart() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.apart
}

// lose takes a node for lost. The caller holds mu.
func (p *peers) lose(id string) {
	delete(p.alive, id)
	p.lost = append(p.lost, id)
	if len(p.lost) > rememberedNodes {
		p.lost = p.lost[1:]
	}
}

// list are the ids of the nodes that are there.
func (p *peers) list() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := make([]string, 0, len(p.alive))
	for id := range p.alive {
		ids = append(ids, id)
	}
	return ids
}

// isThere reports whether a node can be heard.
func (p *peers) isThere(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive[id] != nil
}

// isLost reports whether a node was there and is no longer.
func (p *peers) isLost(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Contains(p.lost, id)
}
