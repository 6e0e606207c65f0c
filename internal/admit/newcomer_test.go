package admit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// Somebody new behind the address of attackers, of whom a hundred are as new at
// any time, still comes before their programs end. It may take those 10 s when the
// attackers have just come and hold all that an address may have.
func TestANewcomerAtItsAttackersAddress(t *testing.T) {
	simulate(t, 2, Config{Programs: 256, Memory: 1600 << 20, Threads: 1950, PerRunThreads: 121}, func(c *crowd) {
		hoarder := program{check: 30 * time.Millisecond, compute: 200 * time.Millisecond, memory: 120 << 20, threads: 8}
		for i, p := range slices.Concat(slices.Repeat([]program{sleeper}, 40), slices.Repeat([]program{spinner}, 30),
			slices.Repeat([]program{bomb}, 8), slices.Repeat([]program{hoarder}, 10)) {
			c.insist(reader(1000+i), p)
		}
		flood := program{check: 30 * time.Millisecond, compute: 50 * time.Millisecond, sleep: 10 * time.Second, memory: 8 << 20, threads: 8}
		for i := range 80 {
			c.newEach(fmt.Sprint("flood ", i), flood, 15*time.Second, 0)
		}
		for i := range 8 {
			c.newEach(fmt.Sprint("passer-by ", i), hello, 150*time.Millisecond, 150*time.Millisecond)
		}
		time.Sleep(3 * time.Second)
		var waits []time.Duration
		for i := range 20 {
			waits = append(waits, c.obeyOnce(reader(i), hello))
			time.Sleep(2 * time.Second)
		}
		slices.Sort(waits)
		if half := waits[len(waits)/2]; half > 6*time.Second {
			t.Errorf("newcomers waited %v half of the times, the shortest and the longest of the times %v and %v", half, waits[0], waits[19])
		}
	})
}

// obeyOnce lets v run p once, coming again when it is told to, and returns how
// long it waited.
func (c *crowd) obeyOnce(v Visitor, p program) time.Duration {
	began := time.Now()
	for {
		l, err := c.enter(v)
		var busy *BusyError
		switch {
		case err == nil:
			waited := time.Since(began)
			c.run(l, p)
			return waited
		case errors.As(err, &busy):
			time.Sleep(cmp.Or(busy.Retry, time.Second))
		default:
			return time.Since(began)
		}
	}
}

// newEach lets readers, each in a session of its own, run p one after the other.
// None waits longer than patience.
func (c *crowd) newEach(name string, p program, patience, pause time.Duration) {
	c.wg.Go(func() {
		for i := 0; c.ctx.Err() == nil; i++ {
			ctx, cancel := context.WithTimeout(c.ctx, patience)
			l, err := c.gate.Enter(ctx, Visitor{reader(0).Client, fmt.Sprint(name, " ", i)}, func(int) error { return nil })
			if err == nil {
				c.run(l, p)
			} else {
				<-ctx.Done() // on a connection that nobody reads
			}
			cancel()
			time.Sleep(pause)
		}
	})
}
