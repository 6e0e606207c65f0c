// Package expect has what an author says that a program does, and holds a run
// against it. Nothing here runs anything.
package expect

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"playground/internal/suggest"
)

// Mode is how printed text is compared with documented text.
type Mode string

// The modes. In all of them spaces at the end of a line, and empty lines at both
// ends of the text, do not count.
const (
	Exact     Mode = "exact"     // the same lines
	Unordered Mode = "unordered" // the same lines, in any order
	Contains  Mode = "contains"  // these lines in this order, perhaps with others between them
	Regexp    Mode = "regexp"    // each line is an expression for one that is printed
	Any       Mode = "any"       // whatever it is
)

// Modes are all modes, the default first.
func Modes() []Mode { return []Mode{Exact, Unordered, Contains, Regexp, Any} }

// placeholders stand for what differs from run to run, in lines of Regexp.
func placeholders() map[string]string {
	return map[string]string{
		"{any}":      `.*`,
		"{date}":     `\d{4}-\d{2}-\d{2}`,
		"{duration}": `-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+`,
		"{hex}":      `(?:0x)?[0-9a-fA-F]+`,
		"{int}":      `[+-]?\d+`,
		"{number}":   `[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`,
		"{time}":     `\d{2}:\d{2}:\d{2}(?:\.\d+)?`,
		"{word}":     `\S+`,
	}
}

// End is how a program ends: one of Ends, or "exit:" and a status.
type End string

// OK is the end of a program whose main returned, Leak of one whose main left
// goroutines behind, where that is documented, and Race of one in which data races
// were found. They are looked for where that end is documented.
const (
	OK   End = "ok"
	Leak End = "leak"
	Race End = "race"
)

// Ends are the ends that can be documented, as they are written.
func Ends() []string {
	return []string{"ok", "panic", "exit:3", "deadlock", "race", "leak", "cpu", "wall", "memory", "output", "threads", "compile-error"}
}

// ParseEnd reads an end as an author wrote it.
func ParseEnd(s string) (End, error) {
	if status, ok := strings.CutPrefix(s, "exit:"); ok {
		n, err := strconv.Atoi(status)
		if err != nil || n < 1 || n > 255 || status != strconv.Itoa(n) {
			return "", fmt.Errorf("%q is no end: write exit: and a status from 1 to 255", s)
		}
		return End(s), nil
	}
	if slices.Contains(Ends(), s) && s != "exit:3" {
		return End(s), nil
	}
	return "", fmt.Errorf("%q is no end%s", s, suggest.Hint(s, Ends()))
}

// Output is what an author documents of a run.
type Output struct {
	Mode Mode
	Text string
	Ends End
}

// Check reports an expression that is none; line counts from 1 in the text.
func (o Output) Check() (line int, err error) {
	if o.Mode != Regexp {
		return 0, nil
	}
	for i, l := range strings.Split(o.Text, "\n") {
		if _, err := expression(l); err != nil {
			return i + 1, err
		}
	}
	return 0, nil
}

// Ran is what a run did.
type Ran struct {
	Printed string // both streams, in the order in which they were written
	Ends    End
}

// Difference is one way in which a run is not what was documented.
type Difference struct {
	// Line is the line of the documented text that it is about, from 1; 0 when it
	// is about none.
	Line int
	// Want is what was documented, and Got what was there instead; either may be
	// empty.
	Want, Got string
	// What says it in words.
	What string
}

// Compare holds a run against what is documented. A nil result means that they
// are the same.
func (o Output) Compare(r Ran) []Difference {
	var all []Difference
	if ends := o.ends(); r.Ends != ends {
		all = append(all, Difference{Want: string(ends), Got: string(r.Ends), What: fmt.Sprintf("it ended with %s, not with %s", r.Ends, ends)})
	}
	want, got := Lines(o.Text), Lines(r.Printed)
	switch o.Mode {
	case Any:
		return all
	case Unordered:
		return append(all, unordered(want, got)...)
	case Contains:
		return append(all, contains(want, got)...)
	case Regexp:
		return append(all, byLine(want, got, matches)...)
	}
	return append(all, byLine(want, got, func(want, got string) bool { return want == got })...)
}

func (o Output) ends() End {
	if o.Ends == "" {
		return OK
	}
	return o.Ends
}

// Lines are the lines of a text, as they are compared.
func Lines(text string) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// byLine finds the first line that differs: those behind it mostly differ because
// of it.
func byLine(want, got []string, same func(want, got string) bool) []Difference {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return []Difference{{Line: i + 1, Want: want[i], What: "it printed no more, where the documented output goes on"}}
		case i >= len(want):
			return []Difference{{Got: got[i], What: "it printed more than the documented output has"}}
		case !same(want[i], got[i]):
			return []Difference{{Line: i + 1, Want: want[i], Got: got[i], What: "it printed another line"}}
		}
	}
	return nil
}

func matches(want, got string) bool {
	e, err := expression(want)
	return err == nil && e.MatchString(got)
}

// expression compiles a line of Regexp. A placeholder is no quantifier, so it
// means nothing else in an expression.
func expression(line string) (*regexp.Regexp, error) {
	for name, pattern := range placeholders() {
		line = strings.ReplaceAll(line, name, "(?:"+pattern+")")
	}
	return regexp.Compile("^(?:" + line + ")$")
}

func unordered(want, got []string) (all []Difference) {
	left := map[string]int{}
	for _, l := range got {
		left[l]++
	}
	for i, l := range want {
		if left[l]--; left[l] < 0 {
			all = append(all, Difference{Line: i + 1, Want: l, What: "it did not print a line that is documented"})
		}
	}
	for _, l := range got {
		if left[l] > 0 {
			left[l]--
			all = append(all, Difference{Got: l, What: "it printed a line that is not documented"})
		}
	}
	return all
}

func contains(want, got []string) []Difference {
	at := 0
	for i, l := range want {
		next := slices.Index(got[at:], l)
		if next < 0 {
			return []Difference{{Line: i + 1, Want: l, What: "it did not print a line that is documented"}}
		}
		at += next + 1
	}
	return nil
}
