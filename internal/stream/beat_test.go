package stream

import (
	"testing"

	"playground/internal/runs"
)

// Where other servers would go on, a client that listens to a program which says nothing
// hears that the server is there, from the beginning and again and again; and no more
// once the program has ended.
func TestBeats(t *testing.T) {
	_, addr := startServer(t, Config{Elsewhere: func() bool { return true }}, runs.Config{})
	c := dial(t, addr)
	c.run("r", "wait")
	for heard := 0; heard < 3; {
		switch m := c.next(); m.Type {
		case "beat":
			if heard++; m.SilenceMs < 2*beatEvery.Milliseconds() {
				t.Errorf("got %+v, which is too short for a beat every %v", m, beatEvery)
			}
		case "start":
		default:
			t.Fatalf("got %+v", m)
		}
	}
	c.kill("r")
	for m := c.next(); m.Type != "end"; m = c.next() {
	}
	c.kill("another")
	if m := c.next(); m.Type != "error" {
		t.Errorf("a client that listens to nothing gets %+v", m)
	}
}

func TestBeatsOverHTTP(t *testing.T) {
	_, addr := startServer(t, Config{Elsewhere: func() bool { return true }}, runs.Config{})
	a := call(t, "POST", "http://"+addr+"/api/run", "", `{"id":"r","source":"wait"}`)
	heard := map[string]int{}
	for heard["beat"] < 3 {
		m, ok := a.next()
		if !ok {
			t.Fatal("the answer has ended")
		}
		heard[m.Type]++
	}
	if heard["start"] != 1 || len(heard) != 2 {
		t.Errorf("got %v", heard)
	}
}

// A server that is alone has nobody to send its clients to.
func TestNoBeatsOfOneServer(t *testing.T) {
	s, _ := startServer(t, Config{}, runs.Config{})
	if p := s.newPulse(); p.due != nil || s.firstBeat() != nil {
		t.Error("it beats")
	}
}
