package render

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"playground/internal/suggest"
)

// Knob is a number of a program that its readers can turn.
type Knob struct {
	Name              string
	Least, Most, Step string // as they were written; Step may be ""
}

const number = `-?\d+(?:\.\d+)?`

// knobText is one knob of an attribute, and behind "// knob:" in a program.
var knobText = regexp.MustCompile(`^[ \t]*(` + number + `)\.\.(` + number + `)(?:[ \t]+step[ \t]+(\d+(?:\.\d+)?))?`)

// assignment is a line of a program that gives a number to a name; the page's
// scripts have the same (widget/knobs.js).
var assignment = regexp.MustCompile(`(?m)^[ \t]*(?:(?:var|let|const)[ \t]+)?([\pL_][\pL\pN_]*)[ \t]*(?::?[ \t]*[\w.]+[ \t]*)?:?=[ \t]*(` + number + `)[ \t]*(?:[;/].*)?$`)

// knobs reads an attribute such as "workers: 1..16, rate: 0.5..10 step 0.5".
func (p *blockParser) knobs(v string) (all []Knob) {
	for text := range strings.SplitSeq(v, ",") {
		name, span, _ := strings.Cut(text, ":")
		k := Knob{Name: strings.TrimSpace(name)}
		m := knobText.FindStringSubmatch(span)
		if m == nil || strings.TrimSpace(span[len(m[0]):]) != "" {
			p.fail("knob=%q: write a number's name and its bounds, such as \"workers: 1..16\" or \"rate: 0.5..10 step 0.5\"", strings.TrimSpace(text))
			continue
		}
		k.Least, k.Most, k.Step = m[1], m[2], m[3]
		all = append(all, k)
	}
	return all
}

// checkKnobs says which knobs turn no number of the program, or not as they say.
func (d *document) checkKnobs(b *Block, fail func(format string, args ...any)) {
	values := map[string]string{}
	var names []string
	for _, m := range assignment.FindAllStringSubmatch(b.Source, -1) {
		if _, found := values[m[1]]; !found {
			values[m[1]] = m[2]
			names = append(names, m[1])
		}
	}
	for _, k := range b.Knobs {
		value, found := values[k.Name]
		if !found {
			fail("knob %q: the program has no line that gives a number to that name, such as \"%s := 3\"%s", k.Name, k.Name, nearName(k.Name, names))
			continue
		}
		k.check(value, fail)
	}
	for i, l := range strings.Split(b.Source, "\n") {
		before, after, marked := strings.Cut(l, "// knob:")
		if !marked {
			continue
		}
		m, of := knobText.FindStringSubmatch(after), assignment.FindStringSubmatch(before)
		if m == nil || of == nil {
			d.failAtLine(b, i+1, "a line such as \"workers := 4 // knob: 1..16\" is a knob, and this one is none")
			continue
		}
		Knob{of[1], m[1], m[2], m[3]}.check(of[2], func(format string, args ...any) { d.failAtLine(b, i+1, format, args...) })
	}
}

func nearName(name string, names []string) string {
	if near := suggest.Nearest(name, names); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// check says whether a knob's bounds are some, and the program's number is between
// them.
func (k Knob) check(value string, fail func(format string, args ...any)) {
	least, most, at := float(k.Least), float(k.Most), float(value)
	switch {
	case least >= most:
		fail("knob %q: %s is not less than %s", k.Name, k.Least, k.Most)
	case k.Step != "" && (float(k.Step) <= 0 || float(k.Step) > most-least):
		fail("knob %q: a step of %s leads nowhere between %s and %s", k.Name, k.Step, k.Least, k.Most)
	case at < least || at > most:
		fail("knob %q: the program has %s, which is not between %s and %s", k.Name, value, k.Least, k.Most)
	}
}

// float reads what an expression above has matched.
func float(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0 // of so many digits that it is none
	}
	return f
}

// knobsHTML is the attribute by which the page's scripts know a block's knobs.
func (b *Block) knobsHTML() string {
	var all []string
	for _, k := range b.Knobs {
		text := fmt.Sprintf("%s %s..%s", k.Name, k.Least, k.Most)
		if k.Step != "" {
			text += " step " + k.Step
		}
		all = append(all, text)
	}
	if all == nil {
		return ""
	}
	return fmt.Sprintf(" data-knobs=\"%s\"", html.EscapeString(strings.Join(all, ",")))
}
