package module

import (
	_ "embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:generate go run ./gen

//go:embed bundle.txtar
var bundle []byte

// Module is a module at a version.
type Module struct {
	Path, Version string
	// Go is the language version of its source, such as go1.24.
	Go string
	// Sum is what go.sum has of it, or empty where nobody said.
	Sum string
}

// Package is a package's source.
type Package struct {
	Path   string // by which it is imported
	Module *Module
	Files  []File // those that a build for linux/amd64 takes, sorted
}

// File is a Go file.
type File struct {
	// Name is what a trace shows, as of a program built with -trimpath:
	// "golang.org/x/sync@v0.25.0/errgroup/errgroup.go".
	Name string
	Text string
}

// Library is a set of packages. Its methods are for one goroutine.
type Library struct {
	packages map[string]*Package
	warm     []string
	// bundled says that the packages that are built in are to be added when
	// first asked for: most programs need none, and every worker starts with them.
	bundled bool
}

// Bundled returns the packages that are built in.
func Bundled() *Library { return &Library{bundled: true} }

// all are l's packages.
func (l *Library) all() map[string]*Package {
	if !l.bundled {
		return l.packages
	}
	l.bundled, l.packages = false, map[string]*Package{}
	ar := txtar.Parse(bundle)
	var modules []*Module
	for line := range strings.Lines(string(ar.Comment)) {
		var m Module
		if n, _ := fmt.Sscan(line, &m.Path, &m.Version, &m.Go, &m.Sum); n == 4 && strings.HasPrefix(m.Sum, "h1:") {
			modules = append(modules, &m)
		}
	}
	for _, f := range ar.Files {
		if path.Ext(f.Name) == ".go" {
			l.add(moduleOf(modules, f.Name), path.Dir(f.Name), path.Base(f.Name), string(f.Data))
		}
	}
	return l.packages
}

func moduleOf(modules []*Module, name string) *Module {
	for _, m := range modules {
		if strings.HasPrefix(name, m.Path+"/") {
			return m
		}
	}
	return nil
}

// add keeps a file of the package at importPath.
func (l *Library) add(m *Module, importPath, name, text string) {
	p := l.packages[importPath]
	if p == nil {
		p = &Package{Path: importPath, Module: m}
		l.packages[importPath] = p
	}
	dir := m.Path + "@" + m.Version + strings.TrimPrefix(importPath, m.Path)
	p.Files = append(p.Files, File{dir + "/" + name, text})
}

// With returns a library of l's modules and more's, which come first where both
// have one: then nothing of l's is left, lest versions mix.
func (l *Library) With(more *Library) *Library {
	have := map[string]bool{}
	for _, p := range more.all() {
		have[p.Module.Path] = true
	}
	all := &Library{packages: maps.Clone(more.all()), warm: more.small()}
	for path, p := range l.all() {
		if !have[p.Module.Path] {
			all.packages[path] = p
		}
	}
	return all
}

// maxWarm bounds the Go text that is checked before a program asks for it, in
// bytes: what an idle worker holds of it takes ten times as much.
const maxWarm = 512 << 10

// small lists the packages that can be kept warm, as many as maxWarm allows.
func (l *Library) small() []string {
	var list []string
	size := 0
	for _, path := range l.Paths() {
		for _, f := range l.all()[path].Files {
			size += len(f.Text)
		}
		if size > maxWarm {
			break
		}
		list = append(list, path)
	}
	return list
}

// Warm lists the packages that a worker which waits may as well check: an
// operator's, who has named them because programs import them.
func (l *Library) Warm() []string { return l.warm }

// Package finds a package by its import path.
func (l *Library) Package(path string) (*Package, bool) {
	p, ok := l.all()[path]
	return p, ok
}

// Paths lists what can be imported, sorted. Internal packages are left out:
// only their own modules import them.
func (l *Library) Paths() []string {
	var list []string
	for path := range l.all() {
		if !internal(path) {
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return list
}

func internal(path string) bool {
	return slices.Contains(strings.Split(path, "/"), "internal")
}
