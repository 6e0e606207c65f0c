package sandbox

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
)

// What a sink may take for output that is still to be delivered when the
// program has ended: little after a Stop, and as long as a bad line needs
// otherwise.
const (
	drainStopped = time.Second
	drainEnded   = 15 * time.Second
)

// meterEvery is the time between two Metered events.
const meterEvery = 250 * time.Millisecond

// readSize is the most that is read of a stream at once, in bytes.
const readSize = 32 << 10

// cause is why we killed a program.
type cause struct {
	status  Status
	message string
}

// statusLost marks a worker that somebody else killed or stopped before it had
// the program: nothing was run, and another worker can.
const statusLost Status = "lost"

// kills tells whether the kernel has killed anybody for memory during a run. The
// zero value knows of none.
type kills struct {
	count  func() int64
	before int64
}

func (k kills) any() bool { return k.count != nil && k.count() > k.before }

// run is one program in one worker.
type run struct {
	process *process
	program Program
	limits  Limits
	threads int
	sink    Sink
	load    *load
	kills   kills
	again   bool   // another worker was lost with it; the sink knows that it started
	begun   func() // told when the program has printed something or has ended

	started time.Time
	meter   meter
	input   input
	cause   atomic.Pointer[cause] // why we killed it, if we did

	deliver context.Context // ends when nothing more is to be delivered
	events  sync.Mutex      // one event at a time; guards what follows
	written int64           // bytes read of both streams
	stdout  int64
	stderr  int64
	last    time.Duration // the latest event's time
	lost    error         // the sink's error

	crash  crashText
	worker dialogue
}

// execute hands the program over, watches it to its end and judges it. When it
// returns, the worker is reaped and every goroutine of the run has ended.
func (r *run) execute(ctx context.Context) Result {
	p := r.process
	defer p.end()
	deliver, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	r.deliver = deliver
	stop := context.AfterFunc(ctx, func() { r.stop(context.Cause(ctx), abandon) })
	defer stop()

	r.started, r.worker = time.Now(), newDialogue()
	began := events.Now()
	r.meter.begin(p, r.load)
	if r.program.Modest {
		p.cell.Lower(false)
	}
	r.load.enter(r)
	defer r.load.leave(r)
	if !r.again {
		r.emit(func(time.Duration) Event { return Started{Limits: r.limits} })
	}

	var work sync.WaitGroup
	work.Go(r.readFrames)
	work.Go(func() { r.read(p.stdout, Stdout) })
	work.Go(func() { r.read(p.stderr, Stderr) })
	work.Go(r.readCrash)
	heard := make(chan struct{})
	work.Go(func() { defer close(heard); r.readReports() })
	work.Go(r.passOn)
	work.Go(func() { r.observe(began, p.reaped) })
	watching, unwatch := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	watch.Go(func() { r.watch(watching) })
	work.Go(func() { r.reportUsage(watching) })
	work.Go(r.feed) // the last is the first to run

	<-p.reaped
	r.begun()
	wall := time.Since(r.started)
	unwatch()
	watch.Wait()
	p.job.Close() // a feed that still writes ends here
	<-heard       // to the end of what the worker said: no sink delays it
	if r.isLost() {
		work.Wait()
		return Result{Status: statusLost}
	}
	if r.program.Ended != nil {
		r.program.Ended(time.Duration(r.meter.cpu.Load()))
	}
	if r.program.Input != nil {
		r.program.Input.Close() // and one that still reads, here
	}
	// The worker was the only writer of its pipes: the readers now come to
	// the end of them, as fast as the sink takes what is left.
	defer time.AfterFunc(drainEnded, abandon).Stop()
	work.Wait()
	res := r.verdict(wall)
	r.explainCrash(&res)
	res.T = max(wall, r.last)
	return res
}

// stop ends the run because its context ended. A reader who pressed Stop, or
// whose server stops, still reads what was printed; one who left does not.
func (r *run) stop(why error, abandon func()) {
	switch {
	case errors.Is(why, ErrKilled):
		r.kill(StatusKilled)
	case errors.Is(why, ErrClosed):
		r.kill(StatusStopped)
	default:
		r.kill(StatusClientGone)
		abandon()
		return
	}
	time.AfterFunc(drainStopped, abandon)
}

// isLost tells of a reaped worker that ended, not by us, before it had the
// program.
func (r *run) isLost() bool {
	c := r.cause.Load()
	return c != nil && c.status == statusLost || c == nil && !r.accepted()
}

// now is the time on the clock of the run's events.
func (r *run) now() time.Duration { return time.Since(r.started) }

// readFrames moves what the program prints to the sink, in the order in which it
// was written. What is no frame was written by the program.
func (r *run) readFrames() {
	var frames wire.FrameSplitter
	buf := make([]byte, readSize)
	for {
		n, err := r.process.output.Read(buf)
		r.events.Lock()
		ok := frames.Split(buf[:n], func(stream byte, data []byte) { r.output(Stream(stream), data) })
		r.events.Unlock()
		if !ok {
			r.kill(StatusBreach)
			return
		}
		if err != nil {
			return
		}
	}
}

// output counts and delivers bytes, up to the limit. The caller holds events.
func (r *run) output(s Stream, b []byte) {
	if rest := r.limits.Output - r.written; int64(len(b)) > rest {
		b = b[:rest]
		r.kill(StatusOutputLimit)
	}
	if r.written == 0 {
		defer r.begun()
	}
	r.written += int64(len(b))
	if s == Stdout {
		r.stdout += int64(len(b))
	} else {
		r.stderr += int64(len(b))
	}
	if len(b) > 0 {
		r.send(Output{Stream: s, T: r.now(), Data: b})
	}
}

// emit delivers an event that is not output, made for the moment at which its
// turn has come: times only grow.
func (r *run) emit(at func(t time.Duration) Event) {
	r.events.Lock()
	defer r.events.Unlock()
	r.send(at(r.now()))
}

// send calls the sink, until it fails once. The caller holds events.
func (r *run) send(e Event) {
	if r.lost != nil || r.deliver.Err() != nil {
		return
	}
	r.last = r.now()
	if r.lost = r.sink(r.deliver, e); r.lost != nil {
		r.kill(StatusClientGone)
	}
}

// readCrash keeps the head of what the runtime prints, and ends a worker that
// prints more than any reader will read.
func (r *run) readCrash() {
	if _, err := io.Copy(&r.crash, io.LimitReader(r.process.crash, wire.MaxCrash)); err != nil {
		return
	}
	n, _ := io.CopyN(io.Discard, r.process.crash, 1)
	if n > 0 {
		r.process.kill() // it is dying anyway; the crash text says of what
		_, _ = io.Copy(io.Discard, r.process.crash)
	}
}

// kill ends the worker. Only the first cause counts.
func (r *run) kill(s Status) { r.killFor(cause{status: s}) }

func (r *run) killFor(c cause) {
	r.cause.CompareAndSwap(nil, &c)
	r.process.kill()
}
