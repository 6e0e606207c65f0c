package check

import (
	"fmt"
	"go/types"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
)

const hello = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\")\n}\n"

func TestAccept(t *testing.T) {
	cases := map[string]string{
		"hello":         hello,
		"CRLF":          strings.ReplaceAll(hello, "\n", "\r\n"),
		"BOM":           "\uFEFF" + hello,
		"no newline":    strings.TrimSpace(hello),
		"two files":     "-- a.go --\npackage main\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nfunc f() {}\n",
		"first unnamed": "package main\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nfunc f() {}\n",
		"go.mod":        "-- go.mod --\nmodule x\n-- a.go --\npackage main\n\nfunc main() {}\n",
		"directories":   "-- go.mod --\nmodule x.test/y\n-- a.go --\npackage main\n\nimport \"x.test/y/internal/c\"\n\nfunc main() { c.F() }\n-- internal/c/c.go --\npackage c\n\nfunc F() {}\n",
		"constraints":   "-- a.go --\npackage main\n\nfunc main() { f() }\n-- f_windows.go --\npackage main\n\nfunc f() {}\n-- f_linux.go --\npackage main\n\nfunc f() {}\n-- g.go --\n//go:build ignore\n\npackage other\n-- README.md --\nx\n",
		"module":        "package main\n\nimport \"golang.org/x/sync/errgroup\"\n\nfunc main() { new(errgroup.Group).Wait() }\n",
		"marker alone":  "package main\n\nfunc main() {}\n\n// -- not a file\n",
		"line comment":  "package main\n\n//line other.go:7\nfunc main() {}\n",
		"generics":      "package main\n\nimport (\n\t\"maps\"\n\t\"slices\"\n)\n\nfunc main() { _ = slices.Sorted(maps.Keys(map[string]int{})) }\n",
		"new(expr)":     "package main\n\nfunc main() { _ = *new(5) }\n",
	}
	c := newChecker(t)
	for name, source := range cases {
		p, diags := c.Check(source)
		if p == nil || len(diags) > 0 {
			t.Errorf("%s: %s", name, texts(diags))
			continue
		}
		if p.Mode != ModeMain || p.Types == nil || p.Info == nil || len(p.Files) != len(p.Sources) {
			t.Errorf("%s: %+v", name, p)
		}
		if w := c.Vet(p); len(w) > 0 {
			t.Errorf("%s: vet: %s", name, texts(w))
		}
	}
}

func TestReject(t *testing.T) {
	cases := []struct{ name, source, want string }{
		{"no main", "package main\n\nfunc f() {}\n", "./prog.go:1:9: function main is undeclared in the main package"},
		{"main is no function", "package main\n\nvar main = 1\n", "./prog.go:3:5: cannot declare main - must be func"},
		{"package foo", "package foo\n\nfunc main() {}\n", "./prog.go:1:9: package foo is not a main package: a program starts with \"package main\" (or holds tests)"},
		{"two packages", "-- a.go --\npackage main\n-- b.go --\npackage b\n", "./b.go:1:9: found packages main (a.go) and b (b.go); a directory holds one package"},
		{"exec", "package main\n\nimport \"os/exec\"\n\nfunc main() { exec.Command(\"ls\") }\n", `./prog.go:3:8: import of "os/exec" is not allowed here: programs here run in a process of their own that cannot start others; write the other program as a function and connect it with io.Pipe`},
		{"cgo", "package main\n\nimport \"C\"\n\nfunc main() {}\n", `./prog.go:3:8: import of "C" is not allowed here: cgo needs a C compiler, and native code could leave the sandbox`},
		{"third party", "package main\n\nimport _ \"github.com/x/y\"\n\nfunc main() {}\n", `./prog.go:3:10: import of "github.com/x/y" is not allowed here: no module here has it, and nothing is fetched; there are golang.org/x/exp/constraints, golang.org/x/exp/ebnf, golang.org/x/exp/maps, golang.org/x/exp/rand, golang.org/x/exp/slices, golang.org/x/exp/stats, golang.org/x/exp/utf8string, golang.org/x/sync/errgroup, golang.org/x/sync/semaphore, golang.org/x/sync/singleflight, golang.org/x/sync/syncmap, golang.org/x/time/rate`},
		{"twins' helpers", "package main\n\nimport _ \"playground/internal/gofront/stdlib/host\"\n\nfunc main() {}\n", `./prog.go:3:10: import of "playground/internal/gofront/stdlib/host" is not allowed here: internal packages are private to the module that holds them`},
		{"NUL", "package main\n\nfunc main() {\x00}\n", "./prog.go:3:14: invalid NUL character"},
		{"not UTF-8", "package main\n\nvar s = \"\xff\"\n", "./prog.go:3:10: invalid UTF-8 encoding"},
		{"BOM inside", "package main\n\nvar s = \"\uFEFF\"\n", "./prog.go:3:10: invalid BOM in the middle of the file"},
		{"nothing that runs", "-- a/b.go --\npackage b\n", "./:1:1: the archive has neither a package main nor tests"},
		{"two programs", "-- a/a.go --\npackage main\n-- b/b.go --\npackage main\n", "./:1:1: the archive has no Go file at its top and several packages main (a, b): put the one that runs at the top"},
		{"name outside", "-- ../a.go --\npackage main\n", "./../a.go:1:1: a file's name is a path within the archive, such as sub/x.go"},
		{"two modules", "-- a.go --\npackage main\n-- b/go.mod --\nmodule b\n", "./b/go.mod:1:1: an archive is one module: its go.mod is at the top"},
		{"cycle", "-- a.go --\npackage main\n\nimport _ \"play/b\"\n\nfunc main() {}\n-- b/b.go --\npackage b\n\nimport _ \"play/c\"\n-- c/c.go --\npackage c\n\nimport _ \"play/b\"\n", "./c/c.go:3:10: import cycle not allowed: play/b imports play/c imports play/b"},
		{"no such package", "-- go.mod --\nmodule x.test/y\n-- a.go --\npackage main\n\nimport _ \"x.test/y/z\"\n\nfunc main() {}\n", `./a.go:3:10: import of "x.test/y/z" is not allowed here: the archive has no package of that path; it is module x.test/y`},
		{"a program imported", "-- a.go --\npackage main\n\nimport _ \"play/b\"\n\nfunc main() {}\n-- b/b.go --\npackage main\n", `./a.go:3:10: import "play/b" is a program, not an importable package`},
		{"internal of another", "-- a.go --\npackage main\n\nimport _ \"play/b/internal/c\"\n\nfunc main() {}\n-- b/internal/c/c.go --\npackage c\n", `./a.go:3:10: import of "play/b/internal/c" is not allowed here: internal packages are private to the module that holds them`},
		{"error in another package", "-- a.go --\npackage main\n\nimport \"play/b\"\n\nfunc main() { b.F() }\n-- b/b.go --\npackage b\n\nfunc F() { return 1 }\n", "./b/b.go:3:19: too many return values\n\thave (number)\n\twant ()"},
		{"older language", "-- go.mod --\nmodule x\n\ngo 1.20\n-- a.go --\npackage main\n\nfunc main() {\n\tfor range 3 {\n\t}\n}\n", "./a.go:4:12: cannot range over 3 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)"},
		{"newer language", "-- go.mod --\nmodule x\n\ngo 1.99\n-- a.go --\npackage main\n\nfunc main() {}\n", "./go.mod:3:1: go.mod requires go >= 1.99 (running " + abi.Language + ")"},
		{"all files kept out", "-- a.go --\n//go:build windows\n\npackage main\n\nfunc main() {}\n", "./:1:1: build constraints exclude all Go files at the top of the archive (1)"},
		{"two build constraints", "//go:build linux\n\n// And:\n//go:build amd64\n\npackage main\n\nfunc main() {}\n", "./prog.go:4:1: multiple //go:build comments"},
		{"same name", "-- a.go --\npackage main\n-- a.go --\npackage main\n", "./a.go:1:1: two files have this name"},
		{"no go file", "-- go.mod --\nmodule x\n", "./:1:1: the archive holds no .go file"},
		{"error in second file", "-- a.go --\npackage main\n\nfunc main() {}\n-- b.go --\npackage main\n\nvar x int = \"\"\n", "./b.go:3:13: cannot use \"\" (untyped string constant) as int value in variable declaration"},
		{"test signature", "package p\n\nfunc TestX() {}\n", "./prog.go:3:1: wrong signature for TestX, must be: func TestX(t *testing.T)"},
	}
	c := newChecker(t)
	for _, tt := range cases {
		p, diags := c.Check(tt.source)
		if p != nil || len(diags) == 0 {
			t.Errorf("%s: accepted", tt.name)
			continue
		}
		if got := Text(diags[0]); got != tt.want {
			t.Errorf("%s: got %s\nwant %s", tt.name, got, tt.want)
		}
		for _, d := range diags {
			if d.Severity != diag.Error || d.Code == "" {
				t.Errorf("%s: %+v", tt.name, d)
			}
		}
	}
}

func TestDiagnosticFields(t *testing.T) {
	c := newChecker(t)
	_, diags := c.Check("package main\n\nfunc f() {}\n\nfunc f() {}\n\nfunc main() {\n\tvar s string = 1 + 2\n\t_ = s\n}\n")
	if len(diags) != 2 {
		t.Fatalf("%s", texts(diags))
	}
	again, assign := diags[0], diags[1]
	if again.Code != "types.DuplicateDecl" || len(again.Related) != 1 || again.Related[0].Line != 3 || again.Related[0].Message != "other declaration of f" {
		t.Errorf("redeclaration: %+v", again)
	}
	want := diag.Range{File: "prog.go", Line: 8, Column: 17, EndLine: 8, EndColumn: 22}
	if assign.Code != "types.IncompatibleAssign" || assign.Range != want {
		t.Errorf("assignment: %+v", assign)
	}
}

func TestModeTest(t *testing.T) {
	c := newChecker(t)
	const source = `package stack

import (
	"fmt"
	"testing"
)

func TestPush(t *testing.T) {}

func Testify(t *testing.T) {}

func Test(t *testing.T) {}

func BenchmarkPush(b *testing.B) {}

func FuzzPush(f *testing.F) {}

func ExampleB() {
	fmt.Println("b")
	// Output: b
}

func ExampleA_any() {
	fmt.Println("x")
	// Unordered output:
	// x
}

func Example_silent() { fmt.Println() }
`
	p, diags := c.Check(source)
	if p == nil {
		t.Fatal(texts(diags))
	}
	want := []Test{
		{Name: "TestPush", Kind: KindTest}, {Name: "Test", Kind: KindTest}, {Name: "BenchmarkPush", Kind: KindBenchmark},
		{Name: "FuzzPush", Kind: KindFuzz}, {Name: "ExampleB", Kind: KindExample, Output: "b\n"},
		{Name: "ExampleA_any", Kind: KindExample, Output: "x\n", Unordered: true},
	}
	if p.Mode != ModeTest || len(p.Tests) != len(want) {
		t.Fatalf("mode %v, tests %+v", p.Mode, p.Tests)
	}
	for i, w := range want {
		w.Suite, w.Func = "play", p.Types.Scope().Lookup(w.Name).(*types.Func)
		if p.Tests[i] != w {
			t.Errorf("test %d: got %+v, want %+v", i, p.Tests[i], w)
		}
	}
	// a program with a main is run, whatever else is in it
	p, diags = c.Check("package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n\nfunc main() {}\n")
	if p == nil || p.Mode != ModeMain || p.Tests != nil {
		t.Errorf("%+v %s", p, texts(diags))
	}
}

// What nests without end is refused, or survived, on a stack that a worker has.
func TestBombs(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(48 << 20))
	const n = 60_000
	in := func(s string) string { return "package main\n\nfunc main() {\n" + s + "\n}\n" }
	cases := map[string]string{
		"parens":       in("_ = " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n)),
		"open parens":  in("_ = " + strings.Repeat("(", n)),
		"braces":       in(strings.Repeat("{", n) + strings.Repeat("}", n)),
		"brackets":     in("_ = " + strings.Repeat("[", n)),
		"stars":        in("var x " + strings.Repeat("*", n) + "int"),
		"slices":       in("var x " + strings.Repeat("[]", n/2) + "int"),
		"arrays":       in("var x " + strings.Repeat("[1]", n/3) + "int"),
		"maps":         in("var x " + strings.Repeat("map[int]", n/8) + "int"),
		"chans":        in("var x " + strings.Repeat("chan ", n/5) + "int"),
		"arrows":       in("_ = " + strings.Repeat("<-", n/2) + "x"),
		"funcs":        in("var x " + strings.Repeat("func() ", n/7) + "int"),
		"nots":         in("_ = " + strings.Repeat("!", n) + "true"),
		"minus":        in("_ = " + strings.Repeat("- ", n/2) + "1"),
		"plus":         in("_ = 1" + strings.Repeat("+1", n/2)),
		"calls":        in("f" + strings.Repeat("()", n/2)),
		"selectors":    in("_ = x" + strings.Repeat(".x", n/2)),
		"indices":      in("_ = x" + strings.Repeat("[0]", n/3)),
		"labels":       in(strings.Repeat("a:", n/2)),
		"else if":      in(strings.Repeat("if true {} else ", n/16) + "{}"),
		"closures":     in(strings.Repeat("func(){", n/8) + strings.Repeat("}()", n/8)),
		"structs":      "package main\n\ntype T " + strings.Repeat("struct{x ", n/9) + "int" + strings.Repeat("}", n/9) + "\nfunc main() {}\n",
		"const chain":  "package main\n\nfunc main() {}\n" + chain(3000, "const c%d = c%d\n"),
		"type chain":   "package main\n\nfunc main() {}\n" + chain(3000, "type c%d c%d\n"),
		"alias chain":  "package main\n\nfunc main() {}\n" + chain(2500, "type c%d = c%d\n"),
		"var chain":    "package main\n\nfunc main() {}\n" + chain(3000, "var c%d = c%d\n"),
		"huge shift":   in("const x = 1 << 1000000000\n_ = x"),
		"shifts":       in("const x = 1" + strings.Repeat("<<500>>499", 500) + "\n_ = x"),
		"huge float":   in("const x = 1e1000000000\n_ = x"),
		"long number":  in("const x = " + strings.Repeat("9", n) + "\n_ = x"),
		"powers":       in("const a = 1 << 500\nconst b = a * a * a * a * a * a\n_ = b"),
		"string twice": in("const s0 = \"xxxxxxxxxxxxxxxx\"\n" + chain(doublings(), "const s%[2]d = s%[1]d + s%[1]d\n")),
		"instances":    "package main\n\ntype T[P any] struct { f *T[T[P]] }\n\nfunc main() { var _ T[int] }\n",
		"big array":    in("var a [1 << 62]int\n_ = a"),
		"comments":     "package main\n" + strings.Repeat("//\n", n/3) + "\nfunc main() {}\n",
		"semicolons":   in(strings.Repeat(";", n)),
		"one token":    strings.Repeat("a", n),
		"quotes":       strings.Repeat("\"", n),
		"commas":       in("f(" + strings.Repeat(",", n)),
		"wide switch":  in("switch 1 {\n" + strings.Repeat("case 1:\n", n/8) + "}"),
	}
	c := newChecker(t)
	for name, source := range cases {
		start := time.Now()
		p, diags := c.Check(source)
		if p != nil {
			c.Vet(p)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s took %v", name, d)
		}
		if p == nil && len(diags) == 0 {
			t.Errorf("%s: neither a program nor a diagnostic", name)
		}
		if p == nil {
			t.Logf("%s: %.90s (%v)", name, Text(diags[0]), time.Since(start).Round(time.Millisecond))
		} else {
			t.Logf("%s: accepted (%v)", name, time.Since(start).Round(time.Millisecond))
		}
	}
}

// doublings is how often a constant string is doubled. From Go 1.27 on
// go/constant measures both halves of every sum, so that each doubling doubles
// the time; a worker's CPU limit ends what is longer.
func doublings() int {
	if abi.Language == "go1.26" {
		return 40
	}
	return 18
}

// chain repeats a line, its first number counting down to its second.
func chain(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i, i+1)
	}
	return b.String()
}

// FuzzCheck: nothing makes the checker panic, and what it accepts go/types
// accepted, whatever the text.
func FuzzCheck(f *testing.F) {
	for _, pattern := range []string{"testdata/invalid/*.txtar", "testdata/vet/*.txtar", "testdata/valid/*.go.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(b))
		}
	}
	c := newChecker(f)
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 64<<10 {
			return
		}
		p, diags := c.Check(source)
		if (p == nil) == (len(diags) == 0) {
			t.Fatalf("program %v, diagnostics %s", p != nil, texts(diags))
		}
		c.Format(source)
		c.FixImports(source)
		if p == nil {
			return
		}
		conf := c.config(nil)
		if _, err := conf.Check("main", c.fset, p.Files, nil); err != nil {
			t.Fatalf("accepted, but go/types says %v", err)
		}
		c.Vet(p)
	})
}
