package render

import (
	"fmt"
	"testing"
	"testing/fstest"

	"playground/internal/diag"
)

// A finding is told where its line was written, in whichever fence or file that was.
func TestFindingsAreWhereTheirLinesWereWritten(t *testing.T) {
	const text = `# T

~~~go runner id=whole
package main

func main() { helper(); other() }
~~~

~~~go file=helper.go with=whole
package main

func helper() {}
~~~

~~~go file=other.go with=whole include=other.go#all
~~~

~~~go runner id=first template=main
x := 1
~~~

~~~go runner id=next after=first
fmt.Println(x)
~~~
`
	content := fstest.MapFS{"other.go": {Data: []byte("// A comment.\n\n//region all\npackage main\n\nfunc other() {}\n//endregion\n")}}
	a, err := Render("post.md", []byte(text), Options{Content: content, Dir: "."})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		block, file string
		line        int
		want        string
	}{
		{"whole", "prog.go", 3, "post.md:6:7: runner block whole: wrong"},
		{"whole", "helper.go", 3, "post.md:12:7: runner block whole: wrong"},
		{"whole", "other.go", 3, "post.md:3: runner block whole: other.go:6:7: wrong"},
		{"first", "prog.go", 1, "post.md:18: runner block first: wrong"},
		{"first", "prog.go", 4, "post.md:19:7: runner block first: wrong"},
		{"next", "prog.go", 8, "post.md:19:7: runner block next: wrong"},
		{"next", "prog.go", 9, "post.md:23:7: runner block next: wrong"},
	} {
		d := diag.Diagnostic{Message: "wrong", Range: diag.Range{File: test.file, Line: test.line, Column: 7}}
		if got := a.Block(test.block).Problem("post.md", d).Error(); got != test.want {
			t.Errorf("%s:%d of %s: %q, want %q\n%s", test.file, test.line, test.block, got, test.want, numbered(a.Block(test.block).Source))
		}
	}
}

func numbered(source string) (s string) {
	for _, l := range linesOf(source, "", 1) {
		s += fmt.Sprintf("%3d %s", l.number, l.text)
	}
	return s
}
