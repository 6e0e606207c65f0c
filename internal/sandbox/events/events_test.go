package events

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sides() (*Ring, *Reader) {
	memory := make([]byte, Size)
	return NewRing(memory), NewReader(memory, 1000)
}

// What the worker puts is what the parent takes, with times of the run's clock.
func TestRing(t *testing.T) {
	ring, reader := sides()
	want := []Event{
		{Kind: KindSite, T: -1000, Site: 1, N: 12, Text: SiteText("prog.go", "main.worker")},
		{Kind: KindGo, T: 7, G: 1, Site: 1, Peer: 18, Text: "main.worker"},
		{Kind: KindSelect, T: 7, G: 18, N: -1},
		{Kind: KindSend, T: 9, G: 1 << 30, Object: 3, N: 1 << 40, Text: "\"ä\""},
	}
	for _, e := range want {
		e.T += 1000
		ring.Put(e)
	}
	got, err := reader.Take(nil, 2000)
	if err != nil {
		t.Fatal(err)
	}
	want[0].T = 0
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if file, function := got[0].Place(); file != "prog.go" || function != "main.worker" {
		t.Errorf("place %q %q", file, function)
	}
}

// Of many events the first and the last are kept, and the rest is counted, whether the
// parent or the ring had no room for it.
func TestBounds(t *testing.T) {
	ring, reader := sides()
	const total = 3 * MaxEvents
	var got []Event
	for i := range total {
		ring.Put(Event{Kind: KindSend, T: 1000, N: int64(i)})
		if i%1000 == 0 {
			got, _ = reader.Take(got, 2000)
		}
	}
	got, _ = reader.Take(got, 2000)
	rest, left := reader.Rest(2000)
	if len(got)+len(rest) != MaxEvents || left != total-MaxEvents || rest[len(rest)-1].N != total-1 || got[len(got)-1].N != int64(len(got)-1) {
		t.Errorf("%d first, %d last, %d left out", len(got), len(rest), left)
	}
	ring, reader = sides()
	for range total {
		ring.Put(Event{Kind: KindSend, T: 1000, Text: strings.Repeat("x", MaxText)})
	}
	got, err := reader.Take(nil, 2000)
	rest, left = reader.Rest(2000)
	if err != nil || int64(len(got)+len(rest))+left != total || left == 0 {
		t.Errorf("%d first, %d last, %d left out, %v", len(got), len(rest), left, err)
	}
}

// Whatever a program writes into the memory, the parent gets only what is in bounds, and
// little of it.
func TestHostileMemory(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		ring, reader := sides()
		for range random.IntN(50) {
			ring.Put(Event{Kind: KindSend, T: 1500, Text: "x"})
		}
		for range 1 + random.IntN(8) {
			reader.memory[random.IntN(2000)] = byte(random.Uint32())
		}
		var got []Event
		var err error
		for range 3 {
			got, err = reader.Take(got, 2000)
		}
		if err != nil && !errors.Is(err, ErrBroken) {
			t.Fatal(err)
		}
		last := int64(0)
		for _, e := range got {
			if e.Kind == KindSite || e.Kind == KindObject {
				continue
			}
			if e.T < last || e.T > 1000 || e.G < 0 || e.G >= maxNumber || len([]rune(e.Text)) > MaxText || e.Kind == invalid || e.Kind >= numKinds {
				t.Fatalf("%+v after %d", e, last)
			}
			last = e.T
		}
		if rest, _ := reader.Rest(2000); len(got)+len(rest) > MaxEvents {
			t.Fatalf("%d events", len(got))
		}
	}
}

// A flood costs the parent a bounded number of bytes at each look.
func BenchmarkTake(b *testing.B) {
	for b.Loop() {
		ring, reader := sides()
		for range 15_000 {
			ring.Put(Event{Kind: KindSend, T: 1 << 40, G: 20, Site: 5, Object: 7, N: 5, Text: "1"})
		}
		if _, err := reader.Take(nil, 1<<41); err != nil {
			b.Fatal(err)
		}
	}
}
