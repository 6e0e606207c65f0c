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

// The house in the README's container, and that of a root.
var (
	container = Config{Programs: 256, Memory: 1600 << 20, Threads: 1950, PerRunThreads: 121}
	roomy     = Config{Programs: 256, Memory: 20 << 30}
)

// Somebody new behind the address of attackers, of whom a hundred are as new at
// any time, still comes before their programs end.
func TestANewcomerAtItsAttackersAddress(t *testing.T) {
	simulate(t, 2, container, func(c *crowd) {
		c.attack()
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

// Whoever comes after their first wave does not wait behind it.
func TestANewcomerAfterAWave(t *testing.T) {
	for _, house := range []Config{container, roomy} {
		for _, late := range []time.Duration{time.Second, 3 * time.Second} {
			simulate(t, 2, house, func(c *crowd) {
				c.attack()
				time.Sleep(late)
				if waited := c.obeyOnce(reader(0), hello); waited > 4*time.Second {
					t.Errorf("who came %v after them waited %v", late, waited)
				}
			})
		}
	}
}

// attack sends all kinds of attackers to one address.
func (c *crowd) attack() {
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
}

// Waves have their turns one after the other, however many are in each, and within
// a wave they come as they came.
func TestWavesTakeTurns(t *testing.T) {
	now := time.Now()
	c := New(Config{}).newClient("here")
	var lines []line
	for i, waited := range []time.Duration{9 * time.Second, 9 * time.Second, 9 * time.Second, time.Second, time.Second, 0} {
		x := &session{account: newAccount(uint64(i + 1)), client: c, name: fmt.Sprint(i)}
		x.waiting = []*waiter{{session: x, since: now.Add(-waited)}}
		lines = append(lines, line{&x.account, x.waiting, x.turn, false})
	}
	order := func() (names []string) {
		mixed := slices.Clone(lines)
		c.waves.mix(mixed, now)
		for _, w := range merge(amongSessions, mixed) {
			names = append(names, w.session.name)
		}
		return names
	}
	if got, want := order(), []string{"0", "3", "5", "1", "4", "2"}; !slices.Equal(got, want) {
		t.Errorf("before anybody was served the order is %v, want %v", got, want)
	}
	c.waves.served(lines[0].waiters[0], 7, now)
	c.waves.served(lines[3].waiters[0], 8, now)
	if got, want := order(), []string{"5", "0", "3", "1", "4", "2"}; !slices.Equal(got, want) {
		t.Errorf("after the first two were served the order is %v, want %v", got, want)
	}
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

// Whoever runs small programs has an idle worker, and the priority that goes with
// it, whatever others at its address use.
func TestSmallSessionsAreNotModest(t *testing.T) {
	g := New(Config{})
	enter := func(session string) *Lease {
		l, err := g.Enter(t.Context(), Visitor{"here", session}, func(int) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	enter("small").Leave(time.Millisecond)
	enter("large").Leave(10 * time.Second)
	large, small := enter("large"), enter("small")
	if !large.Modest() || small.Modest() {
		t.Errorf("modest: of the session that computes %t, of the small one %t", large.Modest(), small.Modest())
	}
	large.Leave(0)
	small.Leave(0)
}
