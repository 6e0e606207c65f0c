//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"playground/bench/internal/reader"
)

// work is a program that takes about so much of a core, beside what it takes to start
// and to check it.
func work(takes time.Duration) reader.Program {
	const each = 500 * time.Nanosecond
	return reader.Program{Name: "work", Source: fmt.Sprintf(`package main

import (
	"crypto/sha256"
	"fmt"
)

func main() {
	sum := sha256.Sum256(nil)
	for range %d {
		sum = sha256.Sum256(sum[:])
	}
	fmt.Printf("%%x\n", sum)
}
`, takes/each)}
}

var hello = reader.Program{Name: "hello", Source: "package main\n\nfunc main() { println(1) }\n"}

// warmUp is not counted: all readers' first programs run at once, and end in it.
const warmUp = 5 * time.Second

// turns are the cores whose nodes run in each turn of a round. Cores are not alike: what
// one node does is the mean of both, each alone.
var turns = [][]int{{0}, {1}, {0, 1}}

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
	// By turns: a second, a second of the nodes' processor time, and of bare loops.
	rates, each, bare := make([][]float64, len(turns)), make([][]float64, len(turns)), make([][]float64, len(turns))
	for range o.rounds {
		for i, cores := range turns {
			loops, err := loop(cores, bareFor)
			if err != nil {
				return err
			}
			rate, used, err := f.rate(ctx, cores, o)
			if err != nil {
				return err
			}
			fmt.Printf("nodes on cores %v: %.1f runs a second\n%s", cores, rate, used)
			bare[i] = append(bare[i], loops)
			rates[i] = append(rates[i], rate)
			each[i] = append(each[i], rate*o.length.Seconds()/used.ofNodes().Seconds())
		}
	}
	fmt.Printf("by the medians of %d rounds, two nodes run %.2f times as many programs as one, the mean of each alone, and %.2f times as many in a second of their own processor time; bare loops on both cores do %.2f times as much as on one\n",
		o.rounds, gain(rates), gain(each), gain(bare))
	return nil
}

// gain is how many times as much the last turn does as the mean of the others.
func gain(all [][]float64) float64 {
	alone := 0.0
	for _, turn := range all[:len(all)-1] {
		alone += median(turn) / float64(len(all)-1)
	}
	return median(all[len(all)-1]) / alone
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

// rate is how many programs the nodes of some cores run a second, for readers who always
// wait for one, and what that takes of the machine.
func (f *fleet) rate(ctx context.Context, cores []int, o options) (rate float64, took *usage, err error) {
	var members []*member
	for _, core := range cores {
		m := f.members[core]
		members = append(members, m)
		if err := m.start(); err != nil {
			return 0, nil, err
		}
	}
	defer f.stop()
	if err := errors.Join(f.healed(ctx), f.rested(ctx)); err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, warmUp+o.length)
	defer cancel()
	var done atomic.Int64
	var readers sync.WaitGroup
	counts := time.Now().Add(warmUp)
	program := work(o.work)
	for i := range o.crowd {
		r := reader.New(reader.Client{URL: "http://" + members[i%len(members)].http, Forwarded: fmt.Sprintf("10.1.0.%d", i+1)})
		readers.Go(func() {
			defer r.Close()
			for ctx.Err() == nil {
				run := r.Run(ctx, program)
				if run.Ended() == "ok" && time.Now().After(counts) {
					done.Add(1)
				}
				reader.Sleep(ctx, run.Promised())
			}
		})
	}
	reader.Sleep(ctx, warmUp)
	took = &usage{cores: cores}
	if err := took.count(members, -1); err != nil {
		return 0, nil, err
	}
	reader.Sleep(ctx, time.Until(counts.Add(o.length-50*time.Millisecond)))
	if err := took.count(members, +1); err != nil {
		return 0, nil, err
	}
	readers.Wait()
	return float64(done.Load()) / o.length.Seconds(), took, nil
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
