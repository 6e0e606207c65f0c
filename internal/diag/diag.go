// Package diag has the findings about a program's text: what the compiler, vet
// or the sandbox's own rules say of it, and where. Checkers make them, the wire
// and the streams carry them, pages and terminals show them; none of those owns
// them.
package diag

import "strings"

// Limits of one finding, in items and bytes.
const (
	MaxRelated = 16
	MaxText    = 4 << 10 // one text
)

// Severity ranks a Diagnostic.
type Severity string

// An error keeps a program from running; a warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is a finding about the program's text, in the compiler's words.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	// Code is a stable name: "syntax", "types.UnusedImport", "vet.printf",
	// "import.refused", "unsupported".
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Range
	Related []Related `json:"related,omitempty"`
}

// Range is a piece of the reader's source. Lines and columns count from 1,
// columns in bytes as Go's compiler counts them; a zero End means a point.
type Range struct {
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
}

// Related points at another place that explains a Diagnostic.
type Related struct {
	Message string `json:"message"`
	Range
}

// Bounded returns d as a reader may be shown it: a worker's words are hostile
// input, and a line of them can hold thousands of others.
func (d Diagnostic) Bounded() Diagnostic {
	if d.Severity != Warning {
		d.Severity = Error
	}
	d.Code, d.Message = cut(d.Code), cut(d.Message)
	d.Range = d.Range.bounded()
	related := d.Related[:min(len(d.Related), MaxRelated)]
	d.Related = nil
	for _, r := range related {
		d.Related = append(d.Related, Related{cut(r.Message), r.Range.bounded()})
	}
	return d
}

func (r Range) bounded() Range {
	return Range{cut(r.File), max(r.Line, 0), max(r.Column, 0), max(r.EndLine, 0), max(r.EndColumn, 0)}
}

func cut(s string) string {
	if len(s) <= MaxText {
		return s
	}
	return strings.ToValidUTF8(s[:MaxText], "") + " (cut)"
}
