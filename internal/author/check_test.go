package author

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"playground/internal/diag"
	"playground/internal/sandbox"
)

// packageClause begins a program, without a line of its own.
const packageClause = "package main; "

// fake runs programs whose text is what they do: each line of the body of main
// is an order.
type fake struct{ runs atomic.Int64 }

func (f *fake) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	n := f.runs.Add(1)
	res := sandbox.Result{Status: sandbox.StatusOK}
	for order := range strings.Lines(p.Source) {
		verb, text, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(order, packageClause)), " ")
		var e sandbox.Event
		switch verb {
		case "print":
			e = sandbox.Output{Stream: sandbox.Stdout, Data: []byte(text + "\n")}
		case "count":
			e = sandbox.Output{Stream: sandbox.Stdout, Data: fmt.Appendln(nil, n)}
		case "exit":
			res.Status, res.ExitCode = sandbox.StatusExit, 3
		case "panic":
			res.Status, res.ExitCode = sandbox.StatusPanic, 2
		case "wrong":
			res.Status = sandbox.StatusCompileError
			e = sandbox.Diagnosed{Diagnostic: diag.Diagnostic{Severity: diag.Error, Message: "undefined: x", Range: diag.Range{File: "prog.go", Line: 2, Column: 5}}}
		case "race":
			if p.Race {
				res.Status, res.ExitCode = sandbox.StatusExit, 66
				e = sandbox.Output{Stream: sandbox.Stderr, Data: []byte("==================\nWARNING: DATA RACE\n")}
			}
		case "leak":
			res.Leaks = []sandbox.Leak{{Count: 1, State: "chan send"}}
		case "starve":
			res.Status = sandbox.StatusStarved
		case "starve-once":
			if n == 1 {
				res.Status = sandbox.StatusStarved
			}
		}
		if e != nil {
			if err := sink(ctx, e); err != nil {
				return res, err
			}
		}
	}
	return res, nil
}

// post is an article with blocks, each a body and, behind a blank line, what
// follows its fence.
func post(blocks ...string) Post {
	var b strings.Builder
	b.WriteString("---\ntitle: T\n---\n\n")
	for i, body := range blocks {
		program, rest, _ := strings.Cut(body, "\n\n")
		fmt.Fprintf(&b, "```go runner id=b%d\n%s%s\n```\n\n%s\n", i+1, packageClause, program, rest)
	}
	return Post{Name: "post.md", Text: []byte(b.String())}
}

func check(t *testing.T, c Checker, posts ...Post) *Report {
	t.Helper()
	c.Runner = &fake{}
	r, err := c.Check(t.Context(), posts)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheckFindsWhatDiffers(t *testing.T) {
	r := check(t, Checker{Parallel: 3, Times: 2}, post(
		"print a\nprint b\n\n```output\na\nb\n```\n",
		"print a\nprint c\n\n```output\na\nb\n```\n",
		"panic\n",
		"exit\n\n```output ends=exit:3\n```\n",
		"wrong\n",
		"wrong\n\n```output ends=compile-error\nprog.go:2:5: undefined: x\n```\n",
		"count\n",
		"count\n\n```output regexp\n{int}\n```\n",
		"leak\n\n```output ends=leak\n```\n",
		"leak\n\n```output\n```\n",
		"print a\n\n```output ends=leak\na\n```\n",
		"race\n\n```output contains ends=race\nWARNING: DATA RACE\n```\n",
		"race\n\n```output\n```\n",
		"print a\n\n```output ends=race\na\n```\n",
	))
	var got bytes.Buffer
	if err := r.Write(&got, Text); err != nil {
		t.Fatal(err)
	}
	want := `post.md:22: b2: it printed another line
	documented: b
	printed:    c
post.md:25: b3: it ended with panic, not with ok
post.md:40:5: b5: undefined: x
post.md:52: warning: b7: 2 runs printed 2 different outputs
post.md:80: b11: it ended with ok, not with leak
post.md:103: b14: it ended with ok, not with race
14 programs in 1 article, 11 with a documented output: 5 errors
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if n := r.Errors(); n != 5 {
		t.Errorf("%d errors", n)
	}
}

// What is wrong with an article's own text is found with everything else.
func TestCheckReadsTheArticle(t *testing.T) {
	p := Post{Name: "post.md", Text: []byte("---\ntitle: T\n---\n\n![a](a.png) ![b](b.png)\n\n[x](#nowhere)\n"), Beside: fstest.MapFS{"a.png": {}}}
	bad := Post{Name: "bad.md", Text: []byte("---\ntitle: T\n---\n\n```go runner id=9\nx\n```\n")}
	other := Post{Name: "sub/other.md", Text: []byte("---\ntitle: O\n---\n\n[x](../third.md#1-part) [y](../third.md#lost)\n"), Beside: fstest.MapFS{}}
	third := Post{Name: "third.md", Text: []byte("---\ntitle: T\n---\n\n## 1. Part\n")}
	var got []string
	for _, f := range check(t, Checker{}, p, bad, other, third).All() {
		got = append(got, fmt.Sprintf("%s:%d: %s %s", f.File, f.Line, f.Severity, f.Kind))
	}
	want := []string{"bad.md:5: error article", "post.md:5: error file", "post.md:7: warning article", "sub/other.md:5: warning file"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// A program that could not be run is no finding about it.
func TestCheckTellsFailureFromFindings(t *testing.T) {
	c := Checker{Runner: &fake{}}
	if _, err := c.Check(t.Context(), []Post{post("starve")}); err == nil || !strings.Contains(err.Error(), "post.md:5: ") {
		t.Errorf("error is %v", err)
	}
}

// A machine that is busy for a moment is asked again.
func TestCheckIsPatient(t *testing.T) {
	if found := check(t, Checker{}, post("starve-once")).All(); len(found) > 0 {
		t.Errorf("findings: %v", found)
	}
}

func TestProgress(t *testing.T) {
	var last string
	check(t, Checker{Times: 3, Parallel: 2, Progress: func(done, all int) { last = fmt.Sprintf("%d/%d", done, all) }}, post("print a", "print b"))
	if last != "6/6" {
		t.Errorf("progress ended at %s", last)
	}
}

func TestFormats(t *testing.T) {
	r := check(t, Checker{}, post("print a\n\n```output\nb, %: c\n```\n", "print a\n"))
	for format, want := range map[Format]string{
		GitHub: "::error file=post.md,line=10::b1: it printed another line%0Adocumented: b, %25: c%0Aprinted: a\n",
		JUnit:  `<testsuite name="post.md" tests="2" failures="1">`,
		JSON:   `"want": "b, %: c"`,
		SARIF:  `"startLine": 10`,
	} {
		var b bytes.Buffer
		if err := r.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s lacks %q:\n%s", format, want, b.String())
		}
		var err error
		switch format {
		case JUnit:
			err = xml.Unmarshal(b.Bytes(), new(struct{ XMLName xml.Name }))
		case JSON, SARIF:
			err = json.Unmarshal(b.Bytes(), new(any))
		}
		if err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// Update changes the outputs that are wrong, and not a byte beside them.
func TestUpdate(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"an output", "```go runner id=a\npackage main; print x\n```\n\n```output\ny\n```\nend", "```go runner id=a\npackage main; print x\n```\n\n```output\nx\n```\nend"},
		{"an empty one", "```go runner id=a\npackage main; print x\nprint y\n```\n\n```output\n```\n", "```go runner id=a\npackage main; print x\nprint y\n```\n\n```output\nx\ny\n```\n"},
		{"a right one", "```go runner id=a\npackage main; print x\n```\n\n```output \nx  \n\n```   \n", ""},
		{"windows", "```go runner id=a\r\npackage main; print x\r\n```\r\n\r\n```output\r\ny\r\n```\r\n", "```go runner id=a\r\npackage main; print x\r\n```\r\n\r\n```output\r\nx\r\n```\r\n"},
		{"in a list", "1. One\n\n   ```go runner id=a\n   package main; print x\n   ```\n\n   ```output\n   y\n   ```\n", "1. One\n\n   ```go runner id=a\n   package main; print x\n   ```\n\n   ```output\n   x\n   ```\n"},
		{"in a call-out of MkDocs", "!!! note\n\n    ```go runner id=a\n    package main; print x\n    ```\n\n    ```output\n    y\n    ```\n", "!!! note\n\n    ```go runner id=a\n    package main; print x\n    ```\n\n    ```output\n    x\n    ```\n"},
		{"a fence in it", "```go runner id=a\npackage main; print ~~~\n```\n\n~~~output\ny\n~~~\n", "```go runner id=a\npackage main; print ~~~\n```\n\n~~~~output\n~~~\n~~~~\n"},
		{"another end", "```go runner id=a\npackage main; panic\n```\n\n```output\ny\n```\n", ""},
		{"what differs", "```go runner id=a\npackage main; count\n```\n\n```output\ny\n```\n", ""},
		{"expressions", "```go runner id=a\npackage main; print x\n```\n\n```output regexp\n{int}\n```\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const head = "---\ntitle: T\n---\n\n"
			text := []byte(head + tt.text)
			r := check(t, Checker{Times: 2}, Post{Name: "post.md", Text: text})
			want := tt.want
			if want == "" {
				want = tt.text
			}
			got := Update(text, r.Blocks)
			if diff := cmp.Diff(head+want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Programs that browsers run are listed where there is no browser, and those that
// do not compile need none.
func TestScriptsWithoutABrowser(t *testing.T) {
	const text = "---\ntitle: T\n---\n\n```ts runner id=a\nconsole.log(1);\n```\n\n```ts runner id=b\nlet = : 1;\n```\n\n```js runner id=c ends=compile-error\nimport 'x';\n```\n"
	report, err := (&Checker{}).Check(context.Background(), []Post{{Name: "t.md", Text: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range report.All() {
		got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Severity, f.Kind))
	}
	if want := []string{"5 warning not-run", "10 error compile"}; !slices.Equal(got, want) {
		t.Errorf("findings are %v, want %v", report.All(), want)
	}
	var summary strings.Builder
	if err := report.Write(&summary, Text); err != nil || !strings.Contains(summary.String(), ": 1 not run, 1 error\n") {
		t.Errorf("%v: %s", err, summary.String())
	}
	for _, f := range []Format{JSON, JUnit, GitHub, SARIF} {
		if err := report.Write(io.Discard, f); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}
