package assist

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"playground/internal/gofront/check"
	"playground/internal/gofront/module"
)

// ask asks about the place that ‸ marks.
func ask(t *testing.T, marked string) Answer {
	t.Helper()
	c, err := check.New(module.Bundled())
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(marked, "‸")
	if at < 0 {
		t.Fatal("no place is marked")
	}
	return Ask(c, strings.Replace(marked, "‸", "", 1), at)
}

const head = "package main\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n\t\"sync\"\n)\n\n" +
	"// Cart holds things.\ntype Cart struct {\n\tsync.Mutex\n\titems []string\n}\n\n" +
	"// Add puts things in.\nfunc (c *Cart) Add(name string, n int) error { return nil }\n\n"

func TestCompletions(t *testing.T) {
	for _, test := range []struct {
		rule, body string
		want       []string // each is among the answers
		never      []string
		from       int // how far before the place the name begins
	}{
		{"members of a package", "func main() { fmt.Pri‸ }", []string{"Print func (a ...any) (n int, err error)", "Println func (a ...any) (n int, err error)"}, []string{"Errorf"}, 3},
		{"after a dot that nothing follows", "func main() {\n\tfmt.‸\n}", []string{"Println func (a ...any) (n int, err error)"}, []string{"newPrinter"}, 0},
		{"fields and methods, also promoted", "func main() {\n\tvar c Cart\n\tc.‸\n}", []string{"Add method (name string, n int) error", "items field []string", "Lock method ()", "Mutex field sync.Mutex"}, []string{"lockSlow"}, 0},
		{"of a call's result", "func main() {\n\tstrings.NewReader(\"\").Re‸\n}", []string{"Read method (b []byte) (n int, err error)", "ReadByte method () (byte, error)"}, []string{"Len"}, 2},
		{"names in scope, not those declared later", "func main() {\n\tcount := 1\n\tif count > 0 {\n\t\tco‸\n\t}\n\tcolour := 2\n}", []string{"count var int", "continue keyword ", "const keyword ", "complex func ", "context package context"}, []string{"colour", "fmt"}, 2},
		{"without regard to case", "func main() { fmt.println‸ }", []string{"Println func (a ...any) (n int, err error)"}, nil, 7},
		{"types", "func f(c *Ca‸) {}", []string{"Cart type struct"}, nil, 2},
		{"a package that is not imported yet", "func main() { time.Slee‸ }", []string{"Sleep func (d time.Duration)"}, nil, 4},
		{"nothing in strings", "func main() { fmt.Println(\"fm‸\") }", nil, []string{"fmt"}, 2},
		{"nothing in comments", "// fm‸\nfunc main() {}", nil, []string{"fmt"}, 2},
	} {
		a := ask(t, head+test.body)
		got := map[string]string{}
		for _, c := range a.Completions {
			got[c.Label] = c.Label + " " + c.Kind + " " + c.Detail
		}
		for _, want := range test.want {
			if name, _, _ := strings.Cut(want, " "); got[name] != want {
				t.Errorf("%s: %q is %q, want %q", test.rule, name, got[name], want)
			}
		}
		for _, name := range test.never {
			if got[name] != "" {
				t.Errorf("%s: there is %q", test.rule, got[name])
			}
		}
		if at := strings.Index(head+test.body, "‸"); at-a.From != test.from {
			t.Errorf("%s: the name begins %d before the place, want %d", test.rule, at-a.From, test.from)
		}
	}
}

func TestImportPaths(t *testing.T) {
	a := ask(t, "package main\n\nimport (\n\t\"encoding/he‸\n)\n\nfunc main() {}\n")
	if len(a.Completions) != 1 || a.Completions[0].Label != "encoding/hex" || a.Completions[0].Kind != "path" {
		t.Errorf("completions are %+v", a.Completions)
	}
}

func TestSignature(t *testing.T) {
	for body, want := range map[string]Signature{
		"func main() { var c Cart; c.Add(‸) }":                     {"Add(name string, n int) error", [][2]int{{4, 15}, {17, 22}}, 0, "Add puts things in."},
		"func main() { var c Cart; c.Add(\"a\", ‸) }":              {"Add(name string, n int) error", [][2]int{{4, 15}, {17, 22}}, 1, "Add puts things in."},
		"func main() { var c Cart; c.Add(\"a\", 1‸":                {"Add(name string, n int) error", [][2]int{{4, 15}, {17, 22}}, 1, "Add puts things in."},
		"func main() { fmt.Println(1, strings.Repeat(\"a\", 2), ‸": {"Println(a ...any) (n int, err error)", [][2]int{{8, 16}}, 0, "Println formats using the default formats for its operands and writes to standard output."},
	} {
		a := ask(t, head+body)
		if a.Signature == nil {
			t.Errorf("%s: no signature", body)
			continue
		}
		if diff := cmp.Diff(want, *a.Signature); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	for _, body := range []string{"func main() { go func() { ‸ }() }", "func main() { ‸ }"} {
		if a := ask(t, head+body); a.Signature != nil {
			t.Errorf("%s: %+v", body, a.Signature)
		}
	}
}

func TestHover(t *testing.T) {
	for body, want := range map[string][2]string{
		"func main() { fmt.Prin‸tln() }":       {"func fmt.Println(a ...any) (n int, err error)", "Println formats using the default formats for its operands and writes to standard output."},
		"func main() { var c Ca‸rt; _ = c }":   {"type Cart struct{sync.Mutex; items []string}", "Cart holds things."},
		"func main() { x‸ := 1; _ = x }":       {"var x int", ""},
		"const n = 4 * 2\nvar a [n‸]int":       {"const n untyped int = 8", ""},
		"func main() { var c Cart; c.Lo‸ck()}": {"func (*sync.Mutex).Lock()", "Lock locks m."},
		"func main() { pani‸c(1) }":            {"builtin panic", "The panic built-in function stops normal execution of the current goroutine."},
	} {
		a := ask(t, head+body)
		if a.Hover == nil || a.Hover.Text != want[0] || a.Hover.Doc != want[1] {
			t.Errorf("%s: %+v, want %q", body, a.Hover, want)
		}
	}
}

// Places count in the whole text, also in a file of an archive.
func TestArchive(t *testing.T) {
	a := ask(t, "-- main.go --\npackage main\n\nfunc main() { hel‸ }\n-- b.go --\npackage main\n\nfunc helper(n int) {}\n")
	if len(a.Completions) != 1 || a.Completions[0].Label != "helper" || a.From != 42 {
		t.Errorf("%+v", a)
	}
}

// Whatever stands there, and wherever it is asked, there is an answer.
func FuzzAsk(f *testing.F) {
	for _, s := range []string{"", "package", "package main\nfunc main() { x.", "-- a.go --\n-- b.go --\n", "\x00\xff", head + "func main() { fmt.Println(fmt., ) }"} {
		f.Add(s, len(s))
		f.Add(s, len(s)/2)
	}
	c, err := check.New(module.Bundled())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string, at int) {
		if len(source) < 1<<12 {
			Ask(c, source, at)
		}
	})
}
