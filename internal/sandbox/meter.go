package sandbox

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"
)

// Sampling intervals of the meter. CPU time left can be used up by all cores
// at once, so the meter sleeps for that long and no longer; memory can grow by
// about a mebibyte in a millisecond, so it looks more often as the cap nears.
const (
	minSample        = 200 * time.Microsecond
	memorySample     = 5 * time.Millisecond
	memorySampleNear = time.Millisecond // above half of the cap
	tablesSample     = 50 * time.Millisecond
)

// meter reads what a worker uses from the kernel's account.
type meter struct {
	gauge gauge
	base  time.Duration // CPU time that the worker had used before the program
	cpu   atomic.Int64  // nanoseconds of the program's own, at the last sample
	rss   atomic.Int64  // bytes of its own
	file  atomic.Int64  // bytes of file pages
	peak  atomic.Int64  // bytes of its own, the most that a sample found

	tables   int64 // bytes of page tables, at tablesAt
	tablesAt time.Time
}

func (m *meter) begin(pid int) {
	m.gauge = openGauge(pid)
	m.base, _ = m.gauge.cpuTime()
	m.sample()
}

// sample reads the gauges. It keeps the last values of a process that ended.
func (m *meter) sample() (cpu time.Duration, memory int64) {
	if t, ok := m.gauge.cpuTime(); ok {
		m.cpu.Store(int64(t - m.base))
	}
	if own, file, ok := m.gauge.memory(); ok {
		if time.Since(m.tablesAt) > tablesSample {
			m.tables, m.tablesAt = m.gauge.pageTables(), time.Now()
		}
		own += m.tables
		m.rss.Store(own)
		m.file.Store(file)
		m.peak.Store(max(m.peak.Load(), own))
	}
	return time.Duration(m.cpu.Load()), m.rss.Load()
}

// watch kills the program when it passes a limit of time or memory, and
// returns when ctx ends or it has killed.
func (r *run) watch(ctx context.Context) {
	defer r.meter.gauge.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		cpu, memory := r.meter.sample()
		wall := time.Since(r.started)
		switch {
		case cpu >= r.limits.CPUTime:
			r.kill(StatusCPULimit)
			return
		case memory > r.limits.Memory:
			r.kill(StatusMemoryLimit)
			return
		case wall >= r.limits.WallTime:
			r.kill(StatusWallLimit)
			return
		}
		timer.Reset(nextSample(r.limits, cpu, wall, memory))
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
			T: time.Since(r.started), CPUTime: time.Duration(r.meter.cpu.Load()),
			Memory: r.meter.rss.Load(), Output: r.written,
		})
		r.events.Unlock()
	}
}

// nextSample is how long the meter may sleep without missing a limit.
func nextSample(l Limits, cpu, wall time.Duration, memory int64) time.Duration {
	d := (l.CPUTime - cpu) / time.Duration(runtime.NumCPU())
	d = min(d, l.WallTime-wall, memorySample)
	if memory > l.Memory/2 {
		d = min(d, memorySampleNear)
	}
	return max(d, minSample)
}
