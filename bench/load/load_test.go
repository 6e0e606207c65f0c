//go:build linux

package main

import (
	"context"
	"testing"
	"time"

	"playground/bench/internal/reader"
	"playground/bench/internal/server"
)

// short is what both tests ask for. How long readers wait is for the full
// measurement to tell.
var short = options{
	form: server.Here, readers: 12, idle: 40, arrive: time.Second, think: 500 * time.Millisecond,
	length: 4 * time.Second, post: "../../content/post.md",
}

// Both tests have one build of the server.
func TestLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	dir := t.TempDir()
	b, err := server.Make(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("no message is lost in a crowd", func(t *testing.T) { testCrowd(t, dir, b) })
	t.Run("the server outlives attackers", func(t *testing.T) { testAttackers(t, dir, b) })
}

func testCrowd(t *testing.T, dir string, b *server.Build) {
	all, err := article(short.post)
	if err != nil {
		t.Fatal(err)
	}
	crowd, err := crowdOn(t.Context(), dir, b, short, all[:4])
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range crowd.faults {
		t.Error(f)
	}
}

func testAttackers(t *testing.T, dir string, b *server.Build) {
	s, err := server.Start(t.Context(), dir, b, server.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Stop(20 * time.Second)
	attack := short
	attack.attackers = s.URL
	done := make(chan error)
	go func() { done <- attackers(t.Context(), attack) }()
	honest := reader.New(client(s, b, short.form, 0))
	defer honest.Close()
	watching, enough := context.WithCancel(t.Context())
	defer enough()
	seen := watch(watching, s.URL)
	during := greet(t.Context(), honest, short.length)
	enough()
	if h := <-seen; h.bad > 0 || len(h.answers) == 0 {
		t.Errorf("the server's health beside them: %s", h)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	after := greet(t.Context(), honest, time.Second)
	if !s.Alive() {
		t.Fatalf("the server died; its last words:\n%s", s.LastWords())
	}
	if len(after.first) == 0 {
		t.Errorf("nobody is served after the attack: %s", after)
	}
	for _, f := range append(during.faults, after.faults...) {
		t.Error(f)
	}
}
