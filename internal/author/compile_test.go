package author

import (
	"testing"

	"playground/internal/articles"
)

func TestCompilerAsksOnce(t *testing.T) {
	t.Parallel()
	one, err := articles.One("a.md", []byte("# A\n\n```go runner id=bad\npackage main\nwrong\n```\n\n```go runner id=meant ends=compile-error\npackage main\nwrong too\n```\n\n```go runner\npackage main\nstarve-once\n```\n"), nil, articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	c := Compiler{Runner: f}
	for range 3 {
		found, err := c.Compile(t.Context(), one.Posts)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := found.Error(), "a.md:5:5: runner block bad: undefined: x"; got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	if n := f.runs.Load(); n != 2 {
		t.Errorf("workers were asked %d times for 2 programs", n)
	}
}

// A worker that could not be had says nothing about the program, and is asked
// again next time.
func TestCompilerKeepsNoShortage(t *testing.T) {
	t.Parallel()
	one, err := articles.One("a.md", []byte("# A\n\n```go runner\npackage main\nstarve\n```\n"), nil, articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	c := Compiler{Runner: f}
	for range 2 {
		if found, err := c.Compile(t.Context(), one.Posts); err == nil || len(found) > 0 {
			t.Errorf("found %v, error %v", found, err)
		}
	}
	if n := f.runs.Load(); n != 2*tries {
		t.Errorf("workers were asked %d times, want %d", n, 2*tries)
	}
}
