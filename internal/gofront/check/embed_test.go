package check

import "testing"

func TestEmbedRefuses(t *testing.T) {
	archive := func(directive, decl string) string {
		return "-- a.go --\npackage main\n\nimport _ \"embed\"\n\n" + directive + "\nvar " + decl + "\n\nfunc main() {}\n-- x.txt --\nx\n-- y.txt --\ny\n"
	}
	for source, want := range map[string]string{
		archive("//go:embed none.txt", "s string"):                           "./a.go:5:1: pattern none.txt: no matching files found",
		archive("//go:embed ../x", "s string"):                               "./a.go:5:1: pattern ../x: invalid pattern syntax",
		archive("//go:embed *.txt", "s string"):                              "./a.go:5:1: invalid go:embed: multiple files for type string",
		archive("//go:embed x.txt", "s int"):                                 "./a.go:5:1: go:embed cannot apply to var of type int",
		archive("//go:embed x.txt", "s = \"\""):                              "./a.go:5:1: go:embed cannot apply to var with initializer",
		archive("//go:embed x.txt", "s, u string"):                           "./a.go:5:1: go:embed cannot apply to multiple vars",
		"package main\n\n//go:embed x.txt\nvar s string\n\nfunc main() {}\n": `./prog.go:3:1: go:embed only allowed in Go files that import "embed"`,
	} {
		if p, diags := newChecker(t).Check(source); p != nil || len(diags) != 1 || Text(diags[0]) != want {
			t.Errorf("%s\nwant %s", texts(diags), want)
		}
	}
}
