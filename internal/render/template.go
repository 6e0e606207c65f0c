package render

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"playground/internal/gofront/stdlib/policy"
	"playground/internal/suggest"
)

// The templates that every article has: for statements, and for declarations.
const (
	mainTemplate = "main"
	funcTemplate = "func"
)

// templateFolder holds an author's own, NAME.go, beside the article; placeholder
// is the line of such a file that the fence's lines take the place of.
const (
	templateFolder = "templates"
	placeholder    = "//program"
)

// complete makes a program of lines that are only some of one, unless there is
// already something wrong with their fence. What it adds is folded away; the lines
// themselves stay as they are, so that a line of the article is a line of the
// program.
func (d *document) complete(b *Block, broken bool, fail func(format string, args ...any)) []line {
	source := textOfLines(b.written)
	if b.Lang != "go" || strings.TrimSpace(source) == "" {
		return b.written
	}
	if b.Template == "" {
		if isFragment(source) && !broken {
			fail("the program has no package clause: begin it with \"package main\", or write template=%s for statements, template=%s for declarations, or template=NAME for a file %s/NAME.go of your own", mainTemplate, funcTemplate, templateFolder)
		}
		return b.written
	}
	if !isFragment(source) {
		fail("template=%s is for a fence that holds only some lines of a program, and this one has a package clause: leave template out", b.Template)
		return b.written
	}
	before, after, ok := d.around(b.Template, source, fail)
	if !ok {
		return b.written
	}
	return slices.Concat(added(before), b.written, added(after))
}

// around is what a template puts before and behind a fence's lines.
func (d *document) around(template, source string, fail func(format string, args ...any)) (before, after string, ok bool) {
	switch template {
	case mainTemplate:
		file := parse("package main\nfunc main() {\n" + source + "}\n")
		return "package main\n\n" + imports(file, fail) + "func main() {\n", "}\n", true
	case funcTemplate:
		file := parse(packageMain + source)
		if !slices.ContainsFunc(file.Decls, isMain) {
			after = "\nfunc main() {}\n"
		}
		return "package main\n\n" + imports(file, fail), after, true
	}
	text, err := d.templateFile(template)
	if err != nil {
		fail("there is no template %q%s; the file %s/%s.go beside the article would be it: %v", template, suggest.Hint(template, []string{mainTemplate, funcTemplate}), templateFolder, template, err)
		return "", "", false
	}
	lines := strings.SplitAfter(text, "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) == placeholder })
	if at < 0 {
		fail("the template %s/%s.go has no line %s, which the fence's lines would take the place of", templateFolder, template, placeholder)
		return "", "", false
	}
	return strings.Join(lines[:at], ""), strings.Join(lines[at+1:], ""), true
}

// templateFile is the text of an author's own template, ended by a newline.
func (d *document) templateFile(name string) (string, error) {
	if d.options.Beside == nil {
		return "", errors.New("the article has no folder")
	}
	file := path.Join(templateFolder, name+".go")
	if !fs.ValidPath(file) || path.Base(name) != name {
		return "", errors.New("a template's name is that of a file, without a folder")
	}
	text, err := fs.ReadFile(d.options.Beside, file)
	if errors.Is(err, fs.ErrNotExist) && d.options.Content != nil {
		text, err = fs.ReadFile(d.options.Content, file) // for all articles
	}
	return strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n") + "\n", err
}

// IsArchive reports whether a program is an archive of files, as package check
// takes it.
func IsArchive(source string) bool {
	return strings.HasPrefix(source, "-- ") || strings.Contains(source, "\n-- ")
}

// isFragment reports whether a text in Go holds only some lines of a program.
func isFragment(source string) bool {
	if IsArchive(source) {
		return false
	}
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(source)), []byte(source), func(token.Position, string) {}, 0)
	_, first, _ := s.Scan()
	return first != token.PACKAGE
}

// parse returns the syntax tree of a text, as far as there is one: the compiler
// says what is wrong.
func parse(source string) *ast.File {
	file, _ := parser.ParseFile(token.NewFileSet(), "", source, parser.AllErrors)
	return file
}

func isMain(decl ast.Decl) bool {
	f, ok := decl.(*ast.FuncDecl)
	return ok && f.Recv == nil && f.Name.Name == "main"
}

// imports is the declaration that a program needs for the packages of the
// standard library that it names and does not import.
func imports(file *ast.File, fail func(format string, args ...any)) string {
	free := map[*ast.Ident]bool{}
	for _, id := range file.Unresolved {
		free[id] = true
	}
	var paths []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && free[id] {
			switch found := named(id.Name); {
			case len(found) == 1 && !slices.Contains(paths, found[0]):
				paths = append(paths, found[0])
			case len(found) > 1:
				fail("%s may be any of %s: write the whole program, with its imports", id.Name, strings.Join(found, ", "))
			}
		}
		return true
	})
	if len(paths) == 0 {
		return ""
	}
	slices.Sort(paths)
	return "import (\n\t\"" + strings.Join(paths, "\"\n\t\"") + "\"\n)\n\n"
}

// named are the packages that programs can import whose name that is; of those
// that a program in an article nearly always means, only that one.
func named(name string) []string {
	switch name {
	case "rand":
		return []string{"math/rand/v2"}
	case "template":
		return []string{"text/template"}
	case "json":
		return []string{"encoding/json"}
	}
	var found []string
	for _, p := range policy.Packages() {
		if path.Base(p) == name {
			found = append(found, p)
		}
	}
	return found
}
