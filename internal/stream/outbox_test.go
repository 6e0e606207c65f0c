package stream

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"playground/internal/sandbox"
)

func text(s string) frame { return frame{stream: sandbox.Stdout, text: []byte(s)} }

func put(t *testing.T, l *lane, frames ...frame) {
	t.Helper()
	for _, f := range frames {
		if ok, err := l.tryPut(f); !ok || err != nil {
			t.Fatalf("put %q: %v %v", f.text, ok, err)
		}
	}
}

// takeAll empties b and returns what it held, as "id/seq:text" or "id=line".
func takeAll(b *outbox) []string {
	var got []string
	for {
		l, ok := b.next()
		if !ok {
			return got
		}
		s := l.id + "=" + string(l.frame.line)
		if l.frame.stream != 0 {
			s = l.id + "/" + string(rune('0'+l.frame.seq)) + ":" + string(l.frame.text)
		}
		got = append(got, s)
	}
}

func wantTaken(t *testing.T, b *outbox, want ...string) {
	t.Helper()
	if got := takeAll(b); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLaneMerges(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	e := frame{stream: sandbox.Stderr, text: []byte("e")}
	put(t, l, text("1"), text("2"), e, text("3"), frame{line: []byte("x")}, text("4"), text("5"))
	wantTaken(t, b, "a/1:12", "a/2:e", "a/3:3", "a=x", "a/4:45")
	put(t, l, text("6"))
	wantTaken(t, b, "a/5:6")
}

func TestLaneCopiesText(t *testing.T) {
	b := newOutbox()
	buf := []byte("abc")
	put(t, b.open("a"), frame{stream: sandbox.Stdout, text: buf})
	copy(buf, "xyz")
	wantTaken(t, b, "a/1:abc")
}

func TestLaneMergesUpToMaxBody(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	put(t, l, text(strings.Repeat("x", MaxBody-1)), text("yy"), text("z"))
	first, _ := b.next()
	second, _ := b.next()
	if len(first.frame.text) != MaxBody-1 || string(second.frame.text) != "yyz" {
		t.Errorf("%d bytes, then %q", len(first.frame.text), second.frame.text)
	}
}

func TestLaneKeepsNewestMeter(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	m := func(s string) frame { return frame{line: []byte(s), meter: true} }
	put(t, l, m("m1"), text("x"), m("m2"), text("y"), m("m3"))
	wantTaken(t, b, "a/1:x", "a/2:y", "a=m3")
	if l.bytes != 0 {
		t.Errorf("%d bytes counted in an empty lane", l.bytes)
	}
}

func TestLaneBounds(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	full := strings.Repeat("x", MaxBody)
	n := 0
	for ; ; n++ {
		if ok, _ := l.tryPut(text(full)); !ok {
			break
		}
	}
	if n*MaxBody != laneBytes {
		t.Errorf("lane took %d bytes, want %d", n*MaxBody, laneBytes)
	}
	takeAll(b)
	for n = 0; ; n++ {
		if ok, _ := l.tryPut(frame{line: []byte("d")}); !ok {
			break
		}
	}
	if n != laneFrames {
		t.Errorf("lane took %d frames, want %d", n, laneFrames)
	}
	takeAll(b)
	put(t, l, frame{line: make([]byte, 2*laneBytes)})
	if ok, _ := l.tryPut(text("x")); ok {
		t.Error("room beside a message larger than the lane")
	}
}

func TestLaneEnds(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	put(t, l, frame{line: []byte("end"), last: true})
	if err := l.put(context.Background(), text("late")); !errors.Is(err, errLaneEnded) {
		t.Errorf("late frame: %v", err)
	}
	wantTaken(t, b, "a=end")
	if len(b.lanes) != 0 {
		t.Error("ended lane is kept")
	}
}

// A flood in one run must not hold up another.
func TestLanesTakeTurns(t *testing.T) {
	b := newOutbox()
	flood, other, third := b.open("f"), b.open("o"), b.open("t")
	for _, s := range []string{"1", "2", "3"} {
		put(t, flood, frame{line: []byte(s)})
	}
	put(t, other, frame{line: []byte("x"), last: true})
	put(t, third, frame{line: []byte("y")}, frame{line: []byte("z")})
	if !b.note(Error{Code: "c"}) {
		t.Fatal("no room for a note")
	}
	got := takeAll(b)[1:] // the note goes first
	if strings.Join(got, " ") != "f=1 o=x t=y f=2 t=z f=3" {
		t.Errorf("got %q", got)
	}
}

func TestNotesAreBounded(t *testing.T) {
	b := newOutbox()
	n := 0
	for b.note(Error{}) {
		n++
	}
	if n != maxNotes {
		t.Errorf("%d notes", n)
	}
}

func TestPutWaitsForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newOutbox()
		l := b.open("a")
		put(t, l, frame{line: make([]byte, laneBytes)})
		done := make(chan error, 1)
		go func() { done <- l.put(context.Background(), text("x")) }()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("put into a full lane returned")
		default:
		}
		b.next()
		if err := <-done; err != nil {
			t.Error(err)
		}
		wantTaken(t, b, "a/1:x")
	})
}

func TestPutGivesUpWithContext(t *testing.T) {
	b := newOutbox()
	l := b.open("a")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(sandbox.ErrKilled)
	if err := l.put(ctx, text("kept")); err != nil {
		t.Errorf("there was room: %v", err)
	}
	put(t, l, frame{line: make([]byte, laneBytes-4)})
	if err := l.put(ctx, text("dropped")); !errors.Is(err, sandbox.ErrKilled) {
		t.Errorf("got %v, want the context's cause", err)
	}
}

func TestTakeWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newOutbox()
		l := b.open("a")
		got := make(chan letter)
		go func() {
			m, _ := b.take(context.Background())
			got <- m
		}()
		synctest.Wait()
		put(t, l, text("x"))
		if m := <-got; string(m.frame.text) != "x" {
			t.Errorf("got %q", m.frame.text)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := b.take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestLetterEncodes(t *testing.T) {
	b := newOutbox()
	put(t, b.open("r"), frame{stream: sandbox.Stderr, t: time.Millisecond, text: []byte("x")})
	l, _ := b.next()
	var buf bytes.Buffer
	l.appendTo(&buf)
	if want := `{"type":"stderr","id":"r","seq":1,"t":1000,"body":"x"}` + "\n"; buf.String() != want {
		t.Errorf("got %s", buf.String())
	}
}

func TestPacer(t *testing.T) {
	var p pacer
	now := time.Unix(1000, 0)
	for i := range paceBurst {
		if d := p.delay(now); d != 0 {
			t.Fatalf("frame %d of the burst waits %v", i, d)
		}
	}
	if d := p.delay(now); d != paceInterval {
		t.Errorf("frame after the burst waits %v", d)
	}
	if d := p.delay(now.Add(paceInterval)); d != paceInterval {
		t.Errorf("frame at the allowed rate waits %v", d)
	}
	if d := p.delay(now.Add(time.Second)); d != 0 {
		t.Errorf("frame after a pause waits %v", d)
	}
}

func TestPacerWaitEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := pacer{due: time.Now().Add(time.Hour)}
	p.wait(ctx)
}
