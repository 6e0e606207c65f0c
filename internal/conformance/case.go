package conformance

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/version"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// OwnDir is where our own programs are, below the module's root.
const OwnDir = "internal/conformance/testdata"

// Case is a program to be compared.
type Case struct {
	Name  string // slash-separated path below the set's root
	Doc   string // what the program shows, one line or more
	Files []txtar.File
	Args  []string
	Stdin []byte

	// Want is the recorded outcome for Release, nil if there is none.
	Want *Outcome

	// recorded holds the outcomes by the Go release that they are for and
	// those after it; the one for all is under "".
	recorded map[string]*Outcome
}

// Release is the Go release whose outcomes count: the one that this package was
// built with, which is also that of the toolchain in use.
var Release = version.Lang(runtime.Version())

// IsTest reports whether the case is a test file, which runs as go test -v does:
// it has tests, examples or benchmarks and no main.
func (c *Case) IsTest() bool {
	tests := false
	for _, file := range c.Files {
		if !isGo(file) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file.Name, file.Data, parser.SkipObjectResolution)
		if err != nil {
			return false
		}
		if !buildable(string(file.Data)) {
			continue // such as a generator, package main in the directory of another
		}
		tests = tests || strings.HasSuffix(file.Name, "_test.go")
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || fn.Recv != nil:
			case fn.Name.Name == "main":
				return false
			case testName.MatchString(fn.Name.Name):
				tests = true
			}
		}
	}
	return tests
}

// onlyBenchmarks says whether go test would run nothing unasked of what there is.
func (c *Case) onlyBenchmarks() bool {
	return !c.hasTests() && bytes.Contains(c.Source(), []byte("\nfunc Benchmark"))
}

func (c *Case) hasTests() bool {
	return slices.ContainsFunc(c.Files, func(f txtar.File) bool {
		return isGo(f) && slices.ContainsFunc(unasked.FindAllString(string(f.Data), -1), func(s string) bool { return s != "func TestMain(" })
	})
}

var unasked = regexp.MustCompile(`(?m)^func (Test|Example|Fuzz)([^a-z(]\w*)?\(`)

func isGo(f txtar.File) bool { return path.Ext(f.Name) == ".go" }

var testName = regexp.MustCompile(`^(Test|Benchmark|Example|Fuzz)([^a-z]|$)`)

// Source is the program as the product takes it: the file, or an archive of
// several.
func (c *Case) Source() []byte {
	if len(c.Files) == 1 {
		return c.Files[0].Data
	}
	return txtar.Format(&txtar.Archive{Files: c.Files})
}

// The sections of a case's archive that are not files of the program.
const (
	sectionArgs     = "args"
	sectionStdin    = "stdin"
	sectionStdout   = "stdout"
	sectionStdoutNL = "stdout without final newline"
	sectionStderr   = "stderr"
	sectionExit     = "exit"
)

// ParseCase reads a case from an archive:
//
//	What the program shows.
//	-- prog.go --
//	…
//	-- stdout --
//	…
//
// A file's name has a dot or a slash. Sections besides the program's files, all optional: args (one a line), stdin,
// stdout, stderr (its first line) and exit (the status; 0 if missing). There is
// no recorded outcome without one of the last three. Where a Go release changed
// the outcome, sections named "stdout go1.27" and so on have it from then on.
func ParseCase(name string, data []byte) (*Case, error) {
	c := &Case{Name: name}
	ar := txtar.Parse(data)
	c.Doc = strings.TrimSpace(string(ar.Comment))
	c.recorded = map[string]*Outcome{}
	for _, f := range ar.Files {
		section, release := f.Name, ""
		if m := releaseSection.FindStringSubmatch(f.Name); m != nil {
			section, release = m[1], m[2]
		}
		want := c.recorded[release]
		if want == nil {
			want = &Outcome{}
		}
		recorded := false
		switch section {
		case sectionArgs:
			c.Args = strings.Split(strings.TrimSuffix(string(f.Data), "\n"), "\n")
		case sectionStdin:
			c.Stdin = f.Data
		case sectionStdout:
			want.Stdout, recorded = f.Data, true
		case sectionStdoutNL:
			want.Stdout, recorded = bytes.TrimSuffix(f.Data, []byte("\n")), true
		case sectionStderr:
			want.Stderr, recorded = strings.TrimSuffix(string(f.Data), "\n"), true
		case sectionExit:
			n, err := strconv.Atoi(strings.TrimSpace(string(f.Data)))
			if err != nil {
				return nil, fmt.Errorf("%s: section exit: %w", name, err)
			}
			want.Exit, recorded = n, true
		default:
			if !strings.ContainsAny(f.Name, "./") {
				return nil, fmt.Errorf("%s: unknown section %q", name, f.Name)
			}
			c.Files = append(c.Files, f)
		}
		if recorded {
			c.recorded[release] = want
		}
	}
	if !slices.ContainsFunc(c.Files, isGo) {
		return nil, fmt.Errorf("%s: no Go file in the archive", name)
	}
	c.Want = c.outcome(Release)
	return c, nil
}

var releaseSection = regexp.MustCompile(`^(.+) (go1\.\d+)$`)

// outcome is the recorded outcome that counts for a release.
func (c *Case) outcome(release string) *Outcome {
	best := ""
	for r := range c.recorded {
		if version.Compare(r, best) > 0 && version.Compare(r, release) <= 0 {
			best = r
		}
	}
	return c.recorded[best]
}

// record notes what the program does with Release. oldest is the release whose
// outcomes are for all.
func (c *Case) record(o *Outcome, oldest string) {
	if c.recorded == nil {
		c.recorded = map[string]*Outcome{}
	}
	before := c.recorded[""]
	switch {
	case Release == oldest, before == nil:
		c.recorded[""] = o
	case before.Equal(o) && before.Stderr == o.Stderr:
		delete(c.recorded, Release)
	default:
		c.recorded[Release] = o
	}
	c.Want = o
}

// builds reports whether the case is for Release: a file that asks for a newer
// one keeps it out. What a file of several asks of the platform is a part of the
// case.
func (c *Case) builds() bool {
	return !slices.ContainsFunc(c.Files, func(f txtar.File) bool {
		return isGo(f) && !buildable(string(f.Data)) && (len(c.Files) == 1 || releaseTag.Match(f.Data))
	})
}

var releaseTag = regexp.MustCompile(`(?m)^//go:build .*\bgo1\.`)

// Format is the archive that ParseCase reads.
func (c *Case) Format() []byte {
	ar := &txtar.Archive{Files: append([]txtar.File(nil), c.Files...)}
	if c.Doc != "" {
		ar.Comment = []byte(c.Doc + "\n")
	}
	add := func(name string, data []byte) { ar.Files = append(ar.Files, txtar.File{Name: name, Data: data}) }
	if len(c.Args) > 0 {
		add(sectionArgs, []byte(strings.Join(c.Args, "\n")))
	}
	if len(c.Stdin) > 0 {
		add(sectionStdin, c.Stdin)
	}
	for _, release := range slices.Sorted(maps.Keys(c.recorded)) {
		w, suffix := c.recorded[release], ""
		if release != "" {
			suffix = " " + release
		}
		if len(w.Stdout) > 0 && !bytes.HasSuffix(w.Stdout, []byte("\n")) {
			add(sectionStdoutNL+suffix, w.Stdout)
		} else {
			add(sectionStdout+suffix, w.Stdout)
		}
		if w.Stderr != "" {
			add(sectionStderr+suffix, []byte(w.Stderr))
		}
		if w.Exit != 0 {
			add(sectionExit+suffix, []byte(strconv.Itoa(w.Exit)))
		}
	}
	return txtar.Format(ar)
}

// ReadCases reads all Go files and archives below fsys that keep accepts; a nil
// keep accepts all. A Go file is a case without a recorded outcome. Programs for
// a newer release than Release are left out.
func ReadCases(fsys fs.FS, keep func(name string, data []byte) bool) ([]*Case, error) {
	var cases []*Case
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		if err != nil || d.IsDir() || ext != ".go" && ext != ".txtar" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if keep != nil && !keep(name, data) {
			return nil
		}
		c := &Case{Name: name, Files: []txtar.File{{Name: path.Base(name), Data: data}}, Args: runArgs(data)}
		if ext == ".txtar" {
			if c, err = ParseCase(name, data); err != nil {
				return err
			}
		}
		if c.builds() {
			cases = append(cases, c)
		}
		return nil
	})
	return cases, err
}
