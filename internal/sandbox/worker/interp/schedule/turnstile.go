package schedule

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

const (
	// maxSteps is how many operations a schedule may have. A program that needs more where
	// nobody is stopped may have twice as many as it needs, if that is less than longSteps.
	maxSteps  = 20_000
	longSteps = 1_000_000
	// maxScanned is how many goroutines may be looked at for all of them.
	maxScanned = 20_000_000
	// fewAfter is which part of them may come after main has returned.
	fewAfter = 4
	// horizon is how far the clock may go on while nothing happens, after how far once
	// main has returned: what waits longer than that, waits for ever.
	horizon = 10_000 * time.Hour
	after   = time.Minute
	// delay is for how long somebody who could go on may be held up at once, while timers
	// go off, and maxDelay for how long in all: programs rely on sleeping for longer.
	delay    = 2 * time.Millisecond
	maxDelay = 5 * time.Millisecond
	// streak is how many operations in a row a goroutine may have while others could go
	// on: one that waits in a loop for another must not do so for ever.
	streak = 100
	// maxOutput bounds what is kept of a schedule's output, in bytes.
	maxOutput = 64 << 10
)

// state is what a task does.
type state uint8

const (
	ready    state = iota // has its turn, or could have it
	blocked               // until its condition holds
	sleeping              // until its time has come
	native                // waits in compiled code
	done
)

// task is a goroutine of the program.
type task struct {
	id    int
	by    *task // who started it, nil for main and for what the library starts
	g     *hook.Goroutine
	turn  chan struct{}
	state state
	ready func() bool // of a blocked task; looking at it changes nothing for others
	what  string      // it does or waits for, in the words of traces
	at    hook.Place  // where
	wait  *waiting    // at channels
	since int         // the step at which it began to wait
	heard bool        // that it waits has been told, and that it goes on not yet

	starting unsafe.Pointer // the WaitGroup whose Go it is in
	names    string         // and what that runs
	group    unsafe.Pointer // the WaitGroup that hears of its end
}

// turnstile is one schedule of a program.
type turnstile struct {
	s        *Scheduler
	strategy Strategy

	mu      sync.Mutex // guards what follows; held while somebody is picked
	tasks   []*task
	live    []*task // those of them that are not done, in the same order
	current *task   // whose turn it is, nil if it is nobody's
	resume  *task   // who has asked that all others settle, and goes on then
	last    *task   // who had its turn before
	yielded bool    // and gave it up
	row     int     // turns of it in a row
	wake    chan struct{}
	timed   bool // there may be timers that go off soon
	early   bool // the clock is to go on though somebody could
	delayed time.Duration
	over    bool
	cut     bool // because of too many steps
	late    bool // because its time was up
	brief   bool // only its first operations were to be tried
	barred  bool // because somebody waits where nobody else can be let go on
	main    bool // has returned
	steps   int  // of those that it may have
	taken   int  // in truth
	scanned int  // tasks that were looked at for those
	choices int
	stop    int          // the number of the choice that is not made any more, -1 for none
	choice  *wire.Choice // which it is
	random  *rand.Rand   // what the program gets for chance
	trail   deviations
	points  []wire.Switch

	made   map[unsafe.Pointer]bool // channels of the program's own
	closed map[unsafe.Pointer]bool
	writer map[unsafe.Pointer]int  // those who wait to lock a RWMutex
	groups map[unsafe.Pointer]bool // WaitGroups that have been used
	onces  map[unsafe.Pointer]bool
	conds  map[unsafe.Pointer][]*bool
	pools  map[unsafe.Pointer][]any // what has been given to them

	identities map[unsafe.Pointer]int // of what keys of maps point to

	result wire.Outcome
	rec    *record // nil if nobody wants to see it
	races  races   // nil if nobody looks for them
	unfit  func()  // says that no schedule can be followed
}

func newTurnstile(s *Scheduler, strategy Strategy) *turnstile {
	return &turnstile{
		s: s, strategy: strategy, stop: -1, trail: deviations{}, random: rand.New(rand.NewPCG(1, 1)),
		made: map[unsafe.Pointer]bool{}, closed: map[unsafe.Pointer]bool{}, writer: map[unsafe.Pointer]int{},
		groups: map[unsafe.Pointer]bool{}, onces: map[unsafe.Pointer]bool{}, conds: map[unsafe.Pointer][]*bool{},
		pools: map[unsafe.Pointer][]any{}, identities: map[unsafe.Pointer]int{},
	}
}

// name is what a reader knows a task by.
func name(t *task) string {
	switch {
	case t.id == 0:
		return "main"
	case t.g.Name != "":
		return fmt.Sprintf("%s #%d", strings.TrimPrefix(t.g.Name, "main."), number(t))
	}
	return fmt.Sprintf("goroutine #%d", number(t))
}

// doing is what a task is about to do or waits for, and where.
func (r *turnstile) doing(t *task) wire.Doing {
	d := wire.Doing{G: number(t), Name: short(name(t)), What: short(t.what)}
	if t.at.Func != nil { // it has begun
		pos := r.s.program.Position(t.at.Offset)
		d.File, d.Line = short(pos.Filename), pos.Line
	}
	return d
}

// maxName bounds a name, in bytes.
const maxName = 150

// short is the end of a name, which tells more than its beginning.
func short(s string) string { return strings.ToValidUTF8(s[max(0, len(s)-maxName):], "") }

// close ends the schedule. The lock is held.
func (r *turnstile) close() {
	if r.over = true; r.rec != nil {
		r.rec.done.Store(true)
	}
}

// pick says who goes on, nil if nobody can. The lock is held.
func (r *turnstile) pick() *task {
	var able []*task
	var ids []int
	at := -1 // where the last one stands
	r.live = slices.DeleteFunc(r.live, func(t *task) bool { return t.state == done })
	for _, t := range r.live {
		if t.state == ready || t.state == blocked && t.ready() {
			if t == r.last {
				at = len(able)
			}
			able, ids = append(able, t), append(ids, t.id)
		}
	}
	if len(able) == 0 {
		return nil
	}
	r.taken++
	r.scanned += len(r.live)
	if r.steps++; r.steps > r.s.most || r.scanned > maxScanned {
		r.endless()
		return nil
	}
	i := r.preferred(able, at)
	if r.timed && (r.delayed < maxDelay || r.row >= streak) {
		ids = append(ids, clock)
		if r.row >= streak {
			i = len(able)
		}
	}
	if len(ids) > 1 {
		i = r.choose(Choice{Options: len(ids), Default: i, Tasks: ids}, able, nil)
	}
	if i < 0 {
		return nil
	}
	if i == len(able) {
		r.early, r.row = true, 0
		return nil
	}
	t := able[i]
	if r.row++; t != r.last {
		r.row = 0
	}
	r.last, r.yielded = t, false
	t.state = ready
	return t
}

// preferred is who goes on where nobody is stopped: the one that had its turn, unless it
// gives it up, and else the next one after it. The lock is held.
func (r *turnstile) preferred(able []*task, at int) int {
	if at >= 0 && !r.yielded && r.row < streak {
		return at
	}
	if r.last != nil {
		for i, t := range able {
			if t.id > r.last.id {
				return i
			}
		}
	}
	return 0
}

// choose asks the strategy, and notes where it does not do the usual: of those who are
// able to go on or, where able is nil, of the options that describe says. It returns -1
// where the schedule ends with that choice. The lock is held.
func (r *turnstile) choose(c Choice, able []*task, describe func(i int) string) int {
	c.Number = r.choices
	r.choices++
	if c.Number == r.stop {
		r.choice = r.options(c, able, describe)
		r.close()
		return -1
	}
	i := r.strategy.Choose(c)
	if c.Tasks != nil && i != c.Default && r.row >= streak && i < len(able) && able[i] == r.last {
		i = c.Default // it has waited in a loop for long enough
	}
	if i == c.Default {
		return i
	}
	r.trail[c.Number] = i
	if r.last == nil {
		return i
	}
	p := wire.Switch{Choice: c.Number, Doing: r.doing(r.last)}
	switch {
	case able == nil:
		p.What = short(describe(i))
	case i == len(able):
		p.To = clockName
	default:
		p.Peer, p.To = number(able[i]), short(name(able[i]))
	}
	r.points = append(r.points, p)
	r.rec.note(r.last, events.Event{Kind: events.KindSwitch, Peer: p.Peer, N: int64(c.Number), Text: p.What}, nil, "")
	return i
}

// clockName is what the clock is called where it goes on before anybody else.
const clockName = "the clock"

// options are what could be chosen. The lock is held.
func (r *turnstile) options(c Choice, able []*task, describe func(i int) string) *wire.Choice {
	list := &wire.Choice{Number: c.Number, Default: c.Default}
	for i := range min(c.Options, wire.MaxDoings) {
		switch {
		case i < len(able):
			list.Options = append(list.Options, r.doing(able[i]))
		case able != nil:
			list.Options = append(list.Options, wire.Doing{Name: clockName, What: "a timer goes off"})
		default:
			d := r.doing(r.last)
			d.What = short(describe(i))
			list.Options = append(list.Options, d)
		}
	}
	if list.Default >= len(list.Options) {
		list.Default = 0
	}
	return list
}

// endless ends a schedule that goes on for too long. The lock is held.
func (r *turnstile) endless() {
	r.close()
	r.cut = true
	if r.main {
		return // whoever waits may still be woken
	}
	r.result.Kind, r.result.Exit = wire.OutcomeEndless, 124
	r.result.Message = fmt.Sprintf("does not end: %d operations, and no end", r.taken)
	r.result.Blocked = r.waiting()
}

// give hands the turn over. The lock is held.
func (r *turnstile) give(t *task) {
	if r.current = t; t != nil {
		t.turn <- struct{}{}
	}
}

// yield lets somebody else go on, if the strategy wants that.
func (r *turnstile) yield(t *task) {
	r.mu.Lock()
	t.state = ready
	if r.over || r.current != t {
		r.arrive(t)
		return
	}
	r.pass(t)
}

// arrive waits for its turn, as one who has none. The lock is held, and given up.
func (r *turnstile) arrive(t *task) {
	t.state = ready
	select {
	case r.wake <- struct{}{}:
	default:
	}
	over := r.over
	r.mu.Unlock()
	if !over {
		<-t.turn
	}
	r.check(t)
	if t.heard {
		r.wakes(t, 0)
	}
}

// pass hands the turn to who is next. The lock is held, and given up.
func (r *turnstile) pass(t *task) {
	next := r.pick()
	if next == t {
		r.mu.Unlock()
		return
	}
	r.give(next)
	r.mu.Unlock()
	<-t.turn
	r.check(t)
}

// block waits until a condition holds, which is looked at while nobody runs: for what
// lies at p, if that is not nil, which is of the type in kind.
func (r *turnstile) block(t *task, what string, p unsafe.Pointer, kind string, cond func() bool) {
	r.rec.blocks(t, what, p, kind)
	t.heard = true
	defer func() {
		if t.heard && !t.g.Dead { // nobody has said yet that it goes on
			r.wakes(t, r.rec.waker(p))
		}
	}()
	r.mu.Lock()
	if r.over {
		r.mu.Unlock()
		r.check(t)
	}
	t.state, t.what, t.ready, t.since = blocked, what, cond, r.steps
	r.pass(t)
}

// wakes notes that t goes on, since the goroutine of that number did something.
func (r *turnstile) wakes(t *task, by int64) {
	t.heard = false
	r.rec.wakes(t, by)
}

// check ends the goroutine if the schedule is over.
func (r *turnstile) check(t *task) {
	r.mu.Lock()
	over := r.over
	if over {
		t.state = done
	}
	r.mu.Unlock()
	if over {
		t.g.Dead = true
		runtime.Goexit()
	}
}

// regain is for who comes back from compiled code: somebody else may have had its turn
// meanwhile.
func (r *turnstile) regain(t *task) {
	r.mu.Lock()
	if r.current == t && !r.over {
		r.mu.Unlock()
		return
	}
	r.arrive(t)
}

// settle waits until goroutines that compiled code has started are there.
func (r *turnstile) settle(t *task) {
	r.mu.Lock()
	if r.current != t || r.over {
		r.arrive(t)
		return
	}
	r.current, r.resume = nil, t
	r.mu.Unlock()
	<-t.turn
	r.check(t)
}

// sleep lets others go on until the goroutine's time has come.
func (r *turnstile) sleep(t *task, wait func()) {
	r.rec.blocks(t, "sleep", nil, "")
	t.heard = true
	r.mu.Lock()
	t.state = sleeping
	if r.current == t {
		r.give(r.pick())
	}
	r.mu.Unlock()
	wait()
	r.regain(t)
}

// add makes a task. The lock is held.
func (r *turnstile) add(g *hook.Goroutine) *task {
	t := &task{id: len(r.tasks), g: g, turn: make(chan struct{}, 1)}
	r.tasks, r.live = append(r.tasks, t), append(r.live, t)
	g.State[r.s.index] = t
	return t
}

// ended is called on a goroutine that has done all that it had to.
func (r *turnstile) ended(t *task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.state = done
	if r.over || t.g.Dead {
		return
	}
	if t.group != nil {
		r.tellGroup(t, t.group)
	}
	r.rec.note(t, events.Event{Kind: events.KindEnd}, nil, "")
	if t.id == 0 {
		r.main = true
		if r.steps = max(r.steps, r.s.most-r.s.most/fewAfter); !slices.ContainsFunc(r.live, func(t *task) bool { return t.state != done }) {
			r.close()
		}
	}
	if r.current == t {
		r.give(r.pick())
	}
}

// fail ends the schedule with what the program's process would have ended with, and the
// calling goroutine.
func (r *turnstile) fail(kind wire.OutcomeKind, exit int, message string) {
	r.mu.Lock()
	if !r.over && !r.main {
		r.result.Kind, r.result.Exit, r.result.Message = kind, exit, message
	}
	t := r.current
	r.close()
	r.mu.Unlock()
	if t != nil {
		r.check(t)
	}
	runtime.Goexit()
}

// print notes output.
func (r *turnstile) print(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over || r.main {
		return
	}
	if room := maxOutput - len(r.result.Output); len(b) > room {
		b = b[:room]
	}
	r.result.Output += string(b)
	if t := r.current; t != nil {
		text := strings.ReplaceAll(strings.TrimRight(string(b[:min(len(b), events.MaxText)]), "\n"), "\n", "↵")
		r.rec.note(t, events.Event{Kind: events.KindPrint, N: int64(len(b)), Text: text}, nil, "")
	}
}
