//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"playground/bench/internal/reader"
)

// promised is how soon readers read on, nearly all of them, and told how soon they hear
// that a runner is lost.
const (
	promised = time.Second
	told     = 3 * time.Second
)

// happened is a fault, and when.
type happened struct {
	name        string
	node        int
	begun, over time.Time // over is zero while it lasts
}

// happens notes that a fault begins; what it returns, that it has been mended.
func (s *storm) happens(name string, m *member) (over func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.did[name]++
	s.faults = append(s.faults, happened{name: name, node: m.number, begun: time.Now()})
	i := len(s.faults) - 1
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults[i].over = time.Now()
	}
}

// during are the faults of a time.
func (s *storm) during(from, to time.Time) (list []happened) {
	for _, h := range s.faults {
		if h.begun.Before(to) && (h.over.IsZero() || h.over.After(from)) {
			list = append(list, h)
		}
	}
	return list
}

// follow finds out which node runs what has just started, unless none says so.
func (s *storm) follow(run *reader.Run) {
	id, trace, by := run.ID, run.Trace, run.By()
	for _, m := range s.members {
		go func() { // one that stands still does not answer
			if status, _ := get(context.Background(), "http://"+m.admin+"/debug/runs/"+trace); status == http.StatusOK {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.runners[id] = m.number
				if s.o.old != "" {
					s.pairs[s.pairing(by, m)]++
				}
			}
		}()
	}
}

// isReady counts whether a node that has been cut off for long enough to know it tells its
// balancer to send readers elsewhere.
func (s *storm) isReady(ctx context.Context, m *member) {
	said := "not ready"
	if status, _ := get(ctx, "http://"+m.http+"/readyz"); status == http.StatusOK {
		said = "ready"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cutOff[said]++
}

// addBreak counts how long a reader waited. Where the run stood still itself, with its
// runner, no gateway could have had anything to say. The caller holds mu.
func (s *storm) addBreak(run *reader.Run, b reader.Break, runner int) {
	switch {
	case b.Ended:
		return
	case !b.Began:
		s.starts = append(s.starts, b.Still)
		return
	}
	faults := s.during(b.Over.Add(-b.Still), b.Over)
	for _, h := range faults {
		if h.node == runner && h.name == "SIGSTOP" {
			s.still = append(s.still, b.Still)
			return
		}
	}
	took := b.Lasted
	if b.Still-b.Lasted > silence/2 {
		took = b.Still
		s.silent = append(s.silent, took)
	} else {
		s.breaks = append(s.breaks, took)
	}
	if took > promised {
		s.slow = append(s.slow, s.timeline(run, b, runner))
	}
}

// addLost counts how long a reader waited for the word that the runner is lost. The
// caller holds mu.
func (s *storm) addLost(run *reader.Run) {
	s.lost = append(s.lost, run.Before)
	if run.Before > told {
		over := run.Clicked.Add(run.Whole)
		s.slow = append(s.slow, fmt.Sprintf("run %s, lost: last message at %s, its end at %s%s", run.ID,
			s.at(over.Add(-run.Before)), s.at(over), s.meanwhile(run, over.Add(-run.Before), over)))
	}
}

// at is a time of the storm, for people.
func (s *storm) at(t time.Time) string { return fmt.Sprintf("%.2f s", t.Sub(s.begun).Seconds()) }

// timeline tells what went on while a reader waited.
func (s *storm) timeline(run *reader.Run, b reader.Break, runner int) string {
	return fmt.Sprintf("run %s on node %d: last message at %s, connection to %s lost at %s, next by %s at %s%s", run.ID, runner,
		s.at(b.Over.Add(-b.Still)), b.From, s.at(b.Over.Add(-b.Lasted)), b.To, s.at(b.Over), s.meanwhile(run, b.Over.Add(-b.Still), b.Over))
}

// meanwhile tells what a reader tried, and what was broken, in a time and shortly before.
func (s *storm) meanwhile(run *reader.Run, from, to time.Time) string {
	const before = 3 * time.Second
	var line strings.Builder
	for _, t := range run.Way {
		if t.Over.After(from) && t.Began.Before(to) {
			fmt.Fprintf(&line, "; asked %s at %s until %s (%s)", t.Server, s.at(t.Began), s.at(t.Over), t.Why)
		}
	}
	for _, h := range s.during(from.Add(-before), to) {
		over := "now"
		if !h.over.IsZero() {
			over = s.at(h.over)
		}
		fmt.Fprintf(&line, "; %s of node %d from %s to %s", h.name, h.node, s.at(h.begun), over)
	}
	return line.String()
}
