package interp

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"playground/internal/gofront/ir"
)

// Package testing cannot capture what an example prints here (see shim.Capture),
// so the examples are run by this package.

// example is a testable example.
type example struct {
	name      string
	want      string
	unordered bool
	slot      *ir.Slot
}

// afterTests is the name of an example that package testing asks about when
// the tests are done: the moment for the examples.
const afterTests = "Example_afterTests"

// runAll is testing.M.Run for a suite with examples. Package testing runs the
// tests; its last word, PASS or FAIL, would come before the examples' is known,
// so it is given no place to go, and said here.
func (s *suite) runAll() int {
	ok := true
	stdout, stderr := os.Stdout, os.Stderr
	d := s.deps(func() {
		for _, e := range s.examples {
			if wanted(e.name) {
				ok = s.runExample(e) && ok
				os.Stderr = nil // where it would say that there were no tests
			}
		}
		os.Stdout = nil
	})
	code := testing.MainStart(d, s.tests, nil, s.fuzz, []testing.InternalExample{{Name: afterTests}}).Run()
	os.Stdout, os.Stderr = stdout, stderr
	switch {
	case code != 0 || !ok:
		fmt.Println("FAIL")
		return 1
	case len(s.benches) > 0 && flag.Lookup("test.bench").Value.String() != "":
		return testing.MainStart(s.deps(nil), nil, s.benches, nil, nil).Run()
	}
	fmt.Println("PASS")
	return 0
}

// wanted says whether -run and -skip let an example run. A pattern that is none
// has ended the program already.
func wanted(name string) bool {
	run, _, _ := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	skip := flag.Lookup("test.skip").Value.String()
	matched, _ := regexp.MatchString(run, name)
	skipped, _ := regexp.MatchString(skip, name)
	return matched && (skip == "" || !skipped)
}

// runExample runs one example and reports in the words of go test -v.
func (s *suite) runExample(e example) bool {
	fmt.Printf("=== RUN   %s\n", e.name)
	start := time.Now()
	s.capture.Begin()
	crash := s.eng.Protect(func() { e.slot.Call(nil) })
	fail := e.compare(s.capture.End())
	took := time.Since(start).Seconds()
	switch {
	case crash != "":
		fmt.Printf("--- FAIL: %s (%.2fs)\n", e.name, took)
		s.eng.Crash(crash)
		return false
	case fail != "":
		fmt.Printf("--- FAIL: %s (%.2fs)\n%s", e.name, took, fail)
		return false
	}
	fmt.Printf("--- PASS: %s (%.2fs)\n", e.name, took)
	return true
}

// compare says how the output differs from the wanted one.
func (e example) compare(out string) string {
	got, want := strings.TrimSpace(out), strings.TrimSpace(e.want)
	if !e.unordered {
		if got == want {
			return ""
		}
		return fmt.Sprintf("got:\n%s\nwant:\n%s\n", got, want)
	}
	if slices.Equal(slices.Sorted(strings.SplitSeq(got, "\n")), slices.Sorted(strings.SplitSeq(want, "\n"))) {
		return ""
	}
	return fmt.Sprintf("got:\n%s\nwant (unordered):\n%s\n", out, e.want)
}
