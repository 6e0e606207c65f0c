package expect

import (
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name    string
		want    Output
		printed string
		ends    End
		diff    string // of the first difference's words; "" if there is none
		line    int
	}{
		{"the same", Output{Mode: Exact, Text: "a\nb\n"}, "a\nb\n", OK, "", 0},
		{"spaces at the end", Output{Mode: Exact, Text: "a  \nb\n\n"}, "\na\nb\t\n", OK, "", 0},
		{"windows", Output{Mode: Exact, Text: "a\r\nb\r\n"}, "a\nb\n", OK, "", 0},
		{"another line", Output{Mode: Exact, Text: "a\nb\n"}, "a\nc\n", OK, "another line", 2},
		{"less", Output{Mode: Exact, Text: "a\nb\n"}, "a\n", OK, "no more", 2},
		{"more", Output{Mode: Exact, Text: "a\n"}, "a\nb\n", OK, "more than", 0},
		{"spaces within count", Output{Mode: Exact, Text: "a b"}, "a  b", OK, "another line", 1},
		{"nothing", Output{Mode: Exact}, "", OK, "", 0},
		{"any order", Output{Mode: Unordered, Text: "a\nb\na"}, "b\na\na", OK, "", 0},
		{"one is missing", Output{Mode: Unordered, Text: "a\nb\na"}, "b\na", OK, "did not print", 3},
		{"one too many", Output{Mode: Unordered, Text: "a"}, "a\na", OK, "not documented", 0},
		{"contained", Output{Mode: Contains, Text: "b\nd"}, "a\nb\nc\nd\ne", OK, "", 0},
		{"contained in another order", Output{Mode: Contains, Text: "d\nb"}, "a\nb\nc\nd\ne", OK, "did not print", 2},
		{"an expression", Output{Mode: Regexp, Text: "took {duration}\nat {time}: {int} of [a-z]+"}, "took 1m2.5s\nat 12:00:01.5: -3 of x", OK, "", 0},
		{"a part of a line is not enough", Output{Mode: Regexp, Text: "a"}, "ab", OK, "another line", 1},
		{"alternatives bind the whole line", Output{Mode: Regexp, Text: "a|b"}, "bc", OK, "another line", 1},
		{"no duration", Output{Mode: Regexp, Text: "{duration}"}, "5", OK, "another line", 1},
		{"any", Output{Mode: Any, Text: "x"}, "y", OK, "", 0},
		{"another end", Output{Mode: Any}, "y", "panic", "ended with panic, not with ok", 0},
		{"the documented end", Output{Mode: Any, Ends: "exit:3"}, "y", "exit:3", "", 0},
	} {
		got := tt.want.Compare(Ran{Printed: tt.printed, Ends: tt.ends})
		switch {
		case tt.diff == "" && got != nil:
			t.Errorf("%s: %+v", tt.name, got)
		case tt.diff != "" && (len(got) == 0 || !strings.Contains(got[0].What, tt.diff) || got[0].Line != tt.line):
			t.Errorf("%s: %+v, want %q at line %d", tt.name, got, tt.diff, tt.line)
		}
	}
}

func TestParseEnd(t *testing.T) {
	for _, s := range []string{"ok", "exit:3", "exit:255", "compile-error", "deadlock", "race"} {
		if e, err := ParseEnd(s); err != nil || string(e) != s {
			t.Errorf("%s: %v, %v", s, e, err)
		}
	}
	for s, want := range map[string]string{
		"panics": `did you mean "panic"?`, "exit:": "from 1 to 255", "exit:0": "from 1 to 255", "exit:256": "from 1 to 255", "exit:03": "from 1 to 255", "": "no end",
	} {
		if _, err := ParseEnd(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
}

func TestCheckNamesTheLine(t *testing.T) {
	if line, err := (Output{Mode: Regexp, Text: "fine\n(open\n"}).Check(); err == nil || line != 2 {
		t.Errorf("line %d, %v", line, err)
	}
	if _, err := (Output{Mode: Exact, Text: "(open\n"}).Check(); err != nil {
		t.Error(err)
	}
}

// The page compares as this package does: with the same placeholders.
func TestPageHasThePlaceholders(t *testing.T) {
	const script = "../../web/static/widget/comparison.js"
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^  (\w+): '(.*)',$`).FindAllStringSubmatch(string(text), -1) {
		got["{"+m[1]+"}"] = strings.ReplaceAll(m[2], `\\`, `\`)
	}
	if want := placeholders(); !maps.Equal(got, want) {
		t.Errorf("%s has %v, want %v", script, got, want)
	}
}
