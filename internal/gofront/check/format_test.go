package check

import (
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	c := newChecker(t)
	cases := []struct{ name, in, want string }{
		{"file", "package main\nimport (\"os\";\"fmt\")\nfunc main(){\nfmt.Println( os.Args )}", "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfmt.Println(os.Args)\n}\n"},
		{"formatted", "package main\n\nfunc main() {}\n", "package main\n\nfunc main() {}\n"},
		{"archive", "-- a.go --\npackage main\nfunc main(){f()}\n-- b.go --\npackage main\nfunc f(){}\n", "-- a.go --\npackage main\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nfunc f() {}\n"},
		{"comment", "package main\nfunc main(){f()}\n-- b.go --\npackage main\nfunc f(){}\n", "package main\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nfunc f() {}\n"},
	}
	for _, tt := range cases {
		got, diags := c.Format(tt.in)
		if got != tt.want || len(diags) > 0 {
			t.Errorf("%s: got\n%s%s\nwant\n%s", tt.name, got, texts(diags), tt.want)
		}
		again, _ := c.Format(got)
		if again != got {
			t.Errorf("%s: formatting again changes it to\n%s", tt.name, again)
		}
	}
	if got, diags := c.Format("package main\n\nfunc main() {\n\tx := (1\n}\n"); got != "" || texts(diags) != "prog.go:4:9: syntax error: unexpected newline, expected )\n" {
		t.Errorf("a syntax error: %q, %s", got, texts(diags))
	}
}

func TestFixImports(t *testing.T) {
	c := newChecker(t)
	const body = "package main\n\n%I%func main() {\n\t%B%\n}\n"
	cases := []struct{ name, imports, body, want string }{
		{"none", "", "println()", ""},
		{"missing", "", "fmt.Println(os.Args)", "import (\n\t\"fmt\"\n\t\"os\"\n)\n\n"},
		{"unused", "import (\n\t\"fmt\"\n\t\"os\"\n)\n\n", "fmt.Println()", "import (\n\t\"fmt\"\n)\n\n"},
		{"all unused", "import \"fmt\"\n\n", "println()", ""},
		{"named unused", "import str \"strings\"\n\n", "println()", ""},
		{"kept", "import (\n\t_ \"embed\"\n\tf \"fmt\"\n)\n\n", "f.Println()", "import (\n\t_ \"embed\"\n\tf \"fmt\"\n)\n\n"},
		{"rand v2", "", "rand.IntN(3)", "import \"math/rand/v2\"\n\n"},
		{"rand v1", "", "rand.Intn(3)", "import \"math/rand\"\n\n"},
		{"crypto rand", "", "rand.Read(nil)", "import \"crypto/rand\"\n\n"},
		{"text template", "", "template.New(\"x\")", "import \"text/template\"\n\n"},
		{"html template", "", "_ = template.HTML(\"x\")", "import \"html/template\"\n\n"},
		{"nested path", "", "http.Get(\"x\")", "import \"net/http\"\n\n"},
		{"a misspelt member", "", "fmt.Prnt()", "import \"fmt\"\n\n"},
		{"shadowed", "", "fmt := struct{ Println func() }{}\n\tfmt.Println()", ""},
		{"no package", "", "foo.Bar()", ""},
		{"refused", "", "exec.Command(\"x\")", ""},
	}
	for _, tt := range cases {
		fill := func(imports string) string {
			return strings.NewReplacer("%I%", imports, "%B%", tt.body).Replace(body)
		}
		got, diags := c.FixImports(fill(tt.imports))
		if got != fill(tt.want) || len(diags) > 0 {
			t.Errorf("%s: got\n%s%s\nwant\n%s", tt.name, got, texts(diags), fill(tt.want))
		}
	}
	got, _ := c.FixImports("-- a.go --\npackage main\n\nimport \"os\"\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nfunc f() { fmt.Println() }\n")
	if want := "-- a.go --\npackage main\n\nfunc main() { f() }\n-- b.go --\npackage main\n\nimport \"fmt\"\n\nfunc f() { fmt.Println() }\n"; got != want {
		t.Errorf("two files: got\n%s", got)
	}
}
