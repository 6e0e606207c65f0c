package sandbox

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

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

// run is one program in one worker.
type run struct {
	process *process
	program Program
	limits  Limits
	sink    Sink
	leave   func() // gives the slot back

	started time.Time
	meter   meter
	cause   atomic.Pointer[Status] // why we killed it, if we did

	deliver context.Context // ends when nothing more is to be delivered
	events  sync.Mutex      // one event at a time; guards what follows
	written int64           // bytes read of both streams
	stdout  int64
	stderr  int64
	lost    error // the sink's error

	crash   crashText
	reports []wire.Report
}

// execute hands the program over, watches it to its end and judges it. When it
// returns, the worker is reaped and every goroutine of the run has ended.
func (r *run) execute(ctx context.Context) Result {
	p := r.process
	defer p.end()
	deliver, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	r.deliver = deliver
	// A reader who pressed Stop still reads what was printed; one who left
	// does not.
	stop := context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), ErrKilled) {
			r.kill(StatusKilled)
			time.AfterFunc(drainStopped, abandon)
			return
		}
		r.kill(StatusClientGone)
		abandon()
	})
	defer stop()

	r.started = time.Now()
	r.meter.begin(p.cell.Process.Pid)
	r.emit(Started{Limits: r.limits})

	var work sync.WaitGroup
	work.Go(r.feed)
	work.Go(func() { r.read(p.stdout, Stdout) })
	work.Go(func() { r.read(p.stderr, Stderr) })
	work.Go(r.readCrash)
	work.Go(r.readReports)
	watching, unwatch := context.WithCancel(context.Background())
	var watch sync.WaitGroup
	watch.Go(func() { r.watch(watching) })
	work.Go(func() { r.reportUsage(watching) })

	<-p.reaped
	wall := time.Since(r.started)
	r.leave() // a slow sink costs nobody a core
	unwatch()
	watch.Wait()
	// The worker was the only writer of its pipes: the readers now come to
	// the end of them, as fast as the sink takes what is left.
	p.job.Close() // a feed that still writes ends here
	defer time.AfterFunc(drainEnded, abandon).Stop()
	work.Wait()
	res := r.verdict(wall)
	r.explainCrash(&res)
	return res
}

// feed sends the program and its standard input. An error here means that the
// worker died or does not read; its end tells the story.
func (r *run) feed() {
	job := wire.Job{Task: r.program.Task, Source: r.program.Source, Args: r.program.Args, Limits: r.limits}
	if err := wire.WriteJob(r.process.job, job); err != nil {
		return
	}
	_, _ = io.WriteString(r.process.job, r.program.Stdin)
	r.process.job.Close()
}

// output counts and delivers bytes, up to the limit. The caller holds events.
func (r *run) output(s Stream, b []byte) {
	if rest := r.limits.Output - r.written; int64(len(b)) > rest {
		b = b[:rest]
		r.kill(StatusOutputLimit)
	}
	r.written += int64(len(b))
	if s == Stdout {
		r.stdout += int64(len(b))
	} else {
		r.stderr += int64(len(b))
	}
	if len(b) > 0 {
		r.send(Output{Stream: s, T: time.Since(r.started), Data: b})
	}
}

// emit delivers an event that is not output.
func (r *run) emit(e Event) {
	r.events.Lock()
	defer r.events.Unlock()
	r.send(e)
}

// send calls the sink, until it fails once. The caller holds events.
func (r *run) send(e Event) {
	if r.lost != nil || r.deliver.Err() != nil {
		return
	}
	if r.lost = r.sink(r.deliver, e); r.lost != nil {
		r.kill(StatusClientGone)
	}
}

// readReports collects what the worker says, in bounds, and passes diagnostics
// on as they come. A worker that says more than any honest one is ended: reading
// is the server's time, which no limit of the program's counts.
func (r *run) readReports() {
	for n := range wire.MaxReports {
		rep, err := r.process.nextReport()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			break
		}
		switch {
		case rep.Kind == wire.KindDiagnostic && rep.Diagnostic != nil && n < wire.MaxDiagnostics:
			r.emit(Diagnosed{Diagnostic: rep.Diagnostic.Bounded()})
		case rep.Kind == wire.KindExit && rep.Exit != nil && len(r.reports) == 0:
			r.reports = append(r.reports, rep)
		}
	}
	if n, _ := io.CopyN(io.Discard, r.process.lines, 1); n > 0 {
		r.kill(StatusOutputLimit)
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
func (r *run) kill(cause Status) {
	r.cause.CompareAndSwap(nil, &cause)
	r.process.kill()
}
