package runs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"

	"playground/internal/admit"
	"playground/internal/ops"
	"playground/internal/protocol"
	"playground/internal/sandbox"
	"playground/internal/sandbox/wire"
)

// Runner runs programs; a sandbox does. It must return soon after ctx ends.
// sandbox.ErrKilled as the cause of that says that the reader stopped the run.
type Runner interface {
	Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error)
}

// Config says how a Book behaves. Only Runner must be set: a field that is zero
// has the default given with it.
type Config struct {
	Runner Runner
	// Gate lets runs in: by default, one of its own defaults.
	Gate Gate
	// Patience is how long a run that was let in is tried again while the
	// machine is short of what a worker needs: 30 s.
	Patience time.Duration
	// Maxima bound a program and its standard input, wire.DefaultSource each, and the
	// orders that it may be run in: protocol.DefaultSchedules.
	Maxima protocol.Maxima
	// MaxRuns bounds the programs of one session that run or wait: 4.
	MaxRuns int
	// Window is the most bytes that a run's journal holds: the default output
	// limit and 1 MiB.
	Window int
	// Grace is how long a run goes on while nobody listens: 15 s.
	Grace time.Duration
	// Keep is how long the journal of an ended run is kept: 10 minutes, in which
	// its reader may decide to share it. KeepBytes bounds all of those together:
	// 64 MiB.
	Keep      time.Duration
	KeepBytes int
	// Archive keeps it for as long where it outlives this process: nowhere.
	Archive Archive
	// Logger is told how runs ended: slog.Default().
	Logger *slog.Logger
	// Recorder is told how runs go: nobody.
	Recorder *ops.Recorder
}

func (c Config) withDefaults() Config {
	if c.Gate == nil {
		c.Gate = Local(admit.New(admit.Config{}))
	}
	c.Patience = cmp.Or(c.Patience, 30*time.Second)
	c.Maxima.Source = cmp.Or(c.Maxima.Source, wire.DefaultSource)
	c.Maxima.Stdin = cmp.Or(c.Maxima.Stdin, wire.DefaultSource)
	c.Maxima.Schedules = cmp.Or(c.Maxima.Schedules, protocol.DefaultSchedules)
	c.MaxRuns = cmp.Or(c.MaxRuns, 4)
	c.Window = cmp.Or(c.Window, wire.DefaultOutput+1<<20)
	c.Grace = cmp.Or(c.Grace, 15*time.Second)
	c.Keep = cmp.Or(c.Keep, 10*time.Minute)
	c.KeepBytes = cmp.Or(c.KeepBytes, 64<<20)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	return c
}

// remembered is how many ids of runs that were let go are known, of all
// sessions together.
const remembered = 1 << 14

// key names a run: the hash of its session's token, and its id.
type key struct {
	session [sha256.Size]byte
	id      string
}

func keyOf(session, id string) key { return key{sha256.Sum256([]byte(session)), id} }

// VisitorOf is who a session's runs are for the gate.
func VisitorOf(client, session string) admit.Visitor {
	k := keyOf(session, "")
	return admit.Visitor{Client: client, Session: string(k.session[:])}
}

// Book holds the runs of every session.
type Book struct {
	cfg    Config
	ctx    context.Context // ends every run
	cancel context.CancelCauseFunc
	going  sync.WaitGroup // a goroutine for each run

	mu       sync.Mutex
	draining bool
	runs     map[key]*Run              // going or kept
	active   map[[sha256.Size]byte]int // runs of a session that have not ended
	kept     []kept                    // ended, oldest first
	keptSize int
	sweeper  *time.Timer // set while something is kept
	gone     map[key]bool
	goneList []key // oldest first

	archive archive
}

// keptOverhead is what an ended run costs beside its journal, about, in bytes: many
// that printed nothing must not cost more than few that did.
const keptOverhead = 2 << 10

// kept is an ended run and until when it is kept.
type kept struct {
	run   *Run
	size  int
	until time.Time
}

// New returns an empty Book.
func New(c Config) (*Book, error) {
	if c.Runner == nil {
		return nil, errors.New("runs: Config.Runner is not set")
	}
	b := &Book{
		cfg:  c.withDefaults(),
		runs: map[key]*Run{}, active: map[[sha256.Size]byte]int{}, gone: map[key]bool{},
	}
	b.archive.Archive, b.archive.keep = b.cfg.Archive, b.cfg.Keep
	b.ctx, b.cancel = context.WithCancelCause(context.Background())
	return b, nil
}

// Maxima are the bounds of a program and its standard input.
func (b *Book) Maxima() protocol.Maxima { return b.cfg.Maxima }

// Start starts the run that q asks for, or finds it if the session has it
// already. client is whom the gate takes the session for a part of. Whoever
// calls it listens at once, or the run ends after the grace period.
func (b *Book) Start(client, session string, q protocol.Request) (*Run, *protocol.Error) {
	r, e := b.start(client, session, q)
	if e != nil {
		b.cfg.Recorder.Refused(e.Code)
	}
	return r, e
}

func (b *Book) start(client, session string, q protocol.Request) (*Run, *protocol.Error) {
	k := keyOf(session, q.ID)
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.runs[k]; r != nil {
		return r, r.SameAs(q)
	}
	if b.gone[k] {
		return nil, noLongerKept(q.ID)
	}
	if b.draining {
		return nil, protocol.ShuttingDown(q.ID)
	}
	p, e := q.Program(b.cfg.Maxima)
	if e != nil {
		return nil, e
	}
	if n := b.active[k.session]; n >= b.cfg.MaxRuns {
		return nil, protocol.TooManyRuns(q.ID, n)
	}
	r := newRun(b, k, q)
	r.visitor = VisitorOf(client, session)
	if r.input != nil {
		p.Input = r.input
	}
	p.Trace = r.Trace
	b.runs[k] = r
	b.active[k.session]++
	b.going.Go(func() { b.run(r, p) })
	return r, nil
}

// Find returns a run of the session.
func (b *Book) Find(session, id string) (*Run, *protocol.Error) {
	k := keyOf(session, id)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch r := b.runs[k]; {
	case r != nil:
		return r, nil
	case b.gone[k]:
		return nil, noLongerKept(id)
	}
	return nil, protocol.NewError(id, protocol.CodeUnknownRun, "no run of this id in this session")
}

func noLongerKept(id string) *protocol.Error {
	return protocol.NewError(id, protocol.CodeGone, "a run of this id has ended, and what it printed is no longer kept; take a new id to run it again")
}

// run runs p and says how it ended.
func (b *Book) run(r *Run, p sandbox.Program) {
	record := b.cfg.Recorder.Begin(r.Trace, ops.RunInfo{ID: r.ID, Task: cmp.Or(string(p.Task), "run")})
	enc := &encoder{id: r.ID, trace: r.Trace, journal: r.journal, record: record}
	res, err := b.execute(r, p, enc)
	log := b.cfg.Logger.With("run", r.ID, "trace", r.Trace)
	if why := protocol.Refusal(r.ID, err); why != nil && !enc.started {
		log.Debug("run refused", "because", err)
		b.forget(r)
		r.ended()
		record.Refuse(why.Code)
		enc.refuse(why)
		return
	}
	if err != nil {
		res = b.failed(r, res, err)
	}
	level := slog.LevelInfo
	if res.Status == sandbox.StatusFailure {
		level = slog.LevelError
	}
	log.Log(context.Background(), level, "run ended", "status", res.Status, "cpu", res.CPUTime,
		"wall", res.WallTime, "memory", res.PeakMemory, "output", res.Stdout+res.Stderr)
	// The place is free before the end is told: whoever has read the end finds
	// it so.
	b.free(r)
	record.End(ops.Outcome{
		Status: string(res.Status), CPU: res.CPUTime, Wall: res.WallTime, Memory: res.PeakMemory, Output: res.Stdout + res.Stderr,
	})
	enc.end(r.ctx, res)
	r.ended()
	b.keep(r)
	if err := b.archive.put(r, p.Task); err != nil {
		log.Debug("ended runs are not archived for a while", "err", err)
	}
}

// execute runs p when the gate lets it in. A run that nothing could be started
// for, because the machine is short of something, keeps its turn.
func (b *Book) execute(r *Run, p sandbox.Program, enc *encoder) (res sandbox.Result, err error) {
	lease, err := b.cfg.Gate.Enter(r.ctx, r.visitor, func(position int) error {
		enc.queued(position)
		return nil
	})
	if err != nil {
		return sandbox.Result{}, err
	}
	enc.record.Mark(ops.Admitted)
	defer func() { lease.Leave(res.CPUTime) }() // for what has not ended by then
	p.Ended, p.Modest = lease.Leave, lease.Modest()
	sink := tell(lease, enc.event)
	began := time.Now()
	res, err = b.cfg.Runner.Run(r.ctx, p, sink)
	var short *sandbox.ShortageError
	for errors.As(err, &short) && time.Since(began) < b.cfg.Patience {
		enc.queued(1)
		if err := lease.Again(r.ctx); err != nil {
			return res, err
		}
		res, err = b.cfg.Runner.Run(r.ctx, p, sink)
	}
	return res, err
}

// tell is a sink that tells the gate what the program uses.
func tell(lease Lease, sink sandbox.Sink) sandbox.Sink {
	return func(ctx context.Context, e sandbox.Event) error {
		switch e := e.(type) {
		case sandbox.Phase:
			if e.Name == string(wire.PhaseStarted) {
				lease.Started()
			}
		case sandbox.Metered:
			lease.Used(e.CPUTime, e.Memory, e.Threads)
		}
		return sink(ctx, e)
	}
}

// failed turns the sandbox's own failure into a Result. A runner may also
// answer the end of its context with an error.
func (b *Book) failed(r *Run, res sandbox.Result, err error) sandbox.Result {
	cause := context.Cause(r.ctx)
	var short *sandbox.ShortageError
	switch {
	case cause == nil && errors.As(err, &short):
		// Its worker was lost before it took the program, and no other could be
		// had.
		res.Status, res.Message = sandbox.StatusStarved, "the machine is short of what a program needs"
	case cause == nil:
		b.cfg.Logger.Error("sandbox failed", "run", r.ID, "trace", r.Trace, "err", err)
		return protocol.Failure(res)
	case errors.Is(cause, sandbox.ErrKilled):
		res.Status = sandbox.StatusKilled
	case errors.Is(cause, sandbox.ErrClosed):
		res.Status = sandbox.StatusStopped
	default:
		res.Status = sandbox.StatusClientGone
	}
	res.ExitCode = -1
	return res
}

// free gives back the run's place in its session.
func (b *Book) free(r *Run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leave(r)
}

func (b *Book) leave(r *Run) {
	if b.active[r.key.session]--; b.active[r.key.session] == 0 {
		delete(b.active, r.key.session)
	}
}

// forget takes a refused run out: it never was.
func (b *Book) forget(r *Run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leave(r)
	delete(b.runs, r.key)
}

// keep begins the time for which an ended run is kept.
func (b *Book) keep(r *Run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := kept{r, r.journal.Bytes() + keptOverhead, time.Now().Add(b.cfg.Keep)}
	b.kept = append(b.kept, k)
	b.keptSize += k.size
	b.sweep()
}

// sweep lets go of what is kept no longer, and sees to it that it is called
// again. The caller holds mu.
func (b *Book) sweep() {
	now := time.Now()
	n := 0
	for n < len(b.kept) && (b.keptSize > b.cfg.KeepBytes || !b.kept[n].until.After(now)) {
		b.keptSize -= b.kept[n].size
		b.letGo(b.kept[n].run.key)
		n++
	}
	clear(b.kept[:n])
	b.kept = b.kept[n:]
	if b.sweeper != nil {
		b.sweeper.Stop()
		b.sweeper = nil
	}
	if len(b.kept) > 0 && b.ctx.Err() == nil {
		b.sweeper = time.AfterFunc(b.kept[0].until.Sub(now), func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.sweep()
		})
	}
}

func (b *Book) letGo(k key) {
	delete(b.runs, k)
	b.gone[k] = true
	b.goneList = append(b.goneList, k)
	if len(b.goneList) > remembered {
		delete(b.gone, b.goneList[0])
		b.goneList = b.goneList[1:]
	}
}

// Active is how many runs of a session have not ended.
func (b *Book) Active(session string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active[keyOf(session, "").session]
}

// Stats are figures for operators, taken at one moment.
type Stats struct {
	Active    int // runs that have not ended
	Kept      int // ended runs that are kept
	KeptBytes int
}

// Stats returns the Book's figures.
func (b *Book) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Stats{Active: len(b.runs) - len(b.kept), Kept: len(b.kept), KeptBytes: b.keptSize}
}

// Drain refuses new runs and returns when none is going, or when ctx ends: then
// it ends those that are.
func (b *Book) Drain(ctx context.Context) {
	b.mu.Lock()
	b.draining = true
	b.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.going.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
		b.cancel(sandbox.ErrClosed)
		<-done
	}
}

// Close ends every run, and returns when that is done. Nothing is kept.
func (b *Book) Close() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	b.Drain(now)
	b.cancel(sandbox.ErrClosed)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sweeper != nil {
		b.sweeper.Stop()
	}
}
