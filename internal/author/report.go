package author

import (
	"cmp"
	"slices"

	"playground/internal/render"
)

// Severity ranks a Finding.
type Severity string

// An error keeps an article from being published; a warning does not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is something that is wrong with an article or one of its programs.
type Finding struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`             // of the article, from 1
	Column   int      `json:"column,omitempty"` // in bytes, from 1; 0 where it is about a whole line
	Severity Severity `json:"severity"`
	// Kind is article, file, compile, output, ends, unstable, not-run or oracle.
	Kind    string `json:"kind"`
	Block   string `json:"block,omitempty"` // the id of the program
	Message string `json:"message"`
	Want    string `json:"want,omitempty"` // what is documented
	Got     string `json:"got,omitempty"`  // what was there
}

// Report is what came of a check.
type Report struct {
	Files    int
	Blocks   []*Block  // in the order of the articles
	Findings []Finding // about the articles themselves
}

// All are the findings about articles and programs, by file and line.
func (r *Report) All() []Finding {
	all := slices.Clone(r.Findings)
	for _, b := range r.Blocks {
		all = append(all, b.Findings...)
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return all
}

// Errors counts the findings that are errors.
func (r *Report) Errors() (n int) {
	for _, f := range r.All() {
		if f.Severity == Error {
			n++
		}
	}
	return n
}

func (r *Report) article(found render.Errors, s Severity) {
	for _, e := range found {
		r.Findings = append(r.Findings, Finding{File: e.File, Line: e.Line, Column: e.Column, Severity: s, Kind: "article", Message: e.Message})
	}
}
