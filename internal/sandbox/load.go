package sandbox

import (
	"sync"
	"time"
)

// loadWindow is the time over which Load averages.
const loadWindow = 100 * time.Millisecond

// Load is what all workers use, for whoever admits programs.
type Load struct {
	// CPU is how many cores the running programs use, over the last tenth of a
	// second or so.
	CPU float64
	// Memory is what all workers hold, idle ones included, in bytes, without
	// the file pages that they share.
	Memory int64
	// Threads is how many threads all workers have, idle ones included.
	Threads       int
	Running, Idle int
}

// load adds up what meters find. Its methods are cheap: every sample of every
// meter calls spend.
type load struct {
	mu       sync.Mutex
	spent    time.Duration // CPU time of all programs, ever
	from, to mark          // the window: from a mark at least that old
	running  map[*run]bool
}

// mark is how much had been spent at a moment.
type mark struct {
	at    time.Time
	spent time.Duration
}

func newLoad() *load {
	now := mark{at: time.Now()}
	return &load{from: now, to: now, running: map[*run]bool{}}
}

// spend counts CPU time.
func (l *load) spend(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.roll()
	l.spent += d
}

// roll moves the window on. The caller holds mu.
func (l *load) roll() {
	if now := time.Now(); now.Sub(l.to.at) >= loadWindow {
		l.from, l.to = l.to, mark{now, l.spent}
	}
}

func (l *load) enter(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running[r] = true
}

func (l *load) leave(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.running, r)
}

// now is the load of the programs that run.
func (l *load) now() (total Load) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.roll()
	total.CPU = float64(l.spent-l.from.spent) / float64(max(time.Since(l.from.at), time.Millisecond))
	total.Running = len(l.running)
	for r := range l.running {
		total.Memory += r.meter.rss.Load()
		total.Threads += int(r.meter.threads.Load())
	}
	return total
}

// Load returns what all workers use at this moment.
func (s *Sandbox) Load() Load {
	total := s.load.now()
	memory, threads, idle := s.pool.holds()
	total.Memory += memory
	total.Threads += threads
	total.Idle = idle
	return total
}
