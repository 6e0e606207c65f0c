package syntax

import (
	"fmt"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func check(src string) string {
	var b strings.Builder
	for _, e := range Check(src) {
		fmt.Fprintf(&b, "%d:%d: %s\n", e.Line, e.Column, e.Message)
	}
	return b.String()
}

// Recovery: one mistake, one message, at the compiler's place. Whole programs
// with recorded compiler output are in the parent package.
func TestCheck(t *testing.T) {
	cases := []struct{ body, want string }{
		{"x := 1", ""},
		{"x := []int{1,\n2\n}", "5:2: syntax error: unexpected newline in composite literal; possibly missing comma or }\n"},
		{"f(1\n)", "4:4: syntax error: unexpected newline in argument list; possibly missing comma or )\n"},
		{"if x == 1\n{\n}", "4:10: syntax error: unexpected newline, expected { after if clause\n"},
		{"if x = 1 + 2; y = 3 {\n}", "4:17: syntax error: cannot use assignment y = 3 as value\n"},
		{"if a + b = c {\n}", "4:10: syntax error: cannot use assignment (a + b) = c as value\n"},
		{"if x := func() int { return 1 }() {\n}", "4:6: syntax error: cannot use x := func() int {…}() as value\n"},
		{"for i := 0; i < 3; j := 1 {\n}", "4:22: syntax error: cannot declare in post statement of for loop\n"},
		{"x++ + 1", "4:5: syntax error: unexpected + at end of statement\n"},
		{"var x", "4:6: syntax error: unexpected newline, expected type\n"},
		{"defer (f())", "4:7: expression in defer must not be parenthesized\n"},
		{"go f", "4:4: expression in go must be function call\n"},
		{"x.(type) y", "4:10: syntax error: unexpected name y at end of statement\n"},
		{"a[1:2:]", "4:7: final index required in 3-index slice\n"},
		{"var c <-<-chan int", "4:9: syntax error: unexpected <-, expected keyword chan\n"},
		{"goto", "5:1: syntax error: unexpected }, expected name\n"},
		{"L:\nx := 08", "5:7: invalid digit '8' in octal literal\n"},
		{"x := \"\\z\"", "4:8: unknown escape\n"},
		{"switch x := y.(type) {\ncase int, []T:\n}", ""},
		{"type T[P *C,] struct{}\ntype U [n * m]int\ntype V[P interface{ ~int }] []P", ""},
		{"for range 3 {\n}\nfor i, x := range f {\n}", ""},
		{"for a, b, c := range x {\n}", "4:11: range clause permits at most two iteration variables\n"},
	}
	for _, c := range cases {
		got := check("package p\n\nfunc f() {\n" + c.body + "\n}\n")
		if got != c.want {
			t.Errorf("%s\ngot  %swant %s", c.body, got, c.want)
		}
	}
}

// What go/parser accepts, the recognizer has nothing to say about.
func TestAcceptsGo(t *testing.T) {
	files, err := filepath.Glob("../*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	more, _ := filepath.Glob("../testdata/valid/*.go.txt")
	for _, file := range append(files, more...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := check(string(b)); got != "" {
			t.Errorf("%s: %s", file, got)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("package p\n\nfunc f() {\n\tx := []int{1, 2\n}\n")
	f.Add("package p\ntype T[P any, Q *int|~string] struct { a, b int `x`; *T; (U) }\n")
	f.Add("package p\nfunc (r *T) m(a, b int, c ...string) (x int, err error) { switch a := b.(type) { case int: } }\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4<<10 || !utf8.ValidString(src) || strings.ContainsAny(src, "\x00\uFEFF") {
			return
		}
		errs := Check(src)
		lines := strings.Split(src, "\n")
		for _, e := range errs {
			if e.Line < 1 || e.Line > len(lines) || e.Column < 1 || e.Column > len(lines[e.Line-1])+1 || e.Message == "" {
				t.Fatalf("bad place %+v", e)
			}
		}
		_, err := parser.ParseFile(gotoken.NewFileSet(), "", src, parser.SkipObjectResolution)
		if err == nil {
			return
		}
		if len(errs) == 0 {
			t.Logf("only go/parser objects: %v", err)
		}
	})
}
