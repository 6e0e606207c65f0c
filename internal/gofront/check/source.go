package check

import (
	"unicode/utf8"

	"playground/internal/diag"
)

// hygiene finds what the compiler's scanner refuses in any text: NUL, bytes
// that are not UTF-8, a byte order mark that is not at the start. At most one
// finding per line.
func hygiene(f File) []diag.Diagnostic {
	var out []diag.Diagnostic
	line, start, last := 1, 0, 0
	add := func(at int, msg string) {
		if last != line && len(out) < maxErrors {
			out = append(out, pointAt(f.Name, line, at-start+1, "syntax", msg))
		}
		last = line
	}
	for i := 0; i < len(f.Text); {
		c := f.Text[i]
		if c < utf8.RuneSelf {
			switch c {
			case 0:
				add(i, "invalid NUL character")
			case '\n':
				line, start = line+1, i+1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(f.Text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			add(i, "invalid UTF-8 encoding")
		case r == '\uFEFF' && i > 0:
			add(i, "invalid BOM in the middle of the file")
		}
		i += n
	}
	return out
}

func pointAt(file string, line, column int, code, msg string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: code, Message: msg, Range: diag.Range{File: file, Line: line, Column: column}}
}
