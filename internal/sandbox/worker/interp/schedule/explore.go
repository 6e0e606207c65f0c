package schedule

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/sandbox/wire"
)

// Program is what an Explorer runs, over and over.
type Program interface {
	// Reset makes everything as it was before the first run.
	Reset()
	// Start runs the program's main on the calling goroutine.
	Start()
	// Capture has all output of the program given to print, until it is called with nil.
	Capture(print func(b []byte))
}

// Explorer runs a program in many orders. Its program's goroutines go by its Scheduler.
type Explorer struct {
	T         *testing.T // for bubbles
	Program   Program
	Scheduler *Scheduler

	lost bool // a goroutine computes on, and nothing can be tried beside it
}

const (
	// searchShare is the part of the schedules, and of the time, that is for depth-first
	// search, 1 in so many, and searchBound the most switch points of those.
	searchShare = 3
	searchBound = 2
	// simplifying is the part of the time that is for making outcomes' schedules simple.
	simplifying = 0.25
	// maxOutcomes bounds how many are kept apart.
	maxOutcomes = 64
)

// found is an outcome, and a schedule that has it.
type found struct {
	wire.Outcome
	trail deviations
}

// Explore tries n schedules, the random ones by seed, for at most so long.
func (e *Explorer) Explore(n int, seed uint64, budget time.Duration) wire.Schedules {
	var rep wire.Schedules
	var all []*found
	index := map[string]*found{}
	begin := time.Now()
	deadline := begin.Add(budget)
	budget -= time.Duration(simplifying * float64(budget))
	note := func(r *turnstile) {
		rep.Runs++
		key := key(r.result)
		f := index[key]
		switch {
		case f == nil && len(all) == maxOutcomes:
			rep.Others++
			return
		case f == nil:
			f = &found{Outcome: r.result, trail: r.trail}
			index[key], all = f, append(all, f)
		case len(r.trail) < len(f.trail):
			f.trail, f.Outcome.Switches = r.trail, r.result.Switches
		}
		f.Count++
	}
	left := func() bool { return !e.lost && rep.Runs < n && time.Since(begin) < budget }
	choices := 0
	if r := e.measure(); e.lost {
		note(r)
	}
	deep := &search{bound: searchBound}
	for left() {
		if !deep.next() {
			rep.All = !deep.cut
			break
		}
		if rep.Runs > max(n/searchShare, 1) || time.Since(begin) > budget/searchShare {
			break
		}
		r := e.once(deep)
		choices = max(choices, r.choices)
		note(r)
	}
	for i := uint64(0); !rep.All && left(); i++ {
		note(e.once(random(seed+i, choices)))
	}
	for i, f := range all {
		share := time.Until(deadline) / time.Duration(len(all)-i)
		rep.Outcomes = append(rep.Outcomes, e.minimise(f, time.Now().Add(share)))
	}
	return bounded(rep)
}

// maxReport bounds a report's texts, in bytes, and maxLines what is listed of an outcome.
const (
	maxReport = 100 << 10
	maxLines  = 20
)

// bounded is a report in which no more is told than somebody wants to read.
func bounded(rep wire.Schedules) wire.Schedules {
	slices.SortStableFunc(rep.Outcomes, func(a, b wire.Outcome) int { return b.Count - a.Count })
	room := maxReport
	for i := range rep.Outcomes {
		o := &rep.Outcomes[i]
		if n := len(o.Blocked); n > maxLines {
			o.Blocked = append(o.Blocked[:maxLines:maxLines], fmt.Sprintf("and %d more", n-maxLines))
		}
		o.Switches = o.Switches[:min(len(o.Switches), maxLines)]
		if most := room / (len(rep.Outcomes) - i); len(o.Output) > most {
			o.Output = o.Output[:most] + "…"
		}
		room -= len(o.Output)
		if len(o.Seed) > maxSeed { // too far from what can be followed
			o.Seed = ""
		}
	}
	return rep
}

// maxSeed bounds the name of a schedule, in bytes.
const maxSeed = 2000

// measure sets how many operations a schedule may have, by the one in which nobody is
// stopped.
func (e *Explorer) measure() *turnstile {
	e.Scheduler.most = longSteps
	r := e.once(deviations{})
	e.Scheduler.most = maxSteps
	if e.lost {
		return r
	}
	if !r.cut {
		e.Scheduler.most = min(longSteps, max(maxSteps, 2*r.taken))
	}
	return r
}

// random is the strategy of a seed: every other one is a walk.
func random(seed uint64, choices int) Strategy {
	r := rand.New(rand.NewPCG(seed, 0))
	if seed%2 == 0 {
		return walk{r}
	}
	return newPCT(r, 2+int(seed/2%3), choices)
}

// Replay follows the schedule of that name.
func (e *Explorer) Replay(name string) (wire.Outcome, error) {
	var s Strategy
	if seed, err := strconv.ParseUint(name, 10, 64); err == nil && seed != 0 {
		s = random(seed, 64)
	} else if s, err = parse(name); err != nil {
		return wire.Outcome{}, err
	}
	r := e.measure()
	if !e.lost {
		r = e.once(s)
	}
	r.result.Seed = r.trail.String()
	r.result.Count = 1
	return r.result, nil
}

// minimise leaves out of an outcome's schedule what it does not need: first halves of its
// deviations, then quarters, and so on (Zeller and Hildebrandt's delta debugging).
func (e *Explorer) minimise(f *found, deadline time.Time) wire.Outcome {
	want := key(f.Outcome)
	for size := (len(f.trail) + 1) / 2; !e.lost && size > 0 && time.Now().Before(deadline); {
		shorter := false
		for from := 0; from < len(f.trail) && time.Now().Before(deadline); from += size {
			numbers := f.trail.numbers()
			fewer := maps.Clone(f.trail)
			for _, n := range numbers[from:min(from+size, len(numbers))] {
				delete(fewer, n)
			}
			if r := e.once(fewer); key(r.result) == want && len(r.trail) < len(f.trail) {
				f.trail, f.Outcome.Switches, shorter = r.trail, r.result.Switches, true
				from -= size // what follows has moved up
			}
		}
		if size = min(size, len(f.trail)); !shorter || size > 1 {
			size /= 2
		}
	}
	f.Outcome.Seed = f.trail.String()
	return f.Outcome
}

// key tells outcomes apart.
func key(o wire.Outcome) string {
	var places []string // which of several goroutines waits there, is all the same
	for _, b := range o.Blocked {
		_, at, _ := strings.Cut(b, " [")
		places = append(places, at)
	}
	slices.Sort(places)
	places = slices.Compact(places)
	return fmt.Sprintf("%s %d %q %q %s", o.Kind, o.Exit, o.Message, o.Output, strings.Join(places, "\n"))
}

// once runs the program in one order.
func (e *Explorer) once(s Strategy) *turnstile {
	e.Program.Reset()
	r := newTurnstile(e.Scheduler, s)
	e.Scheduler.run = r
	r.result.Kind = wire.OutcomeOK
	e.Program.Capture(r.print)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		// Goroutines that wait in compiled code for ever stay behind.
		defer func() { _ = recover() }()
		synctest.Test(e.T, func(*testing.T) {
			r.wake = make(chan struct{}, 1) // of the bubble
			r.root(e.Program.Start)
		})
	}()
	e.lost = !r.ends(finished)
	e.Program.Capture(nil)
	r.result.Switches = r.points
	return r
}

// computing is how long a goroutine may compute after main has returned, without anything
// that others can see: nothing can stop it, and it needs not be waited for.
const computing = time.Second

// ends waits until the schedule has, and says whether all of its goroutines are at an end.
func (r *turnstile) ends(finished <-chan struct{}) bool {
	tick := time.NewTicker(computing)
	defer tick.Stop()
	taken := -1 // after main has returned
	for {
		select {
		case <-finished:
			return true
		case <-tick.C:
		}
		r.mu.Lock()
		if r.main && r.taken == taken {
			r.over = true
			r.mu.Unlock()
			return false
		}
		if r.main {
			taken = r.taken
		}
		r.mu.Unlock()
	}
}

// Crash ends the schedule that is going on, and the calling goroutine, with the text of a
// panic that nobody recovered from.
func (e *Explorer) Crash(text string) {
	message, _, _ := strings.Cut(text, "\n\ngoroutine ")
	e.Scheduler.run.fail(wire.OutcomePanic, 2, message)
}

// Exit is the same for os.Exit.
func (e *Explorer) Exit(code int) {
	kind := wire.OutcomeExit
	if code == 0 {
		kind = wire.OutcomeOK
	}
	e.Scheduler.run.fail(kind, code, "")
}
