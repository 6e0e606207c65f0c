// Command gen writes what the stdlib package embeds: export data for the type
// checker and tables of symbols for the interpreter, for every package that
// the policy allows. It is run by go generate and reads the toolchain in use.
//
// Export data is that of linux/amd64, the platform whose Go a reader sees. The
// tables hold only what every supported platform has, so that they compile
// everywhere; what is missing elsewhere is a symbol that cannot be found at
// run time on a platform that is for authors only.
//
// Export data is written for the toolchain's release only. The tables of the
// oldest release that the module builds with serve all: releases only add. With
// a newer toolchain gen writes one file of what that release has more.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/stdlib/policy"
)

func main() {
	log.SetFlags(0)
	if err := run("."); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(dir string) error {
	paths := append(policy.Packages(), policy.Host)
	pkgs, err := load(paths)
	if err != nil {
		return err
	}
	if err := writeExports(filepath.Join(dir, "export", abi.Language+".zip"), pkgs); err != nil {
		return err
	}
	oldest, err := oldestRelease()
	if err != nil {
		return err
	}
	if abi.Language == oldest {
		if err := writeDocs(filepath.Join(dir, "docs", "docs.zip"), policy.Packages()); err != nil {
			return err
		}
		return writeTables(filepath.Join(dir, "table"), pkgs)
	}
	return writeAdditions(filepath.Join(dir, "table"), pkgs)
}

// oldestRelease is what go.mod asks for.
func oldestRelease() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.GoVersion}}").Output()
	if err != nil {
		return "", fmt.Errorf("go list -m: %w", err)
	}
	return version.Lang("go" + strings.TrimSpace(string(out))), nil
}

// load reads the compiler's export data of each path.
func load(paths []string) ([]*types.Package, error) {
	files, err := exportFiles(paths)
	if err != nil {
		return nil, err
	}
	fset, known := token.NewFileSet(), map[string]*types.Package{}
	var pkgs []*types.Package
	for _, path := range paths {
		pkg, err := readExport(files[path], path, fset, known)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		pkgs = append(pkgs, pkg)
	}
	return pkgs, nil
}

func exportFiles(paths []string) (map[string]string, error) {
	cmd := exec.Command("go", append([]string{"list", "-export", "-json=ImportPath,Export"}, paths...)...)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -export: %w", err)
	}
	files := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return files, nil
		} else if err != nil {
			return nil, err
		}
		files[p.ImportPath] = p.Export
	}
}

func readExport(file, path string, fset *token.FileSet, known map[string]*types.Package) (*types.Package, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	//lint:ignore SA1019 go list -export still yields archives
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, fset, known, path)
}

// writeExports writes one entry per package: types only, without positions
// (which would name the machine's own files) and without function bodies.
func writeExports(file string, pkgs []*types.Package) error {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, pkg := range pkgs {
		w, err := z.Create(pkg.Path())
		if err != nil {
			return err
		}
		if err := gcexportdata.Write(w, token.NewFileSet(), pkg); err != nil {
			return fmt.Errorf("%s: %w", pkg.Path(), err)
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(file, buf.Bytes(), 0o644)
}

// platforms are the ones that the tables must compile for.
var platforms = []struct{ os, arch string }{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "arm64"}, {"darwin", "amd64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func writeTables(dir string, pkgs []*types.Package) error {
	old, err := tableFiles(dir)
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	var index bytes.Buffer
	fmt.Fprintf(&index, "%s\n\npackage table\n\nimport \"reflect\"\n\nfunc of(path string) map[string]reflect.Value {\nswitch path {\n", header)
	for _, pkg := range pkgs {
		common, err := commonNames(pkg.Path())
		if err != nil {
			return fmt.Errorf("%s: %w", pkg.Path(), err)
		}
		entries := symbols("p", pkg, common)
		if len(entries) == 0 {
			fmt.Fprintf(&index, "case %q:\nreturn map[string]reflect.Value{}\n", pkg.Path())
			continue
		}
		fmt.Fprintf(&index, "case %q:\nreturn %s()\n", pkg.Path(), funcName(pkg.Path()))
		if err := writeGo(filepath.Join(dir, "z"+fileName(pkg.Path())+".go"), tableSource(pkg, entries)); err != nil {
			return err
		}
	}
	index.WriteString("}\nreturn nil\n}\n")
	return writeGo(filepath.Join(dir, "zindex.go"), index.Bytes())
}

// tableFiles lists the oldest release's tables.
func tableFiles(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "z*.go"))
	return slices.DeleteFunc(files, func(f string) bool { return additionsFile.MatchString(filepath.Base(f)) }), err
}

var (
	additionsFile = regexp.MustCompile(`^zgo\d+\.go$`)
	tableKey      = regexp.MustCompile(`(?m)^\t\t"(\w+)":`)
)

// constraint is that of the file for the release in use: until the next release
// that has a file of its own.
func constraint(dir string) string {
	minor, _ := strconv.Atoi(strings.TrimPrefix(abi.Language, "go1."))
	if _, err := os.Stat(filepath.Join(dir, fmt.Sprintf("zgo1%d.go", minor+1))); err != nil {
		return abi.Language
	}
	return fmt.Sprintf("%s && !go1.%d", abi.Language, minor+1)
}

// writeAdditions writes the symbols that the tables do not have.
func writeAdditions(dir string, pkgs []*types.Package) error {
	var imports, cases bytes.Buffer
	for i, pkg := range pkgs {
		have, err := os.ReadFile(filepath.Join(dir, "z"+fileName(pkg.Path())+".go"))
		isNew := errors.Is(err, fs.ErrNotExist)
		if err != nil && !isNew {
			return err
		}
		names, err := commonNames(pkg.Path())
		if err != nil {
			return fmt.Errorf("%s: %w", pkg.Path(), err)
		}
		for _, m := range tableKey.FindAllSubmatch(have, -1) {
			names[string(m[1])] = false
		}
		p := fmt.Sprintf("p%d", i)
		entries := symbols(p, pkg, names)
		if len(entries) == 0 {
			continue
		}
		fmt.Fprintf(&imports, "%s %q\n", p, pkg.Path())
		fmt.Fprintf(&cases, "case %q:\nreturn map[string]r.Value{\n%s}\n", pkg.Path(), strings.Join(entries, ""))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n//go:build %s\n\n//lint:file-ignore SA1019 programs may use what is deprecated\n\npackage table\n\nimport (\nr \"reflect\"\n\n%s)\n\n", header, constraint(dir), imports.Bytes())
	fmt.Fprintf(&b, "// added holds what %s has and the oldest release has not.\nfunc added(path string) map[string]r.Value {\nswitch path {\n%s}\nreturn nil\n}\n", abi.Language, cases.Bytes())
	return writeGo(filepath.Join(dir, "z"+strings.ReplaceAll(abi.Language, ".", "")+".go"), b.Bytes())
}

const header = "// Code generated by go generate in internal/gofront/stdlib; DO NOT EDIT."

func tableSource(pkg *types.Package, entries []string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n//lint:file-ignore SA1019 programs may use what is deprecated\n\npackage table\n\nimport (\np %q\nr \"reflect\"\n)\n\n", header, pkg.Path())
	fmt.Fprintf(&b, "func %s() map[string]r.Value {\nreturn map[string]r.Value{\n", funcName(pkg.Path()))
	for _, e := range entries {
		b.WriteString(e)
	}
	b.WriteString("}\n}\n")
	return b.Bytes()
}

// symbols renders a table line for each exported object of pkg, imported as p,
// that has a value at run time: constants are folded by the front end, generics have twins.
func symbols(p string, pkg *types.Package, common map[string]bool) []string {
	var lines []string
	for _, name := range pkg.Scope().Names() {
		if !token.IsExported(name) || !common[name] || !policy.Member(pkg.Path(), name) {
			continue
		}
		switch o := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if o.Signature().TypeParams().Len() == 0 {
				lines = append(lines, fmt.Sprintf("%q: r.ValueOf(%s.%s),\n", name, p, name))
			}
		case *types.Var:
			lines = append(lines, fmt.Sprintf("%q: r.ValueOf(&%s.%s).Elem(),\n", name, p, name))
		case *types.TypeName:
			if plainType(o) {
				lines = append(lines, fmt.Sprintf("%q: r.ValueOf((*%s.%s)(nil)),\n", name, p, name))
			}
		}
	}
	return lines
}

// plainType reports whether a value of the type can exist: it is neither
// generic nor a constraint.
func plainType(o *types.TypeName) bool {
	if named, ok := o.Type().(*types.Named); ok && named.TypeParams().Len() > 0 && named.TypeArgs().Len() == 0 {
		return false
	}
	iface, ok := o.Type().Underlying().(*types.Interface)
	return !ok || iface.IsMethodSet()
}

// commonNames returns the names that path declares on every platform.
func commonNames(path string) (map[string]bool, error) {
	count := map[string]int{}
	for _, p := range platforms {
		ctx := build.Default
		ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = p.os, p.arch, false
		names, err := declared(&ctx, path)
		if err != nil {
			return nil, err
		}
		for name := range names {
			count[name]++
		}
	}
	common := map[string]bool{}
	for name, n := range count {
		common[name] = n == len(platforms)
	}
	return common, nil
}

func declared(ctx *build.Context, path string) (map[string]bool, error) {
	p, err := ctx.Import(path, ".", 0)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, file := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			declaredBy(d, names)
		}
	}
	return names, nil
}

func declaredBy(d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names[d.Name.Name] = true
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names[s.Name.Name] = true
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			}
		}
	}
}

func fileName(path string) string {
	return strings.ReplaceAll(strings.TrimPrefix(path, "playground/internal/gofront/stdlib/"), "/", "_")
}

// funcName turns "encoding/json" into encodingJson, which no keyword and no
// other package's name can be: a lone "go" or "type" is no path here.
func funcName(path string) string {
	parts := strings.Split(fileName(path), "_")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "") + "Symbols"
}

func writeGo(file string, src []byte) error {
	out, err := format.Source(src)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, out, 0o644)
}
