package race

import (
	"fmt"
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
	var b strings.Builder
	b.WriteString(line + "WARNING: DATA RACE\n")
	d.side(&b, c.now, "")
	b.WriteString("\n")
	d.side(&b, c.before, "Previous ")
	for i, t := range []*thread{c.now.by, c.before.by} {
		if t.number != mainGoroutine && (i == 0 || t != c.now.by) {
			b.WriteString("\n")
			d.goroutine(&b, t)
		}
	}
	b.WriteString(line)
	_, _ = d.out.Write([]byte(b.String()))
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
	what := "read"
	if a.write {
		what = "write"
	}
	if a.atomic {
		what = "atomic " + what
	}
	if prefix == "" {
		what = strings.ToUpper(what[:1]) + what[1:]
	}
	fmt.Fprintf(b, "%s%s at … by %s:\n", prefix, what, goroutineName(a.by))
	d.calls(b, &a.stack)
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

// Finish writes how many races there are, if there are any, and returns that.
func (d *Detector) Finish() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found > 0 {
		fmt.Fprintf(d.out, "Found %d data race(s)\n", d.found)
	}
	return d.found
}
