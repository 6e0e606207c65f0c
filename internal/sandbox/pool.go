package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// maxIdle is the age at which an idle worker is replaced, so that no
	// process outlives what it was warmed with by much.
	maxIdle = 10 * time.Minute
	// Three failed starts in a row open the breaker; after breakerPause one
	// start is tried again.
	breakerFailures = 3
	breakerPause    = 2 * time.Second
	// startTries is how many workers may be killed under a run before it is
	// told of a shortage.
	startTries = 3
	// standBack is how long at most a new worker waits for the program that has taken
	// one to print something or to end. To make one takes more processor time than most
	// programs need until then, and a reader waits for the program.
	standBack = 30 * time.Millisecond
)

// pool keeps idle workers, each fully confined and warming up while it waits,
// and starts them off the path of any run.
type pool struct {
	size    int
	spawner *spawner
	breaker *gobreaker.CircuitBreaker[*process]
	logger  *slog.Logger
	layers  []Layer
	cold    atomic.Int64

	mu          sync.Mutex
	idle        []*process // oldest first
	closed      bool
	held        int64 // bytes that they held at heldAt
	heldThreads int
	heldAt      time.Time

	ending  sync.WaitGroup // workers that are being buried
	wake    chan struct{}  // one token: look at idle again
	closing context.Context
	cancel  context.CancelFunc
	done    chan struct{} // closed when refill has ended
}

// newPool starts a first worker, to learn whether workers can be had at all
// and what confines them, and then fills up in the background.
func newPool(c Config, s *spawner) (*pool, error) {
	p := &pool{
		size: c.Pool, spawner: s, logger: c.Logger,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	p.closing, p.cancel = context.WithCancel(context.Background())
	p.breaker = gobreaker.NewCircuitBreaker[*process](gobreaker.Settings{
		Name:        "worker start",
		Timeout:     breakerPause,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= breakerFailures },
		OnStateChange: func(name string, from, to gobreaker.State) {
			p.logger.Warn("circuit breaker", "of", name, "from", from.String(), "to", to.String())
		},
		// A machine that is short of something is not broken.
		IsExcluded: func(err error) bool {
			var short *ShortageError
			return errors.Is(err, errGaveUp) || errors.As(err, &short)
		},
	})
	first, err := s.start(p.closing)
	if err != nil {
		p.cancel()
		return nil, err
	}
	p.layers = first.layers
	if err := s.admit(first.layers); err != nil {
		first.end()
		p.cancel()
		return nil, err
	}
	p.put(first) // even a pool of none gives its first run this one
	go p.refill()
	return p, nil
}

// take returns a worker that nobody else has: an idle one, or, when there is
// none, one started now. A modest one leaves half of them to others.
func (p *pool) take(ctx context.Context, modest bool) (*process, error) {
	for {
		w := p.pop(modest)
		if w == nil {
			break
		}
		if w.usable() {
			return w, nil
		}
		p.bury(w)
	}
	p.cold.Add(1)
	w, err := p.start(ctx)
	for try := 1; try < startTries && errors.Is(err, errKilled); try++ {
		w, err = p.start(ctx)
	}
	var short *ShortageError
	switch {
	case err == nil:
		return w, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &short):
		return nil, short
	}
	return nil, &UnavailableError{Err: err}
}

// Breaker is the state of the circuit breaker of worker starts.
type Breaker int

// Its states. While it is open no start is tried.
const (
	BreakerClosed   = Breaker(gobreaker.StateClosed)
	BreakerHalfOpen = Breaker(gobreaker.StateHalfOpen)
	BreakerOpen     = Breaker(gobreaker.StateOpen)
)

// errGaveUp marks a start that its caller no longer waits for: that says nothing
// about whether workers can be started.
var errGaveUp = errors.New("nobody waits for the worker any more")

// start starts a worker by way of the breaker.
func (p *pool) start(ctx context.Context) (*process, error) {
	return p.breaker.Execute(func() (*process, error) {
		w, err := p.spawner.start(ctx)
		if err != nil && ctx.Err() != nil {
			err = errGaveUp
		}
		return w, err
	})
}

// pop takes the oldest idle worker; for a modest one, only of more than half of
// those that there should be.
func (p *pool) pop(modest bool) *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 || modest && len(p.idle) <= p.size/2 {
		p.poke()
		return nil
	}
	w := p.idle[0]
	p.idle = p.idle[1:]
	if len(p.idle) < p.size/2 {
		p.poke() // the next ones would wait for longer
	} else {
		time.AfterFunc(standBack, p.poke)
	}
	return w
}

// put adds an idle worker, and looks after its early death. It reports whether
// the pool took it.
func (p *pool) put(w *process) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.idle = append(p.idle, w)
	return true
}

// poke makes refill look again. The caller holds mu or needs no answer.
func (p *pool) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// refill keeps the pool at its size until close. It starts one worker at a
// time: idle workers are a convenience, and running programs need the cores.
func (p *pool) refill() {
	defer close(p.done)
	tick := time.NewTicker(breakerPause)
	defer tick.Stop()
	for {
		p.discard()
		for p.missing() && p.closing.Err() == nil {
			if !p.add() {
				break // the next tick tries again
			}
		}
		select {
		case <-p.wake:
		case <-tick.C:
		case <-p.closing.Done():
			return
		}
	}
}

// add starts one worker for the pool.
func (p *pool) add() bool {
	w, err := p.start(p.closing)
	if err != nil {
		p.complain(err)
		return false
	}
	if !p.put(w) {
		p.bury(w)
	}
	return true
}

// bury ends a worker that nobody waits for. To take its namespaces down can take
// the kernel seconds on a busy machine.
func (p *pool) bury(w *process) {
	w.kill()
	p.ending.Go(w.end)
}

// complain logs why an idle worker could not be started. A shortage passes, and
// whoever waits for a worker hears of it.
func (p *pool) complain(err error) {
	var short *ShortageError
	switch {
	case p.closing.Err() != nil, errors.Is(err, gobreaker.ErrOpenState):
	case errors.As(err, &short):
		p.logger.Debug("start worker", "err", err)
	default:
		p.logger.Error("start worker", "err", err)
	}
}

func (p *pool) missing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.idle) < p.size
}

// discard drops idle workers that died or grew old.
func (p *pool) discard() {
	p.mu.Lock()
	var gone, kept []*process
	for _, w := range p.idle {
		if !w.usable() || time.Since(w.born) > maxIdle {
			gone = append(gone, w)
		} else {
			kept = append(kept, w)
		}
	}
	p.idle = kept
	p.mu.Unlock()
	for _, w := range gone {
		if !w.alive() {
			p.logger.Warn("idle worker died", "state", w.state)
		}
		p.bury(w)
	}
}

// close ends every idle worker and the refiller.
func (p *pool) close() {
	p.cancel()
	<-p.done
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, w := range idle {
		p.bury(w)
	}
	p.ending.Wait()
}

// holds is what the idle workers hold, in bytes, their threads, and how many they
// are.
func (p *pool) holds() (bytes int64, threads, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.heldAt) > loadWindow {
		p.held, p.heldThreads, p.heldAt = 0, 0, time.Now()
		for _, w := range p.idle {
			own, _, _ := w.gauge.Memory()
			at, _ := w.gauge.Posture()
			p.held += own
			p.heldThreads += at.Threads
		}
	}
	return p.held, p.heldThreads, len(p.idle)
}

func (p *pool) stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Stats{Idle: len(p.idle), ColdStarts: p.cold.Load(), Breaker: Breaker(p.breaker.State())}
}
