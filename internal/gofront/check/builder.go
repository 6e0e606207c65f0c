package check

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"playground/internal/diag"
)

// builder is the checking of one program: its packages one after the other, each
// after those that it imports, as the go command builds them.
type builder struct {
	c       *Checker
	archive *archive
	// packages are the reader's own by import path; nil while one is being
	// checked, so that a cycle is seen.
	packages map[string]*Package
	order    []*Package
	path     []string // of the imports that are being followed
	units    map[string]*Unit
}

// program finds what the archive's program is and checks it.
func (b *builder) program() (*Program, []diag.Diagnostic) {
	p := &Program{Module: b.archive.module, Declared: b.archive.declared, Data: b.archive.others()}
	dirs, diags := b.roots()
	if len(diags) > 0 {
		return nil, diags
	}
	for _, dir := range dirs {
		list, diags := b.root(dir)
		if len(diags) > 0 {
			return nil, diags
		}
		if p.Package == nil {
			p.Package = list[0]
		}
		if len(dirs) == 1 && len(list) == 1 && list[0].hasMain() {
			break // go run: its tests are not looked at
		}
		for _, pkg := range list {
			tests, diags := pkg.findTests(b.archive)
			if len(diags) > 0 {
				return nil, bounded(diags)
			}
			p.Tests = append(p.Tests, tests...)
		}
		p.Mode = ModeTest
	}
	p.Packages, p.Units = b.order, b.initOrder()
	if diags := p.entry(b.archive); len(diags) > 0 {
		return nil, diags
	}
	p.Debug, diags = p.debugSettings(b.archive)
	return p, bounded(diags)
}

// roots are the directories whose packages run: the top, or, where that has no
// Go files, the one that holds package main, or all that hold tests.
func (b *builder) roots() ([]string, []diag.Diagnostic) {
	var mains, tested []string
	for _, dir := range b.archive.dirs() {
		code, tests, ignored := b.archive.in(dir)
		if dir == "." {
			if len(code)+len(tests) == 0 {
				return nil, []diag.Diagnostic{archiveError("", fmt.Sprintf("build constraints exclude all Go files at the top of the archive (%d)", ignored))}
			}
			return []string{dir}, nil
		}
		if len(tests) > 0 {
			tested = append(tested, dir)
		}
		if slices.ContainsFunc(code, isMainPackage) {
			mains = append(mains, dir)
		}
	}
	switch {
	case len(mains) == 1:
		return mains, nil
	case len(mains) > 1:
		return nil, []diag.Diagnostic{archiveError("", fmt.Sprintf("the archive has no Go file at its top and several packages main (%s): put the one that runs at the top", strings.Join(mains, ", ")))}
	case len(tested) > 0:
		return tested, nil
	}
	return nil, []diag.Diagnostic{archiveError("", "the archive has neither a package main nor tests")}
}

// isMainPackage looks at the package clause alone.
func isMainPackage(f File) bool { return packageClause(f) == "main" }

// root checks the package in dir: package main without its tests, or the
// package with its tests and the package of those that are outside of it.
func (b *builder) root(dir string) ([]*Package, []diag.Diagnostic) {
	code, tests, _ := b.archive.in(dir)
	path := b.archive.importPath(dir)
	p, diags := b.c.parse(path, code)
	if len(diags) > 0 {
		return nil, compilerOrder(diags)
	}
	if p != nil && p.hasMain() {
		p.Path = "main"
		return []*Package{p}, b.check(p)
	}
	if p != nil && len(tests) == 0 && p.Name() == "main" {
		p.Path = "main"
	}
	inside, outside := b.partTests(code, tests)
	var list []*Package
	if files := slices.Concat(code, inside); len(files) > 0 {
		if len(inside) > 0 {
			if p, diags = b.c.parse(path, files); len(diags) > 0 {
				return nil, compilerOrder(diags)
			}
		}
		list = append(list, p)
	}
	if len(outside) > 0 {
		q, diags := b.c.parse(path+"_test", outside)
		if len(diags) > 0 {
			return nil, compilerOrder(diags)
		}
		list = append(list, q)
	}
	for _, p := range list {
		if diags := b.check(p); len(diags) > 0 {
			return nil, diags
		}
	}
	return list, nil
}

// partTests tells the test files of the package itself from those of the package
// with _test behind its name.
func (b *builder) partTests(code, tests []File) (inside, outside []File) {
	for _, f := range tests {
		name := packageClause(f)
		own := strings.TrimSuffix(name, "_test")
		if own != name && !slices.ContainsFunc(code, func(c File) bool { return packageClause(c) == name }) {
			outside = append(outside, f)
		} else {
			inside = append(inside, f)
		}
	}
	return inside, outside
}

// check checks p after what it imports, and keeps it.
func (b *builder) check(p *Package) []diag.Diagnostic {
	b.packages[p.Path] = nil
	b.path = append(b.path, p.Path)
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // go/parser has refused it
			}
			if diags := b.need(p, spec, path); len(diags) > 0 {
				return diags
			}
		}
	}
	b.path = b.path[:len(b.path)-1]
	if diags := b.refusedImports(p); len(diags) > 0 {
		return bounded(diags)
	}
	p.soft = append(p.soft, p.branchErrors()...)
	if diags := b.typeCheck(p); len(diags) > 0 {
		return diags
	}
	if diags := refusedMembers(p); len(diags) > 0 {
		return bounded(diags)
	}
	if diags := p.embeds(b.archive); len(diags) > 0 {
		return bounded(diags)
	}
	b.packages[p.Path] = p
	b.units[p.Path] = &p.Unit
	b.order = append(b.order, p)
	return nil
}

// need sees to it that an imported package that is source is checked. What is
// refused is said later, of all imports at once.
func (b *builder) need(p *Package, spec *ast.ImportSpec, path string) []diag.Diagnostic {
	dir, own := b.archive.dirOf(path)
	if !own || b.standard(path) {
		return nil
	}
	known, seen := b.packages[path]
	if known != nil {
		return nil
	}
	if seen {
		return []diag.Diagnostic{p.diagnostic(spec.Path, "import.cycle", "import cycle not allowed: "+strings.Join(append(b.path[slices.Index(b.path, path):], path), " imports "))}
	}
	code, _, _ := b.archive.in(dir)
	if len(code) == 0 {
		return nil
	}
	q, diags := b.c.parse(path, code)
	if len(diags) > 0 {
		return compilerOrder(diags)
	}
	if q.Name() == "main" {
		return []diag.Diagnostic{p.diagnostic(spec.Path, "import.main", fmt.Sprintf("import %q is a program, not an importable package", path))}
	}
	return b.check(q)
}

// standard says whether path is the standard library's: a module without a dot
// in its name could hide it.
func (b *builder) standard(path string) bool { return b.c.importer.Has(path) }

// Import implements types.Importer for the packages of the program.
func (b *builder) Import(path string) (*types.Package, error) {
	if p := b.packages[path]; p != nil {
		return p.Types, nil
	}
	if b.standard(path) {
		return b.c.importer.Import(path)
	}
	if _, ok := b.c.library.Package(path); ok {
		u, err := b.c.module(path)
		if err != nil {
			return nil, err
		}
		return u.Types, nil
	}
	return b.c.importer.Import(path)
}

// initOrder is the order in which Go initialises packages: sorted by import
// path, each as soon as those that it imports are.
func (b *builder) initOrder() []*Unit {
	units := map[*types.Package]*Unit{}
	var add func(u *Unit)
	add = func(u *Unit) {
		if units[u.Types] != nil {
			return
		}
		units[u.Types] = u
		for _, imported := range u.Types.Imports() {
			if v := b.unitOf(imported); v != nil {
				add(v)
			}
		}
	}
	for _, p := range b.order {
		add(&p.Unit)
	}
	var rest, out []*Unit
	for _, u := range units {
		rest = append(rest, u)
	}
	slices.SortFunc(rest, func(u, v *Unit) int {
		return cmp.Or(compareBool(u.Path == "main", v.Path == "main"), strings.Compare(u.Path, v.Path))
	})
	for len(rest) > 0 {
		i := slices.IndexFunc(rest, func(u *Unit) bool {
			return !slices.ContainsFunc(u.Types.Imports(), func(p *types.Package) bool { return slices.Contains(rest, units[p]) })
		})
		out = append(out, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (b *builder) unitOf(p *types.Package) *Unit {
	if u := b.units[p.Path()]; u != nil && u.Types == p {
		return u
	}
	if u := b.c.modules[p.Path()]; u != nil && u.Types == p {
		return u
	}
	return nil
}
