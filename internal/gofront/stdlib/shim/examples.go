package shim

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"testing"

	"playground/internal/gofront/memfs"
)

// Package testing captures what an example prints with a pipe of the kernel's in
// the place of os.Stdout, and a worker cannot make one. So here a file in memory
// takes its place. Where compiled code does not find such files, on other systems
// than Linux, package fmt's functions are turned aside besides.

// Capture turns what the program prints aside, from its Begin to its End.
type Capture struct {
	run   func() int
	files *files

	mu     sync.Mutex
	file   *memfs.File // nil: to standard output
	handle *os.File    // that stands for file
	stdout *os.File
}

// Capture makes the program's print functions such that their output can be
// captured, and run what testing.M's Run does. It must be called before any
// symbol is asked for.
func (s *Set) Capture(run func() int) *Capture {
	s.capture = &Capture{run: run, files: s.files}
	return s.capture
}

// Begin begins it.
func (c *Capture) Begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.file = c.files.fs.Unnamed("/dev/stdout")
	c.handle, c.stdout = c.files.open.Handle(c.file), os.Stdout
	// Whoever holds the old os.Stdout still prints to it, as with the library's pipe.
	os.Stdout = c.handle
}

// End ends it and returns what was printed.
func (c *Capture) End() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	os.Stdout = c.stdout
	// From the start and not the position: the program may have moved that.
	text, _ := io.ReadAll(io.NewSectionReader(c.file, 0, math.MaxInt64))
	_ = c.files.open.Close(c.handle)
	c.file = nil
	return string(text)
}

// Write implements io.Writer.
func (c *Capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	// The program may have set os.Stdout itself, and then means that.
	if c.file != nil && os.Stdout == c.handle {
		return c.file.Write(p)
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
	return rows("fmt", "", "is captured by a pipe of the kernel's in examples, and a worker cannot make one", map[string]any{
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
