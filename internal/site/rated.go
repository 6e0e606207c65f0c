package site

import (
	"net/http"

	"playground/internal/admit"
)

// headSize is how many bytes of a request's head count as another request: to read
// them takes as long.
const headSize = 4 << 10

// What one client may ask for, and all together. A page with every file that it
// can load is some hundred requests and may become twice that, so a lecture hall
// of two hundred behind one address that opens it at once is within the burst. A
// request costs less than a tenth of a millisecond: no client has more than a
// fifth of a core for long. What is shared costs more, and has a rate of its own.
const (
	requestsPerSecond = 2_000
	requestsAtOnce    = 40_000
	allPerSecond      = 10_000
	allAtOnce         = 60_000
)

// rated holds requests to a rate, whatever they ask for and however they are
// answered. Those for the server's health are never held up: a balancer that
// waits for one takes the server out.
func rated(next http.Handler, client func(*http.Request) string) http.Handler {
	throttle := admit.NewThrottle(
		admit.Rate{PerSecond: requestsPerSecond, Burst: requestsAtOnce},
		admit.Rate{PerSecond: allPerSecond, Burst: allAtOnce})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != HealthPath && r.URL.Path != ReadyPath {
			throttle.Wait(r.Context(), client(r), 1+sizeOf(r)/headSize)
		}
		next.ServeHTTP(w, r)
	})
}

// sizeOf is about how many bytes the head of a request has.
func sizeOf(r *http.Request) int {
	n := len(r.RequestURI)
	for key, values := range r.Header {
		for _, v := range values {
			n += len(key) + len(v)
		}
	}
	return n
}
