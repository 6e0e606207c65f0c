package admit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Programs that tests run on the machine.
var (
	hello   = program{check: 30 * time.Millisecond, memory: 8 << 20, threads: 8}
	sleeper = program{check: 30 * time.Millisecond, sleep: 9 * time.Second, memory: 8 << 20, threads: 8}
	spinner = program{check: 30 * time.Millisecond, compute: time.Hour, memory: 8 << 20, threads: 8}
	bomb    = program{check: 30 * time.Millisecond, sleep: 9 * time.Second, memory: 8 << 20, threads: 120}
)

// crowd runs visitors against a gate on a machine, in a synctest bubble.
type crowd struct {
	*testing.T
	*machine
	gate *Gate
	ctx  context.Context // ends the visits
	wg   sync.WaitGroup
}

// simulate calls test in a bubble with a crowd of which everybody has gone when
// it returns.
func simulate(t *testing.T, cores float64, c Config, test func(*crowd)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(cores)
		working, stop := context.WithCancel(context.Background())
		defer stop()
		go m.work(working)
		c.Cores, c.Load = cores, m.load
		ctx, leave := context.WithCancel(context.Background())
		cr := &crowd{T: t, machine: m, gate: New(c), ctx: ctx}
		func() { // everybody goes home, even if test gives up
			defer cr.wg.Wait()
			defer leave()
			test(cr)
		}()
		if s := cr.gate.Stats(); s.Running != 0 || s.Waiting != 0 {
			t.Errorf("%d run and %d wait after everybody has left", s.Running, s.Waiting)
		}
	})
}

// enter is Enter without an interest in positions.
func (c *crowd) enter(v Visitor) (*Lease, error) {
	return c.gate.Enter(c.ctx, v, func(int) error { return nil })
}

// visit lets v run p once, in the background.
func (c *crowd) visit(v Visitor, p program) {
	c.wg.Go(func() {
		if l, err := c.enter(v); err == nil {
			c.run(l, p)
		}
	})
}

// insist lets v run p again and again, waiting a little when it is refused.
func (c *crowd) insist(v Visitor, p program) {
	c.wg.Go(func() {
		for c.ctx.Err() == nil {
			if l, err := c.enter(v); err == nil {
				c.run(l, p)
			} else {
				time.Sleep(100 * time.Millisecond)
			}
		}
	})
}

// wait is how long v waits to be let in.
func (c *crowd) wait(v Visitor, p program) time.Duration {
	began := time.Now()
	l, err := c.enter(v)
	if err != nil {
		c.Fatalf("%v was refused: %v", v, err)
	}
	took := time.Since(began)
	c.run(l, p)
	return took
}

func address(i int) Visitor { return Visitor{Client: fmt.Sprintf("192.0.2.%d", i), Session: "s"} }

func reader(i int) Visitor { return Visitor{Client: "198.51.100.1", Session: fmt.Sprint("reader ", i)} }

func TestSleepersAllRunAtOnce(t *testing.T) {
	for name, visitor := range map[string]func(int) Visitor{"of many clients": address, "behind one address": reader} {
		t.Run(name, func(t *testing.T) {
			// A client leaves room for one more to its small sessions.
			simulate(t, 2, Config{Programs: 400, Memory: 2<<30 + 64<<20}, func(c *crowd) {
				for i := range 200 {
					c.visit(visitor(i), sleeper)
				}
				time.Sleep(8 * time.Second)
				if _, running := c.most(); running != 200 {
					t.Errorf("%d of 200 sleepers ran at once", running)
				}
			})
		})
	}
}

func TestMemoryIsNotOvershotByABurst(t *testing.T) {
	simulate(t, 2, Config{Memory: 1 << 30, PerRun: 24 << 20}, func(c *crowd) {
		p := sleeper
		p.memory = 24 << 20
		for i := range 200 {
			c.visit(address(i), p)
		}
		time.Sleep(15 * time.Second)
		memory, running := c.most()
		if memory > 1<<30 {
			t.Errorf("workers held %d MiB of 1024", memory>>20)
		}
		if running < 40 {
			t.Errorf("only %d ran at once", running)
		}
	})
}

func TestSpinnersDoNotStarveANewcomer(t *testing.T) {
	simulate(t, 2, Config{}, func(c *crowd) {
		for i := range 30 {
			c.insist(address(i), spinner)
		}
		time.Sleep(time.Second)
		for i := range 50 {
			if d := c.wait(address(100+i), hello); d > 300*time.Millisecond {
				t.Errorf("newcomer %d waited %v", i, d)
			}
			time.Sleep(200 * time.Millisecond)
		}
	})
}

func TestSpinnersAreBounded(t *testing.T) {
	simulate(t, 2, Config{Overcommit: 4, Programs: 200}, func(c *crowd) {
		for i := range 60 {
			c.insist(address(i), spinner)
		}
		time.Sleep(30 * time.Second)
		if _, running := c.most(); running > 4*spare {
			t.Errorf("%d spinners ran at once on 2 cores", running)
		}
	})
}

func TestOneWithARunWaitsWhileProcessorsAreBusy(t *testing.T) {
	simulate(t, 2, Config{}, func(c *crowd) {
		for range 8 {
			c.visit(address(1), spinner)
		}
		time.Sleep(5 * time.Second)
		if _, running := c.most(); running > 3 {
			t.Errorf("%d spinners of one reader run on 2 cores", running)
		}
	})
}

func TestAttackersDoNotKeepOutAReader(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates minutes of thousands of programs; the race detector's clocks do not last that long")
	}
	kinds := map[string]program{"sleepers": sleeper, "spinners": spinner, "thread bombs": bomb, "slow to check": {check: time.Hour}}
	for name, p := range kinds {
		t.Run(name, func(t *testing.T) {
			simulate(t, 2, Config{Programs: 128, Memory: 2 << 30, Threads: 1900, PerRunThreads: 124}, func(c *crowd) {
				for i := range 10 {
					for s := range 100 {
						c.insist(Visitor{address(i).Client, fmt.Sprint(s)}, p)
					}
				}
				time.Sleep(10 * time.Second)
				var waits []time.Duration
				for i := range 100 {
					waits = append(waits, c.wait(address(100+i), hello))
					time.Sleep(100 * time.Millisecond)
				}
				slices.Sort(waits)
				if p99 := waits[98]; p99 > 300*time.Millisecond {
					t.Errorf("99 %% of readers waited up to %v, half of them %v", p99, waits[50])
				}
			})
		})
	}
}

func TestNobodyWaitsForEver(t *testing.T) {
	simulate(t, 2, Config{Programs: 2}, func(c *crowd) {
		for i := range 20 {
			c.insist(address(i), hello)
		}
		c.insist(address(50), program{check: 10 * time.Millisecond, compute: 4 * time.Second})
		time.Sleep(20 * time.Second)
		if d := c.wait(address(50), hello); d > 40*time.Second {
			t.Errorf("a client with a debt waited %v", d)
		}
	})
}

func TestPositionsAreTold(t *testing.T) {
	simulate(t, 2, Config{Programs: 1}, func(c *crowd) {
		first, err := c.enter(address(0))
		if err != nil {
			t.Fatal(err)
		}
		told := make([][]int, 3)
		for i := range told {
			c.wg.Go(func() {
				l, err := c.gate.Enter(c.ctx, address(1+i), func(position int) error {
					told[i] = append(told[i], position)
					return nil
				})
				if err == nil {
					time.Sleep(time.Second)
					l.Leave(0)
				}
			})
			synctest.Wait()
		}
		time.Sleep(time.Second)
		first.Leave(0)
		c.wg.Wait()
		for i, want := range [][]int{{1}, {2, 1}, {3, 2, 1}} {
			if !slices.Equal(told[i], want) {
				t.Errorf("waiter %d was told %v, want %v", i, told[i], want)
			}
		}
	})
}

func TestPositionsAreCoalesced(t *testing.T) {
	simulate(t, 2, Config{Programs: 1, Starts: 1000}, func(c *crowd) {
		for i := range 50 {
			c.visit(address(i), program{sleep: 10 * time.Millisecond})
		}
		synctest.Wait()
		told := 0
		l, err := c.gate.Enter(c.ctx, address(99), func(int) error { told++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		l.Leave(0)
		if told < 2 || told > 4 {
			t.Errorf("was told %d positions in half a second", told)
		}
	})
}

func TestWhoeverGoesAwayGivesUpItsPlace(t *testing.T) {
	simulate(t, 2, Config{Programs: 1}, func(c *crowd) {
		holder, err := c.enter(address(0))
		if err != nil {
			t.Fatal(err)
		}
		gone, goAway := context.WithCancelCause(c.ctx)
		errs := make(chan error, 2)
		go func() {
			_, err := c.gate.Enter(gone, address(1), func(int) error { return nil })
			errs <- err
		}()
		lost := errors.New("lost")
		go func() {
			_, err := c.gate.Enter(c.ctx, address(2), func(int) error { return lost })
			errs <- err
		}()
		synctest.Wait()
		if err := <-errs; err != lost {
			t.Errorf("got %v, want the error of the callback", err)
		}
		cause := errors.New("closed the page")
		goAway(cause)
		if err := <-errs; err != cause {
			t.Errorf("got %v, want the cause", err)
		}
		if s := c.gate.Stats(); s.Waiting != 0 {
			t.Errorf("%d still wait", s.Waiting)
		}
		holder.Leave(0)
		holder.Leave(0) // counts once
		if s := c.gate.Stats(); s.Running != 0 {
			t.Errorf("%d still run", s.Running)
		}
	})
}

func TestAgain(t *testing.T) {
	setUp := func(c *crowd) (short, other *Lease) {
		short, err1 := c.enter(address(0))
		other, err2 := c.enter(address(1))
		if err := errors.Join(err1, err2); err != nil {
			c.Fatal(err)
		}
		return short, other
	}
	t.Run("returns when a program ends", func(t *testing.T) {
		simulate(t, 2, Config{}, func(c *crowd) {
			short, other := setUp(c)
			began := time.Now()
			time.AfterFunc(50*time.Millisecond, func() { other.Leave(0) })
			if err := short.Again(c.ctx); err != nil || time.Since(began) != 50*time.Millisecond {
				t.Errorf("returned %v after %v", err, time.Since(began))
			}
			short.Leave(0)
		})
	})
	t.Run("returns after a moment", func(t *testing.T) {
		simulate(t, 2, Config{}, func(c *crowd) {
			short, other := setUp(c)
			began := time.Now()
			if err := short.Again(c.ctx); err != nil || time.Since(began) > 2*moment {
				t.Errorf("returned %v after %v", err, time.Since(began))
			}
			short.Leave(0)
			other.Leave(0)
		})
	})
	t.Run("returns when its context ends", func(t *testing.T) {
		simulate(t, 2, Config{}, func(c *crowd) {
			short, other := setUp(c)
			cause := errors.New("stop")
			ctx, cancel := context.WithCancelCause(c.ctx)
			cancel(cause)
			if err := short.Again(ctx); err != cause {
				t.Errorf("returned %v", err)
			}
			short.Leave(0)
			other.Leave(0)
		})
	})
	t.Run("keeps its turn before all that wait", func(t *testing.T) {
		simulate(t, 2, Config{}, func(c *crowd) {
			short, other := setUp(c)
			var order []string
			var mu sync.Mutex
			note := func(s string) {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, s)
			}
			c.wg.Go(func() {
				if short.Again(c.ctx) == nil {
					note("short")
				}
				time.Sleep(time.Second)
				short.Leave(0)
			})
			synctest.Wait()
			c.wg.Go(func() {
				if l, err := c.enter(address(2)); err == nil {
					note("newcomer")
					l.Leave(0)
				}
			})
			time.Sleep(50 * time.Millisecond)
			other.Leave(0)
			c.wg.Wait()
			if want := []string{"short", "newcomer"}; !slices.Equal(order, want) {
				t.Errorf("the order was %v, want %v", order, want)
			}
		})
	})
}
