package check

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"playground/internal/diag"

	"golang.org/x/tools/txtar"
)

// DefaultFile names the file of a program that is no archive.
const DefaultFile = "prog.go"

// maxFiles bounds the files of a program.
const maxFiles = 64

// split returns a program's Go files. A text that holds a txtar marker at the
// start of a line is an archive; what stands before its first marker is a file
// of its own unless it is blank, as in the Go playground.
func split(source string) ([]File, []diag.Diagnostic) {
	if !strings.HasPrefix(source, "-- ") && !strings.Contains(source, "\n-- ") {
		return []File{{DefaultFile, source}}, nil
	}
	a := txtar.Parse([]byte(source))
	if len(a.Files) == 0 {
		return []File{{DefaultFile, source}}, nil
	}
	var files []File
	if len(bytes.TrimSpace(a.Comment)) > 0 {
		files = append(files, File{DefaultFile, string(a.Comment)})
	}
	for _, f := range a.Files {
		files = append(files, File{f.Name, string(f.Data)})
	}
	return goFiles(files)
}

// goFiles checks the archive's names and drops what is not Go.
func goFiles(files []File) ([]File, []diag.Diagnostic) {
	var out []File
	var bad []diag.Diagnostic
	seen := map[string]bool{}
	for _, f := range files {
		switch {
		case seen[f.Name]:
			bad = append(bad, archiveError(f.Name, "two files have this name"))
		case f.Name != path.Base(f.Name) || f.Name == "." || f.Name == ".." || strings.ContainsAny(f.Name, `\:`+"\x00"):
			bad = append(bad, archiveError(f.Name, "a program here is one package: put the file at the top, without directories"))
		case strings.HasSuffix(f.Name, ".go"):
			out = append(out, f)
		case f.Name == "go.mod" || f.Name == "go.sum":
			// a module's files say nothing that is of use here
		default:
			bad = append(bad, archiveError(f.Name, "only .go files can be part of a program here"))
		}
		seen[f.Name] = true
	}
	switch {
	case len(bad) > 0:
		return nil, bad
	case len(out) == 0:
		return nil, []diag.Diagnostic{archiveError("", "the archive holds no .go file")}
	case len(out) > maxFiles:
		return nil, []diag.Diagnostic{archiveError("", fmt.Sprintf("the archive holds %d files; at most %d here", len(out), maxFiles))}
	}
	return out, nil
}

func archiveError(file, msg string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Code: "source.archive", Message: msg, Range: diag.Range{File: file, Line: 1, Column: 1}}
}

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
