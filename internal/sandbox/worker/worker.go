package worker

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
	_ "time/tzdata" // a worker sees no files, and time.LoadLocation wants some

	"playground/internal/gofront/module"
	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/wire"
	"playground/internal/sandbox/worker/interp"
	"playground/internal/sandbox/worker/interp/observe"
	"playground/internal/sandbox/worker/streams"
)

// Main is the whole life of a worker process. It does not return.
func Main() {
	runtime.MemProfileRate = 0 // of the program alone: see serve
	w := &worker{pipes: openPipes(os.Args), crash: os.Stderr}
	w.step("exec, runtime, package initialisers")
	if err := w.serve(os.Args); err != nil {
		w.exit(wire.Exit{Cause: causeOf(err), Code: 1, Message: err.Error()})
	}
	os.Exit(0) // the parent hung up before it had a program
}

// causeOf names a worker's failure to become ready.
func causeOf(err error) wire.Cause {
	for _, short := range []error{syscall.EAGAIN, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, short) {
			return wire.CauseShortage
		}
	}
	return wire.CauseFailure
}

type worker struct {
	pipes
	crash   *os.File   // descriptor 2; an os.File that nobody holds closes itself
	events  []byte     // shared memory for events, nil if there is none
	talk    sync.Mutex // held by who reports, and for good by whoever ends the process
	steps   []wire.Step
	image   image // until a program is there
	account bool  // of the program's way, too, is asked for
}

// step notes that a part of the start, or of a program's way, is done.
func (w *worker) step(name string) {
	cpu, clock := used()
	w.steps = append(w.steps, wire.Step{Name: name, CPU: cpu, Clock: clock})
}

// gcPercent lets the heap grow to five times what lives before the collector
// runs: interpreted programs make much short-lived garbage, and the memory
// limit keeps the rest in bounds.
const gcPercent = 400

// memProfileRate is the runtime's own default: programs may write heap profiles.
const memProfileRate = 512 << 10

// lifetime bounds a worker's life in the kernel, should its parent forget it:
// the pool replaces idle workers long before.
const lifetime = time.Hour

// serve returns nil when the parent hung up, an error when the worker could
// not become ready, and not at all once it has a program.
func (w *worker) serve(args []string) error {
	setup, err := wire.ParseArgs(args)
	if err != nil {
		return err
	}
	if setup.Events { // before its descriptor is closed
		if w.events, err = events.Map(); err != nil {
			return err
		}
	}
	layers := confine.Before()
	w.step("descriptors, priority")
	os.Clearenv() // the runtime has read what was there for it
	// From here on os.Stderr is the program's, and descriptor 2 belongs to
	// the runtime alone.
	os.Stderr = w.stderr
	log.SetOutput(os.Stderr)
	if err := streams.KeepOrder(os.Stdout, os.Stderr, w.output); err != nil {
		return fmt.Errorf("order the output streams: %w", err)
	}
	if err := streams.WatchReads(os.Stdin); err != nil {
		return fmt.Errorf("watch standard input: %w", err)
	}
	if err := streams.KeepFiles(); err != nil {
		return fmt.Errorf("keep files in memory: %w", err)
	}
	w.step("streams")
	w.image = readImage() // after the method tables of files were written to
	library, err := modules(setup.Modules)
	if err != nil {
		return err
	}
	machine, err := interp.New(library)
	if err != nil {
		return err
	}
	w.step("self-tests, interpreter")
	confined, err := confine.Apply(confine.Config{
		CPUTime: setup.Most.CPUTime, Lifetime: lifetime, Memory: setup.Most.Memory, Threads: setup.Threads,
		Raised: w.step,
	})
	if err != nil {
		return fmt.Errorf("confine: %w", err)
	}
	ready := wire.Report{Kind: wire.KindReady, Layers: append(layers, confined.Layers...)}
	if setup.Steps {
		ready.Steps = w.steps
		w.account = true
		machine.Account(w.step)
	}
	w.report(ready)

	job, err := w.await(machine)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	if w.steps = nil; w.account {
		w.step("read the job")
	}
	w.report(wire.Report{Kind: wire.KindPhase, Phase: wire.PhaseWorker})
	runtime.MemProfileRate = memProfileRate
	debug.SetMaxThreads(setup.Threads)
	if err := limit(confined, job.Limits.Within(setup.Most)); err != nil {
		w.exit(interp.Fault(err, w.report))
	}
	streams.UseFiles(machine.Files())
	if job.Interactive {
		streams.TellOfReads(func(n int64) { w.report(wire.Report{Kind: wire.KindReading, Read: n}) })
	}
	switch job.Task {
	case wire.TaskFormat:
		w.exit(machine.Format(job, w.report))
	case wire.TaskCheck:
		w.exit(machine.Check(job, w.report))
	case wire.TaskTypeScript, wire.TaskJavaScript:
		w.exit(compileScript(job, w.report))
	case wire.TaskAssist:
		w.exit(machine.Assist(job, w.report))
	case wire.TaskModules:
		w.exit(machine.CheckModules(w.report))
	default:
		if job.Procs > 0 {
			runtime.GOMAXPROCS(min(job.Procs, wire.MaxProcs))
		} else {
			machine.Narrow()
		}
		if job.Race {
			machine.FindRaces(job, job.Limits.Within(setup.Most).Memory, w.report)
		}
		if job.Observe && w.events != nil {
			if ring := events.NewRing(w.events); job.Scheduled() {
				machine.Record(ring)
			} else if !job.Race {
				machine.Watch(observe.New(ring.Put, events.Now))
			}
		}
		w.exit(machine.Run(job, w.report, w.exit))
	}
	return nil
}

// modules are what programs may import beside the standard library: what is
// built in and what the operator's folder has. It is read before the walls
// stand, which let no file be opened.
func modules(dir string) (*module.Library, error) {
	library := module.Bundled()
	if dir == "" {
		return library, nil
	}
	more, err := module.Read(dir)
	if err != nil {
		return nil, fmt.Errorf("modules: %w", err)
	}
	return library.With(more), nil
}

// patience is how long a worker waits for its program before it begins to warm
// up. On a busy server the program is there by then, and what warming costs
// goes to programs instead.
const patience = 30 * time.Millisecond

// await returns the job, and warms up while there is none.
func (w *worker) await(machine *interp.Machine) (wire.Job, error) {
	type arrival struct {
		job wire.Job
		err error
	}
	arrived := make(chan arrival, 1)
	go func() {
		job, err := wire.ReadJob(w.job)
		arrived <- arrival{job, err}
	}()
	select {
	case a := <-arrived:
		return a.job, a.err
	case <-time.After(patience):
	}
	if err := w.warmUp(machine, func() bool { return len(arrived) == 0 }); err != nil {
		return wire.Job{}, err
	}
	a := <-arrived
	return a.job, a.err
}

// warmUp prepares for most programs, and then gives back what was needed for that
// alone: a worker may idle for minutes.
func (w *worker) warmUp(machine *interp.Machine, more func() bool) error {
	if err := machine.WarmUp(more); err != nil || !more() {
		return err
	}
	// The first collection empties the pools, the second frees what was in them.
	runtime.GC()
	debug.FreeOSMemory()
	w.image.giveBack()
	return machine.Rehearse(more)
}

// limit prepares the runtime for the job's own limits.
func limit(c *confine.Confined, l wire.Limits) error {
	// The collector works harder as the program nears its cap, so that
	// garbage alone never takes a program over it.
	debug.SetMemoryLimit(l.Memory * 85 / 100)
	debug.SetGCPercent(gcPercent)
	// Growing a stack holds the old and the new one, and the collector runs
	// late: a quarter of the cap is what a stack reaches before memory ends.
	debug.SetMaxStack(int(l.Memory / 4))
	if err := c.SetMemory(l.Memory); err != nil {
		return fmt.Errorf("set the memory limit: %w", err)
	}
	return nil
}

func (w *worker) report(r wire.Report) {
	w.talk.Lock()
	defer w.talk.Unlock()
	w.tell(r)
}

// tell writes a report. The caller holds talk.
func (w *worker) tell(r wire.Report) {
	// A parent that no longer reads is about to kill us; nothing to do.
	_, _ = w.reports.Write(wire.AppendReport(nil, r))
}

// exit reports the end and ends the process. Only the first caller's words
// count: a program may call os.Exit from many goroutines at once.
func (w *worker) exit(e wire.Exit) {
	w.talk.Lock()
	last := wire.Report{Kind: wire.KindExit, Exit: &e}
	if w.account {
		w.step("run")
		last.Steps = w.steps
	}
	w.tell(last)
	os.Exit(e.Code)
}
