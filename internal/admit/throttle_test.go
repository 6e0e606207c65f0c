package admit

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestThrottle(t *testing.T) {
	const second = time.Second
	now := time.Now()
	for _, tt := range []struct {
		name string
		come int
		cost int
		want time.Duration
	}{
		{"within the burst", 100, 1, 0},
		{"beyond it", 150, 1, second / 2},
		{"one that costs as much as many", 1, 150, second / 2},
	} {
		th := NewThrottle(Rate{100, 100}, Rate{1e6, 1e6})
		var d time.Duration
		for range tt.come {
			d = th.own("a", tt.cost, now)
		}
		if d != tt.want {
			t.Errorf("%s: wait %v, want %v", tt.name, d, tt.want)
		}
		if d := th.own("b", 1, now); d != 0 {
			t.Errorf("%s: another client waits %v", tt.name, d)
		}
		if d := th.own("a", 1, now.Add(time.Minute)); d != 0 {
			t.Errorf("%s: it waits %v a minute later", tt.name, d)
		}
	}
}

// Clients without number have a bound together.
func TestThrottleBoundsAllClients(t *testing.T) {
	th, now := NewThrottle(Rate{100, 100}, Rate{1000, 1000}), time.Now()
	var d time.Duration
	for range 3000 {
		d = th.common(1, now)
	}
	if d != 2*time.Second {
		t.Errorf("the last of 3000 clients waits %v, want 2s", d)
	}
	if d := th.common(1, now.Add(2*time.Second)); d > time.Millisecond {
		t.Errorf("2 s later a client waits %v", d)
	}
}

// Thousands that one client sends at once are its own matter: nobody else waits
// until they have had their turn.
func TestThrottleOfOneIsNotThatOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := NewThrottle(Rate{100, 100}, Rate{1000, 1000})
		ctx, leave := context.WithCancel(t.Context())
		for range 5000 {
			go th.Wait(ctx, "a", 100)
		}
		for range 20 {
			synctest.Wait()
			began := time.Now()
			th.Wait(t.Context(), "b", 1)
			if waited := time.Since(began); waited > 0 {
				t.Fatalf("another client waited %v", waited)
			}
			time.Sleep(time.Second)
		}
		leave()
	})
}

// What was assumed too much is given back, and what was too little is charged.
func TestThrottleCorrects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := NewThrottle(Rate{100, 100}, Rate{1e6, 1e6})
		for range 1000 {
			th.Wait(t.Context(), "a", 10)
			th.Correct("a", -10)
		}
		began := time.Now()
		th.Wait(t.Context(), "a", 100)
		if waited := time.Since(began); waited > 0 {
			t.Errorf("it waited %v, and nothing counted", waited)
		}
		th.Correct("a", 99)
		th.Wait(t.Context(), "a", 1)
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("it waited %v for 100 more than the burst, want 1s", waited)
		}
	})
}

func TestThrottleForgets(t *testing.T) {
	th, now := NewThrottle(Rate{100, 100}, Rate{100, 100}), time.Now()
	for i := range 10 * forgotten {
		th.own(fmt.Sprint(i), 1, now.Add(time.Duration(i)*time.Second))
	}
	if n := len(th.due); n > forgotten {
		t.Errorf("%d clients are remembered", n)
	}
}
