package ops

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// Operators of several machines see which of them ran what.
func TestRunsNameTheirNode(t *testing.T) {
	r := newRecorder(t, Config{Node: "n7"})
	r.Begin(trace(1), RunInfo{ID: "a"}).End(Outcome{Status: "ok"})
	if _, body := ask(t, r, "/debug/runs?format=json"); !strings.Contains(body, `"node": "n7"`) {
		t.Errorf("the list: %s", body)
	}
	if _, body := ask(t, r, "/debug/runs/"+trace(1)); !strings.Contains(body, "<dd>n7") {
		t.Errorf("the page: %s", body)
	}
}

func TestPagesShowRuns(t *testing.T) {
	r := newRecorder(t, Config{})
	record(r, 7)
	r.Begin(trace(8), RunInfo{ID: `<script>alert(1)</script>`, Task: "format"}).Mark(Queued)
	for _, tt := range []struct {
		path string
		want []string
	}{
		{"/", []string{"/debug/runs", "/metrics", "/debug/pprof/"}},
		{"/debug/runs", []string{trace(7), trace(8), ">ok<", ">queued<"}},
		{"/debug/runs/" + trace(7), []string{"wait for a turn", "run to the first byte", "<rect", "9437184 bytes"}},
		{"/debug/runs/" + trace(8), []string{"going on", "&lt;script&gt;"}},
		{"/debug/style.css", []string{"@media"}},
		{"/debug/pprof/", []string{"goroutine"}},
	} {
		status, body := ask(t, r, tt.path)
		if status != http.StatusOK {
			t.Errorf("%s: status %d", tt.path, status)
		}
		for _, want := range tt.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s has no %s", tt.path, want)
			}
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "style=") {
			t.Errorf("%s has what its policy forbids", tt.path)
		}
	}
}

func TestRunsAsJSON(t *testing.T) {
	r := newRecorder(t, Config{})
	record(r, 7)
	_, body := ask(t, r, "/debug/runs?format=json")
	var list []runView
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Trace != trace(7) || !list[0].Over || len(list[0].Parts) != 5 || list[0].Parts[4].Until != Ended {
		t.Errorf("%+v", list)
	}
	if status, _ := ask(t, r, "/debug/runs/"+trace(6)+"?format=json"); status != http.StatusNotFound {
		t.Errorf("a run that there is not: status %d", status)
	}
}

func TestOnlyOperatorsAreAnswered(t *testing.T) {
	r := newRecorder(t, Config{})
	for _, tt := range []struct {
		name   string
		header []string
		want   int
	}{
		{"curl", nil, 200},
		{"typed into a browser", []string{"Sec-Fetch-Site", "none"}, 200},
		{"a page of its own", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"a rebound name", []string{"Host", "evil.example"}, 403},
		{"a page of another site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
	} {
		for _, path := range []string{"/metrics", "/debug/runs", "/debug/pprof/cmdline"} {
			if status, _ := ask(t, r, path, tt.header...); status != tt.want {
				t.Errorf("%s, %s: status %d, want %d", tt.name, path, status, tt.want)
			}
		}
	}
}
