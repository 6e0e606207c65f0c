// Package sharetest is what every share.Store must do, as a test.
package sharetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"playground/internal/share"
)

// Most is the size of the stores that Suite asks for, in bytes.
const Most = 10_000

// Suite tests stores; open makes an empty one.
func Suite(t *testing.T, open func(t *testing.T) share.Store) {
	later := func() time.Time { return time.Now().Add(time.Hour) }
	t.Run("kept as it was", func(t *testing.T) {
		s := open(t)
		put(t, s, "a", "body\x00\xff", later())
		put(t, s, "a", "body\x00\xff", later())
		if got := get(t, s, "a"); got != "body\x00\xff" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("unknown", func(t *testing.T) {
		if _, err := open(t).Get(t.Context(), "' OR 1=1 --"); !errors.Is(err, share.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	})
	t.Run("expires", func(t *testing.T) {
		s := open(t)
		put(t, s, "old", "x", time.Now().Add(-time.Hour))
		if _, err := s.Get(t.Context(), "old"); !errors.Is(err, share.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		put(t, s, "old", "x", later())
		put(t, s, "old", "x", time.Now().Add(-time.Hour))
		get(t, s, "old")
	})
	t.Run("full until something expires", func(t *testing.T) {
		s := open(t)
		half := string(make([]byte, Most/2-share.Overhead))
		put(t, s, "old", half, time.Now().Add(-time.Hour))
		put(t, s, "one", half, later())
		put(t, s, "two", half, later())
		if err := s.Put(t.Context(), "three", []byte("x"), later()); !errors.Is(err, share.ErrFull) {
			t.Errorf("got %v, want ErrFull", err)
		}
		put(t, s, "two", half, later())
		get(t, s, "one")
	})
	t.Run("many at once", func(t *testing.T) {
		s := open(t)
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				id := fmt.Sprint("id", i%5)
				if err := s.Put(t.Context(), id, []byte(id), later()); err != nil {
					t.Error(err)
				} else if body, err := s.Get(t.Context(), id); err != nil || string(body) != id {
					t.Errorf("%s: got %q, %v", id, body, err)
				}
			})
		}
		all.Wait()
	})
}

func put(t *testing.T, s share.Store, id, body string, until time.Time) {
	t.Helper()
	if err := s.Put(t.Context(), id, []byte(body), until); err != nil {
		t.Fatalf("put %s: %v", id, err)
	}
}

func get(t *testing.T, s share.Store, id string) string {
	t.Helper()
	body, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("get %s: %v", id, err)
	}
	return string(body)
}
