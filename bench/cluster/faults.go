//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"playground/bench/internal/reader"
)

// steps prints a number to each stream four times a second, for nine seconds, and
// longer where a node stands still.
var steps = reader.Program{Name: "steps", Wall: wall, Source: `package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	for i := 1; i <= 36; i++ {
		fmt.Println(i)
		fmt.Fprintln(os.Stderr, -i)
		time.Sleep(250 * time.Millisecond)
	}
}
`}

const (
	lines = 36
	wall  = 30 * time.Second
)

// A storm's times.
const (
	calm = 5 * time.Second
	// silence is what a reader lets pass before it looks elsewhere, when a gateway
	// has gone without a word; a balancer's health checks do the same.
	silence  = time.Second
	patience = time.Minute
)

// storm is a fleet that is broken while readers read.
type storm struct {
	*fleet
	o options

	mu      sync.Mutex
	ends    map[string]int
	breaks  []time.Duration // from a lost connection to the next message
	silent  []time.Duration // from the message before, where a gateway went silent
	still   []time.Duration // the same, where the runner was broken itself, and came back
	starts  []time.Duration // from the click, where the connection broke before the run had begun
	lost    []time.Duration // from the message before to the word that the runner is lost
	slow    []string        // what took longer than promised, for people
	did     map[string]int  // faults
	runners map[string]int  // the nodes that run what has started, by its id
	pairs   map[string]int  // of versions, where there are two
	cutOff  map[string]int  // whether they said that they are ready
	begun   time.Time
	faults  []happened
	wrong   []string
}

func faults(ctx context.Context, o options) error {
	dir, clean, err := workDir()
	if err != nil {
		return err
	}
	defer clean()
	limits := []string{"--wall", wall.String()}
	f, err := newFleet(ctx, dir, limits, limits, limits)
	if err != nil {
		return err
	}
	defer f.close()
	if err := f.startAll(ctx); err != nil {
		return err
	}
	s := newStorm(f, o)
	var healed time.Duration
	err = s.beside(ctx, func() error {
		err := s.blow(ctx)
		begun := time.Now()
		err = errors.Join(err, f.healed(ctx))
		healed = time.Since(begun)
		reader.Sleep(ctx, calm)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("all nodes heard one another again after %v\n", healed.Round(time.Millisecond))
	err = s.works(ctx)
	if len(s.wrong) > 0 {
		err = errors.Join(err, fmt.Errorf("%d histories are wrong", len(s.wrong)))
	}
	return err
}

func newStorm(f *fleet, o options) *storm {
	return &storm{fleet: f, o: o, begun: time.Now(), ends: map[string]int{}, did: map[string]int{}, runners: map[string]int{}, pairs: map[string]int{}, cutOff: map[string]int{}}
}

// beside has readers read while do does something, and prints what became of their runs.
func (s *storm) beside(ctx context.Context, do func() error) error {
	reading, calmDown := context.WithCancel(ctx)
	defer calmDown()
	readers := s.read(reading)
	reader.Sleep(ctx, calm)
	err := do()
	calmDown()
	readers.Wait()
	fmt.Print(s)
	return err
}

// read starts the readers. They see through the run that they are at when ctx ends.
func (s *storm) read(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	for i := range s.o.readers {
		urls := s.urls(i)
		r := reader.New(reader.Client{
			URL: urls[0], Others: urls[1:], HTTP: i%4 == 3, Forwarded: fmt.Sprintf("10.1.%d.%d", i/250, i%250+1),
			Dial: silence, Silence: silence,
		})
		r.Patience = patience
		r.Started = s.follow
		all.Go(func() {
			defer r.Close()
			reader.Sleep(ctx, rand.N(9*time.Second)) // readers do not click all at a time
			for ctx.Err() == nil {
				run := r.Run(context.WithoutCancel(ctx), steps)
				s.add(run)
				reader.Sleep(ctx, max(s.o.think/2+rand.N(s.o.think), run.Promised()))
			}
		})
	}
	return &all
}

// add checks a history and counts it.
func (s *storm) add(run *reader.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	runner := s.runners[run.ID]
	delete(s.runners, run.ID)
	s.ends[run.Ended()]++
	s.wrong = append(s.wrong, run.Faults...)
	for _, b := range run.Breaks {
		s.addBreak(run, b, runner)
	}
	switch ended := run.Ended(); ended {
	case "ok", "starved": // the machine's fault, and said so
	case "node_lost":
		s.addLost(run)
	default:
		if run.Started || run.Last == nil {
			s.wrong = append(s.wrong, fmt.Sprintf("run %s ended: %s (%v)", run.ID, ended, run.Trouble))
		}
	}
	s.checkLines(run, "stdout", run.Stdout.String(), "")
	s.checkLines(run, "stderr", run.Stderr.String(), "-")
}

// checkLines compares what steps printed with what came: all of it, or its beginning.
func (s *storm) checkLines(run *reader.Run, name, got, sign string) {
	var b strings.Builder
	for i := 1; i <= lines; i++ {
		b.WriteString(sign + strconv.Itoa(i) + "\n")
	}
	want := b.String()
	if !strings.HasPrefix(want, got) || run.Ended() == "ok" && got != want {
		s.wrong = append(s.wrong, fmt.Sprintf("run %s ended %s with %d of %d bytes of %s: %.80q", run.ID, run.Ended(), len(got), len(want), name, got))
	}
}

// fault breaks a node for a while and mends it.
type fault struct {
	name string
	do   func(ctx context.Context, m *member) error
}

// kinds are the faults that can be made here.
func (s *storm) kinds() []fault {
	all := []fault{
		{"SIGKILL", func(ctx context.Context, m *member) error {
			if err := m.end(syscall.SIGKILL); err != nil {
				return err
			}
			reader.Sleep(ctx, rand.N(time.Second))
			return m.start()
		}},
		{"SIGSTOP", func(ctx context.Context, m *member) error {
			if err := m.signal(syscall.SIGSTOP); err != nil {
				return err
			}
			reader.Sleep(ctx, rand.N(5*time.Second))
			return m.signal(syscall.SIGCONT)
		}},
	}
	if s.net != nil {
		all = append(all, fault{"partition", func(ctx context.Context, m *member) error {
			if err := s.net.part(m.number); err != nil {
				return err
			}
			lasts := rand.N(5 * time.Second)
			if lasts > silence {
				reader.Sleep(ctx, silence)
				s.isReady(ctx, m)
				lasts -= silence
			}
			reader.Sleep(ctx, lasts)
			return s.net.mend(m.number)
		}})
	}
	return all
}

// blow makes so many faults, one after the other, with little time between.
func (s *storm) blow(ctx context.Context) error {
	kinds := s.kinds()
	for range s.o.faults {
		k, m := kinds[rand.IntN(len(kinds))], s.members[rand.IntN(len(s.members))]
		over := s.happens(k.name, m)
		err := k.do(ctx, m)
		over()
		if err != nil {
			return fmt.Errorf("%s of node %d: %w", k.name, m.number, err)
		}
		reader.Sleep(ctx, 500*time.Millisecond+rand.N(2*time.Second))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// works sees that every node runs a program, and that what is shared by one is had by
// all.
func (s *storm) works(ctx context.Context) error {
	for i := range s.members {
		r := reader.New(reader.Client{URL: s.urls(i)[0], Forwarded: "10.2.0.1"})
		run := r.Run(ctx, reader.Program{Name: "hello", Source: "package main\n\nfunc main() { println(1) }\n"})
		r.Close()
		if run.Ended() != "ok" {
			return fmt.Errorf("after all of it, node %d: %s", i+1, run.Ended())
		}
	}
	id, err := shareHello(ctx, s.urls(0)[0])
	if err != nil {
		return err
	}
	for _, url := range s.urls(0) {
		if status, _ := get(ctx, url+"/p/"+id); status != 200 {
			return fmt.Errorf("what was shared is not at %s: status %d", url, status)
		}
	}
	return nil
}

// String is some lines for people.
func (s *storm) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "faults: %s\n", reader.Counts(s.did))
	fmt.Fprintf(&b, "%d readers; runs: %s\n", s.o.readers, reader.Counts(s.ends))
	if len(s.cutOff) > 0 {
		fmt.Fprintf(&b, "nodes that were cut off for a second: %s\n", reader.Counts(s.cutOff))
	}
	if len(s.pairs) > 0 {
		fmt.Fprintf(&b, "runs by %s\n", reader.Counts(s.pairs))
	}
	figures(&b, "connections that broke, until the next message", s.breaks)
	figures(&b, "gateways that went silent, from the message before to the next", s.silent)
	figures(&b, "the same, where the run stood still with its runner", s.still)
	figures(&b, "connections that broke before the run had begun, from the click", s.starts)
	figures(&b, "runners that were lost, from the message before to the end", s.lost)
	for i, line := range s.slow {
		if i == 20 {
			fmt.Fprintf(&b, "    slow: %d more\n", len(s.slow)-i)
			break
		}
		fmt.Fprintf(&b, "    slow: %s\n", line)
	}
	for i, w := range s.wrong {
		if i == 50 {
			fmt.Fprintf(&b, "    and %d more\n", len(s.wrong)-i)
			break
		}
		fmt.Fprintf(&b, "    WRONG %s\n", w)
	}
	return b.String()
}

func figures(b *strings.Builder, what string, all []time.Duration) {
	if len(all) == 0 {
		fmt.Fprintf(b, "%s: none\n", what)
		return
	}
	slices.Sort(all)
	fmt.Fprintf(b, "%s: %d; %v at the median, %v at the 99th percentile, %v at most\n", what, len(all), at(all, 0.5), at(all, 0.99), at(all, 1))
}
