package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/conformance"
)

// TestMain lets the test binary stand in for the playground: it prints "hi" for
// every program but those whose text holds the word crash.
func TestMain(m *testing.M) {
	if os.Getenv("FAKE_PLAYGROUND") == "" {
		os.Exit(m.Run())
	}
	program, err := os.ReadFile(os.Args[len(os.Args)-1])
	if err != nil || strings.Contains(string(program), "crash") {
		fmt.Fprintln(os.Stderr, "panic: crash", len(os.Args))
		os.Exit(2)
	}
	fmt.Println("hi")
}

func TestRunPrintsTheTable(t *testing.T) {
	t.Setenv("FAKE_PLAYGROUND", "1")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "programs")
	for name, text := range map[string]string{
		"good.txtar":     "-- prog.go --\npackage main\n-- stdout --\nhi\n",
		"sub/bad.txtar":  "-- prog.go --\npackage crash\n-- stdout --\nhi\n",
		"sub/skip.txtar": "-- prog.go --\npackage main\n-- stdout --\nnever\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs strings.Builder
	args := []string{"-own=false", "-dir", dir, "-subject", self, "-v", "-match", "d"}
	if err := run(t.Context(), args, &out, &errs); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"--- sub/bad.txtar: crashed\nexit status 2, want 0\n",
		"   1  crashed: panic: crash N\n        sub/bad.txtar\n",
		"programs  2      2         1      50.0  1",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("missing %q in\n%s", want, out.String())
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{{"-nope"}, {"extra"}, {"-own=false", "-dir", filepath.Join(t.TempDir(), "none"), "-subject", "x"}} {
		var out, errs strings.Builder
		if err := run(t.Context(), args, &out, &errs); err == nil {
			t.Errorf("%q: accepted", args)
		}
	}
}

func TestPickIsRepeatable(t *testing.T) {
	make := func() (cases []*conformance.Case) {
		for i := range 100 {
			cases = append(cases, &conformance.Case{Name: fmt.Sprint(i)})
		}
		return cases
	}
	a, b := pick(make(), 10), pick(make(), 10)
	if len(a) != 10 || len(pick(make(), 0)) != 100 || len(pick(make(), 500)) != 100 {
		t.Fatal(len(a))
	}
	for i := range a {
		if a[i].Name != b[i].Name {
			t.Errorf("%d: %s and %s", i, a[i].Name, b[i].Name)
		}
	}
}
