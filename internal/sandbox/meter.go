package sandbox

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"playground/internal/sandbox/gauge"
	"playground/internal/sandbox/wire"
)

// Sampling intervals of the meter. CPU time left can be used up by all cores
// at once, so the meter sleeps for that long and no longer; memory can grow by
// about a mebibyte in a millisecond, so it looks more often as the cap nears,
// and less often at a program that sleeps: many of those run at once.
const (
	minSample        = 200 * time.Microsecond
	memorySample     = 5 * time.Millisecond
	memorySampleNear = time.Millisecond // above half of the cap of memory or threads
	idleSample       = 10 * time.Millisecond
	postureSample    = 50 * time.Millisecond // at most; sooner when it has run
	postureWork      = 100 * time.Microsecond
)

const (
	// maxStopped is how long somebody else may keep a worker stopped, beyond
	// its wall time.
	maxStopped = 10 * time.Second
	// lowerAfter is the CPU time after which a program gives way to others, and
	// lowestAfter that after which it does so to those that gave way.
	lowerAfter  = 300 * time.Millisecond
	lowestAfter = 5 * lowerAfter
)

// meter reads what a worker uses from the kernel's account.
type meter struct {
	gauge   *gauge.Gauge
	load    *load
	base    time.Duration // CPU time that the worker had used before the program
	cpu     atomic.Int64  // nanoseconds of the program's own, at the last sample
	rss     atomic.Int64  // bytes of its own
	file    atomic.Int64  // bytes of file pages
	peak    atomic.Int64  // bytes of its own, the most that a sample found
	threads atomic.Int64  // as of posture

	posture gauge.Posture
	at      time.Time     // when posture was read
	work    time.Duration // CPU time at that moment
	stopped time.Duration // how long it was found stopped
	idle    bool          // no CPU time between the last two samples
	lowered time.Duration // CPU time when its priority was lowered last
}

func (m *meter) begin(p *process, l *load) {
	m.gauge, m.load = p.gauge, l
	m.base, _ = m.gauge.CPUTime()
	m.at = time.Now()
}

// sample reads the gauges. It keeps the last values of a process that ended.
func (m *meter) sample() (cpu time.Duration, memory int64) {
	if t, ok := m.gauge.CPUTime(); ok {
		used := t - m.base - time.Duration(m.cpu.Load())
		m.idle = used == 0
		m.cpu.Add(int64(used))
		m.load.spend(used)
	}
	m.look(time.Duration(m.cpu.Load()))
	if own, file, ok := m.gauge.Memory(); ok {
		own += m.posture.Tables
		m.rss.Store(own)
		m.file.Store(file)
		m.peak.Store(max(m.peak.Load(), own))
	}
	return time.Duration(m.cpu.Load()), m.rss.Load()
}

// look reads the posture, which costs more than the other gauges, when it can
// have changed: a process that does not run makes no threads.
func (m *meter) look(cpu time.Duration) {
	since := time.Since(m.at)
	if since < postureSample && cpu-m.work < postureWork {
		return
	}
	p, ok := m.gauge.Posture()
	if !ok {
		return
	}
	if p.Stopped() {
		m.stopped += since
	}
	m.posture, m.at, m.work = p, time.Now(), cpu
	m.threads.Store(int64(p.Threads))
}

// watch kills the program when it passes a limit of time, memory or threads,
// and returns when ctx ends or it has killed.
func (r *run) watch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		cpu, memory := r.meter.sample()
		wall := r.wall()
		if end := r.passed(cpu, wall, memory); end != nil {
			r.killFor(*end)
			return
		}
		r.giveWay(cpu)
		timer.Reset(r.nextSample(cpu, wall, memory))
	}
}

// wall is the elapsed time that counts: not the time in which the program waits
// for input, nor that in which somebody has stopped it.
func (r *run) wall() time.Duration {
	return time.Since(r.started) - r.input.waited() - min(r.meter.stopped, maxStopped)
}

// passed names the limit that the run has passed, if any.
func (r *run) passed(cpu, wall time.Duration, memory int64) *cause {
	switch {
	case cpu >= r.limits.CPUTime:
		return &cause{status: StatusCPULimit}
	case memory > r.limits.Memory:
		return &cause{status: StatusMemoryLimit}
	case r.meter.posture.Threads > r.threads:
		return &cause{status: StatusThreadLimit}
	case r.meter.posture.Stopped() && !r.accepted():
		return &cause{status: statusLost}
	case r.meter.stopped >= maxStopped:
		return &cause{StatusStarved, "somebody stopped the worker for " + maxStopped.String()}
	case wall >= r.limits.WallTime:
		return &cause{status: r.overdue(cpu)}
	}
	return nil
}

// overdue tells a program that used its wall time from one that did not get to
// run: before it starts it never sleeps, and after that the kernel says how long
// it waited for a processor.
func (r *run) overdue(cpu time.Duration) Status {
	half := r.limits.WallTime / 2
	if cpu < half && (!r.reached(wire.PhaseStarted) || r.meter.gauge.RunDelay() >= half) {
		return StatusStarved
	}
	return StatusWallLimit
}

// giveWay lowers the priority of a program that has used its share, and again
// as it goes on, for threads that were missed.
func (r *run) giveWay(cpu time.Duration) {
	if cpu-r.meter.lowered >= lowerAfter {
		r.meter.lowered = cpu
		r.process.cell.Lower(cpu >= lowestAfter)
	}
}

// reportUsage emits Metered events until ctx ends. It is apart from watch, because
// a sink may block and the limits must hold all the same.
func (r *run) reportUsage(ctx context.Context) {
	tick := time.NewTicker(meterEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		r.events.Lock()
		r.send(Metered{
			T: r.now(), CPUTime: time.Duration(r.meter.cpu.Load()),
			Memory: r.meter.rss.Load(), Output: r.written, Threads: int(r.meter.threads.Load()),
		})
		r.events.Unlock()
	}
}

// nextSample is how long the meter may sleep without missing a limit.
func (r *run) nextSample(cpu, wall time.Duration, memory int64) time.Duration {
	most := memorySample
	switch {
	case memory > r.limits.Memory/2, r.meter.posture.Threads > r.threads/2:
		most = memorySampleNear
	case r.meter.idle:
		most = idleSample
	}
	d := (r.limits.CPUTime - cpu) / time.Duration(runtime.NumCPU())
	return max(min(d, r.limits.WallTime-wall, most), minSample)
}
