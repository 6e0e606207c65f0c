package check

import (
	"playground/internal/gofront/module"

	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
)

var update = flag.Bool("update", false, "record what the compiler prints for testdata/invalid")

// Programs that Go rejects are rejected, in the words and at the places of
// go build. Each archive holds a program and what go build prints for it.
// Where ours says something else, and only then, a section named "ours" holds
// that; at most one archive in ten may have one.
func TestInvalid(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	c := newChecker(t)
	differ := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			source := program(a)
			if *update {
				recordWant(a, compile(t, source))
			}
			p, diags := c.Check(source)
			if p != nil || len(diags) == 0 {
				t.Fatalf("accepted")
			}
			got := texts(diags)
			if *update {
				setSection(a, "ours", got)
				if got == section(a, wantSection(a)) {
					setSection(a, "ours", "")
				}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want := section(a, wantSection(a))
			if ours := section(a, "ours"); ours != "" {
				differ++
				want = ours
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
	if differ*10 > len(files) {
		t.Errorf("%d of %d programs are rejected in other words than the compiler's", differ, len(files))
	}
	t.Logf("%d of %d programs are rejected in the compiler's words", len(files)-differ, len(files))
}

// What is recorded is what the installed compiler prints: a release that words
// something else is noticed, and with it the places of words.go that go by a
// text.
func TestRecordedWordsAreTheCompilers(t *testing.T) {
	asking(t)
	gc := newCompiler(t)
	files, err := filepath.Glob("testdata/invalid/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source, want := program(a), section(a, wantSection(a))
		if strings.ReplaceAll(gc.errors(t, source), "./prog.go", "prog.go") == strings.ReplaceAll(want, "./prog.go", "prog.go") {
			continue
		}
		if got := compile(t, source); got != want { // which loads packages too
			t.Errorf("%s: the compiler prints\n%s\nand recorded is\n%s", file, got, want)
		}
	}
}

// wantSection names the section with the compiler's words: that of the release
// in use, if its words are others than the oldest release's.
func wantSection(a *txtar.Archive) string {
	if own := "want " + abi.Language; section(a, own) != "" {
		return own
	}
	return "want"
}

// oldest is the release whose words are in the section named want.
const oldest = "go1.26"

func recordWant(a *txtar.Archive, words string) {
	switch {
	case abi.Language == oldest || section(a, "want") == "":
		setSection(a, "want", words)
	case words == section(a, "want"):
		setSection(a, "want "+abi.Language, "")
	default:
		setSection(a, "want "+abi.Language, words)
	}
}

func texts(diags []diag.Diagnostic) string {
	var b strings.Builder
	for _, d := range diags {
		b.WriteString(strings.TrimPrefix(Text(d), "./") + "\n")
	}
	return b.String()
}

// program returns the archive's program; a file named noeol/* has no newline
// at its end, which txtar cannot express.
func program(a *txtar.Archive) string {
	for _, f := range a.Files {
		switch f.Name {
		case "prog.go":
			return string(f.Data)
		case "noeol/prog.go":
			return strings.TrimSuffix(string(f.Data), "\n")
		}
	}
	return ""
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setSection(a *txtar.Archive, name, text string) {
	for i, f := range a.Files {
		if f.Name == name {
			if text == "" {
				a.Files = append(a.Files[:i], a.Files[i+1:]...)
			} else {
				a.Files[i].Data = []byte(text)
			}
			return
		}
	}
	if text != "" {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
	}
}

// compile returns what go build prints for a program.
func compile(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "prog.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "prog"), "prog.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("go build accepts it")
	}
	var b strings.Builder
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "# ") {
			b.WriteString(strings.TrimPrefix(line, "./"))
		}
	}
	return b.String()
}

func newChecker(t testing.TB) *Checker {
	t.Helper()
	c, err := New(module.Bundled())
	if err != nil {
		t.Fatal(fmt.Errorf("new checker: %w", err))
	}
	return c
}
