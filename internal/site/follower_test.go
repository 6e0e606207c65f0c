package site

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"playground/internal/render"
)

// A page is told the state when it comes, and every change; it is let go when the
// server ends.
func TestFollower(t *testing.T) {
	done := make(chan struct{})
	f := NewFollower(done)
	s := testSite(t, Config{Follower: f})
	f.Failed(fmt.Errorf("wrapped: %w", render.Errors{{File: "a.md", Line: 3, Message: "wrong"}}))
	resp, err := http.Get(s.URL + FollowPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("type %q", kind)
	}
	lines := bufio.NewScanner(resp.Body)
	next := func(want string) {
		t.Helper()
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if text != want {
					t.Errorf("told %s, want %s", text, want)
				}
				return
			}
		}
		t.Fatal("the stream ended:", lines.Err())
	}
	next(`{"number":0,"errors":[{"file":"a.md","line":3,"message":"wrong"}]}`)
	f.Published(2)
	next(`{"number":2,"errors":[]}`)
	f.Failed(errors.New("no folder"))
	next(`{"number":2,"errors":[{"message":"no folder"}]}`)
	close(done)
	for lines.Scan() {
		if lines.Text() != "" { // behind the last event there is an empty line
			t.Error("the stream goes on:", lines.Text())
		}
	}
}

// Readers cannot listen.
func TestNoFollowerForReaders(t *testing.T) {
	s := testSite(t, Config{})
	if resp, _ := request(t, http.MethodGet, s.URL+FollowPath); resp.StatusCode != http.StatusNotFound {
		t.Error(resp.Status)
	}
}
