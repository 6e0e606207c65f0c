package check

import (
	"errors"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"

	"playground/internal/diag"
	"playground/internal/gofront/check/syntax"
)

// syntaxErrors puts go/parser's verdict on f into words. When fatal is false
// the compiler would go on to check types, and so can we.
func syntaxErrors(f File, verdict error) (diags []diag.Diagnostic, fatal bool) {
	if bad := hygiene(f); len(bad) > 0 {
		return bad, true
	}
	if bad := constraintErrors(f); len(bad) > 0 {
		return bad, true
	}
	if verdict == nil {
		return nil, false
	}
	if bad := preambleErrors(f); len(bad) > 0 {
		return bad, true
	}
	found := syntax.Check(f.Text)
	if len(found) == 0 { // a rule of go/parser's own
		return parserErrors(f, verdict, "syntax error: "), true
	}
	for _, e := range found {
		code := "syntax"
		if e.Late {
			code = "types"
		}
		diags = append(diags, pointAt(f.Name, e.Line, e.Column, code, e.Message))
		fatal = fatal || e.Fatal()
	}
	return onePerLine(diags), fatal
}

// preambleErrors finds errors in the package clause and the imports. The go
// command reads these before it runs the compiler, in go/parser's words.
func preambleErrors(f File) []diag.Diagnostic {
	_, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Text, parser.ImportsOnly)
	if err == nil {
		return nil
	}
	return parserErrors(f, err, "")[:1]
}

func parserErrors(f File, err error, prefix string) []diag.Diagnostic {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return []diag.Diagnostic{pointAt(f.Name, 1, 1, "syntax", prefix+err.Error())}
	}
	list.RemoveMultiples()
	var diags []diag.Diagnostic
	for _, e := range list {
		diags = append(diags, pointAt(f.Name, e.Pos.Line, e.Pos.Column, "syntax", prefix+e.Msg))
	}
	return diags
}

// onePerLine keeps the first syntax error of each line, as the compiler does.
func onePerLine(diags []diag.Diagnostic) []diag.Diagnostic {
	var kept []diag.Diagnostic
	last := 0
	for _, d := range diags {
		if isFatal(d) {
			if d.Line == last {
				continue
			}
			last = d.Line
		}
		kept = append(kept, d)
	}
	return kept
}

// withoutStrays returns f's text with the characters blanked that soft errors
// call invalid. The compiler's scanner skips them; go/parser makes them tokens.
func withoutStrays(f File, soft []diag.Diagnostic) (string, bool) {
	lines, any := strings.SplitAfter(f.Text, "\n"), false
	for _, d := range soft {
		if !strings.HasPrefix(d.Message, "invalid character U+") || strings.HasSuffix(d.Message, "in identifier") {
			continue
		}
		line := lines[d.Line-1]
		_, n := utf8.DecodeRuneInString(line[d.Column-1:])
		lines[d.Line-1] = line[:d.Column-1] + strings.Repeat(" ", n) + line[d.Column-1+n:]
		any = true
	}
	return strings.Join(lines, ""), any
}
