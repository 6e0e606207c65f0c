//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"playground/bench/internal/reader"
)

// alert is how late an answer about the server's health may be.
const alert = 100 * time.Millisecond

// health is what whoever watches the server saw.
type health struct {
	answers []time.Duration
	bad     int // other answers than 200, or none
}

// watch asks url for its health until ctx ends, ten times a second and each time on
// a connection of its own, as balancers do.
func watch(ctx context.Context, url string) <-chan health {
	seen := make(chan health, 1)
	go func() {
		var h health
		for i := 0; ctx.Err() == nil; i++ {
			h.ask(ctx, url+[]string{"/healthz", "/readyz"}[i%2])
			reader.Sleep(ctx, alert)
		}
		seen <- h
	}()
	return seen
}

func (h *health) ask(ctx context.Context, url string) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	begun := time.Now()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	var answer *http.Response
	if err == nil {
		answer, err = client.Do(q)
	}
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		h.bad++
		return
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		h.bad++
	}
	h.answers = append(h.answers, time.Since(begun))
}

func (h health) String() string { return fmt.Sprintf("%s; %d not 200", spread(h.answers), h.bad) }

// err is what whoever watches would have been alarmed by.
func (h health) err() error {
	if p99 := quantile(h.answers, 0.99); p99 > alert || h.bad > 0 {
		return errors.New("/healthz and /readyz: " + h.String())
	}
	return nil
}
