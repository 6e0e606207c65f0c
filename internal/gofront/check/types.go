package check

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"playground/internal/diag"
	"playground/internal/gofront/check/syntax"
)

//go:generate go run ./gen

// typeCheck runs go/types over p and returns what it finds as the compiler
// would print it.
func (b *builder) typeCheck(p *Package) []diag.Diagnostic {
	p.Info = newInfo()
	var found []types.Error
	conf := b.c.config(func(err error) {
		if e, ok := err.(types.Error); ok && len(found) < 16*maxErrors {
			found = append(found, e)
		}
	})
	conf.Importer, conf.GoVersion = b, b.archive.language
	p.language = b.archive.language
	pkg, err := conf.Check(p.Path, p.Fset, p.Files, p.Info)
	p.Types = pkg
	if len(found) == 0 && len(p.soft) == 0 && err != nil {
		return []diag.Diagnostic{pointAt(p.Sources[0].Name, 1, 1, "types", err.Error())}
	}
	var diags []diag.Diagnostic
	for _, e := range found {
		diags = p.addTypeError(diags, e)
	}
	if len(diags) > 0 {
		found := p.syntaxErrors()
		if slices.ContainsFunc(found, isFatal) {
			return compilerOrder(onePerLine(found))
		}
		for _, s := range found { // the same, at the compiler's place
			same := func(d diag.Diagnostic) bool {
				return d.File == s.File && d.Line == s.Line && d.Message == s.Message
			}
			if slices.ContainsFunc(diags, same) {
				diags = append([]diag.Diagnostic{s}, slices.DeleteFunc(diags, same)...)
			}
		}
	}
	if len(p.soft) > 0 {
		diags = slices.DeleteFunc(diags, p.followsSoft)
	}
	return compilerOrder(append(p.soft, diags...))
}

// syntaxErrors returns what the compiler's parser has against a program that
// go/parser passed: it leaves a few rules of syntax to go/types.
func (p *Package) syntaxErrors() []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, f := range p.Sources {
		for _, e := range syntax.Check(f.Text) {
			diags = append(diags, pointAt(f.Name, e.Line, e.Column, "syntax", e.Message))
		}
	}
	return diags
}

func isFatal(d diag.Diagnostic) bool { return strings.HasPrefix(d.Message, "syntax error: ") }

// followsSoft reports whether d only follows from what a soft error has said:
// a bad literal has no value, and the compiler says nothing more about it.
func (p *Package) followsSoft(d diag.Diagnostic) bool {
	if isBranchError(d.Code) {
		return true
	}
	if d.Code == "types.UnusedVar" || d.Code == "types.UnusedImport" {
		return p.usedInBadStatement(d)
	}
	return slices.ContainsFunc(p.soft, func(s diag.Diagnostic) bool {
		return s.Code == "syntax" && s.File == d.File && s.Line >= d.Line && s.Line <= max(d.Line, d.EndLine) && (s.Line > d.Line || s.Column >= d.Column)
	})
}

// usedInBadStatement reports whether what d calls unused is named on a line
// with a soft error, whose statement go/parser has left out of the tree.
func (p *Package) usedInBadStatement(d diag.Diagnostic) bool {
	_, name, _ := strings.Cut(d.Message, "not used: ")
	if path, _, ok := strings.Cut(strings.TrimPrefix(d.Message, `"`), `"`); ok && name == "" {
		name = path[strings.LastIndexByte(path, '/')+1:]
	}
	return name != "" && slices.ContainsFunc(p.soft, func(s diag.Diagnostic) bool {
		return s.Code == "types" && s.File == d.File && strings.Contains(p.line(s.File, s.Line)[s.Column-1:], name)
	})
}

func (p *Package) line(file string, n int) string {
	for _, f := range p.Sources {
		if f.Name == file {
			return strings.SplitAfterN(f.Text, "\n", n+1)[n-1]
		}
	}
	return ""
}

// addTypeError appends e, or makes it a related place of the error before it.
func (p *Package) addTypeError(diags []diag.Diagnostic, e types.Error) []diag.Diagnostic {
	end, code := span(e)
	if more, ok := strings.CutPrefix(e.Msg, "\t"); ok && len(diags) > 0 { // a sub-error
		last := &diags[len(diags)-1]
		last.Related = append(last.Related, diag.Related{Message: more, Range: p.span(p.relatedPlace(more, e.Pos, end), token.NoPos)})
		return diags
	}
	d := diag.Diagnostic{
		Severity: diag.Error,
		Code:     "types." + codeName(code),
		Message:  e.Msg,
		Range:    p.span(e.Pos, end),
	}
	p.inCompilersWords(&d, e.Pos, end)
	return append(diags, d)
}

// span reads what go/types knows about an error but does not export.
func span(e types.Error) (end token.Pos, code int64) {
	v := reflect.ValueOf(e)
	field := func(name string) int64 {
		if f := v.FieldByName(name); f.IsValid() && f.CanInt() {
			return f.Int()
		}
		return 0
	}
	return token.Pos(field("go116end")), field("go116code")
}

// compilerOrder does what the compiler does with its list: it says nothing
// twice of one line, gives up at maxErrors, and sorts by position.
func compilerOrder(diags []diag.Diagnostic) []diag.Diagnostic {
	var kept []diag.Diagnostic
	for _, d := range diags {
		same := func(o diag.Diagnostic) bool { return o.File == d.File && o.Line == d.Line && o.Message == d.Message }
		if !slices.ContainsFunc(kept, same) {
			kept = append(kept, d)
		}
		if len(kept) == maxErrors {
			break
		}
	}
	var more []diag.Diagnostic
	if len(kept) == maxErrors {
		more = []diag.Diagnostic{tooMany(kept[maxErrors-1])}
	}
	slices.SortStableFunc(kept, byPlace)
	return append(kept, more...)
}

// tooMany is the compiler's last word when it gives up at d.
func tooMany(d diag.Diagnostic) diag.Diagnostic {
	return pointAt(d.File, d.Line, d.Column, "types.TooMany", "too many errors")
}

// bounded sorts diagnostics and keeps the first maxErrors of them.
func bounded(diags []diag.Diagnostic) []diag.Diagnostic {
	slices.SortStableFunc(diags, byPlace)
	if len(diags) <= maxErrors {
		return diags
	}
	return append(slices.Clip(diags[:maxErrors]), tooMany(diags[maxErrors-1]))
}

func byPlace(a, b diag.Diagnostic) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// diagnostic reports an error that spans node n.
func (p *Package) diagnostic(n ast.Node, code, msg string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Message: msg, Range: p.span(n.Pos(), n.End())}
}

// span converts positions. Line directives are for generated code; readers
// look at what they typed.
func (p *Package) span(pos, end token.Pos) diag.Range {
	if !pos.IsValid() {
		return diag.Range{File: p.Sources[0].Name, Line: 1, Column: 1}
	}
	from := p.Fset.PositionFor(pos, false)
	r := diag.Range{File: from.Filename, Line: from.Line, Column: from.Column}
	if end > pos {
		to := p.Fset.PositionFor(end, false)
		r.EndLine, r.EndColumn = to.Line, to.Column
	}
	return r
}

// Text renders d as the compiler prints it.
func Text(d diag.Diagnostic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "./%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
	for _, r := range d.Related {
		fmt.Fprintf(&b, "\n\t./%s:%d:%d: %s", r.File, r.Line, r.Column, r.Message)
	}
	return b.String()
}
