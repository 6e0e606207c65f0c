package admit

import "time"

// News is what a client did at a gate in some time. A site that runs on several machines
// has a gate on each, and each hears what clients do at the others.
type News struct {
	Client   string        `json:"client"`
	Programs int           `json:"programs,omitempty"` // that were let in
	CPU      time.Duration `json:"cpu,omitempty"`      // processor time that it was charged with, in nanoseconds
}

// note adds to what the client did. The caller holds mu.
func (g *Gate) note(c *client, programs int, cpu time.Duration) {
	if c == g.strangers || programs == 0 && cpu == 0 {
		return // strangers here are others elsewhere
	}
	c.news.Programs += programs
	c.news.CPU += cpu
	g.news[c] = true
}

// Tell returns what clients did since it was called last; of most clients at most, the
// others' is told next time.
func (g *Gate) Tell(most int) []News {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []News
	for c := range g.news {
		if len(list) == most {
			break
		}
		list = append(list, News{c.name, c.news.Programs, c.news.CPU})
		c.news = News{}
		delete(g.news, c)
	}
	return list
}

// Hear takes what clients did at another gate as if it had been done here: it counts
// within their rate, and in the order of turns. What was done everywhere before anybody
// heard of it may be more than a client may do: it owes no more of that than a quarter of
// what it may ask for at once.
func (g *Gate) Hear(list []News) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	for _, n := range list {
		c := g.visit(n.Client, now)
		if c == g.strangers || n.Programs < 0 || n.CPU < 0 {
			continue
		}
		burst := c.limiter.Burst()
		most := int(c.limiter.TokensAt(now)) + burst/4
		c.limiter.ReserveN(now, max(0, min(n.Programs, most, burst)))
		c.charge(n.CPU)
		c.spend(n.CPU, now)
		g.rest(c, now)
	}
}
