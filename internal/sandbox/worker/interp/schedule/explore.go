package schedule

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/sandbox/events"
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

	// Ring, if not nil, is where the events of a schedule that is replayed go.
	Ring *events.Ring

	// Races, if not nil, finds data races: a mode that is asked before the Scheduler.
	Races races

	deadline time.Time     // of the schedule that is going on
	grace    time.Duration // that it has to end after that
	lost     bool          // a goroutine computes on, and nothing can be tried beside it
	stuck    *wire.Doing   // who waits where nobody else can be let go on
}

const (
	// searchShare is the part of the schedules, and of the time, that is for depth-first
	// search, 1 in so many, and searchBound the most switch points of those.
	searchShare = 3
	searchBound = 2
	// simplifying is the part of the time that is for making outcomes' schedules simple.
	simplifying = 0.25
	// measuring is the part of the time that the first schedule may take, 1 in so much.
	measuring = 2
)

// found is an outcome, and a schedule that has it.
type found struct {
	wire.Outcome
	trail deviations
	brief bool // it ends within the first operations
}

// exploration is what is found on the way.
type exploration struct {
	*Explorer
	n      int
	begin  time.Time
	budget time.Duration // without what is for making schedules simple
	rep    wire.Schedules
	all    []*found
	index  map[string]*found
}

// Explore tries n schedules, the random ones by seed, for at most so long.
func (e *Explorer) Explore(n int, seed uint64, budget time.Duration) (wire.Schedules, []wire.Outcome) {
	begin := time.Now()
	e.grace = min(ending, budget/endingPart)
	x := &exploration{Explorer: e, n: n, begin: begin, budget: budget - time.Duration(simplifying*float64(budget)), index: map[string]*found{}}
	e.deadline = begin.Add(x.budget / measuring)
	first := e.measure()
	if e.lost {
		x.note(first)
	}
	e.deadline = begin.Add(x.budget)
	x.search()
	for i := uint64(0); !x.rep.All && x.left(); i++ {
		// Of a long program the beginning shows most, and can be tried more often.
		if short := first.taken > maxSteps && i%4 != 0; short {
			x.beginning(random(seed+i, early))
		} else {
			x.note(e.once(random(seed+i, first.choices)))
		}
	}
	if e.stuck != nil {
		x.perturb(seed)
	}
	if x.rep.Runs == 0 {
		x.note(first.endlessly())
	}
	var outcomes []wire.Outcome
	for i, f := range x.all {
		if x.rep.Perturbed { // no run of those can be made again
			f.Seed = ""
			outcomes = append(outcomes, f.Outcome)
			continue
		}
		share := time.Until(begin.Add(budget)) / time.Duration(len(x.all)-i)
		e.deadline = time.Now().Add(share)
		outcomes = append(outcomes, e.minimise(f))
	}
	return x.rep, bounded(outcomes)
}

// beginning tries the first operations of a schedule. If it ends there, so it does where
// it may go on for longer; otherwise it has shown nothing.
func (x *exploration) beginning(s Strategy) {
	most := x.Scheduler.most
	x.Scheduler.most = maxSteps
	r := x.once(s)
	x.Scheduler.most = most
	if !r.cut {
		r.brief = true
		x.note(r)
	}
}

// search tries schedules depth first, for their part of time and number.
func (x *exploration) search() {
	deep := &search{bound: searchBound}
	for x.left() {
		if !deep.next() {
			x.rep.All = !deep.cut
			return
		}
		if x.rep.Runs > max(x.n/searchShare, 1) || time.Since(x.begin) > x.budget/searchShare {
			return
		}
		x.note(x.once(deep))
	}
}

// left says whether there is more to try.
func (x *exploration) left() bool {
	return !x.lost && x.stuck == nil && x.rep.Runs < x.n && time.Since(x.begin) < x.budget
}

// note takes what a schedule has led to. One that was cut short because its time was up
// has shown nothing.
func (x *exploration) note(r *turnstile) {
	if r.late && !x.lost || r.barred {
		return
	}
	x.rep.Runs++
	key := key(r.result)
	f := x.index[key]
	switch {
	case f == nil && len(x.all) == wire.MaxOutcomes:
		x.rep.Others++
		return
	case f == nil:
		f = &found{Outcome: r.result, trail: r.trail, brief: r.brief}
		x.index[key], x.all = f, append(x.all, f)
	case len(r.trail) < len(f.trail):
		f.trail, f.Outcome.Switches, f.brief = r.trail, r.result.Switches, r.brief
	}
	f.Count++
}

// maxReport bounds a report's output, in bytes, and maxLines what is listed of an outcome.
const (
	maxReport = 100 << 10
	maxLines  = 20
)

// bounded are outcomes of which no more is told than somebody wants to read, the most
// frequent ones first.
func bounded(list []wire.Outcome) []wire.Outcome {
	slices.SortStableFunc(list, func(a, b wire.Outcome) int { return b.Count - a.Count })
	room := maxReport
	for i := range list {
		o := &list[i]
		if most := room / (len(list) - i); len(o.Output) > most {
			o.Output = strings.ToValidUTF8(o.Output[:most], "") + "…"
		}
		room -= len(o.Output)
		*o = brief(*o)
	}
	return list
}

// brief is an outcome with the first of those who wait and of its switch points.
func brief(o wire.Outcome) wire.Outcome {
	o.Count = max(o.Count, 1)
	if n := len(o.Blocked); n > maxLines {
		o.Blocked = append(o.Blocked[:maxLines:maxLines], wire.Doing{Name: fmt.Sprintf("and %d more", n-maxLines)})
	}
	o.Switches = o.Switches[:min(len(o.Switches), maxLines)]
	o.Message = strings.ToValidUTF8(o.Message[:min(len(o.Message), maxText)], "")
	if len(o.Seed) > wire.MaxSeed { // too far from what can be followed
		o.Seed = ""
	}
	return o.Fit()
}

// maxText bounds what the runtime says, in bytes.
const maxText = 2 << 10

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

// random is the strategy of a seed: the three take turns.
func random(seed uint64, choices int) Strategy {
	r := rand.New(rand.NewPCG(seed, 0))
	switch n := int(seed / 3 % 3); seed % 3 {
	case 0:
		return walk{r}
	case 1:
		return newFew(r, 1+n, choices)
	default:
		return newPCT(r, 2+n, choices)
	}
}

// Replay follows the schedule of that name, or the random one of that number, for at most
// so long.
func (e *Explorer) Replay(name string, budget time.Duration) (wire.Outcome, error) {
	seed, err := strconv.ParseUint(name, 10, 64)
	isNumber := err == nil && seed != 0
	s, err := parse(name)
	if err != nil && !isNumber {
		return wire.Outcome{}, err
	}
	e.grace = min(ending, budget/endingPart)
	e.deadline = time.Now().Add(budget / measuring)
	first := e.measure()
	if e.lost || first.barred {
		return brief(first.result), nil
	}
	if e.deadline = time.Now().Add(budget / measuring); isNumber {
		return e.watch(random(seed, first.choices), -1).result, nil
	}
	return e.watch(s, -1).result, nil
}

// Follow makes those choices one after the other, and returns the next one, or how the
// program has ended before it.
func (e *Explorer) Follow(choices []int, budget time.Duration) (*wire.Choice, wire.Outcome) {
	e.grace = min(ending, budget/endingPart)
	e.deadline = time.Now().Add(budget / measuring)
	first := e.measure()
	if e.lost || first.barred {
		return nil, brief(first.result)
	}
	e.deadline = time.Now().Add(budget / measuring)
	s := deviations{}
	for n, i := range choices {
		s[n] = i
	}
	r := e.watch(s, len(choices))
	return r.choice, r.result
}

// watch runs the program in one order, to that choice if it is not -1, and delivers the
// events.
func (e *Explorer) watch(s Strategy, stop int) *turnstile {
	r := e.prepare(s)
	r.stop = stop
	if e.Ring != nil {
		r.rec = newRecord(r)
	}
	e.run(r)
	if r.rec != nil {
		r.rec.deliver(e.Ring)
	}
	r.result.Seed, r.result.Count = r.trail.String(), 1
	r.result = brief(r.result)
	return r
}

// minimise leaves out of an outcome's schedule what it does not need: first halves of its
// deviations, then quarters, and so on (Zeller and Hildebrandt's delta debugging).
func (e *Explorer) minimise(f *found) wire.Outcome {
	deadline := e.deadline
	want := key(f.Outcome)
	if f.brief {
		defer func(most int) { e.Scheduler.most = most }(e.Scheduler.most)
		e.Scheduler.most = maxSteps
	}
	for size := (len(f.trail) + 1) / 2; !e.lost && e.stuck == nil && size > 0 && time.Now().Before(deadline); {
		shorter := false
		for from := 0; from < len(f.trail) && time.Now().Before(deadline); from += size {
			numbers := f.trail.numbers()
			fewer := maps.Clone(f.trail)
			for _, n := range numbers[from:min(from+size, len(numbers))] {
				delete(fewer, n)
			}
			if r := e.once(fewer); !r.late && !r.barred && key(r.result) == want && len(r.trail) < len(f.trail) {
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
		places = append(places, fmt.Sprintf("%s %s:%d", b.What, b.File, b.Line))
	}
	slices.Sort(places)
	places = slices.Compact(places)
	return fmt.Sprintf("%s %d %q %q %s", o.Kind, o.Exit, o.Message, o.Output, strings.Join(places, "\n"))
}

// once runs the program in one order.
func (e *Explorer) once(s Strategy) *turnstile {
	r := e.prepare(s)
	e.run(r)
	return r
}

// prepare makes everything as it was before the first run.
func (e *Explorer) prepare(s Strategy) *turnstile {
	e.Program.Reset()
	if e.Races != nil {
		e.Races.Reset()
	}
	r := newTurnstile(e.Scheduler, s)
	r.races, r.unfit = e.Races, e.Unfit
	e.Scheduler.run = r
	r.result.Kind = wire.OutcomeOK
	return r
}

// run follows a schedule to its end.
func (e *Explorer) run(r *turnstile) {
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
	e.lost = !e.ends(r, finished)
	e.Program.Capture(nil)
	r.result.Switches = r.points
	if e.Races != nil && !r.barred {
		r.raced(e.Races.Races())
	}
}

const (
	// computing is how long a goroutine may compute after main has returned, without
	// anything that others can see: nothing can stop it, and it needs not be waited for.
	computing = time.Second
	// ending is how long a schedule may take to end when its time is up, at most; and the
	// part of all the time that this may be, 1 in so much.
	ending     = time.Second
	endingPart = 4
	// stalled is after how long without an operation it is looked whether there can be one.
	stalled = 200 * time.Millisecond
	// looking is the time between two looks at a schedule.
	looking = 50 * time.Millisecond
)

// ends waits until the schedule has ended, and ends it when its time is up. It says
// whether all of its goroutines are at an end.
func (e *Explorer) ends(r *turnstile, finished <-chan struct{}) bool {
	tick := time.NewTicker(looking)
	defer tick.Stop()
	taken, since := -1, time.Now() // of the newest operation
	for {
		select {
		case <-finished:
			return true
		case <-tick.C:
		}
		r.mu.Lock()
		if r.taken != taken {
			taken, since = r.taken, time.Now()
		}
		idle, over := time.Since(since), time.Since(e.deadline)
		switch {
		case r.main && idle > computing, over > e.grace:
			r.abandon()
			r.mu.Unlock()
			return false
		case idle > stalled && !r.over && r.current != nil && waitsForGood():
			e.bar(r)
			r.mu.Unlock()
			return true
		case over > 0 && !r.over:
			r.late = true
			r.close()
		}
		r.mu.Unlock()
	}
}

// Unfit says that the calling goroutine uses what has an order of its own, such as the
// virtual network: no schedule of the program can be followed.
func (e *Explorer) Unfit() {
	if e.Scheduler.real.Load() != nil {
		return
	}
	r := e.Scheduler.run
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		e.bar(r)
	}
}

// bar ends a schedule that cannot be followed, because of who had its turn last. The
// schedule's lock is held.
func (e *Explorer) bar(r *turnstile) {
	d := wire.Doing{Name: "main"}
	if r.last != nil {
		d = r.doing(r.last)
	}
	e.stuck, r.barred = &d, true
	r.result.Kind, r.result.Exit = wire.OutcomeEndless, 124
	r.result.Message = fmt.Sprintf("schedules of this program cannot be followed, because of %s", d)
	r.close()
}

// endlessly is a schedule whose time was up before it had shown anything else than that.
func (r *turnstile) endlessly() *turnstile {
	if r.late {
		r.late = false
		r.result.Kind, r.result.Exit = wire.OutcomeEndless, 124
		r.result.Message = fmt.Sprintf("does not end in the time that there is: %d operations, and no end", r.taken)
	}
	return r
}

// abandon leaves a schedule whose goroutine goes on computing. The lock is held.
func (r *turnstile) abandon() {
	ended := r.over && !r.late
	if r.close(); r.main || ended {
		return
	}
	r.result.Kind, r.result.Exit = wire.OutcomeEndless, 124
	r.result.Message = "goes on without any operation at which it could be stopped"
	if r.last != nil {
		r.result.Blocked = []wire.Doing{r.doing(r.last)}
	}
}

// Crash ends the schedule that is going on, and the calling goroutine, with the text of a
// panic that nobody recovered from.
func (e *Explorer) Crash(text string) {
	message, _, _ := strings.Cut(text, "\n\ngoroutine ")
	e.fail(wire.OutcomePanic, 2, message)
}

// Exit is the same for os.Exit.
func (e *Explorer) Exit(code int) {
	kind := wire.OutcomeExit
	if code == 0 {
		kind = wire.OutcomeOK
	}
	e.fail(kind, code, "")
}

// fail ends what is going on, and the calling goroutine.
func (e *Explorer) fail(kind wire.OutcomeKind, exit int, message string) {
	if g := e.Scheduler.program.Current(); g != nil {
		if p, ok := g.State[e.Scheduler.index].(*perturbed); ok {
			p.end(kind, exit, message)
			runtime.Goexit()
		}
	}
	e.Scheduler.run.fail(kind, exit, message)
}
