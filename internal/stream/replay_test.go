package stream

import (
	"context"
	"strings"
	"testing"
	"time"

	"playground/internal/runs"
	"playground/internal/sandbox"
)

// What a run said is sent as often as a client asks for it, but no faster than the
// client may send messages: over a socket and over HTTP.
func TestReplaysAreThrottled(t *testing.T) {
	const rate, asked, line, lines = 400, 14, 2000, 100 // each is worth some 45 messages
	prints := runnerFunc(func(ctx context.Context, _ sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
		for range lines {
			if err := sink(ctx, stdout(time.Millisecond, strings.Repeat("a", line))); err != nil {
				return sandbox.Result{}, err
			}
		}
		return sandbox.Result{Status: sandbox.StatusOK}, nil
	})
	for name, replay := range map[string]func(t *testing.T, addr string){
		"socket": func(t *testing.T, addr string) {
			c := dial(t, addr)
			c.run("r", "")
			for range asked {
				for c.next().Type != "end" {
				}
				c.send(`{"type":"resume","id":"r","after":0}`)
			}
			for c.next().Type != "end" {
			}
		},
		"HTTP": func(t *testing.T, addr string) {
			a := call(t, "POST", "http://"+addr+"/api/run", "", `{"id":"r","source":""}`)
			a.toEnd()
			for range asked {
				b := call(t, "GET", "http://"+addr+"/api/runs/r?after=0", a.Header.Get(SessionHeader), "")
				b.toEnd()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, addr := startServer(t, Config{Messages: rate}, runs.Config{Runner: prints})
			began := time.Now()
			replay(t, addr)
			if took, least := time.Since(began), (asked*40-rate)*time.Second/rate; took < least {
				t.Errorf("%d KiB were sent %d times in %v, want no less than %v", lines*line>>10, asked, took, least)
			}
		})
	}
}

// toEnd reads to the last message.
func (a *answer) toEnd() {
	a.t.Helper()
	for m, ok := a.next(); m.Type != "end"; m, ok = a.next() {
		if !ok {
			a.t.Fatal("there is no end")
		}
	}
}
