package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"playground/internal/gofront/stdlib/docs"
)

// writeDocs writes what the packages at paths say of their symbols.
func writeDocs(to string, paths []string) error {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	entry := func(name string, lines []string) error {
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, strings.Join(lines, ""))
		return err
	}
	var packages []string
	for _, path := range append(paths, "builtin") {
		synopsis, lines, err := documentation(path)
		if err != nil {
			return fmt.Errorf("documentation of %s: %w", path, err)
		}
		packages = append(packages, path+"\t"+synopsis+"\n")
		if err := entry(path, lines); err != nil {
			return err
		}
	}
	if err := entry("packages", packages); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, b.Bytes(), 0o644)
}

// documentation is that of a package, and a line for each of its symbols.
func documentation(path string) (synopsis string, lines []string, err error) {
	bp, err := build.Import(path, "", 0)
	if err != nil {
		return "", nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range bp.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(bp.Dir, name), nil, parser.ParseComments)
		if err != nil {
			return "", nil, err
		}
		files = append(files, f)
	}
	mode := doc.Mode(0)
	if path == "builtin" {
		mode = doc.AllDecls
	}
	p, err := doc.NewFromFiles(fset, files, path, mode)
	if err != nil {
		return "", nil, err
	}
	add := func(name, comment string) {
		if s := docs.Synopsis(comment); s != "" {
			lines = append(lines, name+"\t"+s+"\n")
		}
	}
	values := func(list []*doc.Value) {
		for _, v := range list {
			for _, name := range v.Names {
				add(name, comment(v, name))
			}
		}
	}
	funcs := func(prefix string, list []*doc.Func) {
		for _, f := range list {
			add(prefix+f.Name, f.Doc)
		}
	}
	values(p.Consts)
	values(p.Vars)
	funcs("", p.Funcs)
	for _, t := range p.Types {
		add(t.Name, t.Doc)
		values(t.Consts)
		values(t.Vars)
		funcs("", t.Funcs)
		funcs(t.Name+".", t.Methods)
	}
	slices.Sort(lines)
	return docs.Synopsis(p.Doc), slices.Compact(lines), nil
}

// comment is a value's own, or else that of all that are declared with it.
func comment(v *doc.Value, name string) string {
	for _, spec := range v.Decl.Specs {
		s, ok := spec.(*ast.ValueSpec)
		if !ok || !slices.ContainsFunc(s.Names, func(id *ast.Ident) bool { return id.Name == name }) {
			continue
		}
		if text := s.Doc.Text() + s.Comment.Text(); text != "" {
			return text
		}
	}
	return v.Doc
}
