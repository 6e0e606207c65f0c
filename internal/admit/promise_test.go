package admit

import (
	"cmp"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestRefusals(t *testing.T) {
	tests := map[string]struct {
		config  Config
		visitor func(int) Visitor
		want    Code
		most    int // let in or waiting
	}{
		"the queue is bounded":            {Config{Programs: 2, Queue: 10}, address, Busy, 12},
		"there may be no queue":           {Config{Programs: 2, Queue: -1}, address, Busy, 2},
		"a client's places are bounded":   {Config{Programs: 3, Queue: 100, Places: 5}, reader, TooManyRuns, 7},
		"a client's runs are bounded":     {Config{Programs: 8, Queue: 100, Runs: 3, Places: 5, Starts: 10}, reader, TooManyRuns, 8},
		"a client's requests are limited": {Config{Programs: 8, Queue: 100, Rate: 1, Burst: 8}, reader, RateLimited, 6 + unasked},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			simulate(t, 2, test.config, func(c *crowd) {
				var mu sync.Mutex
				refused := 0
				for i := range 60 {
					c.wg.Go(func() {
						l, err := c.enter(test.visitor(i))
						var busy *BusyError
						switch {
						case err == nil:
							c.run(l, sleeper)
						case errors.As(err, &busy):
							mu.Lock()
							defer mu.Unlock()
							refused++
							if busy.Code != test.want || busy.Retry != 0 && busy.Retry < minRetry {
								t.Errorf("refused with %q and %v, want %q", busy.Code, busy.Retry, test.want)
							}
						}
					})
				}
				time.Sleep(time.Second)
				mu.Lock()
				defer mu.Unlock()
				if refused != 60-test.most {
					t.Errorf("%d of 60 were refused, want %d", refused, 60-test.most)
				}
			})
		})
	}
}

// Whoever comes back when it was told to is let into the queue, and in the end
// everybody gets their program through.
func TestRetryHolds(t *testing.T) {
	simulate(t, 2, Config{Programs: 8, Queue: 16}, func(c *crowd) {
		p := sleeper
		p.sleep = time.Second
		for i := range 8 { // what fills the queue again and again
			c.insist(address(200+i), p)
		}
		var mu sync.Mutex
		first, promised, broken := 0, 0, 0
		for i := range 30 { // 22 too many, and half of Queue and more to be promised
			c.wg.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond)
				l, err := c.enter(address(i))
				var retry time.Duration
				for tries := 1; err != nil; tries++ {
					var busy *BusyError
					if !errors.As(err, &busy) {
						return
					}
					mu.Lock()
					switch {
					case tries == 1:
						first++
					case retry > 0:
						broken++
					}
					if retry = busy.Retry; retry > 0 {
						promised++
					}
					mu.Unlock()
					time.Sleep(cmp.Or(retry, time.Second))
					l, err = c.enter(address(i))
				}
				c.run(l, p)
			})
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if first < 5 || promised < 5 {
			t.Errorf("only %d were refused and %d promised something: this tests nothing", first, promised)
		}
		if broken > 0 {
			t.Errorf("%d of %d promises to those who were refused did not hold", broken, promised)
		}
	})
}

func TestRetryOfRateLimitHolds(t *testing.T) {
	simulate(t, 2, Config{Rate: 0.25, Burst: 1}, func(c *crowd) {
		c.wait(address(1), hello)
		_, err := c.enter(address(1))
		var busy *BusyError
		if !errors.As(err, &busy) || busy.Code != RateLimited {
			t.Fatalf("got %v, want to be limited", err)
		}
		time.Sleep(busy.Retry)
		c.wait(address(1), hello)
	})
}

// A class behind one address, of whom most are refused, comes back as each of them
// was told to, and nobody is refused for the same reason again.
func TestPromisesToReadersBehindOneAddressHold(t *testing.T) {
	for want, config := range map[Code]Config{
		TooManyRuns: {Programs: 8, Queue: 60, Places: 10},
		RateLimited: {Programs: 400, Rate: 2, Burst: 8},
	} {
		t.Run(string(want), func(t *testing.T) {
			simulate(t, 2, config, func(c *crowd) {
				var mu sync.Mutex
				promised, unknown := 0, 0
				for i := range 100 {
					c.wg.Go(func() {
						var busy *BusyError
						l, err := c.enter(reader(i))
						if errors.As(err, &busy) && busy.Code == want {
							mu.Lock()
							if busy.Retry == 0 {
								unknown++
							} else {
								promised++
							}
							mu.Unlock()
							if busy.Retry == 0 {
								return
							}
							time.Sleep(busy.Retry)
							l, err = c.enter(reader(i))
						}
						if err != nil {
							t.Errorf("reader %d: %v", i, err)
							return
						}
						c.run(l, hello)
					})
				}
				c.wg.Wait()
				if promised < 10 {
					t.Errorf("%d were told when to come back, and %d that nobody knows", promised, unknown)
				}
			})
		})
	}
}
