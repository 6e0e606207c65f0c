package check

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/appends"
	"golang.org/x/tools/go/analysis/passes/assign"
	"golang.org/x/tools/go/analysis/passes/atomic"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/composite"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/defers"
	"golang.org/x/tools/go/analysis/passes/directive"
	"golang.org/x/tools/go/analysis/passes/errorsas"
	"golang.org/x/tools/go/analysis/passes/hostport"
	"golang.org/x/tools/go/analysis/passes/httpresponse"
	"golang.org/x/tools/go/analysis/passes/ifaceassert"
	"golang.org/x/tools/go/analysis/passes/loopclosure"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/shift"
	"golang.org/x/tools/go/analysis/passes/sigchanyzer"
	"golang.org/x/tools/go/analysis/passes/slog"
	"golang.org/x/tools/go/analysis/passes/stdmethods"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/structtag"
	"golang.org/x/tools/go/analysis/passes/testinggoroutine"
	"golang.org/x/tools/go/analysis/passes/tests"
	"golang.org/x/tools/go/analysis/passes/timeformat"
	"golang.org/x/tools/go/analysis/passes/unmarshal"
	"golang.org/x/tools/go/analysis/passes/unreachable"
	"golang.org/x/tools/go/analysis/passes/unusedresult"
	"golang.org/x/tools/go/analysis/passes/waitgroup"

	"playground/internal/diag"
	"playground/internal/gofront/abi"
)

// maxWarnings bounds the findings of one Vet.
const maxWarnings = 20

// suite is go vet's, without the passes that look at assembly, cgo, unsafe
// pointers, build constraints and language versions, none of which a program
// here can have.
func suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		appends.Analyzer, assign.Analyzer, atomic.Analyzer, bools.Analyzer, composite.Analyzer, copylock.Analyzer,
		defers.Analyzer, directive.Analyzer, errorsas.Analyzer, hostport.Analyzer, httpresponse.Analyzer,
		ifaceassert.Analyzer, loopclosure.Analyzer, lostcancel.Analyzer, nilfunc.Analyzer, printf.Analyzer,
		shift.Analyzer, sigchanyzer.Analyzer, slog.Analyzer, stdmethods.Analyzer, stringintconv.Analyzer,
		structtag.Analyzer, testinggoroutine.Analyzer, tests.Analyzer, timeformat.Analyzer, unmarshal.Analyzer,
		unreachable.Analyzer, unusedresult.Analyzer, waitgroup.Analyzer,
	}
}

// refusesTests says whether go test runs no tests of a package with a finding of
// the pass.
func refusesTests(pass string) bool {
	switch pass {
	case "atomic", "bools", "directive", "errorsas", "ifaceassert", "nilfunc", "printf", "slog", "stringintconv", "tests":
		return true
	}
	return false
}

// Vet runs go vet's passes over a program that Check accepted. Its findings
// are warnings, or errors where go test would not run the tests, sorted, at most
// maxWarnings.
func (c *Checker) Vet(p *Program) []diag.Diagnostic {
	var found []diag.Diagnostic
	facts := map[factKey]analysis.Fact{} // of one package to those that import it
	cancels := slices.ContainsFunc(p.Packages, importsContext)
	for _, pkg := range p.Packages {
		d := &vetDriver{program: pkg, tested: p.tests(pkg), results: map[*analysis.Analyzer]any{}, failed: map[*analysis.Analyzer]bool{}, facts: facts}
		for _, a := range suite() {
			if a == lostcancel.Analyzer && !cancels {
				continue // it finds nothing, but has the flow of all functions found out first
			}
			d.run(a)
		}
		found = append(found, d.found...)
	}
	slices.SortStableFunc(found, byPlace)
	found = slices.CompactFunc(found, func(a, b diag.Diagnostic) bool { return a.Range == b.Range && a.Message == b.Message })
	return found[:min(len(found), maxWarnings)]
}

func importsContext(p *Package) bool {
	return slices.ContainsFunc(p.Types.Imports(), func(i *types.Package) bool { return i.Path() == "context" })
}

// tests says whether the program tests pkg.
func (p *Program) tests(pkg *Package) bool {
	if p.Mode != ModeTest {
		return false
	}
	path := strings.TrimSuffix(pkg.Path, "_test")
	return pkg == p.Package || slices.ContainsFunc(p.Tests, func(t Test) bool { return t.Suite == path })
}

// vetDriver runs analyzers over one package, with facts in memory.
type vetDriver struct {
	tested  bool
	program *Package
	results map[*analysis.Analyzer]any
	failed  map[*analysis.Analyzer]bool
	facts   map[factKey]analysis.Fact
	found   []diag.Diagnostic
}

type factKey struct {
	obj  types.Object // nil for a fact about the package
	kind reflect.Type
}

// run runs a after what it requires, once, and reports whether it succeeded.
// A pass that fails or panics is a pass without findings: the program runs.
func (d *vetDriver) run(a *analysis.Analyzer) (ok bool) {
	if _, done := d.results[a]; done || d.failed[a] {
		return done
	}
	inputs := map[*analysis.Analyzer]any{}
	for _, req := range a.Requires {
		if !d.run(req) {
			d.failed[a] = true
			return false
		}
		inputs[req] = d.results[req]
	}
	defer func() {
		if r := recover(); r != nil {
			d.failed[a], ok = true, false
		}
	}()
	result, err := a.Run(d.pass(a, inputs))
	if err != nil {
		d.failed[a] = true
		return false
	}
	d.results[a] = result
	return true
}

func (d *vetDriver) pass(a *analysis.Analyzer, inputs map[*analysis.Analyzer]any) *analysis.Pass {
	p := d.program
	return &analysis.Pass{
		Analyzer: a, Fset: p.Fset, Files: p.Files, Pkg: p.Types, TypesInfo: p.Info,
		TypesSizes: types.SizesFor("gc", "amd64"),
		Module:     &analysis.Module{Path: "play", GoVersion: abi.Language[len("go"):]},
		ResultOf:   inputs,
		Report:     func(found analysis.Diagnostic) { d.report(a, found) },
		ReadFile:   d.readFile,

		ImportObjectFact:  d.importFact,
		ImportPackageFact: func(_ *types.Package, f analysis.Fact) bool { return d.importFact(nil, f) },
		ExportObjectFact:  func(o types.Object, f analysis.Fact) { d.facts[factKey{o, reflect.TypeOf(f)}] = f },
		ExportPackageFact: func(f analysis.Fact) { d.facts[factKey{nil, reflect.TypeOf(f)}] = f },
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
}

func (d *vetDriver) report(a *analysis.Analyzer, found analysis.Diagnostic) {
	w := diag.Diagnostic{
		Severity: diag.Warning,
		Code:     "vet." + a.Name,
		Message:  found.Message,
		Range:    d.program.span(found.Pos, found.End),
	}
	if d.tested && refusesTests(a.Name) {
		w.Severity = diag.Error
		w.Message += " (a finding of vet, with which go test does not run the tests)"
	}
	for _, r := range found.Related {
		w.Related = append(w.Related, diag.Related{Message: r.Message, Range: d.program.span(r.Pos, cmp.Or(r.End, token.NoPos))})
	}
	d.found = append(d.found, w)
}

func (d *vetDriver) readFile(name string) ([]byte, error) {
	for _, f := range d.program.Sources {
		if f.Name == name {
			return []byte(f.Text), nil
		}
	}
	return nil, fmt.Errorf("%s is no file of the program", name)
}

// importFact finds a fact that was exported in this run, or one that is known
// of the standard library, whose own sources are not analysed.
func (d *vetDriver) importFact(obj types.Object, fact analysis.Fact) bool {
	if f, ok := d.facts[factKey{obj, reflect.TypeOf(fact)}]; ok {
		reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(f).Elem())
		return true
	}
	fn, ok := obj.(*types.Func)
	return ok && reflect.TypeOf(fact) == noReturnFact() && neverReturns(fn.FullName())
}

// noReturnFact is the type of the fact that a function does not return, which
// package ctrlflow does not export.
func noReturnFact() reflect.Type { return reflect.TypeOf(ctrlflow.Analyzer.FactTypes[0]) }

// neverReturns lists std's functions that do not return.
func neverReturns(name string) bool {
	switch name {
	case "os.Exit", "runtime.Goexit",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "log.Panic", "log.Panicf", "log.Panicln",
		"(*log.Logger).Fatal", "(*log.Logger).Fatalf", "(*log.Logger).Fatalln",
		"(*log.Logger).Panic", "(*log.Logger).Panicf", "(*log.Logger).Panicln",
		"(*testing.common).FailNow", "(*testing.common).Fatal", "(*testing.common).Fatalf",
		"(*testing.common).SkipNow", "(*testing.common).Skip", "(*testing.common).Skipf":
		return true
	}
	return false
}
