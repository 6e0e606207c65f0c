package site

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/share"
)

// one has one item, under one id.
type one struct {
	id   string
	item share.Item
}

func (o one) Load(_ context.Context, id string) (share.Item, error) {
	if id != o.id {
		return share.Item{}, share.ErrNotFound
	}
	return o.item, nil
}

// To show what is shared costs the server as much as it is large: one who takes
// much of it again and again waits, and nobody else does.
func TestLargeItemsAreRated(t *testing.T) {
	const id, size = "AAAAAAAAAAAAAAAAAAAA", 512
	if !share.ValidID(id) {
		t.Fatalf("%s is no id", id)
	}
	item := share.Item{Source: "package main\n", Messages: []json.RawMessage{json.RawMessage(`"` + strings.Repeat("a", size<<10) + `"`)}}
	bundleFirst(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := New(bareSite(Config{Shares: one{id, item}}))
		if err != nil {
			t.Fatal(err)
		}
		if waited := askedBy(s, "192.0.2.1:1", "/p/"+id+".go", sharedAtOnce/(size+1)); waited > 0 {
			t.Errorf("within the burst it waited %v", waited)
		}
		if waited := askedBy(s, "192.0.2.1:1", "/p/"+id+".go", 20); waited < 8*time.Second {
			t.Errorf("10 MiB beyond the burst it waited %v, want about 10s", waited)
		}
		if waited := askedBy(s, "192.0.2.2:1", "/p/"+id+".go", 1); waited > 0 {
			t.Errorf("another client waited %v", waited)
		}
		if waited := askedBy(s, "192.0.2.3:1", "/p/B"+id[1:], 1000); waited > 0 {
			t.Errorf("what is not there is waited for, %v", waited)
		}
	})
}

// A lecture hall of two hundred that opens an ordinary run at once waits for nothing.
func TestALectureHallTakesFromTheShelf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shelf, began := newShelfThrottle(), time.Now()
		for range 200 {
			shelf.Wait(t.Context(), "hall", usualSize)
		}
		if waited := time.Since(began); waited > 0 {
			t.Errorf("they waited %v", waited)
		}
	})
}
