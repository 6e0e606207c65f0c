package sqlite

import (
	"testing"
	"time"

	"playground/internal/share"
	"playground/internal/share/sharetest"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, Shares, sharetest.Most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestStore(t *testing.T) {
	sharetest.Suite(t, func(t *testing.T) share.Store { return open(t, t.TempDir()) })
}

// What is in the file outlives the process, and counts.
func TestReopened(t *testing.T) {
	dir := t.TempDir() + "/a folder?x=1"
	s := open(t, dir)
	if err := s.Put(t.Context(), "a", make([]byte, 5000), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	held := s.held
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if body, err := s.Get(t.Context(), "a"); err != nil || len(body) != 5000 {
		t.Errorf("got %d bytes, %v", len(body), err)
	}
	if s.held != held {
		t.Errorf("holds %d bytes, held %d before", s.held, held)
	}
}
