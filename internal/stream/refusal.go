package stream

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Bounds of what refusals put into the log: anyone can have any number of
// requests refused.
const (
	maxRefusals     = 32        // kinds in the log in each period
	refusalPeriod   = time.Hour // after which a kind is logged again
	maxLoggedHeader = 200       // bytes
)

// refusals tells the operator of requests that were refused for their Host or
// Origin, each kind once: it may be a proxy or an address that is set up
// otherwise than the server was told, and readers can do nothing about it.
type refusals struct {
	logger *slog.Logger

	mu    sync.Mutex
	since time.Time
	seen  map[string]bool
}

// log tells of a request that was refused because of err.
func (f *refusals) log(r *http.Request, err error) {
	host, origin := clip(r.Host), clip(r.Header.Get("Origin"))
	if !f.first(host + "\n" + origin) {
		return
	}
	f.logger.Warn("request refused", "host", host, "origin", origin, "path", clip(r.URL.Path), "because", clip(err.Error()),
		"mend", "if this is your address, name it with --url or --hosts; if it is a site that may run programs here, with --origins")
}

// first reports whether a kind is to be logged.
func (f *refusals) first(kind string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.since) > refusalPeriod {
		f.since, f.seen = time.Now(), map[string]bool{}
	}
	if f.seen[kind] || len(f.seen) >= maxRefusals {
		return false
	}
	f.seen[kind] = true
	return true
}

func clip(s string) string { return s[:min(len(s), maxLoggedHeader)] }
