package author

import (
	"bytes"
	"fmt"
	"go/format"
	"regexp"
	"strings"

	"playground/internal/render"
)

// FormatText returns an article with the Go in its fences as gofmt has it and the
// attributes of its programs in the order of the documentation. All other bytes
// stay as they are. What is said of programs that gofmt cannot read is in the
// findings; they are left alone. So are listings that are no programs, of which
// many are fragments.
func FormatText(name string, text []byte) ([]byte, []Finding) {
	lines := splitLines(text)
	var findings []Finding
	fences := render.Fences(text)
	// From the end, so that line numbers before stay what they were.
	for i := len(fences) - 1; i >= 0; i-- {
		f := fences[i]
		at := f.Line - 1
		if f.Line+len(f.Text) > len(lines) || !bytes.Contains(lines[at], []byte(f.Info)) {
			continue
		}
		if f.Canonical != f.Info {
			start := bytes.LastIndex(lines[at], []byte(f.Info))
			lines[at] = concat(lines[at][:start], []byte(f.Canonical), lines[at][start+len(f.Info):])
		}
		if f.Lang != "go" || len(f.Text) == 0 {
			continue
		}
		source := strings.Join(f.Text, "\n") + "\n"
		formatted, err := formatProgram(source)
		switch {
		case err != nil && f.Runner:
			findings = append(findings, Finding{File: name, Line: f.Line, Severity: Error, Kind: "format", Message: "gofmt cannot read the program: " + inArticle(err, f.Line)})
		case err == nil && formatted != source:
			body := relined(f, lines[at+1:at+1+len(f.Text)], formatted)
			lines = append(lines[:at+1:at+1], append(body, lines[at+1+len(f.Text):]...)...)
		}
	}
	return bytes.Join(lines, nil), findings
}

func concat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// splitLines are the lines of a text with their ends: LF, CRLF or CR.
func splitLines(text []byte) (lines [][]byte) {
	for len(text) > 0 {
		n := bytes.IndexAny(text, "\r\n") + 1
		switch {
		case n == 0:
			n = len(text)
		case text[n-1] == '\r' && n < len(text) && text[n] == '\n':
			n++
		}
		lines = append(lines, text[:n:n])
		text = text[n:]
	}
	return lines
}

// relined are the lines of a formatted program where others stood before: behind
// the same marks of lists and quotes, and with the same ends.
func relined(f render.Fence, old [][]byte, formatted string) (lines [][]byte) {
	mark, end := []byte(nil), []byte("\n")
	for i, line := range old {
		if f.Text[i] != "" {
			mark = line[:min(f.Columns[i], len(line))]
			break
		}
	}
	if n := len(bytes.TrimRight(old[0], "\r\n")); n < len(old[0]) {
		end = old[0][n:]
	}
	for text := range strings.Lines(formatted) {
		line := concat(mark, []byte(strings.TrimSuffix(text, "\n")))
		if strings.TrimSpace(text) == "" {
			line = bytes.TrimRight(mark, " \t")
		}
		lines = append(lines, concat(line, end))
	}
	return lines
}

// archived is the line before a file in an archive of several.
var archived = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// formatProgram formats Go: a file, a fragment of one, or an archive of files.
func formatProgram(source string) (string, error) {
	marks := archived.FindAllStringSubmatchIndex(source, -1)
	if len(marks) == 0 {
		return formatFile(source, 0)
	}
	var out strings.Builder
	comment := source[:marks[0][0]]
	if strings.TrimSpace(comment) != "" { // it is a program as well
		formatted, err := formatFile(comment, 0)
		if err != nil {
			return "", err
		}
		comment = formatted
	}
	out.WriteString(comment)
	for i, m := range marks {
		end := len(source)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		text := source[m[1]:end]
		if strings.HasSuffix(source[m[2]:m[3]], ".go") && strings.TrimSpace(text) != "" {
			var err error
			if text, err = formatFile(text, strings.Count(source[:m[1]], "\n")); err != nil {
				return "", err
			}
		}
		out.WriteString(source[m[0]:m[1]] + text)
	}
	return out.String(), nil
}

// placeError is a mistake at a line of a program.
type placeError struct {
	line    int
	message string
}

func (e *placeError) Error() string { return e.message }

// messagePlace finds the line in gofmt's message, which begins with it.
var messagePlace = regexp.MustCompile(`^(\d+):(\d+): (.*)`)

// formatFile formats a text that has lines before it in its program.
func formatFile(text string, before int) (string, error) {
	formatted, err := format.Source([]byte(text))
	if err == nil {
		return string(formatted), nil
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	m := messagePlace.FindStringSubmatch(first)
	if m == nil {
		return "", &placeError{before + 1, first}
	}
	line := 0
	_, _ = fmt.Sscan(m[1], &line) // it is digits
	return "", &placeError{before + line, m[3]}
}

// inArticle says where in an article a mistake is whose program begins behind a
// line.
func inArticle(err error, fence int) string {
	if e, ok := err.(*placeError); ok {
		return fmt.Sprintf("line %d: %s", fence+e.line, e.message)
	}
	return err.Error()
}
