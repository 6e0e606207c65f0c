package share

import (
	"context"
	"sync"
	"time"
)

// Memory is a Store that lasts as long as the process.
type Memory struct {
	most int64

	mu     sync.Mutex
	held   int64
	bodies map[string]kept
}

type kept struct {
	body  []byte
	until time.Time
}

// NewMemory returns a Store of at most that many bytes.
func NewMemory(most int64) *Memory { return &Memory{most: most, bodies: map[string]kept{}} }

// Overhead is what an entry counts beside its body, so that small ones do not come
// for nothing.
const Overhead = 256

// Put implements Store.
func (m *Memory) Put(_ context.Context, id string, body []byte, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if k, ok := m.bodies[id]; ok {
		if until.After(k.until) {
			m.bodies[id] = kept{k.body, until}
		}
		return nil
	}
	size := int64(len(body)) + Overhead
	if m.held+size > m.most {
		m.sweep(time.Now())
	}
	if m.held+size > m.most {
		return ErrFull
	}
	m.bodies[id] = kept{body, until}
	m.held += size
	return nil
}

// sweep lets go of what has had its time. The caller holds mu.
func (m *Memory) sweep(now time.Time) {
	for id, k := range m.bodies {
		if !k.until.After(now) {
			m.held -= int64(len(k.body)) + Overhead
			delete(m.bodies, id)
		}
	}
}

// Get implements Store.
func (m *Memory) Get(_ context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.bodies[id]
	if !ok || !k.until.After(time.Now()) {
		return nil, ErrNotFound
	}
	return k.body, nil
}

// Close implements Store.
func (m *Memory) Close() error { return nil }
