package admit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// spree is how many programs of one client several gates let in within a minute, while it
// asks each of them without end.
func spree(t *testing.T, gates int, told bool) (programs int) {
	synctest.Test(t, func(t *testing.T) {
		var all []*Gate
		for range gates {
			all = append(all, New(Config{Cores: 2, Rate: 2, Burst: 40}))
		}
		v := Visitor{"192.0.2.1", "s"}
		for range 60 {
			for range 20 {
				for _, g := range all {
					ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // it does not wait
					if l, err := g.Enter(ctx, v, func(int) error { return nil }); err == nil {
						l.Leave(time.Millisecond)
						programs++
					}
					cancel()
				}
				time.Sleep(50 * time.Millisecond)
			}
			if told {
				exchange(all)
			}
		}
	})
	return programs
}

// exchange tells each gate what clients did at the others.
func exchange(all []*Gate) {
	for i, g := range all {
		news := g.Tell(100)
		for j, other := range all {
			if i != j {
				other.Hear(news)
			}
		}
	}
}

// A client's rate holds over all gates that hear of one another, but for what it may ask
// for at once, which it has had everywhere before they hear.
func TestAClientsRateHoldsOverAllGates(t *testing.T) {
	alone := spree(t, 1, false)
	for _, gates := range []int{2, 3} {
		if n := spree(t, gates, false); n < gates*alone*9/10 {
			t.Errorf("%d gates that do not hear let %d programs in, and one %d: this tests nothing", gates, n, alone)
		}
		if n, most := spree(t, gates, true), alone+(gates-1)*40; n > most || n < alone/2 {
			t.Errorf("%d gates let %d programs in, and one %d; want %d at most", gates, n, alone, most)
		}
	}
}

// Who used much at another gate has its turn after who did not.
func TestTurnsCountWhatWasUsedAtOtherGates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, g := New(Config{}), New(Config{Programs: 1})
		enter := func(g *Gate, v Visitor) *Lease {
			l, err := g.Enter(t.Context(), v, func(int) error { return nil })
			if err != nil {
				t.Error(err)
			}
			return l
		}
		enter(far, address(1)).Leave(4 * time.Second)
		g.Hear(far.Tell(100))
		busy := enter(g, address(3))
		var order []string
		done := make(chan struct{})
		for i := 1; i <= 2; i++ {
			go func() {
				v := address(i)
				l := enter(g, v)
				order = append(order, v.Client)
				l.Leave(0)
				done <- struct{}{}
			}()
			synctest.Wait() // the one who used much asks first
		}
		busy.Leave(0)
		<-done
		<-done
		if order[0] != address(2).Client {
			t.Errorf("the turns were %v", order)
		}
	})
}

func TestNewsAreToldOnceAndAreBounded(t *testing.T) {
	g := New(Config{Clients: 3})
	for i := range 5 { // two are strangers
		l, err := g.Enter(t.Context(), address(i), func(int) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		defer l.Leave(0)
		l.Used(time.Second, 0, 0)
	}
	got := map[string]News{}
	for _, want := range []int{2, 1, 0} {
		list := g.Tell(2)
		if len(list) != want {
			t.Errorf("%d were told of, want %d", len(list), want)
		}
		for _, n := range list {
			got[n.Client] = n
		}
	}
	for i := range 3 {
		if want := (News{address(i).Client, 1, startCost + time.Second}); got[want.Client] != want {
			t.Errorf("got %+v, want %+v", got[want.Client], want)
		}
	}
	// Whoever is heard of is known, and not told on.
	g = New(Config{})
	g.Hear([]News{{address(1).Client, 1, time.Second}, {"", -1, 0}})
	if n := len(g.Tell(2)); n != 0 || g.Stats().Clients != 2 {
		t.Errorf("%d are told on, %d are known", n, g.Stats().Clients)
	}
}
