package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"playground/internal/protocol"
	"playground/internal/sandbox"
)

var background = context.Background()

// put appends messages: "o" and "e" begin a piece of a stream, "=" a line, "."
// the last one, and "~" a state.
func put(t *testing.T, j *Journal, messages ...string) {
	t.Helper()
	for _, m := range messages {
		var err error
		switch line := []byte(m[1:]); m[0] {
		case 'o':
			err = j.Output(background, sandbox.Stdout, 0, line)
		case 'e':
			err = j.Output(background, sandbox.Stderr, 0, line)
		case '=':
			err = j.Message(background, func(int64) []byte { return line })
		case '.':
			j.End(func(int64) []byte { return line })
		case '~':
			j.SetState(line)
		}
		if err != nil {
			t.Fatalf("put %q: %v", m, err)
		}
	}
}

func read(t *testing.T, j *Journal, after int64) *Reader {
	t.Helper()
	r, err := j.Read(after, make(chan struct{}, 1))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// takeAll takes what there is, as "seq:text" with the mark of put in between.
func takeAll(r *Reader) string {
	var got []string
	for {
		e, ok := r.Take()
		if !ok {
			return strings.Join(got, " ")
		}
		mark, text := "=", string(e.Line)
		switch {
		case e.Stream == sandbox.Stdout:
			mark, text = "o", string(e.Text)
		case e.Stream == sandbox.Stderr:
			mark, text = "e", string(e.Text)
		case e.Seq == 0:
			mark = "~"
		case e.Last:
			mark = "."
		}
		got = append(got, fmt.Sprintf("%d%s%s", e.Seq, mark, text))
	}
}

func want(t *testing.T, r *Reader, messages string) {
	t.Helper()
	if got := takeAll(r); got != messages {
		t.Errorf("got %q, want %q", got, messages)
	}
}

func TestNumbersAndMerging(t *testing.T) {
	j := New(1 << 20)
	put(t, j, "o1", "o2", "eA", "o3", "=x", "o4", "o5")
	r := read(t, j, 0)
	want(t, r, "1o12 2eA 3o3 4=x 5o45")
	// What was taken does not grow.
	put(t, j, "o6", "o7")
	want(t, r, "6o67")
	put(t, j, "o8", ".end")
	want(t, r, "7o8 8.end")
	want(t, r, "")
}

func TestReadFromAnyNumber(t *testing.T) {
	j := New(1 << 20)
	put(t, j, "=a", "=b", "=c", ".d")
	want(t, read(t, j, 0), "1=a 2=b 3=c 4.d")
	want(t, read(t, j, 2), "3=c 4.d")
	want(t, read(t, j, 4), "")
	if _, err := j.Read(5, make(chan struct{}, 1)); !errors.Is(err, ErrAhead) {
		t.Errorf("5: %v", err)
	}
}

func TestMergingStopsAtMaxBody(t *testing.T) {
	j := New(1 << 20)
	put(t, j, "o"+strings.Repeat("x", protocol.MaxBody-1), "oyy", "oz")
	r := read(t, j, 0)
	first, _ := r.Take()
	second, _ := r.Take()
	if len(first.Text) != protocol.MaxBody-1 || string(second.Text) != "yyz" {
		t.Errorf("%d bytes, then %q", len(first.Text), second.Text)
	}
}

func TestTextIsCopied(t *testing.T) {
	j := New(1 << 20)
	text := []byte("abc")
	if err := j.Output(background, sandbox.Stdout, 0, text); err != nil {
		t.Fatal(err)
	}
	copy(text, "xyz")
	want(t, read(t, j, 0), "1oabc")
}

// A meter is worth its last value only, and comes after what it was measured
// after.
func TestStateIsTheNewest(t *testing.T) {
	j := New(1 << 20)
	put(t, j, "~m1", "=a", "~m2", "=b", "~m3")
	r := read(t, j, 0)
	want(t, r, "1=a 2=b 0~m3")
	want(t, r, "")
	put(t, j, "~m4")
	want(t, r, "0~m4")
	j.SetState(nil)
	want(t, read(t, j, 2), "")
}

func TestNothingFollowsTheEnd(t *testing.T) {
	j := New(1 << 20)
	put(t, j, ".x", ".y", "~m")
	if err := j.Message(background, func(int64) []byte { return nil }); !errors.Is(err, ErrEnded) {
		t.Errorf("got %v", err)
	}
	want(t, read(t, j, 0), "1.x")
}

// A full journal makes room with what every reader has taken, and then is gone
// for those who come later.
func TestFullJournalMakesRoom(t *testing.T) {
	j := New(3 * (overhead + 1))
	fast, slow := read(t, j, 0), read(t, j, 0)
	put(t, j, "=a", "=b", "=c")
	want(t, fast, "1=a 2=b 3=c")
	if e, _ := slow.Take(); string(e.Line) != "a" {
		t.Fatalf("got %q", e.Line)
	}
	put(t, j, "=d") // for which a goes
	want(t, slow, "2=b 3=c 4=d")
	if _, err := j.Read(0, make(chan struct{}, 1)); !errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
	want(t, read(t, j, 1), "2=b 3=c 4=d")
	if j.Bytes() > 3*(overhead+1) {
		t.Errorf("%d bytes", j.Bytes())
	}
}

// Without room the appender waits: for the slowest reader, or for one to leave.
func TestFullJournalStallsTheAppender(t *testing.T) {
	for name, free := range map[string]func(*Reader){
		"taken": func(r *Reader) { r.Take() },
		"left":  (*Reader).Close,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := New(2 * (overhead + 1))
				fast, slow := read(t, j, 0), read(t, j, 0)
				put(t, j, "=a", "=b")
				takeAll(fast)
				done := false
				go func() {
					put(t, j, "=c")
					done = true
				}()
				synctest.Wait()
				if done {
					t.Fatal("it did not wait")
				}
				free(slow)
				synctest.Wait()
				if !done {
					t.Error("it waits still")
				}
			})
		})
	}
}

// Before anybody reads, what was said stays: somebody may come.
func TestNothingGoesWithoutAReader(t *testing.T) {
	j := New(2 * (overhead + 1))
	put(t, j, "=a", "=b")
	ctx, cancel := context.WithCancelCause(background)
	gone := errors.New("gone")
	cancel(gone)
	if err := j.Message(ctx, func(int64) []byte { return nil }); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	put(t, j, ".z") // the end always fits
	want(t, read(t, j, 0), "1=a 2=b 3.z")
}

// Readers that come, go and resume at random see every message once, in order,
// with the same bytes, while the program writes.
func TestReadersInParallel(t *testing.T) {
	j := New(1 << 20)
	const n = 5000
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			wake := make(chan struct{}, 1)
			var text bytes.Buffer
			after := int64(0)
			for ended := false; !ended; {
				r, err := j.Read(after, wake)
				if err != nil {
					t.Error(err)
					return
				}
				for k := 0; k < 1+int(after%7); {
					e, ok := r.Take()
					if !ok {
						<-wake
						continue
					}
					if e.Seq != after+1 {
						t.Errorf("number %d after %d", e.Seq, after)
					}
					after, ended = e.Seq, e.Last
					text.Write(e.Text)
					if k++; ended {
						break
					}
				}
				r.Close()
			}
			for i, b := range text.Bytes() {
				if b != byte('a'+i%26) {
					t.Errorf("byte %d is %c", i, b)
					return
				}
			}
			if text.Len() != n {
				t.Errorf("%d bytes", text.Len())
			}
		})
	}
	for i := range n {
		put(t, j, "o"+string(rune('a'+i%26)))
	}
	put(t, j, ".")
	all.Wait()
}

func BenchmarkOutput(b *testing.B) {
	line := []byte("in-flight=8 queue=12 state=half-open latency=34ms\n")
	j := New(1 << 20)
	r, err := j.Read(0, make(chan struct{}, 1))
	if err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		_ = j.Output(background, sandbox.Stdout, 0, line)
		e, _ := r.Take()
		buf.Reset()
		e.AppendTo(&buf, "bench")
	}
}
