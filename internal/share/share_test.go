package share_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"playground/internal/share"
	"playground/internal/share/sharetest"
)

func TestMemory(t *testing.T) {
	sharetest.Suite(t, func(t *testing.T) share.Store { return share.NewMemory(sharetest.Most) })
}

func shelf(c share.Config) *share.Shelf {
	c.Store = share.NewMemory(1 << 20)
	return share.New(c)
}

func messages(lines ...string) (all []json.RawMessage) {
	for _, l := range lines {
		all = append(all, json.RawMessage(l))
	}
	return all
}

func run() share.Item {
	return share.Item{
		Place: share.Place{Article: "a/", Block: "b"}, Source: "package main\n", Go: "go1.26",
		Messages: messages(
			`{"type":"start","id":"shared","seq":1,"trace":"0","limits":{}}`,
			`{"type":"stdout","id":"shared","seq":2,"t":1000,"body":"one\ntwo\r\n"}`,
			`{"type":"stderr","id":"shared","seq":3,"t":251500,"body":"<b>\u001b[31mred"}`,
			`{"type":"end","id":"shared","seq":4,"t":300000,"status":"exit","reason":"exited with status 3","exit":3}`),
	}
}

// The same has the same address, another another, and comes back as it was.
func TestContentAddressed(t *testing.T) {
	s := shelf(share.Config{})
	id, err := s.Save(t.Context(), "c", run())
	if err != nil || !share.ValidID(id) {
		t.Fatalf("got %q, %v", id, err)
	}
	again, err := s.Save(t.Context(), "d", run())
	if err != nil || again != id {
		t.Errorf("got %q, %v; want %q again", again, err, id)
	}
	other := run()
	other.Source += "\n"
	if third, err := s.Save(t.Context(), "c", other); err != nil || third == id {
		t.Errorf("got %q, %v for another program", third, err)
	}
	got, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(run(), got); diff != "" {
		t.Error(diff)
	}
}

func TestIDs(t *testing.T) {
	s := shelf(share.Config{})
	for _, id := range []string{"", "../../etc/passwd", "<script>alert(1)</script>", strings.Repeat("A", 19), strings.Repeat("A", 21), strings.Repeat("=", 20), strings.Repeat("\n", 20), strings.Repeat("A", 20)} {
		if _, err := s.Load(t.Context(), id); !errors.Is(err, share.ErrNotFound) {
			t.Errorf("%q: got %v, want ErrNotFound", id, err)
		}
	}
}

func TestBounds(t *testing.T) {
	s := shelf(share.Config{PerMinute: 1, Burst: 2})
	large := run()
	large.Source = strings.Repeat("x", share.MaxItem)
	var tooLarge *share.TooLargeError
	if _, err := s.Save(t.Context(), "c", large); !errors.As(err, &tooLarge) {
		t.Errorf("got %v, want a TooLargeError", err)
	}
	for range 2 {
		if _, err := s.Save(t.Context(), "c", run()); err != nil {
			t.Fatal(err)
		}
	}
	var often *share.RateError
	if _, err := s.Save(t.Context(), "c", run()); !errors.As(err, &often) || often.After <= 0 || often.After > time.Minute {
		t.Errorf("got %v, want a RateError", err)
	}
	if _, err := s.Save(t.Context(), "another", run()); err != nil {
		t.Errorf("another client: %v", err)
	}
}

func TestText(t *testing.T) {
	i := run()
	if got, want := i.Text(), "one\ntwo\r\n<b>\x1b[31mred\n[exited with status 3]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	i.Messages = messages(`{"type":"diagnostic","file":"prog.go","line":3,"column":2,"message":"undefined: x","severity":"error"}`, `{"type":"end","reason":"does not compile"}`)
	if got, want := i.Text(), "prog.go:3:2: undefined: x\n[does not compile]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A cast is as the format's third version has it: a header, then events of three
// elements with the time since the one before.
func TestCast(t *testing.T) {
	lines := bufio.NewScanner(bytes.NewReader(run().Cast("A <title>")))
	if !lines.Scan() {
		t.Fatal("empty")
	}
	var head struct {
		Version int
		Title   string
		Term    struct{ Cols, Rows int }
	}
	if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
		t.Fatal(err)
	}
	if head.Version != 3 || head.Title != "A <title>" || head.Term.Cols != 80 || head.Term.Rows != 24 {
		t.Errorf("head is %+v", head)
	}
	var got [][]any
	for lines.Scan() {
		var event []any
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatal(err)
		}
		got = append(got, event)
	}
	want := [][]any{
		{0.001, "o", "one\r\ntwo\r\n"},
		{0.2505, "o", "<b>\x1b[31mred"},
		{0.0485, "x", "3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
