package interp

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"playground/internal/gofront/lower"
)

// Package testing captures what an example prints with a pipe in the place of
// os.Stdout, and a worker cannot make pipes. So programs with examples get
// print functions whose output can be turned aside, and the examples are run
// here. What an example writes to os.Stdout by other ways is not compared.

// example is a testable example.
type example struct {
	name      string
	want      string
	unordered bool
	slot      *lower.Slot
}

// capture is where fmt.Print and its like go.
type capture struct {
	mu  sync.Mutex
	buf *bytes.Buffer // nil: to standard output
}

// Write implements io.Writer.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.buf != nil {
		return c.buf.Write(p)
	}
	return os.Stdout.Write(p)
}

func (c *capture) turn(to *bytes.Buffer) {
	c.mu.Lock()
	c.buf = to
	c.mu.Unlock()
}

// replace gives a program print functions that write to c.
func (c *capture) replace(s map[string]reflect.Value) {
	aside := func(w io.Writer) io.Writer {
		if w == io.Writer(os.Stdout) {
			return c
		}
		return w
	}
	s["Print"] = reflect.ValueOf(func(v ...any) (int, error) { return fmt.Fprint(c, v...) })
	s["Printf"] = reflect.ValueOf(func(f string, v ...any) (int, error) { return fmt.Fprintf(c, f, v...) })
	s["Println"] = reflect.ValueOf(func(v ...any) (int, error) { return fmt.Fprintln(c, v...) })
	s["Fprint"] = reflect.ValueOf(func(w io.Writer, v ...any) (int, error) { return fmt.Fprint(aside(w), v...) })
	s["Fprintf"] = reflect.ValueOf(func(w io.Writer, f string, v ...any) (int, error) { return fmt.Fprintf(aside(w), f, v...) })
	s["Fprintln"] = reflect.ValueOf(func(w io.Writer, v ...any) (int, error) { return fmt.Fprintln(aside(w), v...) })
}

// afterTests is the name of an example that package testing asks about when
// the tests are done: the moment for the examples.
const afterTests = "Example_afterTests"

// runAll is testing.M.Run for a suite with examples. Package testing runs the
// tests; its last word, PASS or FAIL, would come before the examples' is known,
// so it is given no place to go, and said here.
func (s *suite) runAll() int {
	ok := true
	stdout := os.Stdout
	d := deps{atExamples: func() {
		for _, e := range s.examples {
			ok = s.runExample(e) && ok
		}
		os.Stdout = nil
	}}
	code := testing.MainStart(d, s.tests, nil, s.fuzz, []testing.InternalExample{{Name: afterTests}}).Run()
	os.Stdout = stdout
	switch {
	case code != 0 || !ok:
		fmt.Println("FAIL")
		return 1
	case len(s.benches) > 0:
		return testing.MainStart(deps{}, nil, s.benches, nil, nil).Run()
	}
	fmt.Println("PASS")
	return 0
}

// runExample runs one example and reports in the words of go test -v.
func (s *suite) runExample(e example) bool {
	fmt.Printf("=== RUN   %s\n", e.name)
	var out bytes.Buffer
	start := time.Now()
	s.capture.turn(&out)
	crash := s.eng.Protect(func() { e.slot.Call(nil) })
	s.capture.turn(nil)
	took := time.Since(start).Seconds()
	fail := e.compare(out.String())
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
