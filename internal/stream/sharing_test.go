package stream

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"playground/internal/runs"
	"playground/internal/share"
)

func shelf() *share.Shelf { return share.New(share.Config{Store: share.NewMemory(1 << 20)}) }

const tokenA, tokenB = "aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb"

// shared shares over HTTP and returns what is then on the shelf.
func shared(t *testing.T, s *share.Shelf, addr, token, body string) share.Item {
	t.Helper()
	a := call(t, "POST", "http://"+addr+"/api/share", token, body)
	if a.StatusCode != http.StatusCreated {
		m, _ := a.next()
		t.Fatalf("got %s: %+v", a.Status, m)
	}
	var got struct{ ID string }
	if err := json.NewDecoder(a.lines).Decode(&got); err != nil {
		t.Fatal(err)
	}
	i, err := s.Load(context.Background(), got.ID)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// wait runs a program to its end, over HTTP.
func wait(t *testing.T, addr, token, body string) {
	t.Helper()
	a := call(t, "POST", "http://"+addr+"/api/run", token, body)
	for m, ok := a.next(); ok; m, ok = a.next() {
		if m.Type == "error" {
			t.Fatalf("got %+v", m)
		}
	}
}

func TestShareProgram(t *testing.T) {
	s := shelf()
	_, addr := startServer(t, Config{Shares: s, Go: "go1.99"}, runs.Config{})
	i := shared(t, s, addr, "", `{"source":"out one","article":"a/","block":"b"}`)
	if i.Source != "out one" || i.Article != "a/" || i.Block != "b" || i.Go != "go1.99" || i.Run() {
		t.Errorf("got %+v", i)
	}
}

// What a shared run said is what the server heard, whatever the request says, and
// not how its sharer called it.
func TestShareRun(t *testing.T) {
	s := shelf()
	_, addr := startServer(t, Config{Shares: s}, runs.Config{})
	wait(t, addr, tokenA, `{"id":"mine","source":"out one\nerr <b>two"}`)
	i := shared(t, s, addr, tokenA, `{"id":"mine","source":"out one\nerr <b>two","messages":[{"type":"stdout","body":"forged"}]}`)
	if !i.Run() || !strings.Contains(i.Output(), "one") || !strings.Contains(i.Output(), "<b>two") || i.Verdict() == "" {
		t.Errorf("got %s", i.Messages)
	}
	for n, m := range i.Messages {
		if text := string(m); strings.Contains(text, "mine") || strings.Contains(text, "forged") || !strings.Contains(text, `"id":"shared"`) {
			t.Errorf("message %d is %s", n, m)
		}
	}
}

// Nobody shares the run of another session, of another program, or one that has not
// ended.
func TestShareOnlyWhatIsTrue(t *testing.T) {
	_, addr := startServer(t, Config{Shares: shelf()}, runs.Config{})
	url := "http://" + addr + "/api/share"
	wait(t, addr, tokenA, `{"id":"r","source":"out one"}`)
	call(t, "POST", url, tokenB, `{"id":"r","source":"out one"}`).wantError(404, "unknown_run")
	call(t, "POST", url, "", `{"id":"r","source":"out one"}`).wantError(400, "bad_request")
	call(t, "POST", url, tokenA, `{"id":"r","source":"out two"}`).wantError(409, "conflict")
	call(t, "POST", url, tokenA, `{"source":"out one"}`, "Content-Type", "text/plain").wantError(400, "bad_request")
	call(t, "POST", url, tokenA, `{"source":"out one"}`, "Origin", "https://evil.example").wantError(403, "forbidden")
	call(t, "POST", url, tokenA, `{}`).wantError(400, "bad_request")
	call(t, "POST", url, tokenA, `{"source":"x","article":7}`).wantError(400, "malformed")
	call(t, "POST", url, tokenA, `{"source":"x","block":"`+strings.Repeat("b", 300)+`"}`).wantError(400, "bad_request")

	going := call(t, "POST", "http://"+addr+"/api/run", tokenA, `{"id":"going","source":"wait"}`)
	going.want("start")
	call(t, "POST", url, tokenA, `{"id":"going","source":"wait"}`).wantError(409, "conflict")
	call(t, "DELETE", "http://"+addr+"/api/runs/going", tokenA, "")
}

func TestShareRate(t *testing.T) {
	s := share.New(share.Config{Store: share.NewMemory(1 << 20), PerMinute: 1, Burst: 1})
	_, addr := startServer(t, Config{Shares: s}, runs.Config{})
	shared(t, s, addr, "", `{"source":"out one"}`)
	a := call(t, "POST", "http://"+addr+"/api/share", "", `{"source":"out two"}`)
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	a.wantError(429, "rate_limited")
	full := share.New(share.Config{Store: share.NewMemory(10)})
	_, addr = startServer(t, Config{Shares: full}, runs.Config{})
	call(t, "POST", "http://"+addr+"/api/share", "", `{"source":"out one"}`).wantError(503, "busy")
}

func TestNothingToShareWithout(t *testing.T) {
	_, addr := startServer(t, Config{}, runs.Config{})
	call(t, "POST", "http://"+addr+"/api/share", "", `{"source":"x"}`).wantError(404, "not_found")
}
