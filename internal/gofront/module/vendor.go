package module

import (
	"cmp"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"go/version"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// MaxText bounds the Go text of a folder, in bytes: each worker keeps it, and
// the checker needs about ten times as much for what a program imports of it.
const MaxText = 8 << 20

// ListFile is the file of a vendor folder in which "go mod vendor" lists what
// is in it.
const ListFile = "modules.txt"

// Read reads a folder that "go mod vendor" made: DIR/modules.txt and a folder
// for each package. Errors say which file is at fault.
func Read(dir string) (*Library, error) {
	list, err := os.ReadFile(filepath.Join(dir, ListFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no %s: name the vendor folder that \"go mod vendor\" made", dir, ListFile)
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%w: workers may have another user than the server, so make the folder readable for all", err)
	}
	if err != nil {
		return nil, err
	}
	r := reader{dir: dir, lib: &Library{packages: map[string]*Package{}}, contexts: buildContexts()}
	if err := r.read(string(list)); err != nil {
		return nil, err
	}
	if len(r.lib.packages) == 0 {
		return nil, fmt.Errorf("%s lists no packages", filepath.Join(dir, ListFile))
	}
	return r.lib, nil
}

// buildContexts are the platforms for which a package is looked at, the one that
// programs are promised first. The tags are those by which modules leave out assembly
// (purego) and package unsafe. Those that know no such tag mostly have files without
// for App Engine, which forbade them, or for browsers, which have no system calls.
func buildContexts() []*build.Context {
	promised := build.Default
	promised.GOOS, promised.GOARCH, promised.CgoEnabled = "linux", "amd64", false
	promised.BuildTags = []string{"purego", "safe", "disableunsafe"}
	engine, browser := promised, promised
	engine.BuildTags = append(slices.Clone(promised.BuildTags), "appengine")
	browser.GOOS, browser.GOARCH = "js", "wasm"
	return []*build.Context{&promised, &engine, &browser}
}

type reader struct {
	dir      string
	lib      *Library
	contexts []*build.Context
	size     int64
}

// read follows the list: "# path version" begins a module, "## explicit; go
// 1.24" says more of it, and every other line is a package.
func (r *reader) read(list string) error {
	var m *Module
	n := 0
	for line := range strings.Lines(list) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## "):
			if m != nil {
				m.Go = languageOf(line)
			}
		case strings.HasPrefix(line, "# "):
			m = moduleLine(line)
		case line == "":
		case m == nil:
			return fmt.Errorf("%s:%d: package %s belongs to no module", filepath.Join(r.dir, ListFile), n, line)
		default:
			if err := r.readPackage(m, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// moduleLine reads "# path version", or "# path => replacement version" and its
// kin: what a module was replaced by is what is there.
func moduleLine(line string) *Module {
	own, replacement, _ := strings.Cut(strings.TrimPrefix(line, "# "), " => ")
	f := strings.Fields(own)
	if len(f) == 0 {
		return nil
	}
	m := &Module{Path: f[0], Version: "v0.0.0"}
	if len(f) > 1 {
		m.Version = f[1]
	}
	if f := strings.Fields(replacement); len(f) > 1 {
		m.Version = f[1]
	}
	return m
}

// languageOf finds the language in "## explicit; go 1.24.0". A module that does
// not say is as old as Go takes it for, go1.16.
func languageOf(line string) string {
	for part := range strings.SplitSeq(strings.TrimPrefix(line, "## "), ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "go "); ok {
			return version.Lang("go" + v)
		}
	}
	return ""
}

// readPackage reads the files of a package that a build would take for the platform whose
// files need the least.
func (r *reader) readPackage(m *Module, importPath string) error {
	if importPath != path.Clean(importPath) || !filepath.IsLocal(filepath.FromSlash(importPath)) {
		return fmt.Errorf("%s: %q is no import path", filepath.Join(r.dir, ListFile), importPath)
	}
	m.Go = cmp.Or(m.Go, "go1.16")
	dir := filepath.Join(r.dir, filepath.FromSlash(importPath))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s lists %s, but: %w", ListFile, importPath, err)
	}
	names, err := r.choose(dir, entries)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := r.readFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		r.lib.add(m, importPath, name, text)
	}
	return nil
}

// choose says which of a package's files are taken: those of the first platform that has
// the least need.
func (r *reader) choose(dir string, entries []os.DirEntry) (names []string, err error) {
	least := needs(-1)
	for _, context := range r.contexts {
		list, need, err := match(context, dir, entries)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 && (least < 0 || need < least) {
			names, least = list, need
		}
	}
	return names, nil
}

// needs is what files need besides Go and the standard library.
type needs int

const (
	nothing needs = iota
	memory        // package unsafe
	native        // assembly, C, system calls: they cannot run here
)

// match lists the files that a build for the platform takes, and what they need.
func match(context *build.Context, dir string, entries []os.DirEntry) (names []string, need needs, err error) {
	for _, e := range entries {
		name := e.Name()
		ext := path.Ext(name)
		if e.IsDir() || ext != ".go" && ext != ".s" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		take, err := context.MatchFile(dir, name)
		switch {
		case err != nil:
			return nil, 0, err
		case !take:
		case ext == ".s":
			need = native
		default:
			names = append(names, name)
			need = max(need, needsOf(filepath.Join(dir, name)))
		}
	}
	return names, need, nil
}

// needsOf goes by what a file imports. What is wrong with it otherwise is found by who
// checks it.
func needsOf(file string) (need needs) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nothing
	}
	for _, spec := range f.Imports {
		switch p, _ := strconv.Unquote(spec.Path.Value); {
		case p == "C", p == "syscall/js", strings.HasPrefix(p, "golang.org/x/sys/") && p != "golang.org/x/sys/cpu":
			return native
		case p == "unsafe":
			need = memory
		}
	}
	return need
}

func (r *reader) readFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxText-r.size+1))
	if err != nil {
		return "", err
	}
	if r.size += int64(len(text)); r.size > MaxText {
		return "", fmt.Errorf("%s holds more than %d MiB of Go text: vendor what programs import, no more", r.dir, MaxText>>20)
	}
	return string(text), nil
}
