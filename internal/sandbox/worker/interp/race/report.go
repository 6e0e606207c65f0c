package race

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"playground/internal/sandbox/wire"
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
	if d.found <= wire.MaxRaces {
		d.tell(d.race(c))
	}
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

// race is a conflict as it is told to who shows it.
func (d *Detector) race(c conflict) wire.Race {
	return wire.Race{Accesses: []wire.RaceAccess{d.sideOf(c.now), d.sideOf(c.before)}}
}

// sideOf is one of its sides.
func (d *Detector) sideOf(a *accessed) wire.RaceAccess {
	side := wire.RaceAccess{Doing: d.doing(&a.stack)}
	side.G, side.What = a.by.number, a.what()
	if a.by.creator != nil {
		at := d.doing(a.by.creator)
		side.Started = &at
	}
	return side
}

// doing is the innermost call of a stack that is in the program itself, without a line if
// there is none.
func (d *Detector) doing(s *stack) wire.Doing {
	for at := range s.calls.Calls(s.at) {
		pos := d.program.Position(at.Offset)
		if !filepath.IsAbs(pos.Filename) && !strings.HasPrefix(pos.Filename, "$GOROOT") {
			return wire.Doing{Name: short(at.Func.Reader), File: short(pos.Filename), Line: pos.Line}
		}
	}
	return wire.Doing{}
}

// maxName bounds a name, in bytes: its end tells more than its beginning.
const maxName = 150

func short(s string) string { return strings.ToValidUTF8(s[max(0, len(s)-maxName):], "") }

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
