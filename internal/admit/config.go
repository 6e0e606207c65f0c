package admit

import (
	"cmp"
	"runtime"
	"time"

	"golang.org/x/time/rate"
)

// Visitor is who asks to run a program.
type Visitor struct {
	Client  string // as ClientOf names it
	Session string
}

// Load is what all workers use.
type Load struct {
	CPU     float64 // cores in use by programs
	Memory  int64   // bytes held, idle workers included
	Threads int     // idle workers included
}

// Config sets up a Gate. A zero field has the default given with it; those that
// count what may wait or come mean none when negative.
type Config struct {
	// Programs is the most that run at once, whatever they use: 32 per core.
	Programs int
	// Cores is how many cores programs may use: those of the machine.
	Cores float64
	// Memory is the most bytes that all workers may hold together: no bound.
	Memory int64
	// Threads is the most threads that all workers may have: no bound.
	Threads int
	// PerRun and PerRunThreads are what a program counts for until it has been
	// measured: 24 MiB and 16.
	PerRun        int64
	PerRunThreads int
	// Starts is how many programs may start at a time: 1 per core. Newcomers may
	// start beside three times as many.
	Starts int
	// Overcommit is how many programs may be hungry for processor time when a
	// newcomer is let in although there is none left: 8 per core. One client's
	// own may be half of that.
	Overcommit int
	// Queue is how many programs may wait: 512 or twice Programs, whichever is
	// more. Those who come back as they were told may exceed it by half.
	Queue int
	// Runs and Places bound one client's programs that run and that wait:
	// Programs, and half of Queue.
	Runs, Places int
	// Rate and Burst bound the programs that one client may ask for: 5 per second
	// and core, and forty seconds' worth at once.
	Rate  rate.Limit
	Burst int
	// Clients is how many clients are remembered: 4096.
	Clients int
	// Longest is how long a program may run: 10 s. It is what a Retry is
	// reckoned from while nothing has ended yet.
	Longest time.Duration
	// Load tells what all workers use. It is called at most every 10 ms.
	Load func() Load
}

func (c Config) withDefaults() Config {
	c.Cores = cmp.Or(c.Cores, float64(runtime.NumCPU()))
	c.Programs = max(cmp.Or(c.Programs, c.perCore(32)), 1)
	c.PerRun = cmp.Or(c.PerRun, 24<<20)
	c.PerRunThreads = cmp.Or(c.PerRunThreads, 16)
	c.Starts = cmp.Or(c.Starts, c.perCore(1))
	c.Overcommit = cmp.Or(c.Overcommit, c.perCore(8))
	c.Queue = max(cmp.Or(c.Queue, max(512, 2*c.Programs)), 0)
	c.Runs = max(cmp.Or(c.Runs, c.Programs), 1)
	c.Places = max(cmp.Or(c.Places, (c.Queue+1)/2), 1)
	c.Rate = cmp.Or(c.Rate, rate.Limit(5*c.Cores))
	c.Burst = max(cmp.Or(c.Burst, int(40*c.Rate)), 1)
	c.Clients = cmp.Or(c.Clients, 4096)
	c.Longest = cmp.Or(c.Longest, 10*time.Second)
	if c.Load == nil {
		c.Load = func() Load { return Load{} }
	}
	return c
}

// perCore is n for each core, at least n: a fraction of a core still runs one
// program.
func (c Config) perCore(n int) int { return max(int(float64(n)*c.Cores), n) }
