package stream

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"playground/internal/protocol"
	"playground/internal/runs"
)

// A method that an address does not take is told those that it does.
func TestAPIMethods(t *testing.T) {
	s, _ := startServer(t, Config{}, runs.Config{Runner: runnerFunc(scripted)})
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/api/run", http.StatusMethodNotAllowed, "POST"},
		{"PUT", "/api/runs/x", http.StatusMethodNotAllowed, "DELETE, GET, HEAD"},
		{"GET", "/api/runs/x/stdin", http.StatusMethodNotAllowed, "POST"},
		{"GET", "/api/nothing", http.StatusNotFound, ""},
	} {
		w := httptest.NewRecorder()
		s.API().ServeHTTP(w, httptest.NewRequest(tt.method, tt.path, nil))
		if w.Code != tt.status || w.Header().Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", tt.method, tt.path, w.Code, w.Header().Get("Allow"), tt.status, tt.allow)
		}
		var e protocol.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Message == "" {
			t.Errorf("%s %s: %v in %q", tt.method, tt.path, err, w.Body)
		}
	}
}

// HEAD of a run answers as GET does, without its messages, and does not wait
// for its end.
func TestAPIHead(t *testing.T) {
	s, _ := startServer(t, Config{}, runs.Config{Runner: runnerFunc(scripted)})
	body := `{"id":"a","source":"out x\nstatus ok\n"}`
	run := httptest.NewRequest("POST", "/api/run", strings.NewReader(body))
	run.Header.Set("Content-Type", "application/json")
	ran := httptest.NewRecorder()
	s.API().ServeHTTP(ran, run)
	if ran.Code != http.StatusOK {
		t.Fatalf("run: %d %s", ran.Code, ran.Body)
	}
	head := httptest.NewRequest("HEAD", "/api/runs/a", nil)
	head.Header.Set(SessionHeader, ran.Header().Get(SessionHeader))
	w := httptest.NewRecorder()
	s.API().ServeHTTP(w, head)
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Type"), "ndjson") || strings.Contains(w.Body.String(), "\"end\"") {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
}
