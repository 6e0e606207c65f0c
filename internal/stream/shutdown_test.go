package stream

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"playground/internal/runs"
)

func TestShutdown(t *testing.T) {
	s, addr := startServer(t, Config{}, runs.Config{})
	a, b := dial(t, addr), dial(t, addr)
	a.run("r", "wait")
	a.want("start", "r")
	b.run("r", "wait")
	b.want("start", "r")

	done := make(chan error, 1)
	go func() { done <- s.Shutdown(context.Background()) }()
	a.wantClosed(closeRestart, "restarts")
	b.wantClosed(closeRestart, "restarts")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s.Sessions() != 0 {
		t.Errorf("%d sessions left when Shutdown returned", s.Sessions())
	}

	r, err := http.NewRequest("GET", "http://"+addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://"+addr)
	if status, body := fetch(t, r); status != http.StatusServiceUnavailable || !strings.Contains(body, "shutting down") {
		t.Errorf("new session: %d %q", status, body)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Errorf("second Shutdown: %v", err)
	}
}

// Peers that do not answer the close frame hold Shutdown up for a moment only:
// one that is silent, and one that sends a long message byte by byte.
func TestShutdownWithBadPeers(t *testing.T) {
	s, addr := startServer(t, Config{}, runs.Config{})
	rawDial(t, addr)
	dribbler := rawDial(t, addr)
	rawWrite(t, dribbler, frameHead(1, 100_000))
	stop := make(chan struct{})
	dribbled := make(chan struct{})
	go func() {
		defer close(dribbled)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_, _ = dribbler.Write([]byte("x"))
			}
		}
	}()
	eventually(t, "both are there", func() bool { return s.Sessions() == 2 })
	began := time.Now()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 3*closeHandshake {
		t.Errorf("Shutdown took %v", took)
	}
	close(stop)
	<-dribbled
}

func TestShutdownWithStalledReader(t *testing.T) {
	f := newFlood()
	s, addr := startServer(t, Config{}, runs.Config{Runner: f})
	dial(t, addr).run("r", "")
	f.stalled(t)
	began := time.Now()
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 3*closeHandshake {
		t.Errorf("Shutdown took %v", took)
	}
}
