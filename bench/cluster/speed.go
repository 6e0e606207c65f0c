//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"playground/bench/internal/reader"
)

// work takes some 30 ms of a core, beside what it takes to start and to check it.
var work = reader.Program{Name: "work", Source: `package main

import (
	"crypto/sha256"
	"fmt"
)

func main() {
	sum := sha256.Sum256(nil)
	for range 60000 {
		sum = sha256.Sum256(sum[:])
	}
	fmt.Printf("%x\n", sum)
}
`}

var hello = reader.Program{Name: "hello", Source: "package main\n\nfunc main() { println(1) }\n"}

// warmUp is not counted: workers and compressed pages are made in it.
const warmUp = 3 * time.Second

// speed compares one node with two, each on a core of its own, in turns.
func speed(ctx context.Context, o options) error {
	dir, clean, err := workDir()
	if err != nil {
		return err
	}
	defer clean()
	f, err := newFleet(ctx, dir, nil, nil)
	if err != nil {
		return err
	}
	defer f.close()
	for i, m := range f.members {
		m.prefix = slices.Concat(m.prefix, []string{"taskset", "-c", fmt.Sprint(i)})
	}
	var one, two []float64
	for range o.rounds {
		for n := 1; n <= 2; n++ {
			rate, err := f.rate(ctx, n, o)
			if err != nil {
				return err
			}
			fmt.Printf("%d node(s): %.1f runs a second\n", n, rate)
			if n == 1 {
				one = append(one, rate)
			} else {
				two = append(two, rate)
			}
		}
	}
	slices.Sort(one)
	slices.Sort(two)
	fmt.Printf("two nodes run %.2f times as many programs as one, by the medians of %d rounds\n", two[len(two)/2]/one[len(one)/2], o.rounds)
	return nil
}

// rate is how many programs the first n nodes run a second, for readers who always
// wait for one.
func (f *fleet) rate(ctx context.Context, n int, o options) (float64, error) {
	for _, m := range f.members[:n] {
		if err := m.start(); err != nil {
			return 0, err
		}
	}
	defer f.stop()
	if err := f.healed(ctx); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, warmUp+o.length)
	defer cancel()
	var done atomic.Int64
	var readers sync.WaitGroup
	counts := time.Now().Add(warmUp)
	for i := range o.crowd {
		r := reader.New(reader.Client{URL: f.urls(i % n)[0], Forwarded: fmt.Sprintf("10.1.0.%d", i+1)})
		readers.Go(func() {
			defer r.Close()
			for ctx.Err() == nil {
				run := r.Run(ctx, work)
				if run.Ended() == "ok" && time.Now().After(counts) {
					done.Add(1)
				}
				reader.Sleep(ctx, run.Promised())
			}
		})
	}
	readers.Wait()
	return float64(done.Load()) / o.length.Seconds(), nil
}

// hop compares a program on the node that a reader is connected to with one on
// another, in turns: the first byte from a gateway that runs nothing, and from the
// node that runs all.
func hop(ctx context.Context, o options) error {
	dir, clean, err := workDir()
	if err != nil {
		return err
	}
	defer clean()
	f, err := newFleet(ctx, dir, []string{"--role", "gateway"}, nil)
	if err != nil {
		return err
	}
	defer f.close()
	if err := f.startAll(ctx); err != nil {
		return err
	}
	var first [2][]time.Duration
	var readers [2]*reader.Reader
	for i := range readers {
		readers[i] = reader.New(reader.Client{URL: f.urls(i)[0], Forwarded: "10.1.0.1"})
		defer readers[i].Close()
	}
	for n := range o.hops + 10 {
		for i, r := range readers {
			run := r.Run(ctx, hello)
			if run.Ended() != "ok" {
				return fmt.Errorf("hello ended: %s", run.Ended())
			}
			if n >= 10 { // warm by then
				first[i] = append(first[i], run.First)
			}
			reader.Sleep(ctx, 50*time.Millisecond) // a worker becomes warm
		}
	}
	for i := range first {
		slices.Sort(first[i])
	}
	fmt.Printf("first byte over another node: %v at the median, %v at the 95th percentile; on the node itself: %v and %v; the hop takes %v at the median\n",
		at(first[0], 0.5), at(first[0], 0.95), at(first[1], 0.5), at(first[1], 0.95), (at(first[0], 0.5) - at(first[1], 0.5)).Round(10*time.Microsecond))
	return nil
}
