package check

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/txtar"

	"playground/internal/diag"
	"playground/internal/gofront/stdlib"
)

// Format returns source as gofmt prints it, or what keeps it from being
// formatted. In an archive each Go file is formatted.
func (c *Checker) Format(source string) (string, []diag.Diagnostic) {
	return c.rewrite(source, func(*Package) {})
}

// FixImports is Format after it has removed the imports that are not used and
// added those of the standard library that are missing. What it cannot find an
// import for it leaves to Check.
func (c *Checker) FixImports(source string) (string, []diag.Diagnostic) {
	return c.rewrite(source, c.fixImports)
}

// rewrite parses source, has its syntax trees changed, package by package, and
// prints them.
func (c *Checker) rewrite(source string, change func(*Package)) (string, []diag.Diagnostic) {
	a, diags := open(source)
	if len(diags) > 0 {
		return "", bounded(diags)
	}
	texts := map[string]string{}
	for _, files := range a.byPackage() {
		p, diags := c.parse(defaultModule, files)
		diags = append(diags, p.soft...)
		if len(diags) > 0 {
			return "", compilerOrder(diags)
		}
		change(p)
		for i, f := range p.Files {
			text, err := printed(c.fset, f)
			if err != nil {
				return "", []diag.Diagnostic{pointAt(files[i].Name, 1, 1, "format", err.Error())}
			}
			texts[files[i].Name] = text
		}
	}
	return join(source, texts), nil
}

// byPackage parts the archive's files by directory and package.
func (a *archive) byPackage() [][]File {
	parts := map[string][]File{}
	for _, f := range a.files {
		key := path.Dir(f.Name)
		if name := packageClause(f); strings.HasSuffix(name, "_test") && strings.HasSuffix(f.Name, "_test.go") {
			key += " " + name
		}
		parts[key] = append(parts[key], f)
	}
	var list [][]File
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		list = append(list, parts[key])
	}
	return list
}

// printed prints f as gofmt does. Printing a second time settles what moving
// imports has unsettled.
func printed(fset *token.FileSet, f *ast.File) (string, error) {
	ast.SortImports(fset, f)
	var b bytes.Buffer
	if err := format.Node(&b, fset, f); err != nil {
		return "", err
	}
	text, err := format.Source(b.Bytes())
	return string(text), err
}

// join puts new texts into the place of the old ones. It is split's inverse.
func join(source string, texts map[string]string) string {
	a := txtar.Parse([]byte(source))
	if len(a.Files) == 0 {
		return texts[DefaultFile]
	}
	if len(bytes.TrimSpace(a.Comment)) > 0 {
		a.Comment = []byte(texts[DefaultFile])
	}
	for i, f := range a.Files {
		if text, ok := texts[f.Name]; ok {
			a.Files[i].Data = []byte(text)
		}
	}
	return string(txtar.Format(a))
}

// fixImports changes the imports of p's files by what go/types says of them.
func (c *Checker) fixImports(p *Package) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	undefined := map[token.Pos]bool{}
	unused := map[token.Pos]bool{}
	conf := c.config(func(err error) {
		e, ok := err.(types.Error)
		if !ok {
			return
		}
		switch _, code := span(e); codeName(code) {
		case "UndeclaredName":
			undefined[e.Pos] = true
		case "UnusedImport":
			unused[e.Pos] = true
		}
	})
	conf.Check("main", c.fset, p.Files, info)
	for _, f := range p.Files {
		removeImports(c.fset, f, unused)
		for name, members := range missing(f, undefined) {
			if path := c.packageFor(name, members); path != "" {
				astutil.AddImport(c.fset, f, path)
			}
		}
	}
}

func removeImports(fset *token.FileSet, f *ast.File, unused map[token.Pos]bool) {
	for _, spec := range slices.Clone(f.Imports) {
		if !unused[spec.Pos()] {
			continue
		}
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if p := importPath(spec); p != "" {
			astutil.DeleteNamedImport(fset, f, name, p)
		}
	}
}

func importPath(spec *ast.ImportSpec) string { return strings.Trim(spec.Path.Value, "\"`") }

// missing maps each undefined name of f that is used like a package to what is
// selected from it.
func missing(f *ast.File, undefined map[token.Pos]bool) map[string][]string {
	names := map[string][]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && undefined[x.Pos()] && ast.IsExported(sel.Sel.Name) {
				names[x.Name] = append(names[x.Name], sel.Sel.Name)
			}
		}
		return true
	})
	return names
}

// packageFor returns the path of the package of that name which has most of
// the members; of equals the one that programs mean most often.
func (c *Checker) packageFor(name string, members []string) string {
	best, most := "", -1
	for _, candidate := range candidates(name) {
		p, err := c.importer.Import(candidate)
		if err != nil {
			continue
		}
		has := 0
		for _, m := range members {
			if p.Scope().Lookup(m) != nil {
				has++
			}
		}
		if has > most {
			best, most = candidate, has
		}
	}
	return best
}

// candidates lists the packages of that name, the usual one first.
func candidates(name string) []string {
	switch name {
	case "rand":
		return []string{"math/rand/v2", "crypto/rand", "math/rand"}
	case "template":
		return []string{"text/template", "html/template"}
	case "pprof":
		return []string{"runtime/pprof", "net/http/pprof"}
	case "scanner":
		return []string{"text/scanner", "go/scanner"}
	}
	var paths []string
	for _, p := range stdlib.Packages() {
		if path.Base(p) == name {
			paths = append(paths, p)
		}
	}
	return paths
}
