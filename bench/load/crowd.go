//go:build linux

package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// patience bounds one click.
const patience = 2 * time.Minute

// tally is what came of a crowd.
type tally struct {
	mu       sync.Mutex
	clicks   int
	through  int             // clicks that got through, sooner or later
	within   int             // before the time was over
	failed   map[string]int  // how the others ended
	refusals map[string]int  // by code
	promises int             // refusals with a time
	broken   int             // promises
	lost     int             // connections that ended during a run
	first    []time.Duration // from click to first output
	faults   []string        // of histories
	idle     int             // silent sockets that were open at the end
}

// crowd is the scenario.
func crowd(ctx context.Context, o options) error {
	all, err := article(o.post)
	if err != nil {
		return err
	}
	dir, sides, clean, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer clean()
	fmt.Printf("%d readers over %v, each thinking %v between the %d programs of %s, for %v, beside %d idle sockets; form %s\n",
		o.readers, o.arrive, o.think, len(all), o.post, o.length, o.idle, o.form)
	rates := map[string][]float64{}
	for range o.rounds {
		for _, b := range sides {
			t, err := crowdOn(ctx, dir, b, o, all)
			if err != nil {
				return err
			}
			rates[b.Commit] = append(rates[b.Commit], float64(t.within)/o.length.Minutes())
			if b.Commit == "" && len(t.faults) > 0 {
				return fmt.Errorf("%d faults in histories", len(t.faults))
			}
		}
	}
	if o.old != "" && o.tree {
		now, then := median(rates[""]), median(rates[o.old])
		fmt.Printf("\nfinished a minute, medians: %.0f, %s %.0f, ratio %.2f\n", now, o.old, then, now/then)
	}
	return nil
}

// builds returns what to measure: the old build first, if there is one.
func builds(ctx context.Context, dir string, o options) ([]*server.Build, error) {
	var all []*server.Build
	if o.old != "" {
		b, err := server.Make(ctx, dir, o.old)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	if !o.tree {
		return all, nil
	}
	b, err := server.Make(ctx, dir, "")
	return append(all, b), err
}

// workDir makes a directory that every user can read.
func workDir() (string, error) {
	dir, err := os.MkdirTemp("", "playground-bench-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

func crowdOn(ctx context.Context, dir string, b *server.Build, o options, all []program) (*tally, error) {
	s, err := server.Start(ctx, dir, b, server.Options{Form: o.form, Args: trust(b, o.form)})
	if err != nil {
		return nil, err
	}
	defer s.Stop(20 * time.Second)
	first, cpu, err := alone(ctx, client(s, b, o.form, 0), all)
	if err != nil {
		return nil, err
	}
	fmt.Printf("\n%s\n  alone: first byte %s; %v of CPU for all\n", sideName(b), spread(first), cpu.Round(time.Millisecond))
	before := cpuTime()
	t := gather(ctx, s, b, o, all)
	t.print(o, cpuTime()-before)
	if !s.Alive() {
		return t, fmt.Errorf("the server died; its last words:\n%s", s.LastWords())
	}
	reader.Sleep(ctx, o.settle)
	return t, nil
}

// trust lets readers of a container be told apart: all of them come from the
// bridge's address.
func trust(b *server.Build, f server.Form) []string {
	if f == server.Container && b.Commit == "" {
		return []string{"--trust-proxy", "172.16.0.0/12"}
	}
	return nil
}

// client is the i-th of a crowd.
func client(s *server.Server, b *server.Build, f server.Form, i int) reader.Client {
	c := reader.Client{URL: s.URL, Old: b.Commit != ""}
	if f == server.Container {
		c.Forwarded = fmt.Sprintf("10.1.%d.%d", i/250, i%250+1)
	} else {
		c.Local = fmt.Sprintf("127.1.%d.%d", i/250, i%250+1)
	}
	return c
}

// gather lets the crowd come, and returns when it has left.
func gather(ctx context.Context, s *server.Server, b *server.Build, o options, all []program) *tally {
	t := &tally{failed: map[string]int{}, refusals: map[string]int{}}
	silent, leave := context.WithCancel(ctx)
	idle := sit(silent, s, b, o)
	begun := time.Now()
	var readers sync.WaitGroup
	for i := range o.readers {
		readers.Go(func() {
			reader.Sleep(ctx, o.arrive*time.Duration(i)/time.Duration(o.readers))
			t.read(ctx, client(s, b, o.form, i), o, all, i, begun.Add(o.length))
		})
	}
	readers.Wait()
	leave()
	t.idle = idle()
	return t
}

// silentSockets is how many there are beside b.
func silentSockets(b *server.Build, o options) int {
	if b.Commit != "" {
		return min(o.idle, o.oldIdle)
	}
	return o.idle
}

// sit opens the silent sockets. The function that it returns waits for them to
// end and returns how many had stayed until silent ended.
func sit(silent context.Context, s *server.Server, b *server.Build, o options) func() int {
	var sockets, opened sync.WaitGroup
	var mu sync.Mutex
	stayed := 0
	for i := range silentSockets(b, o) {
		opened.Add(1)
		sockets.Go(func() {
			// Four sockets to an address, and none of them a reader's.
			r := reader.New(client(s, b, o.form, 1000+i/4))
			defer r.Close()
			err := r.Connect(silent)
			opened.Done()
			if err != nil {
				return
			}
			if r.Listen(silent); silent.Err() != nil {
				mu.Lock()
				defer mu.Unlock()
				stayed++
			}
		})
		if i%50 == 49 {
			opened.Wait()
		}
	}
	opened.Wait()
	return func() int { sockets.Wait(); return stayed }
}

// read is one reader's visit.
func (t *tally) read(ctx context.Context, c reader.Client, o options, all []program, first int, end time.Time) {
	r := reader.New(c)
	defer r.Close()
	for n := first; time.Now().Before(end) && ctx.Err() == nil; n++ {
		p := all[n%len(all)]
		click := r.Click(ctx, p.Program, patience)
		t.add(click, p, time.Now().Before(end))
		reader.Sleep(ctx, o.think)
	}
}

func (t *tally) add(c *reader.Click, p program, inTime bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clicks++
	if c.Through(p.status) {
		t.through++
		t.first = append(t.first, c.First)
		if inTime {
			t.within++
		}
	} else {
		t.failed[p.Name+": "+c.Ended()]++
	}
	for code, n := range c.Refusals {
		t.refusals[code] += n
	}
	t.promises += c.Promises
	t.broken += c.Broken
	t.lost += max(0, c.Connections-1)
	t.faults = append(t.faults, c.Faults...)
	if c.Last == nil && !c.Old() {
		t.faults = append(t.faults, fmt.Sprintf("run %s of %s has no last message", c.ID, p.Name))
	}
}

func (t *tally) print(o options, own time.Duration) {
	fmt.Printf("  first byte       %s\n", spread(t.first))
	fmt.Printf("  finished         %.0f a minute; %d of %d clicks got through\n", float64(t.within)/o.length.Minutes(), t.through, t.clicks)
	fmt.Printf("  refusals         %s; %d with a time to come again, %d of them broken\n", counts(t.refusals), t.promises, t.broken)
	fmt.Printf("  not through      %s\n", counts(t.failed))
	fmt.Printf("  idle sockets     %d stayed; connections lost by readers: %d\n", t.idle, t.lost)
	fmt.Printf("  the readers' own CPU time: %v\n", own.Round(10*time.Millisecond))
	for _, f := range t.faults[:min(len(t.faults), 10)] {
		fmt.Println("  FAULT", f)
	}
}

func counts(m map[string]int) string {
	if len(m) == 0 {
		return "none"
	}
	var all []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(all[:min(len(all), 12)], ", ")
}
