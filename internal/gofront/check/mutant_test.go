package check

import (
	"flag"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"playground/internal/gofront/abi"
)

var mutants = flag.Int("mutants", 0, "compare this many damaged programs with what the compiler prints for them, and the recorded words too")

// fewMutants is how many are compared where nobody said how many: in CI.
const fewMutants = 250

// asking returns how many questions a test may ask the installed compiler; it
// skips the test where that is none.
func asking(t *testing.T) int {
	t.Helper()
	switch {
	case *mutants > 0:
		return *mutants
	case os.Getenv("CI") != "":
		return fewMutants
	}
	t.Skip("slow: asks the compiler about each program; use -mutants, or set CI")
	return 0
}

// Valid programs with a token taken out, doubled, swapped or replaced get the
// compiler's words, or nearly always. Run with -mutants=1000 after a change to
// the recognizer; the log shows where the two differ.
func TestMutants(t *testing.T) {
	count := asking(t)
	files, err := filepath.Glob("testdata/valid/*.go.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	c, gc := newChecker(t), newCompiler(t)
	r := rand.New(rand.NewPCG(1, uint64(count)))
	rejected, same := 0, 0
	for range count {
		text, err := os.ReadFile(files[r.IntN(len(files))])
		if err != nil {
			t.Fatal(err)
		}
		source := mutate(r, string(text))
		want := gc.errors(t, source)
		p, diags := c.Check(source)
		if accepted := p != nil; accepted != (want == "") {
			t.Errorf("accepted %v:\n%s\ngot:\n%s\nwant:\n%s", accepted, source, texts(diags), want)
			continue
		}
		if want == "" {
			continue
		}
		rejected++
		if got := texts(diags); got == want {
			same++
		} else {
			t.Logf("mutant of %d lines\n%s\ngot:\n%s\nwant:\n%s", strings.Count(source, "\n"), around(source, want), got, want)
		}
	}
	t.Logf("%d of %d rejected mutants get the compiler's words", same, rejected)
	if same*10 < rejected*9 {
		t.Error("fewer than nine in ten")
	}
}

// around returns the line that the compiler's first error is in.
func around(source, errors string) string {
	at := place(errors)
	lines := strings.Split(source, "\n")
	if len(at) == 0 || at[0] > len(lines) {
		return ""
	}
	return strings.Join(lines[max(0, at[0]-2):min(len(lines), at[0]+1)], "\n")
}

// mutate damages one token after the imports.
func mutate(r *rand.Rand, source string) string {
	type piece struct{ from, to int }
	var pieces []piece
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, []byte(source), nil, 0)
	started := false
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		started = started || tok == token.FUNC || tok == token.TYPE || tok == token.VAR
		if off := file.Offset(pos); started && !(tok == token.SEMICOLON && lit == "\n") {
			pieces = append(pieces, piece{off, off + max(len(lit), len(tok.String())*btoi(lit == ""))})
		}
	}
	words := []string{"(", ")", "{", "}", "[", "]", ",", ";", ":", ":=", "=", "==", "+", "*", "&", "<-", ".", "...", "!", "x", "1", `"s"`,
		"if", "for", "func", "return", "range", "var", "type", "case", "else", "go", "defer", "\n", "int", "nil", "struct", "interface", "map", "chan", "@", "'"}
	p := pieces[r.IntN(len(pieces))]
	switch r.IntN(5) {
	case 0:
		return source[:p.from] + source[p.to:]
	case 1:
		return source[:p.to] + " " + source[p.from:]
	case 2:
		return source[:p.from] + words[r.IntN(len(words))] + source[p.to:]
	case 3:
		return source[:p.from] + words[r.IntN(len(words))] + " " + source[p.from:]
	}
	q := pieces[r.IntN(len(pieces))]
	return source[:p.from] + source[q.from:q.to] + source[p.to:]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compiler runs go tool compile.
type compiler struct{ dir, config string }

func newCompiler(t *testing.T) *compiler {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}", "std")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	c := &compiler{dir: t.TempDir()}
	c.config = filepath.Join(c.dir, "importcfg")
	if err := os.WriteFile(c.config, out, 0o644); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *compiler) errors(t *testing.T, source string) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, "prog.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	// Not os.DevNull: the compiler removes its output when it fails, and as
	// root it can.
	object := filepath.Join(c.dir, "prog.o")
	cmd := exec.Command("go", "tool", "compile", "-p", "main", "-complete", "-lang="+abi.Language, "-importcfg", c.config, "-o", object, "prog.go")
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return strings.NewReplacer(" prog.go:", " ./prog.go:", "\tprog.go:", "\t./prog.go:").Replace(string(out))
}
