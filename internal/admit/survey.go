package admit

import "time"

// spare is how many slots, bytes of memory and threads a client may hold for each
// that is left.
const spare = 4

// freshStarts is how many times Starts may start at once of clients, and of
// sessions, that have nothing running and are likely to be done soon.
const freshStarts = 3

// kept is the part of all, as a divisor, that only clients that hold nothing get.
const kept = 32

// youth is the processor time within which a program is young. Workers that have
// used more give way to those that have not, so these are in nobody's way.
const youth = 300 * time.Millisecond

// spared is the part of all, as a divisor, that a client's other sessions leave to
// its small ones at most.
const spared = 16

// survey is what there is room for at one moment.
type survey struct {
	cfg      *Config
	now      time.Time
	running  int
	starting int
	hungry   int
	fresh    int // not measured yet
	memory   int64
	threads  int
	pressed  bool // the processors have no room
	short    bool // a program that was let in could not be started, and tries to
	clients  map[*client]*held
}

// held is what one client's programs use.
type held struct {
	hungry, young, threads int
	memory                 int64
}

// survey adds up what runs. The caller holds mu.
func (g *Gate) survey(now time.Time) *survey {
	if now.Sub(g.loadAt) >= loadFor {
		g.load, g.loadAt = g.cfg.Load(), now
	}
	s := &survey{cfg: &g.cfg, now: now, running: len(g.running), short: len(g.short) > 0, clients: map[*client]*held{}}
	for l := range g.running {
		s.count(l)
	}
	// The sum over programs may be newer, the load knows of idle workers.
	s.memory = max(s.memory, g.load.Memory) + int64(s.fresh)*g.cfg.PerRun
	s.threads = max(s.threads, g.load.Threads) + s.fresh*g.cfg.PerRunThreads
	s.pressed = g.load.CPU+float64(s.starting) >= 0.9*g.cfg.Cores
	return s
}

func (s *survey) count(l *Lease) {
	h := s.clients[l.session.client]
	if h == nil {
		h = &held{}
		s.clients[l.session.client] = h
	}
	if !l.started && s.now.Sub(l.since) < settle {
		s.starting++
		s.short = s.short || s.now.Sub(l.retryAt) < settle
	}
	if l.hungry {
		s.hungry++
		h.hungry++
		if l.usedCPU < youth {
			h.young++
		}
	}
	memory, threads := l.memory, l.threads
	if l.measured {
		s.memory += memory
		s.threads += threads
	} else {
		s.fresh++
		memory, threads = s.cfg.PerRun, s.cfg.PerRunThreads
	}
	usual := l.expects(s.now)
	h.memory += max(memory, usual.memory)
	h.threads += max(threads, usual.threads)
}

// of is what a client holds.
func (s *survey) of(c *client) held {
	if h := s.clients[c]; h != nil {
		return *h
	}
	return held{}
}

// admits reports whether a program of x may start now.
func (s *survey) admits(x *session) bool {
	c, cfg, h := x.client, s.cfg, s.of(x.client)
	small := x.small(s.now)
	quick := small || c.fresh(s.now)
	memory, threads := cfg.PerRun, cfg.PerRunThreads
	if small {
		memory, threads = min(memory, smallMemory), min(threads, smallThreads)
	}
	free := cfg.Programs - s.running
	switch {
	case free <= 0, c.running >= cfg.Runs:
		return false
	case s.running == 0:
		return true // or it would never be let in
	case s.short:
		return false
	case s.starting >= cfg.Starts && (!quick || s.starting >= freshStarts*cfg.Starts):
		return false
	case !fits(small, false, int64(c.running), int64(s.running), 1, int64(cfg.Programs)):
		return false
	case cfg.Memory > 0 && !fits(small, x.usual.memory > smallMemory, h.memory, s.memory, memory, cfg.Memory):
		return false
	case cfg.Threads > 0 && !fits(small, x.usual.threads > smallThreads, int64(h.threads), int64(s.threads), int64(threads), int64(cfg.Threads)):
		return false
	case !s.pressed:
		return true
	}
	switch {
	case quick:
		return s.hungry < spare*cfg.Overcommit
	case x.running > 0:
		return false
	case x.known:
		return s.hungry < cfg.Overcommit && h.hungry < (cfg.Overcommit+1)/2
	}
	return s.hungry < 3*cfg.Overcommit && h.young < cfg.Overcommit
}

// fits is Fits for a program of a session. The last that a client may have is for
// its small sessions: the others leave room for one more program, or the whole of
// it would belong to those that hold it longest. Half of all is for those that are
// not known to be large, so that somebody new at their address gets in.
func fits(small, large bool, client, all, one, most int64) bool {
	if large && client > 0 && client+one > most-all-one {
		return false
	}
	if !small && client > 0 {
		one += min(one, most/spared)
	}
	return Fits(client, all, one, most)
}

// Fits reports whether a client that holds some of what all hold may have one
// more, of what there is at most: when a part is left then for others, which also
// depends on what this one has. One that holds nothing may have the last.
func Fits(client, all, one, most int64) bool {
	left := most - all - one
	if client == 0 {
		return left >= 0
	}
	return left >= max(one, most/kept) && client+one <= spare*left
}
