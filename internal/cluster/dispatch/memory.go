package dispatch

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// rememberFor is how long it is known where a run was placed: as long as it is
	// kept there.
	rememberFor = 10 * time.Minute
	// rememberedRuns bounds them: two megabytes.
	rememberedRuns = 1 << 15
)

// place is where a run went.
type place struct {
	node string
	at   time.Time
}

// memory is what a node knows of runs that it has not: where each was placed. It is
// what tells a run that was lost with its machine from one that never was.
type memory struct {
	mu     sync.Mutex
	placed map[[16]byte]place
	order  [][16]byte // oldest first
}

func newMemory() *memory {
	return &memory{placed: map[[16]byte]place{}}
}

func short(k runKey) [16]byte {
	sum := sha256.Sum256([]byte(k.Session + "/" + k.ID))
	return [16]byte(sum[:16])
}

// place notes that a run is at a node.
func (m *memory) place(k runKey, node string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := short(k)
	if _, known := m.placed[s]; !known {
		m.order = append(m.order, s)
	}
	m.placed[s] = place{node, now}
	if len(m.order) > rememberedRuns {
		m.drop()
	}
}

// drop forgets the oldest. The caller holds mu.
func (m *memory) drop() {
	delete(m.placed, m.order[0])
	m.order = m.order[1:]
}

// where is the node that a run was placed at, "" if that is not known.
func (m *memory) where(k runKey) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.placed[short(k)].node
}

// sweep forgets what is of no more use.
func (m *memory) sweep(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.order) > 0 && now.Sub(m.placed[m.order[0]].at) > rememberFor {
		m.drop()
	}
}
