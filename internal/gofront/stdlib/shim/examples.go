package shim

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
)

// Package testing captures what an example prints with a pipe in the place of
// os.Stdout, and a worker cannot make pipes. So a program with examples gets
// print functions whose output can be turned aside. What an example writes to
// os.Stdout by other ways is not compared.

// Capture turns what the program prints by package fmt aside, from its Begin
// to its End.
type Capture struct {
	run func() int

	mu  sync.Mutex
	buf *bytes.Buffer // nil: to standard output
}

// Capture makes the program's print functions such that their output can be
// captured, and run what testing.M's Run does. It must be called before any
// symbol is asked for.
func (s *Set) Capture(run func() int) *Capture {
	s.capture = &Capture{run: run}
	return s.capture
}

// Begin begins it.
func (c *Capture) Begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buf = new(bytes.Buffer)
}

// End ends it and returns what was printed.
func (c *Capture) End() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.buf.String()
	c.buf = nil
	return text
}

// Write implements io.Writer.
func (c *Capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.buf != nil {
		return c.buf.Write(p)
	}
	return fmt.Fprintf(os.Stdout, "%s", p)
}

// instead is c where w is standard output.
func (c *Capture) instead(w io.Writer) io.Writer {
	if w == io.Writer(os.Stdout) {
		return c
	}
	return w
}

func (s *Set) fmtRows() []Row {
	c := s.capture
	if c == nil {
		return nil
	}
	return rows("fmt", "", "is captured by a pipe in examples, and a worker cannot make one", map[string]any{
		"Print":    func(v ...any) (int, error) { return fmt.Fprint(c, v...) },
		"Printf":   func(f string, v ...any) (int, error) { return fmt.Fprintf(c, f, v...) },
		"Println":  func(v ...any) (int, error) { return fmt.Fprintln(c, v...) },
		"Fprint":   func(w io.Writer, v ...any) (int, error) { return fmt.Fprint(c.instead(w), v...) },
		"Fprintf":  func(w io.Writer, f string, v ...any) (int, error) { return fmt.Fprintf(c.instead(w), f, v...) },
		"Fprintln": func(w io.Writer, v ...any) (int, error) { return fmt.Fprintln(c.instead(w), v...) },
	})
}

// mainRows let a TestMain run the examples too.
func (s *Set) mainRows() []Row {
	c := s.capture
	if c == nil {
		return nil
	}
	return []Row{{"testing", "M", "Run", "runs no examples here", func(*testing.M) int { return c.run() }}}
}
