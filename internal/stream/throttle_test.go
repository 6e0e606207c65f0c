package stream

import (
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"playground/internal/runs"
)

// A client that sends without end is read at its rate, by all its sessions
// together.
func TestFloodOfMessagesIsThrottled(t *testing.T) {
	floodIsThrottled(t, Config{Messages: 200})
}

// The messages of all clients together are bounded, too.
func TestFloodOfManyClientsIsThrottled(t *testing.T) {
	floodIsThrottled(t, Config{Messages: 1000, AllMessages: 200, Client: eachItsOwn})
}

func floodIsThrottled(t *testing.T, c Config) {
	const rate, sessions, each = 200, 2, 250
	_, addr := startServer(t, c, runs.Config{})
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

// eachItsOwn makes every connection another client's.
func eachItsOwn(r *http.Request) string { return r.RemoteAddr }

// What a request says that it will bring counts when it has come: thousands of
// heads that cost nothing would make their whole address wait for minutes.
func TestOnlyWhatHasComeIsCounted(t *testing.T) {
	const rate = 100
	_, addr := startServer(t, Config{Messages: rate}, runs.Config{})
	for range rate / 2 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		rawWrite(t, c, fmt.Appendf(nil, "POST /api/run HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 600000\r\n\r\n{", addr))
	}
	call(t, http.MethodGet, "http://"+addr+"/api/none", "", "")
}
