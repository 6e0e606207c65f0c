package check

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"playground/internal/diag"
)

// Name is the package's name.
func (p *Package) Name() string { return p.Files[0].Name.Name }

// hasMain says whether p is a program by itself.
func (p *Package) hasMain() bool {
	if p.Name() != "main" {
		return false
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			if declares(d, "main") {
				return true
			}
		}
	}
	return false
}

// declares says whether d gives a package-level name a meaning; that main is a
// function is for the type checker to say.
func declares(d ast.Decl, name string) bool {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Recv == nil && d.Name.Name == name
	case *ast.GenDecl:
		return slices.ContainsFunc(d.Specs, func(s ast.Spec) bool {
			v, ok := s.(*ast.ValueSpec)
			return ok && slices.ContainsFunc(v.Names, func(id *ast.Ident) bool { return id.Name == name })
		})
	}
	return false
}

// entry finds what keeps a program that was checked from being run.
func (p *Program) entry(a *archive) []diag.Diagnostic {
	_, tests, _ := a.in(path.Dir(p.Sources[0].Name))
	switch {
	case p.Mode == ModeMain, len(p.Tests) > 0, len(tests) > 0:
		return nil
	case p.Types.Name() != "main":
		msg := fmt.Sprintf("package %s is not a main package: a program starts with \"package main\" (or holds tests)", p.Types.Name())
		return []diag.Diagnostic{p.diagnostic(p.Files[0].Name, "entry.package", msg)}
	}
	return []diag.Diagnostic{p.diagnostic(p.Files[0].Name, "entry.main", "function main is undeclared in the main package")}
}

// findTests lists the test functions of p's test files: of any file, where the
// text is no archive.
func (p *Package) findTests(a *archive) ([]Test, []diag.Diagnostic) {
	var list []Test
	var diags []diag.Diagnostic
	for _, f := range p.Files {
		if name := p.Fset.File(f.Package).Name(); name != DefaultFile && !strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil {
				continue
			}
			t, param := testFunc(fn.Name.Name)
			if t.Kind == "" {
				continue
			}
			if param != "" && !p.takes(fn, param) {
				msg := fmt.Sprintf("wrong signature for %s, must be: func %s(%s *testing.%s)", fn.Name.Name, fn.Name.Name, strings.ToLower(param), param)
				diags = append(diags, p.diagnostic(fn, "entry.signature", msg))
				continue
			}
			list = append(list, t)
		}
		list = append(list, examples(f)...)
	}
	// go test runs the examples when the tests are done
	slices.SortStableFunc(list, func(a, b Test) int { return compareBool(a.Kind == KindExample, b.Kind == KindExample) })
	for i := range list {
		list[i].Suite = strings.TrimSuffix(p.Path, "_test")
		list[i].Func, _ = p.Types.Scope().Lookup(list[i].Name).(*types.Func)
	}
	return list, diags
}

// testFunc tells what go test takes a function for by its name, and the type
// in package testing of its parameter.
func testFunc(name string) (t Test, param string) {
	switch {
	case name == "TestMain":
		return Test{Name: name, Kind: KindMain}, "M"
	case isTestName(name, "Test"):
		return Test{Name: name, Kind: KindTest}, "T"
	case isTestName(name, "Benchmark"):
		return Test{Name: name, Kind: KindBenchmark}, "B"
	case isTestName(name, "Fuzz"):
		return Test{Name: name, Kind: KindFuzz}, "F"
	}
	return Test{}, ""
}

// isTestName reports whether name is prefix alone or prefix followed by
// anything but a lower-case letter.
func isTestName(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}

// takes reports whether fn's one parameter is a *testing.<name>.
func (p *Package) takes(fn *ast.FuncDecl, name string) bool {
	obj, ok := p.Info.Defs[fn.Name].(*types.Func)
	if !ok {
		return false
	}
	sig := obj.Signature()
	if sig.Params().Len() != 1 || sig.Results().Len() != 0 || sig.TypeParams().Len() != 0 {
		return false
	}
	ptr, ok := types.Unalias(sig.Params().At(0).Type()).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing"
}

// examples lists those of a file that say what they print.
func examples(f *ast.File) []Test {
	var out []Test
	list := doc.Examples(f)
	slices.SortFunc(list, func(a, b *doc.Example) int { return cmp.Compare(a.Order, b.Order) })
	for _, e := range list {
		if e.Output == "" && !e.EmptyOutput || !token.IsIdentifier("Example"+e.Name) {
			continue
		}
		out = append(out, Test{Name: "Example" + e.Name, Kind: KindExample, Output: e.Output, Unordered: e.Unordered})
	}
	return out
}
