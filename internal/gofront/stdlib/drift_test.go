package stdlib

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/gcexportdata"

	"playground/internal/gofront/abi"
)

// The embedded tables describe the toolchain that built the tests. When this
// fails, run go generate and read what changed.
func TestDrift(t *testing.T) {
	imp := newImporter(t)
	fset, known := token.NewFileSet(), map[string]*types.Package{}
	for path, file := range toolchainExports(t) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		//lint:ignore SA1019 go list -export still yields archives
		r, err := gcexportdata.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := gcexportdata.Read(r, fset, known, path)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		got, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		diffAPI(t, path, api(got), api(want))
	}
}

func toolchainExports(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-export", "-json=ImportPath,Export"}, Packages()...)...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
	}
}

// api lists what a package exports: objects with their types, constants with
// their values, exported fields, methods.
func api(p *types.Package) []string {
	var lines []string
	for _, name := range p.Scope().Names() {
		o := p.Scope().Lookup(name)
		if !o.Exported() {
			continue
		}
		line := types.ObjectString(o, nil)
		switch o := o.(type) {
		case *types.Const:
			line += " = " + value(o.Val())
		case *types.TypeName:
			line = "type " + name
			for _, l := range typeAPI(o) {
				lines = append(lines, strings.ReplaceAll(l, "interface{}", "any"))
			}
		}
		lines = append(lines, strings.ReplaceAll(line, "interface{}", "any"))
	}
	slices.Sort(lines)
	return lines
}

// value is exact but for floating-point constants, of which export data keeps
// 512 bits.
func value(v constant.Value) string {
	if v.Kind() == constant.Float {
		f, _ := constant.Float64Val(v)
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return v.ExactString()
}

func typeAPI(o *types.TypeName) []string {
	var lines []string
	set := types.NewMethodSet(types.NewPointer(o.Type()))
	for m := range set.Methods() {
		if m.Obj().Exported() {
			lines = append(lines, o.Name()+"."+m.Obj().Name()+" "+types.TypeString(m.Type(), nil))
		}
	}
	switch u := o.Type().Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() {
				lines = append(lines, o.Name()+"."+types.ObjectString(f, nil))
			}
		}
	default:
		lines = append(lines, o.Name()+" "+types.TypeString(u, nil))
	}
	return lines
}

func diffAPI(t *testing.T, path string, got, want []string) {
	for _, l := range want {
		if !slices.Contains(got, l) {
			t.Errorf("%s: the toolchain has %s", path, l)
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			t.Errorf("%s: the toolchain does not have %s", path, l)
		}
	}
}

// Every exported function, variable and type has a symbol or a twin.
func TestSymbolsComplete(t *testing.T) {
	imp := newImporter(t)
	for _, path := range Packages() {
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		table := Symbols(path)
		if table == nil {
			t.Errorf("%s: no table", path)
		}
		twin := twinScope(t, imp, path)
		for _, name := range p.Scope().Names() {
			o := p.Scope().Lookup(name)
			if _, isConst := o.(*types.Const); isConst || !o.Exported() || !Member(path, name) {
				continue
			}
			switch _, ok := table[name]; {
			case isConstraint(o), ok:
			case !isGeneric(o):
				t.Errorf("%s.%s: no symbol", path, name)
			case twin == nil || twin.Lookup(name) == nil:
				t.Errorf("%s.%s: no twin", path, name)
			default:
				sameGeneric(t, o, twin.Lookup(name))
			}
		}
	}
}

// Every generic method of a compiled type has a function in the twin.
func TestGenericMethodsComplete(t *testing.T) {
	imp := newImporter(t)
	for _, path := range Packages() {
		p, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		var twin *types.Scope
		for _, name := range p.Scope().Names() {
			o, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || !o.Exported() || isGeneric(o) {
				continue
			}
			for m := range types.NewMethodSet(types.NewPointer(o.Type())).Methods() {
				if m.Obj().(*types.Func).Signature().TypeParams().Len() == 0 {
					continue
				}
				if twin == nil {
					twin = twinScope(t, imp, path)
				}
				if twin == nil || twin.Lookup(name+"_"+m.Obj().Name()) == nil {
					t.Errorf("%s.%s: no twin of the method %s", path, name, m.Obj().Name())
				}
			}
		}
	}
}

func isConstraint(o types.Object) bool {
	i, ok := o.Type().Underlying().(*types.Interface)
	_, isType := o.(*types.TypeName)
	return isType && ok && !i.IsMethodSet()
}

func isGeneric(o types.Object) bool {
	switch t := o.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		return t.TypeParams().Len() > 0
	}
	return false
}

// sameGeneric compares a generic object with its twin by what a program can
// see: signatures, type parameters, methods.
func sameGeneric(t *testing.T, real, twin types.Object) {
	t.Helper()
	describe := func(o types.Object) string {
		name := func(p *types.Package) string { return p.Name() }
		if _, ok := o.(*types.TypeName); !ok {
			return types.ObjectString(o, name)
		}
		var b strings.Builder
		for m := range types.NewMethodSet(types.NewPointer(o.Type())).Methods() {
			b.WriteString(types.ObjectString(m.Obj(), name) + "\n")
		}
		return b.String()
	}
	if r, w := describe(real), describe(twin); r != w {
		t.Errorf("twin differs:\nreal %s\ntwin %s", r, w)
	}
}

// twinScope type-checks a twin as the front end does.
func twinScope(t *testing.T, imp *Importer, path string) *types.Scope {
	t.Helper()
	files, ok := Twin(path)
	if !ok {
		return nil
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for name, src := range files {
		f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	conf := types.Config{Importer: imp, GoVersion: abi.Language}
	p, err := conf.Check("twin/"+path, fset, parsed, nil)
	if err != nil {
		t.Fatalf("twin of %s: %v", path, err)
	}
	return p.Scope()
}

func newImporter(t *testing.T) *Importer {
	t.Helper()
	imp, err := NewImporter(token.NewFileSet())
	if err != nil {
		t.Fatal(err)
	}
	return imp
}
