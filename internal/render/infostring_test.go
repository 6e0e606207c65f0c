package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseInfo(t *testing.T) {
	word := func(name string) infoItem { return infoItem{name: name} }
	attr := func(name, value string) infoItem { return infoItem{name: name, value: value, hasValue: true} }
	for _, test := range []struct {
		info     string
		language string
		items    []infoItem
		problems []string
	}{
		{info: ""},
		{info: "go", language: "go"},
		{info: "go runner", language: "go", items: []infoItem{word("runner")}},
		{info: "go\trunner  readonly", language: "go", items: []infoItem{word("runner"), word("readonly")}},
		{info: `go runner title="A: b"`, language: "go", items: []infoItem{word("runner"), attr("title", "A: b")}},
		{info: `go title='it "is"' wall=8s`, language: "go", items: []infoItem{attr("title", `it "is"`), attr("wall", "8s")}},
		{info: `go title="say \"hi\" \\ \n"`, language: "go", items: []infoItem{attr("title", `say "hi" \ \n`)}},
		{info: `go title="runner"`, language: "go", items: []infoItem{attr("title", "runner")}},
		{info: `go title=""`, language: "go", items: []infoItem{attr("title", "")}},
		{
			info: `go title="open runner`, language: "go", items: []infoItem{attr("title", "open runner")},
			problems: []string{`attribute "title": the quote " is never closed`},
		},
		{
			info: `go title="a"b wall=1s`, language: "go", items: []infoItem{attr("title", "a"), attr("wall", "1s")},
			problems: []string{`attribute "title": "b" follows its closing quote without a space`},
		},
		{
			info: `go title= x`, language: "go", items: []infoItem{attr("title", ""), word("x")},
			problems: []string{`attribute "title" has no value after its = (write title="…" without spaces around the =)`},
		},
		{
			info: `go ="x"`, language: "go", items: []infoItem{attr("", "x")},
			problems: []string{`a value "x" without a name before its =`},
		},
		{
			info: `go id=a"b`, language: "go", items: []infoItem{attr("id", `a"b`)},
			problems: []string{`attribute "id": quote the value a"b that contains a quote or an =`},
		},
	} {
		s, problems := parseInfo(test.info)
		want := infoString{language: test.language, items: test.items}
		places := cmpopts.IgnoreFields(infoItem{}, "at")
		if diff := cmp.Diff(want, s, cmp.AllowUnexported(infoString{}, infoItem{}), places); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.info, diff)
		}
		var said []string
		for _, p := range problems {
			said = append(said, p.what)
		}
		if diff := cmp.Diff(test.problems, said); diff != "" {
			t.Errorf("%q problems (-want +got):\n%s", test.info, diff)
		}
	}
}

// The word counts only where it stands on its own.
func TestRunnerIsAWord(t *testing.T) {
	for info, want := range map[string]bool{
		"go runner":           true,
		"go readonly runner":  true,
		"runner":              true,
		"go":                  false,
		`go title="a runner"`: false,
		"go runner=yes":       false,
		"go runners":          false,
	} {
		s, _ := parseInfo(info)
		if got := s.has(runnerWord); got != want {
			t.Errorf("%q has the word: %v, want %v", info, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Semaphore: bounded concurrency": "semaphore-bounded-concurrency",
		"  What runs  when? ":            "what-runs-when",
		"Don't block":                    "dont-block",
		"io.Pipe & gzip":                 "io-pipe-gzip",
		"1. The scheduler":               "part-1-the-scheduler",
		"Größe und Ärger":                "größe-und-ärger",
		"—":                              "",
	} {
		if got := slug(title); got != want {
			t.Errorf("slug(%q) = %q, want %q", title, got, want)
		}
		if want != "" && checkID(slug(title)) != nil {
			t.Errorf("slug(%q) is no valid id: %v", title, checkID(slug(title)))
		}
	}
}
