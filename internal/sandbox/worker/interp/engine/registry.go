package engine

import (
	"sync"
	"sync/atomic"
)

// registry finds what the engine knows of a goroutine by its identity. Only
// goroutines that run the program now are in it.
type registry struct {
	last   atomic.Pointer[goroutine]
	shards [64]shard
}

type shard struct {
	mu sync.RWMutex
	m  map[uintptr]*goroutine
}

func (r *registry) shard(id uintptr) *shard { return &r.shards[id>>9%64] }

func (r *registry) get(id uintptr) *goroutine {
	if g := r.last.Load(); g != nil && g.id == id {
		return g
	}
	s := r.shard(id)
	s.mu.RLock()
	g := s.m[id]
	s.mu.RUnlock()
	if g != nil {
		r.last.Store(g)
	}
	return g
}

func (r *registry) put(g *goroutine) {
	s := r.shard(g.id)
	s.mu.Lock()
	if s.m == nil {
		s.m = map[uintptr]*goroutine{}
	}
	s.m[g.id] = g
	s.mu.Unlock()
	if l := r.last.Load(); l != nil && l.id == g.id {
		r.last.CompareAndSwap(l, g)
	}
}

func (r *registry) drop(g *goroutine) {
	s := r.shard(g.id)
	s.mu.Lock()
	delete(s.m, g.id)
	s.mu.Unlock()
	if l := r.last.Load(); l != nil && l.id == g.id {
		r.last.CompareAndSwap(l, nil)
	}
}
