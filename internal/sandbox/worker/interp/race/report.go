package race

import (
	"fmt"
	"io"
	"strings"

	"playground/internal/sandbox/worker/interp/engine/hook"
)

const line = "==================\n"

// report writes what a race is, in the form and words of compiled Go's detector, without
// addresses. A pair of places is told once.
func (d *Detector) report(c conflict) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.knowsOf(c) { // somebody else has told it meanwhile
		return
	}
	d.told[[2]*hook.Access{c.before.stack.at, c.now.stack.at}] = true
	d.found++
	if d.out == nil {
		d.reports = append(d.reports, c)
		return
	}
	var b strings.Builder
	d.write(&b, c)
	_, _ = io.WriteString(d.out, b.String())
}

// write writes a report. The lock is held.
func (d *Detector) write(b *strings.Builder, c conflict) {
	b.WriteString(line + "WARNING: DATA RACE\n")
	d.side(b, c.now, "")
	b.WriteString("\n")
	d.side(b, c.before, "Previous ")
	for i, t := range []*thread{c.now.by, c.before.by} {
		if t.number != mainGoroutine && (i == 0 || t != c.now.by) {
			b.WriteString("\n")
			d.goroutine(b, t)
		}
	}
	b.WriteString(line)
}

// isTold says whether the two places have been told.
func (d *Detector) isTold(c conflict) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.knowsOf(c)
}

// knowsOf is isTold where the lock is held.
func (d *Detector) knowsOf(c conflict) bool {
	a, b := c.before.stack.at, c.now.stack.at
	return d.told[[2]*hook.Access{a, b}] || d.told[[2]*hook.Access{b, a}]
}

// side is one of the two accesses, with the calls that it was made in.
func (d *Detector) side(b *strings.Builder, a *accessed, prefix string) {
	what := a.what()
	if prefix == "" {
		what = strings.ToUpper(what[:1]) + what[1:]
	}
	fmt.Fprintf(b, "%s%s at … by %s:\n", prefix, what, goroutineName(a.by))
	d.calls(b, &a.stack)
}

// what is an access in a word or two.
func (a *accessed) what() string {
	what := "read"
	if a.write {
		what = "write"
	}
	if a.atomic {
		what = "atomic " + what
	}
	return what
}

// place is an access and where it is, without who made it.
func (d *Detector) place(a *accessed) string {
	for at := range a.stack.calls.Calls(a.stack.at) {
		pos := d.program.Position(at.Offset)
		return fmt.Sprintf("%s at %s:%d", a.what(), pos.Filename, pos.Line)
	}
	return a.what()
}

func goroutineName(t *thread) string {
	if t.number == mainGoroutine {
		return "main goroutine"
	}
	return fmt.Sprintf("goroutine %d", t.number)
}

func (d *Detector) goroutine(b *strings.Builder, t *thread) {
	state := "running"
	if t.ended {
		state = "finished"
	}
	fmt.Fprintf(b, "Goroutine %d (%s) created at:\n", t.number, state)
	if t.creator == nil {
		b.WriteString("  (the standard library)\n")
		return
	}
	d.calls(b, t.creator)
}

// maxCalls bounds the calls that are listed of one stack.
const maxCalls = 32

func (d *Detector) calls(b *strings.Builder, s *stack) {
	n := 0
	for at := range s.calls.Calls(s.at) {
		pos := d.program.Position(at.Offset)
		fmt.Fprintf(b, "  %s()\n      %s:%d\n", at.Func.Reader, pos.Filename, pos.Line)
		if n++; n == maxCalls {
			b.WriteString("  ...\n")
			return
		}
	}
}

// Finish writes how many races there are, if there are any, and returns that. The program
// has come to its end; what it has left behind may run for a moment.
func (d *Detector) Finish() int {
	d.linger()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count(d.out)
	return d.found
}

// count writes how many races there are. The lock is held.
func (d *Detector) count(w io.Writer) {
	if d.found > 0 {
		fmt.Fprintf(w, "Found %d data race(s)\n", d.found)
	}
}
