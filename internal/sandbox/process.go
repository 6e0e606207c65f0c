package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"playground/internal/sandbox/confine"
	"playground/internal/sandbox/events"
	"playground/internal/sandbox/gauge"
	"playground/internal/sandbox/wire"
)

// startDeadline bounds the time from exec to ready. A worker needs tens of
// milliseconds; a machine under heavy load needs more.
const startDeadline = 10 * time.Second

// process is one worker process, from its start until it is reaped.
type process struct {
	cell   *confine.Cell
	born   time.Time
	layers []Layer

	gauge *gauge.Gauge

	job                            *os.File // write end
	stdout, stderr, crash, reports *os.File // read ends
	output                         *os.File // both streams, in frames
	lines                          *bufio.Reader
	events                         []byte // shared with the worker, nil if there is none

	group  sync.Mutex // guards ended, and kills against the reaping
	ended  bool
	reaped chan struct{} // closed when state is set
	state  *os.ProcessState
}

var (
	// errHungUp is a worker that ended before it was ready.
	errHungUp = errors.New("the worker ended before it was ready")
	// errKilled is a worker that somebody else killed before it was ready, or
	// before it had its program.
	errKilled = errors.New("the worker was killed from outside before it had a program")
	// errLate is a worker that did not become ready in time.
	errLate = fmt.Errorf("worker not ready within %v", startDeadline)
)

// start starts a worker and waits until it is ready for a program. Its error is
// a *ShortageError when the machine is short of something.
func (s *spawner) start(ctx context.Context) (*process, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startDeadline, errLate)
	defer cancel()
	p, err := s.exec()
	if err != nil {
		return nil, shortage(fmt.Errorf("start worker: %w", err))
	}
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	if err := p.awaitReady(); err != nil {
		p.kill()
		crash := p.crashHead()
		p.end()
		if cause := context.Cause(ctx); cause != nil {
			return nil, shortage(cause)
		}
		if errors.Is(err, errHungUp) {
			err = p.hungUp(crash)
		}
		return nil, shortage(err)
	}
	return p, nil
}

// hungUp says why a worker ended before it was ready.
func (p *process) hungUp(crash string) error {
	switch {
	case p.state != nil && killedBy(p.state) == os.Kill:
		return &ShortageError{errKilled}
	case shortCrash(crash):
		return &ShortageError{fmt.Errorf("%w: %s", errHungUp, crash)}
	case crash != "":
		return fmt.Errorf("%w (%v): %s", errHungUp, p.state, crash)
	}
	return fmt.Errorf("%w (%v)", errHungUp, p.state)
}

// exec makes the pipes and the process.
func (s *spawner) exec() (*process, error) {
	p := &process{born: time.Now(), reaped: make(chan struct{})}
	var theirs []*os.File // the worker's ends, in the order of its descriptors
	defer func() { closeAll(theirs) }()
	for _, ours := range []**os.File{&p.job, &p.stdout, &p.crash, &p.reports, &p.stderr, &p.output} {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(p.files())
			return nil, err
		}
		if ours == &p.job {
			r, w = w, r
		}
		*ours, theirs = r, append(theirs, w)
	}
	if s.events {
		memory, file, err := events.NewMemory()
		if err != nil {
			closeAll(p.files())
			return nil, err
		}
		p.events, theirs = memory, append(theirs, file)
	}
	s.forking.Lock()
	cell, err := s.host.Start(s.args, s.env, theirs)
	s.forking.Unlock()
	if err != nil {
		p.letGo()
		return nil, err
	}
	p.cell = cell
	p.lines = bufio.NewReaderSize(p.reports, wire.MaxReport)
	go p.wait()
	if p.gauge, err = gauge.Open(cell.Process.Pid); err != nil {
		err = shortage(err)
		var short *ShortageError
		gone := !errors.As(err, &short) && p.endsWithin(time.Second)
		p.end()
		if gone { // before it could be looked at
			err = p.hungUp("")
		}
		return nil, err
	}
	return p, nil
}

// endsWithin waits for the end of the process, at most for d, and reports whether
// it came.
func (p *process) endsWithin(d time.Duration) bool {
	select {
	case <-p.reaped:
		return true
	case <-time.After(d):
		return false
	}
}

// wait reaps the process, and everything that it may have left behind in its
// group. It is the only goroutine of a process.
func (p *process) wait() {
	defer close(p.reaped)
	p.awaitEnd()
	p.group.Lock()
	_ = p.cell.Kill() // the leader is still unreaped, so the group's number is its own
	p.ended = true
	p.group.Unlock()
	if p.state == nil {
		p.state, _ = p.cell.Process.Wait() // it fails only if somebody else reaped our child
	}
}

// kill ends the worker's whole process group, if it has not ended.
func (p *process) kill() {
	p.group.Lock()
	defer p.group.Unlock()
	if !p.ended {
		_ = p.cell.Kill() // it fails only for what has ended
	}
}

// awaitReady reads the first report, which must be KindReady.
func (p *process) awaitReady() error {
	r, err := p.nextReport()
	switch {
	case err != nil:
		return errHungUp
	case r.Kind == wire.KindExit && r.Exit != nil && r.Exit.Cause == wire.CauseShortage:
		return &ShortageError{fmt.Errorf("the worker could not start: %s", r.Exit.Message)}
	case r.Kind == wire.KindExit && r.Exit != nil:
		return fmt.Errorf("the worker refused to start: %s", r.Exit.Message)
	case r.Kind != wire.KindReady:
		return fmt.Errorf("the worker began with a %q report", r.Kind)
	}
	p.layers = append(p.cell.Layers(), r.Layers...)
	return nil
}

// nextReport reads one line of the worker's reports. Its error means that
// there will be no more: the pipe ended, or the worker does not keep to the
// format.
func (p *process) nextReport() (r wire.Report, err error) {
	line, err := p.lines.ReadSlice('\n')
	if err != nil {
		return r, err
	}
	err = json.Unmarshal(line, &r)
	return r, err
}

// crashHead is what the runtime of a worker that died early said: the lines
// before its traces.
func (p *process) crashHead() string {
	_ = p.crash.SetReadDeadline(time.Now().Add(time.Second))
	buf := make([]byte, 512)
	n, _ := p.crash.Read(buf)
	head, _, _ := strings.Cut(string(buf[:n]), "\n\n")
	return strings.ReplaceAll(strings.TrimSpace(head), "\n", "; ")
}

// end kills the process if it still lives, waits until it is reaped, and lets
// go of everything that belonged to it.
func (p *process) end() {
	p.kill()
	<-p.reaped
	p.letGo()
	if p.gauge != nil {
		p.gauge.Close()
	}
	if err := p.cell.Close(); err != nil {
		return // the next start sweeps what is left
	}
}

// letGo gives back what the parent has of a worker's.
func (p *process) letGo() {
	closeAll(p.files())
	if p.events != nil {
		events.Unmap(p.events)
		p.events = nil
	}
}

// alive reports whether the process has not ended by itself.
func (p *process) alive() bool {
	select {
	case <-p.reaped:
		return false
	default:
		return true
	}
}

// usable reports whether the process lives and nobody has stopped it.
func (p *process) usable() bool {
	if !p.alive() {
		return false
	}
	now, ok := p.gauge.Posture()
	return !ok || !now.Stopped()
}

func (p *process) files() []*os.File {
	return []*os.File{p.job, p.stdout, p.crash, p.reports, p.stderr, p.output}
}

func closeAll(files []*os.File) {
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
}

// ErrCgo is returned by New for a binary that cannot be its own worker.
var ErrCgo = errors.New("this binary was built with cgo, so it cannot confine the programs that it would run; build it with CGO_ENABLED=0")

// cgroupSlack is what a worker's cgroup may hold beyond the memory limit: file
// pages and the kernel's own. The meter and the rlimit are the exact walls.
const cgroupSlack = 64 << 20

// spawner starts worker processes.
type spawner struct {
	host    *confine.Host
	require confine.Level
	args    []string
	env     []string
	events  bool // workers have memory for events

	// forking is held while a process is made. Go's runtime does not take the
	// processor (P) from a thread that forks, and the kernel may take seconds over
	// the namespaces of a new process while others are taken down: two at a time,
	// on two cores, would stop the server for as long.
	forking *sync.Mutex
}

func newSpawner(c Config) (*spawner, error) {
	if cgo && c.Executable == "" {
		return nil, ErrCgo
	}
	host, err := confine.Probe(confine.HostConfig{
		Binary: c.Executable, Require: c.Isolation, Memory: c.Limits.Memory + cgroupSlack, Threads: c.Threads,
	})
	if err != nil {
		return nil, err
	}
	has := haveEvents()
	setup := wire.Setup{Most: c.Limits, Threads: c.Threads, Modules: c.Modules, Events: has}
	return &spawner{host: host, require: c.Isolation, args: wire.Args(setup), env: workerEnv(), events: has, forking: &sync.Mutex{}}, nil
}

// haveEvents says whether this machine has memory that is shared with a worker.
func haveEvents() bool {
	memory, file, err := events.NewMemory()
	if err != nil {
		return false
	}
	file.Close()
	events.Unmap(memory)
	return true
}

// workerEnv is a worker's whole environment: nothing of the server's. Setting
// GOMAXPROCS also keeps the runtime from reading cgroup files once a second,
// which the seccomp filter would refuse.
func workerEnv() []string {
	return []string{"GOMAXPROCS=" + strconv.Itoa(runtime.GOMAXPROCS(0))}
}

// admit refuses workers that are confined less than the operator asked for.
func (s *spawner) admit(layers []Layer) error {
	if got := confine.LevelOf(layers); got < s.require {
		return fmt.Errorf("programs would run at isolation level %q, and %q is required; \"playground doctor\" tells what is missing", got, s.require)
	}
	return nil
}
