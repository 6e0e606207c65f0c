package stream

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"playground/internal/protocol"
	"playground/internal/runs"
)

// far is a Book all of whose runs are on another machine.
type far struct{ Book }

func (b far) Start(client, session string, q protocol.Request) (Run, *protocol.Error) {
	r, e := b.Book.Start(client, session, q)
	if e != nil {
		return nil, e
	}
	return farRun{r}, nil
}

func (b far) Find(session, id string, after int64) (Run, *protocol.Error) {
	r, e := b.Book.Find(session, id, after)
	if e != nil {
		return nil, e
	}
	return farRun{r}, nil
}

type farRun struct{ Run }

func (r farRun) Listen(after int64, wake chan<- struct{}) (Listener, *protocol.Error) {
	l, e := r.Run.Listen(after, wake)
	if e != nil {
		return nil, e
	}
	return farListener{l}, nil
}

type farListener struct{ Listener }

func (farListener) Elsewhere() bool { return true }

// A server that cannot reach other machines any more ends what waits for them, without a
// last message, so that clients ask another server; it goes on with its own runs.
func TestHandOver(t *testing.T) {
	for _, tt := range []struct {
		name string
		far  bool
	}{{"a run of another machine", true}, {"a run of its own", false}} {
		t.Run(tt.name, func(t *testing.T) {
			s, addr := startServer(t, Config{}, runs.Config{})
			if tt.far {
				s.cfg.Book = far{s.cfg.Book}
			}
			token := protocol.NewToken()
			a := call(t, "POST", "http://"+addr+"/api/run?resume=1", token, `{"id":"r","source":"out one\nwait"}`)
			a.want("start")
			a.want("stdout")
			c := dial(t, addr)
			c.send(map[string]any{"type": "hello", "session": token})
			c.send(map[string]any{"type": "resume", "id": "r"})
			c.want("start", "r")
			c.want("stdout", "r")
			s.HandOver()
			if tt.far {
				if m, ok := a.next(); ok {
					t.Errorf("got %+v, want the answer's end", m)
				}
				c.wantClosed(closeElsewhere, "another server")
				return
			}
			c.kill("r")
			c.want("end", "r")
			a.want("end")
		})
	}
}

// Who is cut off refuses whoever connects, and goes on with those who are there.
func TestCutOff(t *testing.T) {
	var cut atomic.Bool
	_, addr := startServer(t, Config{CutOff: cut.Load}, runs.Config{})
	token := protocol.NewToken()
	a := call(t, "POST", "http://"+addr+"/api/run?resume=1", token, `{"id":"r","source":"out one\nwait"}`)
	a.want("start")
	a.want("stdout")
	cut.Store(true)
	handshake, err := http.NewRequest("GET", "http://"+addr+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	handshake.Header.Set("Origin", "http://"+addr)
	if status, body := fetch(t, handshake); status != http.StatusServiceUnavailable || !strings.Contains(body, "another one can") {
		t.Errorf("a websocket: %d %q", status, body)
	}
	for _, ask := range [][3]string{{"POST", "/api/run", `{"id":"s","source":""}`}, {"GET", "/api/runs/r?after=1", ""}} {
		b := call(t, ask[0], "http://"+addr+ask[1], token, ask[2])
		if kind := b.Header.Get("Content-Type"); b.StatusCode != http.StatusServiceUnavailable || strings.Contains(kind, "json") {
			t.Errorf("%s %s: %s, %s", ask[0], ask[1], b.Status, kind)
		}
	}
	call(t, "DELETE", "http://"+addr+"/api/runs/r", token, "")
	a.want("end")
	cut.Store(false)
	dial(t, addr).run("a", "")
}
