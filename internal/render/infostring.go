package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"playground/internal/suggest"
)

// infoString is the parsed text after a fence's backticks.
type infoString struct {
	language string
	items    []infoItem
}

// infoItem is a bare word, or an attribute with its value.
type infoItem struct {
	name     string
	value    string
	hasValue bool
	at       int // its offset in the info string
}

// infoProblem is a piece of an info string that is malformed.
type infoProblem struct {
	at   int // its offset
	what string
}

// has reports whether word stands in the info string on its own, as its
// language or later.
func (s infoString) has(word string) bool {
	for _, it := range s.items {
		if it.name == word && !it.hasValue {
			return true
		}
	}
	return s.language == word
}

// value is the attribute of that name, or nil.
func (s infoString) value(name string) *infoItem {
	for i, it := range s.items {
		if it.name == name && it.hasValue {
			return &s.items[i]
		}
	}
	return nil
}

// unescape resolves the escapes and entities of s, as Markdown has them in info
// strings. A title is inline Markdown, which has its own.
func (s *infoString) unescape() {
	s.language = unescape(s.language)
	for i, it := range s.items {
		if it.name != "title" {
			s.items[i].value = unescape(it.value)
		}
	}
}

// firstLanguage is the language without what other systems hang on it: a file's
// name, or attributes in braces.
func (s infoString) firstLanguage() string {
	lang := s.language
	if i := strings.IndexFunc(lang, func(r rune) bool { return strings.ContainsRune(":,;{=[(", r) || unicode.IsSpace(r) }); i >= 0 {
		lang = lang[:i]
	}
	return canonicalLanguage(lang)
}

// almostRunner says what is wrong with an info string that was likely meant to
// be a runner block's, "" if there is nothing of the kind. No block may vanish
// because of a letter.
func (s infoString) almostRunner() string {
	if lang := canonicalLanguage(s.language); lang != s.firstLanguage() && (s.has(runnerWord) || strings.Contains(lang, runnerWord)) {
		if odd := oddSpace(lang); odd != "" {
			return odd
		}
		return fmt.Sprintf("unknown language %q (did you mean %q?): write ```%s %s", s.language, s.firstLanguage(), s.firstLanguage(), runnerWord)
	}
	for _, it := range s.items {
		switch {
		case oddSpace(it.name) != "":
			return oddSpace(it.name)
		case it.name == runnerWord && it.hasValue:
			return fmt.Sprintf("%s takes no value: write %s alone, or leave it out", runnerWord, runnerWord)
		case !it.hasValue && it.name != runnerWord && suggest.Distance(strings.ToLower(it.name), runnerWord) <= 1:
			return fmt.Sprintf("unknown word %q (did you mean %q?)", it.name, runnerWord)
		}
	}
	return ""
}

// oddSpace finds the word runner behind a space that Markdown takes for a letter.
func oddSpace(word string) string {
	for _, r := range word {
		if unicode.IsSpace(r) && slices.Contains(strings.Fields(word), runnerWord) {
			return fmt.Sprintf("the space %U before %q is not an ordinary one: type it anew", r, runnerWord)
		}
	}
	return ""
}

// parseInfo parses an info string. It always returns what it understood,
// together with a message for each piece that is malformed.
func parseInfo(info string) (infoString, []infoProblem) {
	sc := infoScanner{rest: info, length: len(info)}
	s := infoString{language: sc.word()}
	for sc.more() {
		s.items = append(s.items, sc.item())
	}
	return s, sc.problems
}

// infoScanner takes an info string apart from the left.
type infoScanner struct {
	rest     string
	length   int // of all of it
	begun    int // the offset of the item that is read
	problems []infoProblem
}

const infoSpace = " \t"

// more skips spaces and reports whether anything is left.
func (sc *infoScanner) more() bool {
	sc.rest = strings.TrimLeft(sc.rest, infoSpace)
	return sc.rest != ""
}

// word takes everything up to the next space.
func (sc *infoScanner) word() string {
	sc.more()
	return sc.take(strings.IndexAny(sc.rest, infoSpace))
}

// take takes n bytes, all that is left if n is negative.
func (sc *infoScanner) take(n int) string {
	if n < 0 {
		n = len(sc.rest)
	}
	taken := sc.rest[:n]
	sc.rest = sc.rest[n:]
	return taken
}

func (sc *infoScanner) item() infoItem {
	sc.begun = sc.length - len(sc.rest)
	it := sc.read()
	it.at = sc.begun
	return it
}

func (sc *infoScanner) read() infoItem {
	if strings.HasPrefix(sc.rest, "{") {
		end := strings.IndexByte(sc.rest, '}') // without one, the rest: -1
		if end >= 0 {
			end++
		}
		return infoItem{name: sc.take(end)}
	}
	it := infoItem{name: sc.take(strings.IndexAny(sc.rest, infoSpace+"="))}
	if !strings.HasPrefix(sc.rest, "=") {
		return it
	}
	sc.take(1)
	it.hasValue = true
	it.value = sc.value(it.name)
	if it.name == "" {
		sc.problem("a value %q without a name before its =", it.value)
	}
	return it
}

func (sc *infoScanner) value(name string) string {
	if sc.rest != "" && (sc.rest[0] == '"' || sc.rest[0] == '\'') {
		return sc.quoted(name)
	}
	v := sc.word0()
	switch {
	case v == "":
		sc.problem("attribute %q has no value after its = (write %s=\"…\" without spaces around the =)", name, name)
	case strings.ContainsAny(v, "\"'="):
		sc.problem("attribute %q: quote the value %s that contains a quote or an =", name, v)
	}
	return v
}

// word0 is word without skipping spaces first.
func (sc *infoScanner) word0() string {
	return sc.take(strings.IndexAny(sc.rest, infoSpace))
}

// quoted takes a quoted value. A backslash escapes a quote or a backslash and
// stands for itself before anything else.
func (sc *infoScanner) quoted(name string) string {
	quote := sc.rest[0]
	var v strings.Builder
	for i := 1; i < len(sc.rest); i++ {
		c := sc.rest[i]
		switch {
		case c == quote:
			sc.take(i + 1)
			if sc.rest != "" && !strings.ContainsAny(sc.rest[:1], infoSpace) {
				sc.problem("attribute %q: %q follows its closing quote without a space", name, sc.word0())
			}
			return v.String()
		case c == '\\' && i+1 < len(sc.rest) && (sc.rest[i+1] == quote || sc.rest[i+1] == '\\'):
			i++
			v.WriteByte(sc.rest[i])
		default:
			v.WriteByte(c)
		}
	}
	sc.problem("attribute %q: the quote %c is never closed", name, quote)
	sc.take(-1)
	return v.String()
}

func (sc *infoScanner) problem(format string, args ...any) {
	sc.problems = append(sc.problems, infoProblem{sc.begun, fmt.Sprintf(format, args...)})
}
