package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"playground/content"
	"playground/internal/render"
)

// theArticle is the built-in one.
func theArticle(t *testing.T) *render.Article {
	t.Helper()
	source, err := content.FS.ReadFile(content.Post)
	if err != nil {
		t.Fatal(err)
	}
	article, err := render.Render(content.Post, source, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return article
}

// program writes the article's program of an id, changed by pairs of old and new text,
// to a file of its own.
func program(t *testing.T, id string, changes ...string) (file string) {
	t.Helper()
	for _, b := range theArticle(t).Blocks {
		if b.ID != id {
			continue
		}
		text := b.Source
		for i := 0; i < len(changes); i += 2 {
			if !strings.Contains(text, changes[i]) {
				t.Fatalf("%s has no %q", id, changes[i])
			}
			text = strings.Replace(text, changes[i], changes[i+1], 1)
		}
		file = filepath.Join(t.TempDir(), id+".go")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	t.Fatalf("the article has no program %q", id)
	return ""
}

// waits is how often each goroutine waited in a state, as a program's timeline has it.
func waits(t *testing.T, file, state string) map[float64]int {
	t.Helper()
	out := filepath.Join(t.TempDir(), "events.json")
	if status, _, stderr := playground(t, "", "run", "--observe="+out, file); status != 0 {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var events struct{ List [][]any }
	if err := json.Unmarshal(text, &events); err != nil {
		t.Fatal(err)
	}
	n := map[float64]int{}
	for _, e := range events.List {
		if e[0] == "block" && len(e) > 7 && e[7] == state {
			n[e[2].(float64)]++
		}
	}
	return n
}

// What the article says that its readers will see, beside what the programs print.
func TestArticleShowsWaiting(t *testing.T) {
	t.Parallel()
	const main = 1
	t.Run("the clerk stands at the send", func(t *testing.T) {
		t.Parallel()
		if n := waits(t, program(t, "handoff"), "chan send"); n[main] < 4 {
			t.Errorf("waits to send: %v", n)
		}
	})
	t.Run("the reader waits for room", func(t *testing.T) {
		t.Parallel()
		if n := waits(t, program(t, "queue"), "chan send"); len(n) != 1 || n[main] > 0 {
			t.Errorf("waits to send: %v", n)
		}
	})
	t.Run("the losers are left behind", func(t *testing.T) {
		t.Parallel()
		file := program(t, "leak")
		_, _, stderr := playground(t, "", "run", "--leaks", file)
		// Of 48 on a machine that has time for it, and of more that were too late on another.
		if !regexp.MustCompile(`(4[89]|5\d|6\d) goroutines had not ended \[chan send\], at leak\.go:22`).MatchString(stderr) {
			t.Errorf("it says %q", stderr)
		}
	})
}

func TestArticleShowsOrders(t *testing.T) {
	t.Parallel()
	file := program(t, "boots")
	status, stdout, _ := playground(t, "", "run", "--schedules=300", "--seed=1", file)
	_, wrong, found := strings.Cut(stdout, "--seed 5:1\n")
	if status != 0 || !strings.Contains(stdout, ": 2 outcomes\n") || !found || !strings.HasSuffix(wrong, "\t| left=-1\n") {
		t.Errorf("status %d\n%s", status, stdout)
	}
	if strings.Count(wrong, "here ") != 1 || !strings.Contains(wrong, "was stopped before sync.(*Mutex).Lock, boots.go:21") {
		t.Errorf("it is not one switch, at the lock in Take:\n%s", wrong)
	}
	for seed, want := range map[string]string{"0": "left=0\n", "5:1": "left=-1\n"} {
		if _, stdout, _ := playground(t, "", "run", "--seed="+seed, file); stdout != want {
			t.Errorf("seed %s prints %q", seed, stdout)
		}
	}
}

func TestArticleShowsRaces(t *testing.T) {
	t.Parallel()
	if status, _, stderr := playground(t, "", "run", "--race", program(t, "boots")); status != 0 {
		t.Errorf("with its locks: status %d\n%s", status, stderr)
	}
	without := program(t, "boots", "int {\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n", "int {\n")
	status, _, stderr := playground(t, "", "run", "--race", without)
	for _, want := range []string{"main.(*Stock).Left()\n      boots.go:15\n", "main.(*Stock).Take()\n      boots.go:21\n", "Found 1 data race(s)\n"} {
		if status != 66 || !strings.Contains(stderr, want) {
			t.Errorf("without: status %d, no %q in\n%s", status, want, stderr)
		}
	}
}
