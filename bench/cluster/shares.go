//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ledger is what writers were told that is kept.
type ledger struct {
	mu    sync.Mutex
	ids   []string
	took  []time.Duration
	wrong []error
}

func (l *ledger) kept(id string, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids, l.took = append(l.ids, id), append(l.took, took)
}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.ids)
}

func shares(ctx context.Context, o options) error {
	dir, clean, err := workDir()
	if err != nil {
		return err
	}
	defer clean()
	s, err := openStores(ctx, dir)
	if err != nil {
		return err
	}
	defer s.close()
	var l ledger
	begun := time.Now()
	written := make(chan struct{})
	go func() {
		defer close(written)
		l.write(ctx, s, o)
	}()
	kills, err := s.killLeaders(ctx, &l, o, written)
	<-written
	if err = errors.Join(append(l.wrong, err)...); err != nil {
		return err
	}
	slices.Sort(l.took)
	fmt.Printf("%d writes acknowledged in %.1f s, over %d kills of the leader; a write took %v at the median, %v at the 99th percentile, %v at most\n",
		len(l.ids), time.Since(begun).Seconds(), kills, at(l.took, 0.5), at(l.took, 0.99), at(l.took, 1))
	if err := l.check(ctx, s); err != nil {
		return fmt.Errorf("after the kills: %w", err)
	}
	for n := range s.nodes {
		s.kill(n)
	}
	for n := range s.nodes {
		if err := s.start(n); err != nil {
			return err
		}
	}
	if err := s.formed(ctx); err != nil {
		return err
	}
	if err := l.check(ctx, s); err != nil {
		return fmt.Errorf("after all nodes were killed: %w", err)
	}
	fmt.Println("none is lost, and none after all three nodes were killed at once")
	return nil
}

func at(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(q*float64(len(sorted)-1))].Round(100 * time.Microsecond)
}

// write puts entries until so many are acknowledged.
func (l *ledger) write(ctx context.Context, s *stores, o options) {
	var next atomic.Int64
	var writers sync.WaitGroup
	for range o.writers {
		writers.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(o.writes) {
					return
				}
				id, begun := fmt.Sprintf("entry-%d", n), time.Now()
				if err := s.kv.Put(ctx, id, body(id), begun.Add(24*time.Hour)); err != nil {
					l.mu.Lock()
					l.wrong = append(l.wrong, err)
					l.mu.Unlock()
					return
				}
				l.kept(id, time.Since(begun))
			}
		})
	}
	writers.Wait()
}

// body is what stands under an id: some kilobytes, as a shared run has.
func body(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return bytes.Repeat(sum[:], 64)
}

// killLeaders kills the leader each time that another part of the writes is done,
// and starts it again while the others elect one.
func (s *stores) killLeaders(ctx context.Context, l *ledger, o options, written <-chan struct{}) (kills int, err error) {
	for k := range o.kills {
		for l.count() < (k+1)*o.writes/(o.kills+1) {
			select {
			case <-written:
				return kills, nil
			case <-time.After(5 * time.Millisecond):
			}
		}
		leader, err := s.leader(ctx)
		if err != nil {
			return kills, err
		}
		s.kill(leader)
		kills++
		time.Sleep(rand.N(3 * time.Second))
		if err := s.start(leader); err != nil {
			return kills, err
		}
	}
	return kills, nil
}

// check asks for every entry.
func (l *ledger) check(ctx context.Context, s *stores) error {
	lost := 0
	for _, id := range l.ids {
		got, err := s.kv.Get(ctx, id)
		if err != nil || !bytes.Equal(got, body(id)) {
			lost++
		}
	}
	if lost > 0 {
		return fmt.Errorf("%d of %d acknowledged writes are lost", lost, len(l.ids))
	}
	return nil
}
