package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"playground/internal/diag"
)

// Embed is a variable that a go:embed directive gives files.
type Embed struct {
	Var   *types.Var
	Files []File // by their names from the package's directory, sorted
}

// embeds finds p's directives and the archive's files that they mean.
func (p *Package) embeds(a *archive) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				doc := v.Doc
				if doc == nil && !g.Lparen.IsValid() {
					doc = g.Doc
				}
				diags = append(diags, p.embed(a, f, v, directives(doc))...)
			}
		}
	}
	return diags
}

// directives are the go:embed lines of a comment.
func directives(doc *ast.CommentGroup) (list []*ast.Comment) {
	if doc == nil {
		return nil
	}
	for _, c := range doc.List {
		if strings.HasPrefix(c.Text, "//go:embed ") || strings.HasPrefix(c.Text, "//go:embed\t") {
			list = append(list, c)
		}
	}
	return list
}

// embed notes what a variable's directives mean, or what is wrong with them.
func (p *Package) embed(a *archive, f *ast.File, v *ast.ValueSpec, lines []*ast.Comment) []diag.Diagnostic {
	if len(lines) == 0 {
		return nil
	}
	fail := func(msg string) []diag.Diagnostic {
		return []diag.Diagnostic{p.diagnostic(lines[0], "embed", msg)}
	}
	imported := slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return importPath(i) == "embed" })
	switch {
	case !imported:
		return fail(`go:embed only allowed in Go files that import "embed"`)
	case len(v.Names) > 1:
		return fail("go:embed cannot apply to multiple vars")
	case len(v.Values) > 0:
		return fail("go:embed cannot apply to var with initializer")
	}
	obj, ok := p.Info.Defs[v.Names[0]].(*types.Var)
	if !ok {
		return nil
	}
	e := Embed{Var: obj}
	for _, line := range lines {
		for _, pattern := range patterns(strings.TrimSpace(line.Text[len("//go:embed"):])) {
			found, msg := a.embedded(path.Dir(p.Sources[0].Name), pattern)
			if msg != "" {
				return []diag.Diagnostic{p.diagnostic(line, "embed", "pattern "+pattern+": "+msg)}
			}
			e.Files = append(e.Files, found...)
		}
	}
	slices.SortFunc(e.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	e.Files = slices.CompactFunc(e.Files, func(a, b File) bool { return a.Name == b.Name })
	switch t := obj.Type().Underlying().(type) {
	case *types.Basic:
		ok = t.Kind() == types.String
	case *types.Slice:
		ok = types.Identical(t.Elem().Underlying(), types.Typ[types.Byte])
	default:
		ok = types.TypeString(obj.Type(), nil) == "embed.FS"
		if ok {
			p.Embeds = append(p.Embeds, e)
			return nil
		}
	}
	switch {
	case !ok:
		return fail("go:embed cannot apply to var of type " + types.TypeString(obj.Type(), types.RelativeTo(p.Types)))
	case len(e.Files) != 1:
		return fail("invalid go:embed: multiple files for type " + types.TypeString(obj.Type(), types.RelativeTo(p.Types)))
	}
	p.Embeds = append(p.Embeds, e)
	return nil
}

// patterns parts a directive's arguments, which may be quoted.
func patterns(text string) (list []string) {
	for text != "" {
		if quoted, err := strconv.QuotedPrefix(text); err == nil {
			pattern, _ := strconv.Unquote(quoted)
			list = append(list, pattern)
			text = strings.TrimSpace(text[len(quoted):])
			continue
		}
		word, rest, _ := strings.Cut(text, " ")
		list = append(list, word)
		text = strings.TrimSpace(rest)
	}
	return list
}

// embedded are the archive's files that a pattern means, from a directory, or
// what is wrong with it in the go command's words. A directory means what is in
// it, without what begins with a dot or an underscore unless the pattern says all.
func (a *archive) embedded(dir, pattern string) (found []File, msg string) {
	glob, all := strings.CutPrefix(pattern, "all:")
	if _, err := path.Match(glob, ""); err != nil || glob == "" || strings.HasPrefix(glob, "/") || slices.Contains(strings.Split(glob, "/"), "..") {
		return nil, "invalid pattern syntax"
	}
	for _, f := range a.others() {
		name := f.Name
		if dir != "." {
			var below bool
			if name, below = strings.CutPrefix(name, dir+"/"); !below {
				continue
			}
		}
		if matches(glob, name, all) {
			found = append(found, File{name, f.Text})
		}
	}
	if len(found) == 0 {
		return nil, "no matching files found"
	}
	return found, ""
}

// matches says whether a pattern means the file at name, or a directory above it.
func matches(glob, name string, all bool) bool {
	parts := strings.Split(name, "/")
	for i := range parts {
		prefix := path.Join(parts[:i+1]...)
		if ok, _ := path.Match(path.Clean(glob), prefix); !ok && !(glob == "." && i == 0) {
			continue
		}
		rest := parts[i+1:]
		if glob == "." {
			rest = parts
		}
		return all || !slices.ContainsFunc(rest, func(p string) bool { return p[0] == '.' || p[0] == '_' })
	}
	return false
}

// Text is the one file's of a variable that is no file system.
func (e Embed) Text() string { return e.Files[0].Text }
