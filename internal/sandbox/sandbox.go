package sandbox

import (
	"context"
	"log/slog"
	"runtime"
	"sync"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/wire"
)

// Config sets up a Sandbox. The zero value is ready for use.
type Config struct {
	// Executable is the binary that is started as a worker; it must call
	// worker.Main when its name (argv[0]) is wire.WorkerName. Default: the
	// running binary.
	Executable string
	// Limits are the most that any run gets; zero fields mean the defaults
	// of package wire.
	Limits Limits
	// Pool is how many warm workers are kept idle. Default: 2 per core.
	// Negative: none; every run starts its own.
	Pool int
	// Threads is how many threads one worker may have. Default:
	// wire.DefaultThreads.
	Threads int
	// Modules is a folder of vendored modules that programs may import; empty if
	// there is none.
	Modules string
	// Isolation is the least confinement under which programs may run.
	Isolation confine.Level
	// MemoryKills counts the processes that the kernel has killed so far because
	// the machine had no memory. It tells a worker that was one of them from one
	// that somebody killed. Default: nobody counts.
	MemoryKills func() int64
	// Logger receives what operators need to know. Default: discard.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	cores := runtime.NumCPU()
	c.Limits = c.Limits.WithDefaults()
	c.Pool = count(c.Pool, 2*cores)
	if c.Threads <= 0 {
		c.Threads = wire.DefaultThreads
	}
	if c.MemoryKills == nil {
		c.MemoryKills = func() int64 { return 0 }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// count reads a number whose zero value means a default and whose negative
// values mean none.
func count(n, byDefault int) int {
	if n == 0 {
		return byDefault
	}
	return max(n, 0)
}

// Sandbox runs programs. It is safe for concurrent use.
type Sandbox struct {
	config  Config
	pool    *pool
	load    *load
	closing context.Context
	close   context.CancelCauseFunc
	runs    sync.WaitGroup
	mu      sync.Mutex // guards closed, and runs against it
	closed  bool
}

// New starts a sandbox and its pool of warm workers. It fails when this host
// cannot give the isolation that c asks for, or when a first worker, started
// to find that out, does not become ready.
func New(c Config) (*Sandbox, error) {
	c = c.withDefaults()
	if err := c.Limits.Validate(); err != nil {
		return nil, err
	}
	reserveThreads(spareThreads)
	spawner, err := newSpawner(c)
	if err != nil {
		return nil, err
	}
	pool, err := newPool(c, spawner)
	if err != nil {
		return nil, err
	}
	s := &Sandbox{config: c, pool: pool, load: newLoad()}
	s.closing, s.close = context.WithCancelCause(context.Background())
	return s, nil
}

// Limits returns the most that any run gets.
func (s *Sandbox) Limits() Limits { return s.config.Limits }

// Layers returns the walls around the sandbox's workers, as the first of them
// found them.
func (s *Sandbox) Layers() []Layer { return s.pool.layers }

// Run executes p, delivers its events to sink and reports how it ended. A
// program that fails, loops or floods is a Result, not an error; an error
// means that nothing was run: *SourceError, *ShortageError, *UnavailableError,
// ErrClosed, or the context's cause. It takes as many programs at once as the
// machine bears; whoever calls it sees to it that those are not too many.
func (s *Sandbox) Run(ctx context.Context, p Program, sink Sink) (Result, error) {
	limits := p.Limits.Within(s.config.Limits)
	if size := int64(len(p.Source)); size > limits.Source {
		return Result{}, &SourceError{Size: size, Limit: limits.Source}
	}
	if !s.enter() {
		return Result{}, ErrClosed
	}
	defer s.runs.Done()
	ctx, cancel := s.joined(ctx)
	defer cancel()

	return s.attempt(ctx, p.Modest, func(w *process) *run {
		return &run{
			process: w, program: p, limits: limits, threads: s.config.Threads, sink: sink, load: s.load,
			kills: kills{s.config.MemoryKills, s.config.MemoryKills()},
		}
	})
}

// attempt executes a run in a worker. A worker that somebody killed or stopped
// before it had the program has run nothing of it, so another one is taken.
func (s *Sandbox) attempt(ctx context.Context, modest bool, prepare func(*process) *run) (Result, error) {
	for again := range startTries {
		w, err := s.pool.take(ctx, modest)
		if err != nil {
			return Result{}, err
		}
		r := prepare(w)
		r.again, r.begun = again > 0, s.pool.poke
		if res := r.execute(ctx); res.Status != statusLost {
			return res, nil
		}
		s.config.Logger.Warn("a worker was killed or stopped before it had its program", "trace", r.program.Trace)
	}
	return Result{}, &ShortageError{errKilled}
}

// enter counts a run in, unless the sandbox is closing.
func (s *Sandbox) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.runs.Add(1)
	return true
}

// joined returns ctx, cancelled also when the sandbox closes.
func (s *Sandbox) joined(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.closing, func() { cancel(context.Cause(s.closing)) })
	return ctx, func() { stop(); cancel(nil) }
}

// Close ends every run with StatusStopped, refuses new ones with ErrClosed
// and returns when every worker is reaped, or when ctx ends.
func (s *Sandbox) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.close(ErrClosed)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.runs.Wait()
		s.pool.close()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Stats are figures for operators, taken at one moment.
type Stats struct {
	Running, Idle int
	ColdStarts    int64 // runs that found the pool empty
	Breaker       Breaker
}

// Stats returns the sandbox's figures.
func (s *Sandbox) Stats() Stats {
	st := s.pool.stats()
	st.Running = s.load.now().Running
	return st
}

// spareThreads is how many threads the server keeps beyond those that run. Go's
// runtime makes one when a system call blocks and another goroutine is ready,
// and ends the whole process when it cannot: a program that takes every process
// id of a container would take the server with it. The server's own system
// calls are short, so a few are enough.
const spareThreads = 24

// reserveThreads makes n threads and leaves them to the runtime, which keeps
// threads for good and uses one of those before it asks for a new one.
func reserveThreads(n int) {
	var all, held sync.WaitGroup
	release := make(chan struct{})
	held.Add(n)
	for range n {
		all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			held.Done()
			<-release
		})
	}
	held.Wait()
	close(release)
	all.Wait()
}
