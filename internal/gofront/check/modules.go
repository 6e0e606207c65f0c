package check

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"strconv"
	"strings"

	"playground/internal/diag"
	"playground/internal/gofront/stdlib"
)

// module returns the checked package of a module, as the source that it is. It
// is checked once per Checker.
func (c *Checker) module(path string) (*Unit, error) {
	if u := c.modules[path]; u != nil {
		return u, nil
	}
	if err, failed := c.unusable[path]; failed {
		return nil, err
	}
	c.unusable[path] = fmt.Errorf("package %s imports itself", path)
	u, err := c.checkModule(path)
	if err != nil {
		c.unusable[path] = err
		return nil, err
	}
	delete(c.unusable, path)
	c.modules[path] = u
	return u, nil
}

func (c *Checker) checkModule(path string) (*Unit, error) {
	p, ok := c.library.Package(path)
	if !ok {
		return nil, fmt.Errorf("package %s is in no module here", path)
	}
	u := &Unit{Path: path, Info: newInfo(), Module: p.Module}
	for _, f := range p.Files {
		if bad := defuse(File(f)); len(bad) > 0 {
			return nil, errors.New(Text(bad[0]))
		}
		syntax, err := parser.ParseFile(c.fset, f.Name, f.Text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if err := c.moduleImports(syntax); err != nil {
			return nil, err
		}
		u.Files = append(u.Files, syntax)
	}
	conf := c.config(nil)
	conf.Importer, conf.GoVersion = moduleImporter{c}, p.Module.Go
	pkg, err := conf.Check(path, c.fset, u.Files, u.Info)
	if err != nil {
		return nil, err
	}
	u.Types = pkg
	return u, c.runnable(u)
}

// moduleImports finds what a module's file imports and no program here can.
func (c *Checker) moduleImports(f *ast.File) error {
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if _, ok := c.library.Package(path); ok || path == "unsafe" {
			continue
		}
		if reason, _ := stdlib.Refusal(path); reason != "" {
			return fmt.Errorf("%s imports %q: %s", c.fset.Position(f.Package).Filename, path, reason)
		}
	}
	return nil
}

// runnable finds functions that are assembly or linked from elsewhere, and
// members of packages that programs may not use.
func (c *Checker) runnable(u *Unit) error {
	for _, f := range u.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
				return fmt.Errorf("%s: function %s is not written in Go", c.fset.Position(fn.Pos()), fn.Name.Name)
			}
		}
	}
	for id, o := range u.Info.Uses {
		if refusedMember(o) {
			return fmt.Errorf("%s: %s.%s cannot be used here", c.fset.Position(id.Pos()), o.Pkg().Path(), o.Name())
		}
	}
	return nil
}

// moduleImporter gives module packages what they import.
type moduleImporter struct{ c *Checker }

func (i moduleImporter) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if _, ok := i.c.library.Package(path); ok {
		u, err := i.c.module(path)
		if err != nil {
			return nil, err
		}
		return u.Types, nil
	}
	return i.c.importer.Import(path)
}

// CheckModules checks every package that programs may import and returns why
// some cannot be.
func (c *Checker) CheckModules() []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, path := range c.library.Paths() {
		if _, err := c.module(path); err != nil {
			p, _ := c.library.Package(path)
			diags = append(diags, diag.Diagnostic{
				Severity: diag.Warning, Code: "module",
				Message: fmt.Sprintf("programs cannot import %s (%s %s): %v", path, p.Module.Path, p.Module.Version, err),
			})
		}
	}
	return diags
}

// WarmUp checks the packages that the library wants kept warm, one after the
// other, while more says that there is time.
func (c *Checker) WarmUp(more func() bool) {
	for _, path := range c.library.Warm() {
		if !more() {
			return
		}
		_, _ = c.module(path) // a program that imports it is told
	}
}

// maxListed is how many packages a refusal names.
const maxListed = 60

// available lists what programs may import beside the standard library.
func (c *Checker) available() string {
	paths := c.library.Paths()
	list := strings.Join(paths[:min(len(paths), maxListed)], ", ")
	if more := len(paths) - maxListed; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
