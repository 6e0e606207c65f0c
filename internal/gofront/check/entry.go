package check

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"playground/internal/diag"
)

// findEntry decides how the program is run: by its func main, or by its tests.
func (p *Program) findEntry() []diag.Diagnostic {
	if main, ok := p.Types.Scope().Lookup("main").(*types.Func); ok && main != nil && p.Types.Name() == "main" {
		return nil
	}
	diags := p.findTests()
	switch {
	case len(diags) > 0:
		return diags
	case len(p.Tests) > 0:
		p.Mode = ModeTest
		return nil
	case p.Types.Name() != "main":
		msg := fmt.Sprintf("package %s is not a main package: a program starts with \"package main\" (or holds tests)", p.Types.Name())
		return []diag.Diagnostic{p.diagnostic(p.Files[0].Name, "entry.package", msg)}
	}
	return []diag.Diagnostic{p.diagnostic(p.Files[0].Name, "entry.main", "function main is undeclared in the main package")}
}

func (p *Program) findTests() []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Files {
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
			p.Tests = append(p.Tests, t)
		}
	}
	p.Tests = append(p.Tests, p.examples()...)
	return diags
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
func (p *Program) takes(fn *ast.FuncDecl, name string) bool {
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

// examples lists the ones that say what they print.
func (p *Program) examples() []Test {
	var out []Test
	for _, f := range p.Files {
		examples := doc.Examples(f)
		slices.SortFunc(examples, func(a, b *doc.Example) int { return cmp.Compare(a.Order, b.Order) })
		for _, e := range examples {
			if e.Output == "" && !e.EmptyOutput || !token.IsIdentifier("Example"+e.Name) {
				continue
			}
			out = append(out, Test{Name: "Example" + e.Name, Kind: KindExample, Output: e.Output, Unordered: e.Unordered})
		}
	}
	return out
}
