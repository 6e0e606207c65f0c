package admit

import (
	"context"
	"sync"
	"time"
)

// machine is a model of processors that programs share, in a synctest bubble. A
// program that has used 300 ms gives way to others, as workers do.
type machine struct {
	cores float64

	mu    sync.Mutex
	procs map[*proc]bool
	spent []float64 // cores in use, per step, over the last tenth of a second
	peak  struct {
		memory  int64
		running int
	}
}

// most is the most memory that was held, and the most programs that ran, at once.
func (m *machine) most() (memory int64, running int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.peak.memory, m.peak.running
}

// program is what a simulated program does: it is checked, then computes, then
// sleeps.
type program struct {
	check, compute, sleep time.Duration
	memory                int64
	threads               int
}

type proc struct {
	program
	used  time.Duration
	want  time.Duration // processor time until it is woken
	woken chan struct{}
}

const step = 2 * time.Millisecond

// longest is the wall time that the machine gives a program.
const longest = 10 * time.Second

func newMachine(cores float64) *machine {
	return &machine{cores: cores, procs: map[*proc]bool{}}
}

// work shares the processors until ctx ends.
func (m *machine) work(ctx context.Context) {
	tick := time.NewTicker(step)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			m.share()
		}
	}
}

func (m *machine) share() {
	m.mu.Lock()
	defer m.mu.Unlock()
	var weights float64
	for p := range m.procs {
		weights += p.weight()
	}
	left := m.cores
	for p := range m.procs {
		if p.want <= 0 {
			continue
		}
		part := min(1, m.cores*p.weight()/weights)
		left -= part
		d := time.Duration(part * float64(step))
		p.used += d
		if p.want -= d; p.want <= 0 {
			close(p.woken)
		}
	}
	m.spent = append(m.spent, m.cores-left)
	if len(m.spent) > 50 {
		m.spent = m.spent[1:]
	}
	m.peak.running = max(m.peak.running, len(m.procs))
	m.peak.memory = max(m.peak.memory, m.held())
}

func (p *proc) weight() float64 {
	switch {
	case p.want <= 0:
		return 0
	case p.used > 300*time.Millisecond:
		return 0.1
	}
	return 1
}

func (m *machine) held() (n int64) {
	for p := range m.procs {
		n += p.memory
	}
	return n
}

func (m *machine) load() Load {
	m.mu.Lock()
	defer m.mu.Unlock()
	var l Load
	for _, s := range m.spent {
		l.CPU += s / float64(len(m.spent))
	}
	l.Memory = m.held()
	for p := range m.procs {
		l.Threads += p.threads
	}
	return l
}

// run runs a program on l, to its end or that of its wall time, and leaves. It
// returns the processor time that the program used.
func (m *machine) run(l *Lease, p program) time.Duration {
	pr := &proc{program: p}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	m.mu.Lock()
	m.procs[pr] = true
	m.mu.Unlock()
	go m.report(ctx, l, pr)
	if m.compute(ctx, pr, p.check) {
		l.Started()
		if m.compute(ctx, pr, p.compute) {
			select {
			case <-ctx.Done():
			case <-time.After(p.sleep):
			}
		}
	}
	m.mu.Lock()
	delete(m.procs, pr)
	used := pr.used
	m.mu.Unlock()
	l.Leave(used)
	return used
}

func (m *machine) compute(ctx context.Context, p *proc, d time.Duration) bool {
	if d == 0 {
		return true
	}
	m.mu.Lock()
	p.want, p.woken = d, make(chan struct{})
	m.mu.Unlock()
	select {
	case <-p.woken:
		return true
	case <-ctx.Done():
		return false
	}
}

// report tells the gate what the program uses, as a meter does.
func (m *machine) report(ctx context.Context, l *Lease, p *proc) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		m.mu.Lock()
		used := p.used
		m.mu.Unlock()
		l.Used(used, p.memory, p.threads)
	}
}
