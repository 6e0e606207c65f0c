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
	"playground/internal/gofront/stdlib"
)

// maxErrors is where the compiler gives up.
const maxErrors = 10

// Checker checks programs. It is for one goroutine.
type Checker struct {
	fset     *token.FileSet
	importer *stdlib.Importer
	twins    map[string]*Unit
}

// New returns a Checker that has decoded nothing yet: a package is decoded when
// a program first imports it.
func New() (*Checker, error) {
	fset := token.NewFileSet()
	importer, err := stdlib.NewImporter(fset)
	if err != nil {
		return nil, err
	}
	return &Checker{fset: fset, importer: importer, twins: map[string]*Unit{}}, nil
}

// Fset holds the positions of every file that the Checker has read.
func (c *Checker) Fset() *token.FileSet { return c.fset }

// Importer is the one that programs and twins share, so that their types are
// identical.
func (c *Checker) Importer() types.Importer { return c.importer }

// Check parses and type-checks a program: one Go file, named prog.go, or
// several as a txtar archive. The program is nil when there is an error among
// the diagnostics, which are sorted by position and at most a dozen.
func (c *Checker) Check(source string) (*Program, []diag.Diagnostic) {
	files, diags := split(source)
	if len(diags) > 0 {
		return nil, bounded(diags)
	}
	p, diags := c.parse(files)
	if len(diags) > 0 {
		return nil, compilerOrder(diags)
	}
	if diags := refusedImports(p); len(diags) > 0 {
		return nil, bounded(diags)
	}
	p.soft = append(p.soft, p.branchErrors()...)
	if diags := c.typeCheck(p); len(diags) > 0 {
		return nil, diags
	}
	if diags := refusedMembers(p); len(diags) > 0 {
		return nil, bounded(diags)
	}
	if diags := p.findEntry(); len(diags) > 0 {
		return nil, bounded(diags)
	}
	return p, nil
}

// parse returns the program's syntax trees, or what is wrong with its text.
func (c *Checker) parse(files []File) (*Program, []diag.Diagnostic) {
	p := &Program{Unit: Unit{Path: "main"}, Fset: c.fset, Sources: files}
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

// packageNames finds files of different packages.
func packageNames(p *Program) []diag.Diagnostic {
	first := p.Files[0]
	for i, f := range p.Files {
		if f.Name.Name != first.Name.Name {
			msg := fmt.Sprintf("found packages %s (%s) and %s (%s); a program here is one package", first.Name.Name, p.Sources[0].Name, f.Name.Name, p.Sources[i].Name)
			return []diag.Diagnostic{p.diagnostic(f.Name, "source.package", msg)}
		}
	}
	return nil
}

// refusedImports finds imports that the policy does not allow.
func refusedImports(p *Program) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Files {
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // go/parser has refused it
			}
			reason, instead := stdlib.Refusal(path)
			if reason == "" {
				continue
			}
			msg := fmt.Sprintf("import of %q is not allowed here: %s", path, reason)
			if instead != "" {
				msg += "; " + instead
			}
			diags = append(diags, p.diagnostic(spec.Path, "import.refused", msg))
		}
	}
	return diags
}

// refusedMembers finds uses of what the policy does not allow of a package that
// it does.
func refusedMembers(p *Program) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for id, o := range p.Info.Uses {
		if _, isConst := o.(*types.Const); isConst || o.Pkg() == nil || o.Parent() != o.Pkg().Scope() {
			continue
		}
		if path := o.Pkg().Path(); !stdlib.Member(path, o.Name()) {
			msg := fmt.Sprintf("%s.%s cannot be used here: programs make no system calls of their own; of package %s there are the signals and the errors", path, o.Name(), path)
			diags = append(diags, p.diagnostic(id, "import.refused", msg))
		}
	}
	return diags
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
