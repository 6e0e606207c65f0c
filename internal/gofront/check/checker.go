package check

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
	"playground/internal/gofront/module"
	"playground/internal/gofront/stdlib"
)

// maxErrors is where the compiler gives up.
const maxErrors = 10

// Checker checks programs. It is for one goroutine.
type Checker struct {
	fset     *token.FileSet
	importer *stdlib.Importer
	library  *module.Library
	modules  map[string]*Unit
	unusable map[string]error // packages of modules that cannot be imported
	twins    map[string]*Unit
}

// New returns a Checker for programs that may import the packages of library
// beside the standard library's. It has decoded nothing yet: a package is
// decoded when a program first imports it.
func New(library *module.Library) (*Checker, error) {
	fset := token.NewFileSet()
	importer, err := stdlib.NewImporter(fset)
	if err != nil {
		return nil, err
	}
	return &Checker{
		fset: fset, importer: importer, library: library,
		modules: map[string]*Unit{}, unusable: map[string]error{}, twins: map[string]*Unit{},
	}, nil
}

// Fset holds the positions of every file that the Checker has read.
func (c *Checker) Fset() *token.FileSet { return c.fset }

// Importer is the one that programs and twins share, so that their types are
// identical.
func (c *Checker) Importer() types.Importer { return c.importer }

// Check parses and type-checks a program: one Go file, named prog.go, or
// several as a txtar archive, which is a module. The program is nil when there
// is an error among the diagnostics, which are sorted by position and at most a
// dozen.
func (c *Checker) Check(source string) (*Program, []diag.Diagnostic) {
	a, diags := open(source)
	if len(diags) > 0 {
		return nil, bounded(diags)
	}
	b := &builder{c: c, archive: a, packages: map[string]*Package{}, units: map[string]*Unit{}}
	p, diags := b.program()
	if len(diags) > 0 {
		return nil, diags
	}
	return p, nil
}

// parse returns a package's syntax trees, or what is wrong with its text. It is
// nil if there are no files.
func (c *Checker) parse(path string, files []File) (*Package, []diag.Diagnostic) {
	if len(files) == 0 {
		return nil, nil
	}
	p := &Package{Unit: Unit{Path: path}, Fset: c.fset, Sources: files}
	var diags []diag.Diagnostic
	for _, f := range files {
		if bad := defuse(f); len(bad) > 0 {
			diags = append(diags, bad...)
			continue
		}
		syntax, err := parser.ParseFile(c.fset, f.Name, f.Text, parseMode(f))
		bad, fatal := syntaxErrors(f, err)
		if fatal {
			diags = append(diags, bad...)
			continue
		}
		p.soft = append(p.soft, bad...)
		if text, ok := withoutStrays(f, bad); ok {
			syntax, _ = parser.ParseFile(c.fset, f.Name, text, parseMode(f))
		}
		diags = append(diags, tooDeep(c.fset, syntax)...)
		p.Files = append(p.Files, syntax)
	}
	if len(diags) == 0 {
		diags = append(packageNames(p), longChain(p)...)
	}
	return p, diags
}

// parseMode leaves out the old object resolution, but for the one vet pass
// that still looks at it.
func parseMode(f File) parser.Mode {
	mode := parser.ParseComments | parser.AllErrors
	if !strings.Contains(f.Text, `"os/signal"`) {
		mode |= parser.SkipObjectResolution
	}
	return mode
}

// packageClause is the name of the package that f says it is of, or empty.
func packageClause(f File) string {
	syntax, _ := parser.ParseFile(token.NewFileSet(), f.Name, f.Text, parser.PackageClauseOnly)
	if syntax == nil || syntax.Name == nil {
		return ""
	}
	return syntax.Name.Name
}

// packageNames finds files of different packages.
func packageNames(p *Package) []diag.Diagnostic {
	first := p.Files[0]
	for i, f := range p.Files {
		if f.Name.Name != first.Name.Name {
			msg := fmt.Sprintf("found packages %s (%s) and %s (%s); a directory holds one package", first.Name.Name, p.Sources[0].Name, f.Name.Name, p.Sources[i].Name)
			return []diag.Diagnostic{p.diagnostic(f.Name, "source.package", msg)}
		}
	}
	return nil
}

// refusedImports finds imports that are not to be had.
func (b *builder) refusedImports(p *Package) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // go/parser has refused it
			}
			if why := b.refusal(p, path); why != "" {
				msg := fmt.Sprintf("import of %q is not allowed here: %s", path, why)
				diags = append(diags, p.diagnostic(spec.Path, "import.refused", msg))
			}
		}
	}
	return diags
}

// refusal says why p cannot import path, and what there is instead.
func (b *builder) refusal(p *Package, path string) string {
	if b.packages[path] != nil {
		return internalRefusal(p, path, b.archive.module)
	}
	if stdlib.Allowed(path) {
		return ""
	}
	if _, ok := b.c.library.Package(path); ok {
		if _, err := b.c.module(path); err != nil {
			return "it cannot run here: " + err.Error()
		}
		return internalRefusal(p, path, b.archive.module)
	}
	reason, instead := stdlib.Refusal(path)
	if _, own := b.archive.dirOf(path); reason != "" && own && !b.archive.single {
		return "the archive has no package of that path; it is module " + b.archive.module
	}
	if reason != "" && strings.Contains(strings.SplitN(path, "/", 2)[0], ".") && !strings.HasPrefix(path, ".") {
		instead = strings.TrimPrefix(instead+"; there are "+b.c.available(), "; ")
	}
	if reason != "" && instead != "" {
		reason += "; " + instead
	}
	return reason
}

// internalRefusal holds the rule of internal packages: they are for what lies
// beside them. Tests outside of a package lie in its directory.
func internalRefusal(p *Package, path, module string) string {
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return ""
	}
	importer := p.Path
	switch {
	case importer == "main":
		importer = module
	case strings.HasSuffix(p.Name(), "_test"):
		importer = strings.TrimSuffix(importer, "_test")
	}
	if root := strings.TrimSuffix(path[:i], "/"); importer == root || strings.HasPrefix(importer, root+"/") {
		return ""
	}
	return "internal packages are private to the module that holds them"
}

// refusedMembers finds uses of what the policy does not allow of a package that
// it does.
func refusedMembers(p *Package) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for id, o := range p.Info.Uses {
		if refusedMember(o) {
			path := o.Pkg().Path()
			msg := fmt.Sprintf("%s.%s cannot be used here: programs make no system calls of their own; of package %s there are the signals and the errors", path, o.Name(), path)
			diags = append(diags, p.diagnostic(id, "import.refused", msg))
		}
	}
	return diags
}

func refusedMember(o types.Object) bool {
	if _, isConst := o.(*types.Const); isConst || o.Pkg() == nil || o.Parent() != o.Pkg().Scope() {
		return false
	}
	return !stdlib.Member(o.Pkg().Path(), o.Name())
}

// Twin returns the checked source of the generic part of the package at path,
// and whether it has one. It is checked once per Checker.
func (c *Checker) Twin(path string) (*Unit, bool, error) {
	if u := c.twins[path]; u != nil {
		return u, true, nil
	}
	texts, ok := stdlib.Twin(path)
	if !ok {
		return nil, false, nil
	}
	u := &Unit{Path: path, Info: newInfo()}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		f, err := parser.ParseFile(c.fset, "$GOROOT/"+path+"/"+name, texts[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, true, fmt.Errorf("twin of %s: %w", path, err)
		}
		u.Files = append(u.Files, f)
	}
	pkg, err := c.config(nil).Check(path, c.fset, u.Files, u.Info)
	if err != nil {
		return nil, true, fmt.Errorf("twin of %s: %w", path, err)
	}
	u.Types = pkg
	c.twins[path] = u
	return u, true, nil
}

func (c *Checker) config(report func(error)) *types.Config {
	return &types.Config{
		Importer:  c.importer,
		GoVersion: abi.Language,
		Sizes:     types.SizesFor("gc", "amd64"),
		Error:     report,
	}
}

func newInfo() *types.Info {
	return &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Instances:    map[*ast.Ident]types.Instance{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Implicits:    map[ast.Node]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Scopes:       map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
}

// Draft is a file of a program that is being written, with its package as far as
// that can be parsed and type-checked.
type Draft struct {
	File  *ast.File
	Types *types.Package
	Info  *types.Info
}

// Draft returns the file of that name. Errors are passed over; there is nothing
// where the archive cannot be read, or the file would take a parser's stack.
func (c *Checker) Draft(source, name string) (*Draft, bool) {
	a, diags := open(source)
	if len(diags) > 0 {
		return nil, false
	}
	for _, files := range a.byPackage() {
		if !slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			continue
		}
		return c.draft(a, files, name)
	}
	return nil, false
}

func (c *Checker) draft(a *archive, files []File, name string) (*Draft, bool) {
	d := &Draft{Info: newInfo()}
	var parsed []*ast.File
	for _, f := range files {
		if len(defuse(f)) > 0 {
			return nil, false
		}
		file, _ := parser.ParseFile(c.fset, f.Name, f.Text, parser.ParseComments|parser.AllErrors|parser.SkipObjectResolution)
		if file == nil || len(tooDeep(c.fset, file)) > 0 {
			return nil, false
		}
		if f.Name == name {
			d.File = file
		}
		parsed = append(parsed, file)
	}
	b := &builder{c: c, archive: a, packages: map[string]*Package{}, units: map[string]*Unit{}}
	p := &Package{Unit: Unit{Path: "main", Files: parsed}, Fset: c.fset, Sources: files}
	for _, f := range parsed {
		for _, spec := range f.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil {
				b.need(p, spec, path)
			}
		}
	}
	conf := c.config(func(error) {})
	conf.Importer, conf.GoVersion = b, a.language
	d.Types, _ = conf.Check("main", c.fset, parsed, d.Info) // what is wrong is not asked for
	return d, d.Types != nil
}
