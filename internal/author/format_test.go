package author

import (
	"strings"
	"testing"
	"time"

	"playground/internal/render"
)

// Only the Go inside of fences and the order of attributes change.
func TestFormatText(t *testing.T) {
	const fence = "```"
	for name, c := range map[string]struct{ in, want string }{
		"a program": {
			"# T\n\n" + fence + "go runner\npackage  main\nfunc main(){\nprintln( 1 )\n}\n" + fence + "\n",
			"# T\n\n" + fence + "go runner\npackage main\n\nfunc main() {\n\tprintln(1)\n}\n" + fence + "\n",
		},
		"a fragment": {"# T\n\n" + fence + "go\nx:=  1\n" + fence + "\n", "# T\n\n" + fence + "go\nx := 1\n" + fence + "\n"},
		"attributes": {
			"# T\n\n~~~ go   wall=2s  id=x other \ttitle=\"A \\\"b\\\"\" runner\npackage main\n~~~\n",
			"# T\n\n~~~ go runner title=\"A \\\"b\\\"\" id=x wall=2s other\npackage main\n~~~\n",
		},
		"all of a program's": {
			"# T\n\n" + fence + "go runner collapsed predict knob=\"n: 1..2\" observe args=x procs=1 memory=64MiB after=a include=b.go id=c\n" + fence + "\n",
			"# T\n\n" + fence + "go runner id=c include=b.go after=a memory=64MiB procs=1 args=x knob=\"n: 1..2\" observe predict collapsed\n" + fence + "\n",
		},
		"a file's": {
			"# T\n\n" + fence + "go include=x.go with=a file=x.go\n" + fence + "\n",
			"# T\n\n" + fence + "go file=x.go with=a include=x.go\n" + fence + "\n",
		},
		"an output's": {
			"# T\n\n" + fence + "go runner\npackage main\n" + fence + "\n\n" + fence + "output ends=panic   contains\nx  y\n" + fence + "\n",
			"# T\n\n" + fence + "go runner\npackage main\n" + fence + "\n\n" + fence + "output contains ends=panic\nx  y\n" + fence + "\n",
		},
		"CRLF, odd spaces and a missing end": {
			"\ufeff# T\r\n\r\nText  \r\n*  x\r\n\r\n" + fence + "go\r\nx:=1\r\n\r\n\r\n\r\ny:=2\r\n" + fence + "\r\nlast\t",
			"\ufeff# T\r\n\r\nText  \r\n*  x\r\n\r\n" + fence + "go\r\nx := 1\r\n\r\ny := 2\r\n" + fence + "\r\nlast\t",
		},
		"in a quote and a list": {
			"# T\n\n> " + fence + "go\n> x:=1\n>\n> y:=2\n> " + fence + "\n\n1. item\n\n   " + fence + "go\n   func f(){\n   }\n   " + fence + "\n",
			"# T\n\n> " + fence + "go\n> x := 1\n>\n> y := 2\n> " + fence + "\n\n1. item\n\n   " + fence + "go\n   func f() {\n   }\n   " + fence + "\n",
		},
		"in a list, behind a tab": {"# T\n\n- a\n\n\t" + fence + "go\n\tx:=1\n\t" + fence + "\n", "# T\n\n- a\n\n\t" + fence + "go\n\tx := 1\n\t" + fence + "\n"},
		"in call-outs of other systems": {
			"# T\n\n!!! note\n\n    " + fence + "go\n    x:=1\n    " + fence + "\n\n:::tip\n" + fence + "go\ny:=1\n" + fence + "\n:::\n",
			"# T\n\n!!! note\n\n    " + fence + "go\n    x := 1\n    " + fence + "\n\n:::tip\n" + fence + "go\ny := 1\n" + fence + "\n:::\n",
		},
		"an archive": {
			"# T\n\n" + fence + "go runner\n-- go.mod --\nmodule  x\n-- a.go --\npackage  main\n-- b.txt --\n a\n" + fence + "\n",
			"# T\n\n" + fence + "go runner\n-- go.mod --\nmodule  x\n-- a.go --\npackage main\n-- b.txt --\n a\n" + fence + "\n",
		},
	} {
		got, findings := FormatText("post.md", []byte(c.in))
		if string(got) != c.want || len(findings) > 0 {
			t.Errorf("%s is\n%q, want\n%q; findings %v", name, got, c.want, findings)
		}
		again, _ := FormatText("post.md", got)
		if string(again) != string(got) {
			t.Errorf("%s, formatted twice, is\n%q", name, again)
		}
	}
}

// What is not ours, and what cannot be read, stays as it is.
func TestFormatTextLeavesAlone(t *testing.T) {
	const fence = "```"
	for _, text := range []string{
		"---\ntitle:   T\n---\n\n" + fence + "rb   runner\nlet  x\n" + fence + "\n",
		"# T\n\n" + fence + "go\nfor ... {\n" + fence + "\n",
		"# T\n\n" + fence + "go   id=x= runner\npackage main\n" + fence + "\n",
		"# T\n\n    package  main\n",
		"# T\n\n" + fence + "markdown\n    " + fence + "go\n    x:=1\n" + fence + "\n",
		"", "\n", "\xff",
	} {
		if got, findings := FormatText("post.md", []byte(text)); string(got) != text || len(findings) > 0 {
			t.Errorf("%q became %q, %v", text, got, findings)
		}
	}
}

func TestFormatTextSaysWhatItCannotRead(t *testing.T) {
	text := "# T\n\n```go runner\npackage main\n\nfunc main() {\n```\n"
	got, findings := FormatText("post.md", []byte(text))
	if string(got) != text || len(findings) != 1 || findings[0].Line != 3 || !strings.Contains(findings[0].Message, "line 6") {
		t.Errorf("%q, %v", got, findings)
	}
}

// A new article is one: it has no mistake and no warning, and its program is as
// gofmt has it.
func TestScaffold(t *testing.T) {
	for _, title := range []string{"Hello", `A "quoted" title: with \ and #`, "負荷", "---", "y"} {
		text := Scaffold(title, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
		a, err := render.Render("new.md", text, render.Options{})
		if err != nil {
			t.Errorf("%s: %v", title, err)
			continue
		}
		if !a.Draft || len(a.Blocks) != 1 || a.Blocks[0].Expected == nil || len(a.Warnings) > 0 || a.Date.Year() != 2026 {
			t.Errorf("%s: %+v", title, a)
		}
		if got, _ := FormatText("new.md", text); string(got) != string(text) {
			t.Errorf("%s is formatted to\n%s", title, got)
		}
	}
}

func FuzzFormatText(f *testing.F) {
	f.Add("# T\n\n> ```go runner id=x title=y\n> x:=1\n> ```\n")
	f.Add("# T\r\n\r\n- ```go\r\n  x:=1\r\n\r\n  y:=1\r\n  ```\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		once, _ := FormatText("f", []byte(text))
		twice, _ := FormatText("f", once)
		if string(once) != string(twice) {
			t.Errorf("%q became %q, then %q", text, once, twice)
		}
		before, after := render.Fences([]byte(text)), render.Fences(once)
		if len(before) != len(after) {
			t.Errorf("%q has %d fences, %q has %d", text, len(before), once, len(after))
		}
	})
}
