package stream

import (
	"context"
	"encoding/binary"
	"io"
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

// A close frame is the last: an answer to it is not answered again. A browser
// that got two would not tell its page the code.
func TestCloseFrameIsLast(t *testing.T) {
	s, addr := startServer(t, Config{}, runs.Config{})
	c := rawDial(t, addr)
	eventually(t, "it is there", func() bool { return s.Sessions() == 1 })
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(context.Background()) }()
	head := make([]byte, 4)
	if _, err := io.ReadFull(c, head); err != nil {
		t.Fatal(err)
	}
	if code := binary.BigEndian.Uint16(head[2:]); head[0] != 0x88 || code != uint16(closeRestart) {
		t.Fatalf("a frame begins %x, want a close frame of code %d", head, closeRestart)
	}
	if _, err := io.CopyN(io.Discard, c, int64(head[1])-2); err != nil {
		t.Fatal(err)
	}
	rawWrite(t, c, []byte{0x88, 0x82, 0, 0, 0, 0, head[2], head[3]})
	if rest, _ := io.ReadAll(c); len(rest) > 0 {
		t.Errorf("%x follows the close frame", rest)
	}
	if err := <-done; err != nil {
		t.Error(err)
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
