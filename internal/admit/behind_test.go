package admit

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// A reader behind the address of attackers, who are told apart by their sessions
// only, waits for none of their programs once it has run one.
func TestAReaderBehindItsAttackersAddress(t *testing.T) {
	abandoned := hello // a program of somebody who comes and goes
	kinds := map[string][]program{
		"sleepers":        slices.Repeat([]program{sleeper}, 60),
		"spinners":        slices.Repeat([]program{spinner}, 60),
		"thread bombs":    slices.Repeat([]program{bomb}, 60),
		"hoarders":        slices.Repeat([]program{{check: 30 * time.Millisecond, sleep: 9 * time.Second, memory: 120 << 20, threads: 8}}, 60),
		"of all kinds":    append(slices.Repeat([]program{sleeper, spinner, bomb}, 20), abandoned),
		"coming for ever": slices.Repeat([]program{abandoned}, 8),
	}
	for name, programs := range kinds {
		t.Run(name, func(t *testing.T) {
			simulate(t, 2, Config{Programs: 256, Memory: 4 << 30, Threads: 3000, PerRunThreads: 124}, func(c *crowd) {
				for i, p := range programs {
					if p == abandoned {
						c.comeAndGo(fmt.Sprint("attacker ", i), p)
					} else {
						c.insist(reader(1000+i), p)
					}
				}
				c.insistOnce(reader(1), hello) // as a newcomer
				var waits []time.Duration
				for range 120 {
					waits = append(waits, c.insistOnce(reader(1), hello))
					time.Sleep(500 * time.Millisecond)
				}
				slices.Sort(waits)
				if p99 := waits[118]; p99 > time.Second {
					t.Errorf("the reader waited up to %v, half of the times %v", p99, waits[60])
				}
			})
		})
	}
}

// insistOnce lets v run p once, coming again when it is refused, and returns how
// long it waited.
func (c *crowd) insistOnce(v Visitor, p program) time.Duration {
	began := time.Now()
	for {
		l, err := c.enter(v)
		if err == nil {
			waited := time.Since(began)
			c.run(l, p)
			return waited
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// comeAndGo lets a reader run p in one new session after the other.
func (c *crowd) comeAndGo(name string, p program) {
	c.wg.Go(func() {
		for i := 0; c.ctx.Err() == nil; i++ {
			if l, err := c.enter(Visitor{reader(0).Client, fmt.Sprint(name, " ", i)}); err == nil {
				c.run(l, p)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
}

func TestAClassBehindOneAddressGetsThrough(t *testing.T) {
	simulate(t, 2, Config{}, func(c *crowd) {
		p := sleeper
		p.sleep = time.Second
		var refused, late int
		var mu sync.Mutex
		for i := range 40 {
			c.wg.Go(func() {
				for range 10 {
					began := time.Now()
					l, err := c.enter(reader(i))
					mu.Lock()
					if err != nil {
						refused++
					} else if time.Since(began) > 3*time.Second {
						late++
					}
					mu.Unlock()
					if err == nil {
						c.run(l, p)
					}
				}
			})
		}
		c.wg.Wait()
		if refused > 0 || late > 0 {
			t.Errorf("of 400 programs %d were refused and %d waited for more than 3 s", refused, late)
		}
	})
}
