package check

import (
	"bytes"
	"fmt"
	"go/build"
	"go/build/constraint"
	"go/version"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
)

// DefaultFile names the file of a program that is no archive.
const DefaultFile = "prog.go"

// defaultModule is the module that a program without a go.mod is, as in the Go
// playground.
const defaultModule = "play"

// Bounds of a program's archive.
const (
	maxFiles = 256
	maxName  = 256 // bytes of a file's name
)

// archive is a reader's text taken apart: a module.
type archive struct {
	files    []File // Go files, in the archive's order
	data     []File // the others, go.mod among them
	single   bool   // the text is one Go file
	module   string // its path
	declared bool   // by a go.mod
	language string // such as go1.26
	debug    map[string]string
}

// open takes a program apart. A text that holds a txtar marker at the start of a
// line is an archive; what stands before its first marker is a file of its own
// unless it is blank, as in the Go playground.
func open(source string) (*archive, []diag.Diagnostic) {
	a := &archive{module: defaultModule, language: abi.Language}
	files, single := split(source)
	a.single = single
	if diags := a.sort(files); len(diags) > 0 {
		return nil, diags
	}
	return a, a.readModule()
}

func split(source string) (files []File, single bool) {
	lone := []File{{DefaultFile, source}}
	if !strings.HasPrefix(source, "-- ") && !strings.Contains(source, "\n-- ") {
		return lone, true
	}
	a := txtar.Parse([]byte(source))
	if len(a.Files) == 0 {
		return lone, true
	}
	if len(bytes.TrimSpace(a.Comment)) > 0 {
		files = append(files, File{DefaultFile, string(a.Comment)})
	}
	for _, f := range a.Files {
		files = append(files, File{f.Name, string(f.Data)})
	}
	return files, false
}

// sort checks the archive's names and parts what is Go from what is not.
func (a *archive) sort(files []File) []diag.Diagnostic {
	var bad []diag.Diagnostic
	seen := map[string]bool{}
	for _, f := range files {
		switch {
		case seen[f.Name]:
			bad = append(bad, archiveError(f.Name, "two files have this name"))
		case !validName(f.Name):
			bad = append(bad, archiveError(f.Name, "a file's name is a path within the archive, such as sub/x.go"))
		case path.Base(f.Name) == "go.mod" && f.Name != "go.mod":
			bad = append(bad, archiveError(f.Name, "an archive is one module: its go.mod is at the top"))
		case strings.HasSuffix(f.Name, ".go"):
			a.files = append(a.files, f)
		default:
			a.data = append(a.data, f)
		}
		seen[f.Name] = true
	}
	switch {
	case len(bad) > 0:
		return bad
	case len(a.files) == 0:
		return []diag.Diagnostic{archiveError("", "the archive holds no .go file")}
	case len(files) > maxFiles:
		return []diag.Diagnostic{archiveError("", fmt.Sprintf("the archive holds %d files; at most %d here", len(files), maxFiles))}
	}
	return nil
}

func validName(name string) bool {
	return fs.ValidPath(name) && name != "." && len(name) <= maxName && !strings.ContainsAny(name, `\:`+"\x00")
}

func archiveError(file, msg string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: "source.archive", Message: msg, Range: diag.Range{File: file, Line: 1, Column: 1}}
}

// readModule obeys the archive's go.mod. What it requires is not asked for: the
// versions here are the ones that there are.
func (a *archive) readModule() []diag.Diagnostic {
	i := slices.IndexFunc(a.data, func(f File) bool { return f.Name == "go.mod" })
	if i < 0 {
		return nil
	}
	mod, err := modfile.Parse("go.mod", []byte(a.data[i].Text), anyVersion)
	if err != nil {
		return moduleErrors(err)
	}
	a.declared = true
	if mod.Module != nil {
		a.module = mod.Module.Mod.Path
	}
	for _, g := range mod.Godebug {
		if err := checkSetting("godebug", g.Key, g.Value); err != nil {
			return []diag.Diagnostic{pointAt("go.mod", g.Syntax.Start.Line, 1, "source.debug", err.Error())}
		}
		if a.debug == nil {
			a.debug = map[string]string{}
		}
		a.debug[g.Key] = g.Value
	}
	if mod.Go != nil {
		// A go.mod without a go line is what "go mod tidy" would make of it: of
		// this release.
		a.language = version.Lang("go" + mod.Go.Version)
		if version.Compare("go"+mod.Go.Version, abi.Language) > 0 && version.Compare(a.language, abi.Language) > 0 {
			msg := fmt.Sprintf("go.mod requires go >= %s (running %s)", mod.Go.Version, abi.Language)
			return []diag.Diagnostic{pointAt("go.mod", mod.Go.Syntax.Start.Line, 1, "source.module", msg)}
		}
	}
	return nil
}

// anyVersion takes a version as it is written, as no version is looked for.
func anyVersion(_, version string) (string, error) { return version, nil }

func moduleErrors(err error) []diag.Diagnostic {
	list, ok := err.(modfile.ErrorList)
	if !ok {
		return []diag.Diagnostic{archiveError("go.mod", err.Error())}
	}
	var diags []diag.Diagnostic
	for _, e := range list {
		diags = append(diags, pointAt("go.mod", max(e.Pos.Line, 1), max(e.Pos.LineRune, 1), "source.module", e.Err.Error()))
	}
	return diags
}

// others are the files that a program finds beside it: all of an archive.
func (a *archive) others() []File {
	if a.single {
		return nil
	}
	return slices.Concat(a.data, a.files)
}

// dirs lists the directories that hold Go files, sorted.
func (a *archive) dirs() []string {
	var list []string
	for _, f := range a.files {
		if d := path.Dir(f.Name); !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	slices.Sort(list)
	return list
}

// importPath is that of the package in dir.
func (a *archive) importPath(dir string) string { return path.Join(a.module, dir) }

// dirOf finds the directory of an imported package of the archive's module.
func (a *archive) dirOf(importPath string) (dir string, ok bool) {
	if importPath == a.module {
		return ".", true
	}
	return strings.CutPrefix(importPath, a.module+"/")
}

// in returns the files of a directory that a build takes, sorted by name as the
// go command hands them to the compiler, and those that only a test takes.
// ignored are the ones that build constraints keep out.
func (a *archive) in(dir string) (code, tests []File, ignored int) {
	c := build.Default
	c.GOOS, c.GOARCH, c.CgoEnabled = "linux", "amd64", false
	for _, f := range a.files {
		if path.Dir(f.Name) != dir {
			continue
		}
		c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.Text)), nil }
		// An error is one of syntax, which the parser has better words for.
		if take, err := c.MatchFile(".", path.Base(f.Name)); err == nil && !take && !a.single {
			ignored++
			continue
		}
		if strings.HasSuffix(f.Name, "_test.go") {
			tests = append(tests, f)
		} else {
			code = append(code, f)
		}
	}
	byName := func(f, g File) int { return strings.Compare(f.Name, g.Name) }
	slices.SortStableFunc(code, byName)
	slices.SortStableFunc(tests, byName)
	return code, tests, ignored
}

// constraintErrors finds a second //go:build line, which the go command refuses: before
// it, only comments and empty lines count.
func constraintErrors(f File) []diag.Diagnostic {
	c := build.Default
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.Text)), nil }
	const words = "multiple //go:build comments"
	if _, err := c.MatchFile(".", path.Base(f.Name)); err == nil || !strings.HasSuffix(err.Error(), words) {
		return nil
	}
	seen := false
	for i, line := range strings.Split(f.Text, "\n") {
		if !constraint.IsGoBuild(strings.TrimSpace(line)) {
			continue
		}
		if seen {
			return []diag.Diagnostic{pointAt(f.Name, i+1, 1, "syntax", words)}
		}
		seen = true
	}
	return nil
}

// hygiene finds what the compiler's scanner refuses in any text: NUL, bytes
// that are not UTF-8, a byte order mark that is not at the start. At most one
// finding per line.
func hygiene(f File) []diag.Diagnostic {
	var out []diag.Diagnostic
	line, start, last := 1, 0, 0
	add := func(at int, msg string) {
		if last != line && len(out) < maxErrors {
			out = append(out, pointAt(f.Name, line, at-start+1, "syntax", msg))
		}
		last = line
	}
	for i := 0; i < len(f.Text); {
		c := f.Text[i]
		if c < utf8.RuneSelf {
			switch c {
			case 0:
				add(i, "invalid NUL character")
			case '\n':
				line, start = line+1, i+1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(f.Text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			add(i, "invalid UTF-8 encoding")
		case r == '\uFEFF' && i > 0:
			add(i, "invalid BOM in the middle of the file")
		}
		i += n
	}
	return out
}

func pointAt(file string, line, column int, code, msg string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Message: msg, Range: diag.Range{File: file, Line: line, Column: column}}
}
