package engine

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// processors decides how many processors the program's goroutines run on.
//
// Compiled goroutines that do little are over before another processor has woken up
// and taken some of them, so they run in the order in which one processor has them: the
// one that was started last, and then the others, first to last. Articles print that
// order. Interpreted ones take long enough to be taken, now this one and now that. So
// when the first goroutine is started the program goes on with one processor, until
// there is work for more: many goroutines, one that had to wait for its turn, or
// garbage to collect. From then on it has all of them.
type processors struct {
	stage   atomic.Int32
	spawned atomic.Int32

	mu  sync.Mutex
	all int // what the program takes for its GOMAXPROCS; 0 is the runtime's
}

// The stages of a program, one after the other. Off is the first and the last.
const (
	stageOff    = iota // the runtime's setting is in force
	stageBefore        // no goroutine was started yet
	stageOne           // one processor
)

const (
	// crowd is how many goroutines get the program all processors. Who prints from
	// each of so many does not expect an order; who shows a race needs the others.
	crowd = 64
	// longWait is a turn that somebody else used up: the runtime takes a processor
	// from a goroutine after ten milliseconds.
	longWait = 8 * time.Millisecond
	// collections is how many of the garbage collector's cycles show that it needs a
	// processor beside the program's.
	collections = 2
)

var bootTime = time.Now()

// Narrow has the program begin on one processor.
func (e *Engine) Narrow() {
	p := &e.processors
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all = runtime.GOMAXPROCS(0); p.all > 1 {
		p.stage.Store(stageBefore)
	}
}

// Procs is runtime.GOMAXPROCS: whoever sets it has it from then on.
func (e *Engine) Procs(n int) (was int) {
	p := &e.processors
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stage.Load() == stageOff {
		return runtime.GOMAXPROCS(n)
	}
	was = p.all
	if n > 0 {
		p.stage.Store(stageOff)
		runtime.GOMAXPROCS(n)
	}
	return was
}

// spawning is called before each go statement's goroutine is started, and returns what
// that goroutine gives to began.
func (p *processors) spawning() (at time.Duration) {
	if p.stage.Load() == stageOff {
		return 0
	}
	switch n := p.spawned.Add(1); {
	case n == 1:
		p.narrow()
	case n > crowd:
		p.widen()
	}
	return time.Since(bootTime)
}

// began is called by a goroutine that spawning was called for, when its turn has come.
func (p *processors) began(at time.Duration) {
	if p.stage.Load() == stageOne && time.Since(bootTime)-at > longWait {
		p.widen()
	}
}

// narrow leaves the program one processor.
func (p *processors) narrow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stage.CompareAndSwap(stageBefore, stageOne) {
		runtime.GOMAXPROCS(1)
		p.afterCollections(collections)
	}
}

// widen gives the program all processors, for good.
func (p *processors) widen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stage.Load() == stageOne {
		p.stage.Store(stageOff)
		runtime.GOMAXPROCS(p.all)
	}
}

// afterCollections widens after n cycles of the garbage collector. A finaliser is what
// tells of one without a goroutine that waits, which would hide a deadlock.
func (p *processors) afterCollections(n int) {
	cycle := new([16]byte) // not so small that it shares its memory with what lives on
	runtime.SetFinalizer(cycle, func(*[16]byte) {
		if n > 1 {
			p.afterCollections(n - 1)
		} else {
			p.widen()
		}
	})
}
