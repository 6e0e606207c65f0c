package schedule

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"time"

	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp/engine/hook"
)

// perturbed is a real run of the program, whose goroutines are held up at random: for
// programs that wait where nobody can be chosen. It is on the machine's own clock.
type perturbed struct {
	mu      sync.Mutex // guards what follows
	random  *rand.Rand
	over    bool
	ended   chan struct{} // closed when it is over
	result  wire.Outcome
	started time.Time
}

const (
	// yields and pauses are how often somebody lets others go on before an operation, and
	// sleeps: once in so many.
	yields = 3
	pauses = 8
	// pause is for how long at most.
	pause = time.Millisecond
	// patience is the part of the time that is left which one run may take, 1 in so much:
	// who has not ended by then is taken to wait for ever.
	patience = 4
	// shortest is the least time that a run gets, and slower how many times as long as any
	// before it one may take.
	shortest = 200 * time.Millisecond
	slower   = 2
)

// mainGoroutine is the number of the goroutine that runs main.
const mainGoroutine = 1

func newPerturbed(seed uint64) *perturbed {
	return &perturbed{
		random: rand.New(rand.NewPCG(seed, 1)), ended: make(chan struct{}), started: time.Now(),
		result: wire.Outcome{Kind: wire.OutcomeOK},
	}
}

// do holds the goroutine up, perhaps, and carries out what it is about to do. Goroutines
// that a run has left behind end there.
func (p *perturbed) do(a *hook.Act) {
	p.mu.Lock()
	yield, sleep := p.random.IntN(yields) == 0, time.Duration(0)
	if p.random.IntN(pauses) == 0 {
		sleep = time.Duration(p.random.Int64N(int64(pause)))
	}
	over := p.over
	p.mu.Unlock()
	switch {
	case over && !a.G.Dead && (a.G.Parent != 0 || a.G.Number == mainGoroutine): // not the runtime's own
		a.G.Dead = true
		runtime.Goexit()
	case sleep > 0 && !over:
		time.Sleep(sleep)
	case yield:
		runtime.Gosched()
	}
	a.Native()
}

// end ends the run like that, if it has not ended before.
func (p *perturbed) end(kind wire.OutcomeKind, exit int, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	p.over = true
	p.result.Kind, p.result.Exit, p.result.Message = kind, exit, message
	close(p.ended)
}

// print notes output.
func (p *perturbed) print(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.result.Output += string(b[:min(len(b), maxOutput-len(p.result.Output))])
	}
}

// perturb runs the program as often as there is room for, and notes how it ended.
func (x *exploration) perturb(seed uint64) {
	if x.Races != nil { // which are known by whose turn it is
		x.Races.Stop()
	}
	x.rep, x.all, x.index = wire.Schedules{Perturbed: true, Unscheduled: x.stuck}, nil, map[string]*found{}
	longest := shortest
	for i := uint64(0); x.rep.Runs < x.n; i++ {
		// Who gets less time than others have needed may be just slow.
		most := (x.budget - time.Since(x.begin)) / patience
		if most < longest {
			break
		}
		p := newPerturbed(seed + i)
		x.Program.Reset()
		x.Scheduler.real.Store(p)
		x.Program.Capture(p.print)
		go func() {
			x.Program.Start()
			p.end(wire.OutcomeOK, 0, "")
		}()
		select {
		case <-p.ended:
			longest = max(longest, slower*time.Since(p.started))
		case <-time.After(most):
			p.end(wire.OutcomeEndless, 124, "had not ended after "+time.Since(p.started).Round(100*time.Millisecond).String())
		}
		x.Program.Capture(nil)
		x.note(&turnstile{result: p.result, trail: deviations{}})
	}
}

// bubbles is how much of a listing of all goroutines is looked at, in bytes.
const bubbles = 256 << 10

// waitsForGood says whether a schedule's goroutines all wait, and one of them where the
// bubble does not know it as waiting, such as at a lock of the library's: then nobody else
// can be let go on.
func waitsForGood() bool {
	buf := make([]byte, bubbles)
	stuck := false
	for header := range strings.Lines(string(buf[:runtime.Stack(buf, true)])) {
		if !strings.HasPrefix(header, "goroutine ") || !strings.Contains(header, "synctest bubble") {
			continue
		}
		if strings.Contains(header, "[run") {
			return false
		}
		stuck = stuck || !strings.Contains(header, "(durable)") && !strings.Contains(header, "synctest.")
	}
	return stuck
}
