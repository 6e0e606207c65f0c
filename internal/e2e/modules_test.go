package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// module evaluates an expression in which m is one of the page's modules.
func module[T any](p *tab, name, expression string) T {
	p.Helper()
	const find = "document.querySelector('script[type=module]').src.replace(/[^/]*$/, %s)"
	code := fmt.Sprintf("import("+find+").then((m) => (%s))", quote(name), expression)
	return get(p, chromedp.Evaluate[T](code, chromedp.EvalAwaitPromise))
}

// Highlighting takes a program apart and never changes it, whatever it is.
func TestHighlightKeepsText(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	for _, source := range []string{
		"", "\n", "\n\n", "x", "\t\n \n",
		"package main\n\nfunc main() {}\n",
		"`raw\nover\nlines` \"a\\\"b\" 'x' '\\''",
		"/* open\ncomment", "`open\nraw", "\"open\nstring", "'open\nrune", "a \"\\", "'", "\"",
		"0x1F 0b10 1_000 1e9 .5 5. 0x1p-2 3i a1 1a",
		"größe := \"日本語\" // ☃\u2028 \u202e",
		"a\r\nb\x00c\x7f",
		strings.Repeat("/* *", 5000), strings.Repeat("\"\\", 5000), strings.Repeat("'", 5000), strings.Repeat("1", 20000),
	} {
		got := module[string](p, "widget/highlight.js",
			fmt.Sprintf("m.highlight(%s).map((l) => l.map((t) => t.text).join('')).join('\\n')", quote(source)))
		if got != source {
			t.Errorf("%.60q became %.60q", source, got)
		}
	}
}

func TestHighlightClasses(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	const source = "func main() {\n\tvar n int = len(\"x\") + 0x1F // why\n\tfmt.Println(nil, f)\n}"
	got := module[[]string](p, "widget/highlight.js",
		fmt.Sprintf("m.highlight(%s).flat().filter((t) => t.cls).map((t) => t.cls + ' ' + t.text)", quote(source)))
	want := []string{"k func", "f main", "k var", "t int", "b len", `s "x"`, "m 0x1F", "c // why", "f Println", "m nil"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens (-want +got):\n%s", diff)
	}
}

// The compiler counts bytes, the browser UTF-16 units, and an archive's files
// begin after their headers.
func TestOffsets(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	const archive = "-- a.go --\npackage a\n-- b.go --\npackage b\nvar x = 1\n"
	for _, test := range []struct {
		source, position string
		want             string // what follows the offset
	}{
		{"ab\ncd", "{line: 1, column: 1}", "ab\ncd"},
		{"ab\ncd", "{line: 2, column: 2}", "d"},
		{"ab\ncd", "{file: 'prog.go', line: 2}", "cd"},
		{"ab\ncd", "{line: 99, column: 99}", ""},
		{"ab\ncd", "{line: 0, column: 0}", "ab\ncd"},
		{"ü😀x", "{line: 1, column: 7}", "x"},
		{archive, "{file: 'b.go', line: 2, column: 5}", "x = 1\n"},
		{archive, "{file: 'a.go', line: 1, column: 9}", "a\n-- b.go --\npackage b\nvar x = 1\n"},
		{"", "{line: 1, column: 1}", ""},
	} {
		got := module[string](p, "widget/source.js", fmt.Sprintf("%[1]s.slice(m.offsetOf(%[1]s, %[2]s))", quote(test.source), test.position))
		if got != test.want {
			t.Errorf("%s in %q is before %q, want %q", test.position, test.source, got, test.want)
		}
	}
}

// A place that a run named is found again after an edit elsewhere.
func TestMovedPlaces(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	const before = "a\nb\nc\nd\ne"
	for _, test := range []struct {
		after      string
		line, want int
	}{
		{before, 3, 3},
		{"new\na\nb\nc\nd\ne", 3, 4},
		{"a\nb\nx\ny\nc\nd\ne", 2, 2},
		{"a\nb\nx\ny\nc\nd\ne", 4, 6},
		{"a\ne", 5, 2},
		{"a\nb\nC\nd\ne", 3, 3},
		{"a\na\nb\nc\nd\ne", 2, 3},
	} {
		got := module[int](p, "widget/source.js", fmt.Sprintf("m.moved({line: %d, column: 1}, %s, %s).line", test.line, quote(before), quote(test.after)))
		if got != test.want {
			t.Errorf("line %d of %q is line %d of %q, want %d", test.line, before, got, test.after, test.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	for expression, want := range map[string]string{
		"m.duration(400)":          "under 1 ms",
		"m.duration(34_400)":       "34 ms",
		"m.duration(99_600)":       "0.1 s",
		"m.duration(1_240_000)":    "1.2 s",
		"m.size(1)":                "1 byte",
		"m.size(1023)":             "1023 bytes",
		"m.size(1536)":             "1.5 KiB",
		"m.size(262144)":           "256 KiB",
		"m.size(134217728)":        "128 MiB",
		"m.part(5452595, 1 << 27)": "5.2/128 MiB",
		"m.part(470, 1 << 18)":     "0.5/256 KiB",
		"m.part(1536, 0)":          "1.5 KiB",
		"m.stamp(1_204_000)":       "1.20 s",
		"m.count(129072)":          "129,072",
		"m.row('a b', 'c')":        "a\u00a0b\u00a0· c",
	} {
		if got := module[string](p, "format.js", expression); got != want {
			t.Errorf("%s is %q, want %q", expression, got, want)
		}
	}
}

// A key pressed in the largest program that can be run is drawn within a few
// frames.
func TestTypingInLargeProgram(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\n\nfunc main() {\n" + strings.Repeat("\tprintln(\"a line of usual length\", 1, 2, 3) // here\n", 1150) + "}\n")
	w.cursor("main() {\n")
	took := eval[float64](w.tab, `(() => {
		const times = [];
		for (let i = 0; i < 9; i++) {
			const begin = performance.now();
			document.execCommand('insertText', false, 'x');
			document.body.getBoundingClientRect();
			times.push(performance.now() - begin);
		}
		return times.sort((a, b) => a - b)[4];
	})()`)
	t.Logf("%.0f ms a key (median) in a program of 60 KiB", took)
	if took > 500 {
		t.Errorf("%.0f ms a key", took)
	}
}
