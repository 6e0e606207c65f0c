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
	testing.Init()
	if !flag.Parsed() { // TestMain may have
		flag.Parse()
	}
	if flag.Lookup("test.list").Value.String() != "" {
		return s.list()
	}
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

// list is what -test.list prints, examples and benchmarks too.
func (s *suite) list() int {
	var examples []testing.InternalExample
	for _, e := range s.examples {
		examples = append(examples, testing.InternalExample{Name: e.name})
	}
	return testing.MainStart(s.deps(nil), s.tests, s.benches, s.fuzz, examples).Run()
}

// wanted says whether -run and -skip let an example run. A pattern that is none
// has ended the program already.
func wanted(name string) bool {
	return chosen(flag.Lookup("test.run").Value.String(), name) && !skipped(flag.Lookup("test.skip").Value.String(), name)
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

// alternative is one of those that a pattern of -run or -skip gives a choice of.
type alternative struct {
	first  string // what it asks of the name of a test
	deeper bool   // whether it asks more, of those of subtests
}

// alternatives reads a pattern as package testing does: bars part alternatives and
// slashes the levels of names, where they are not in brackets.
func alternatives(pattern string) []alternative {
	var list []alternative
	var open []rune // what closes the brackets
	now, start, end := alternative{}, 0, -1
	add := func(at int) {
		if end < 0 {
			end = at
		}
		now.first = pattern[start:end]
		list = append(list, now)
		now, start, end = alternative{}, at+1, -1
	}
	escaped := false
	for i, c := range pattern {
		inClass := len(open) > 0 && open[len(open)-1] == ']'
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case len(open) > 0 && c == open[len(open)-1]:
			open = open[:len(open)-1]
		case c == '[' && !inClass:
			open = append(open, ']')
		case c == '(' && !inClass:
			open = append(open, ')')
		case c == '/' && len(open) == 0 && end < 0:
			now.deeper, end = true, i
		case c == '|' && len(open) == 0:
			add(i)
		}
	}
	add(len(pattern))
	return list
}

// chosen says whether a pattern of -run lets a test with this name run.
func chosen(pattern, name string) bool {
	return slices.ContainsFunc(alternatives(pattern), func(a alternative) bool {
		matched, _ := regexp.MatchString(a.first, name)
		return matched
	})
}

// skipped says whether a pattern of -skip keeps it from running: those that ask for
// subtests keep only these. No pattern skips nothing.
func skipped(pattern, name string) bool {
	return pattern != "" && slices.ContainsFunc(alternatives(pattern), func(a alternative) bool {
		matched, _ := regexp.MatchString(a.first, name)
		return matched && !a.deeper
	})
}
