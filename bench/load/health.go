//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"playground/bench/internal/reader"
)

// alert is how late an answer about the server's health may be.
const alert = 100 * time.Millisecond

// health is what whoever watches the server saw.
type health struct {
	answers []time.Duration
	unread  []time.Duration // how long each answer lay there: this process, not the server
	bad     int             // other answers than 200, or none
}

// watch asks url for its health until ctx ends, ten times a second and each time on
// a connection of its own, as balancers do.
func watch(ctx context.Context, url string) <-chan health {
	seen := make(chan health, 1)
	address := strings.TrimPrefix(url, "http://")
	go func() {
		var h health
		for i := 0; ctx.Err() == nil; i++ {
			h.ask(ctx, address, []string{"/healthz", "/readyz"}[i%2])
			reader.Sleep(ctx, alert)
		}
		seen <- h
	}()
	return seen
}

func (h *health) ask(ctx context.Context, address, path string) {
	a, err := ask(ctx, address, path, 10*time.Second)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		h.bad++
		return
	case !strings.HasPrefix(a.status, "HTTP/1.1 200 "):
		h.bad++
	}
	h.answers = append(h.answers, a.took)
	h.unread = append(h.unread, a.unread)
}

func (h health) String() string {
	return fmt.Sprintf("%s; %d not 200; read later by p99 %v", spread(h.answers), h.bad, brief(quantile(h.unread, 0.99)))
}

// err is what whoever watches would have been alarmed by.
func (h health) err() error {
	if p99 := quantile(h.answers, 0.99); p99 > alert || h.bad > 0 {
		return errors.New("/healthz and /readyz: " + h.String())
	}
	return nil
}
