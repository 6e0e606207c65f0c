package render

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"playground/internal/suggest"
)

// maxID bounds an anchor in bytes.
const maxID = 80

// slug derives an anchor from a title: lower case, letters and digits of any
// script, hyphens between words. It is empty when the title has neither.
func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == '\'' || r == '’' || unicode.IsMark(r):
			// "don't" is one word
		default:
			gap = true
		}
		if b.Len() > maxID-8 {
			break
		}
	}
	s := b.String()
	if s != "" && !unicode.IsLetter([]rune(s)[0]) {
		return "part-" + s
	}
	return s
}

// checkID reports why an anchor that an author wrote cannot be used.
func checkID(id string) error {
	if id == "" {
		return errors.New("is empty: write id=some-anchor, or leave it out")
	}
	if len(id) > maxID {
		return fmt.Errorf("%q is too long: at most %d bytes", id[:20]+"…", maxID)
	}
	for i, r := range id {
		letter := unicode.IsLetter(r)
		if letter || i > 0 && (unicode.IsDigit(r) || r == '-' || r == '_' || r == '.') {
			continue
		}
		msg := fmt.Sprintf("%q must be a letter, then letters, digits, hyphens, dots or underscores", id)
		if s := slug(id); s != "" {
			msg += fmt.Sprintf(" (did you mean %q?)", s)
		}
		return errors.New(msg)
	}
	return nil
}

// checkAnchor reports why the anchor that an author gave to a heading cannot be
// used. It may be anything that an address can have: other systems' are.
func checkAnchor(id string) error {
	switch {
	case len(id) > maxID:
		return fmt.Errorf("%q is too long: at most %d bytes", id[:20]+"…", maxID)
	case strings.HasPrefix(id, "_"):
		return fmt.Errorf("%q begins with an underscore, as the page's own do: leave it out", id)
	}
	return nil
}

// owner is what an anchor belongs to.
type owner struct {
	what string // "heading" or "runner block"
	line int
}

// anchors are the ids of one page.
type anchors map[string]owner

// claim gives id to o, or reports who has it.
func (a anchors) claim(id string, o owner) error {
	if first, taken := a[id]; taken {
		return fmt.Errorf("duplicate id %q: the %s on line %d has it", id, first.what, first.line)
	}
	a[id] = o
	return nil
}

// claimNext gives o the derived id base or, where that is taken, base with the
// next free number: a text may repeat, as "Takeaway" does.
func (a anchors) claimNext(base string, o owner) string {
	id := base
	for n := 2; a.claim(id, o) != nil; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}

// hint returns what anchor a link to id likely meant.
func (a anchors) hint(id string) string {
	if s := suggest.Nearest(id, slices.Sorted(maps.Keys(a))); s != "" {
		return fmt.Sprintf(" (did you mean %q?)", s)
	}
	return ""
}
