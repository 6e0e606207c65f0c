package stream

import (
	"fmt"
	"testing"
	"time"

	"playground/internal/runs"
)

func TestThrottle(t *testing.T) {
	const second = time.Second
	now := time.Now()
	for _, tt := range []struct {
		name     string
		messages int
		size     int
		want     time.Duration
	}{
		{"within a second's worth", 100, 100, 0},
		{"beyond it", 150, 100, second / 2},
		{"one large message counts as many", 1, 149 * weighed, second / 2},
	} {
		th := newThrottle(100)
		var d time.Duration
		for range tt.messages {
			d = th.delay("a", tt.size, now)
		}
		if d != tt.want {
			t.Errorf("%s: wait %v, want %v", tt.name, d, tt.want)
		}
		if d := th.delay("b", 0, now); d != 0 {
			t.Errorf("%s: another client waits %v", tt.name, d)
		}
		if d := th.delay("a", 0, now.Add(time.Minute)); d != 0 {
			t.Errorf("%s: it waits %v a minute later", tt.name, d)
		}
	}
}

func TestThrottleForgets(t *testing.T) {
	th, now := newThrottle(100), time.Now()
	for i := range 10 * throttled {
		th.delay(fmt.Sprint(i), 0, now.Add(time.Duration(i)*time.Second))
	}
	if n := len(th.due); n > throttled {
		t.Errorf("%d clients are remembered", n)
	}
}

// A client that sends without end is read at its rate, by all its sessions
// together.
func TestFloodOfMessagesIsThrottled(t *testing.T) {
	const rate, sessions, each = 200, 2, 250
	_, addr := startServer(t, Config{Messages: rate}, runs.Config{})
	began := time.Now()
	done := make(chan bool)
	for range sessions {
		c := dial(t, addr)
		go func() {
			defer func() { done <- true }()
			for range each {
				c.send(`{"type":"kill","id":"none"}`)
				c.want("error", "none")
			}
		}()
	}
	for range sessions {
		<-done
	}
	// A second's worth is free, and the last of each session's is answered before
	// it waits.
	if took, least := time.Since(began), (sessions*each-rate-sessions)*time.Second/rate; took < least {
		t.Errorf("%d messages were answered in %v, want no less than %v", sessions*each, took, least)
	}
}
