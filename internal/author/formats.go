package author

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Format is how a report is written.
type Format string

// The formats.
const (
	Text   Format = "text"
	JSON   Format = "json"
	JUnit  Format = "junit"  // for build servers: a test case a program
	GitHub Format = "github" // workflow commands, which mark the lines of a change
	SARIF  Format = "sarif"  // version 2.1.0, for code scanners
)

// Write writes the report.
func (r *Report) Write(w io.Writer, f Format) error {
	switch f {
	case JSON:
		return r.writeJSON(w)
	case JUnit:
		return r.writeJUnit(w)
	case GitHub:
		return r.writeGitHub(w)
	case SARIF:
		return r.writeSARIF(w)
	}
	return r.writeText(w)
}

func (r *Report) writeText(w io.Writer) error {
	for _, f := range r.All() {
		fmt.Fprintf(w, "%s:%s: %s\n", f.File, f.at(), f.words())
		if f.Want != "" && f.Kind != "ends" {
			fmt.Fprintf(w, "\tdocumented: %s\n", f.Want)
		}
		if f.Got != "" && f.Kind != "ends" {
			fmt.Fprintf(w, "\tprinted:    %s\n", f.Got)
		}
	}
	_, err := fmt.Fprintln(w, r.summary())
	return err
}

func (f Finding) at() string {
	if f.Column > 0 {
		return fmt.Sprintf("%d:%d", f.Line, f.Column)
	}
	return fmt.Sprint(f.Line)
}

func (f Finding) words() string {
	s := f.Message
	if f.Block != "" {
		s = f.Block + ": " + s
	}
	if f.Severity == Warning {
		s = "warning: " + s
	}
	return s
}

// summary is the line for whoever reads nothing else.
func (r *Report) summary() string {
	documented, left := 0, 0
	for _, b := range r.Blocks {
		if len(b.Runs) == 0 {
			left++
		}
		if b.Expected != nil && b.Expected.Line > 0 {
			documented++
		}
	}
	s := fmt.Sprintf("%s in %s, %d with a documented output: ", Plural(len(r.Blocks), "program"), Plural(r.Files, "article"), documented)
	if left > 0 {
		s += fmt.Sprintf("%d not run, ", left)
	}
	if n := r.Errors(); n > 0 {
		return s + Plural(n, "error")
	}
	return s + "all as they should be"
}

// Plural counts in words: "1 program", "3 programs".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (r *Report) writeJSON(w io.Writer) error {
	type block struct {
		File   string  `json:"file"`
		Line   int     `json:"line"`
		ID     string  `json:"id"`
		Title  string  `json:"title"`
		Runs   int     `json:"runs"`
		Ends   string  `json:"ends"`
		Output string  `json:"output"` // of the first run
		TookMs float64 `json:"tookMs"` // of the longest run
	}
	out := struct {
		Files    int       `json:"files"`
		Errors   int       `json:"errors"`
		Blocks   []block   `json:"blocks"`
		Findings []Finding `json:"findings"`
	}{r.Files, r.Errors(), []block{}, append([]Finding{}, r.All()...)}
	for _, b := range r.Blocks {
		entry := block{File: b.File, Line: b.Line, ID: b.ID, Title: b.Title, Runs: len(b.Runs), TookMs: milliseconds(b.Took)}
		if len(b.Runs) > 0 {
			entry.Ends, entry.Output = string(b.Runs[0].Ends), b.Runs[0].Printed
		}
		out.Blocks = append(out.Blocks, entry)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// writeJUnit writes each article as a suite. What is wrong with an article's own
// text is a case of its own.
func (r *Report) writeJUnit(w io.Writer) error {
	type failure struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	type testcase struct {
		Name     string    `xml:"name,attr"`
		Class    string    `xml:"classname,attr"`
		Time     string    `xml:"time,attr"`
		Failures []failure `xml:"failure"`
	}
	type suite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	var suites []suite
	add := func(file, name string, took time.Duration, found []Finding) {
		if len(suites) == 0 || suites[len(suites)-1].Name != file {
			suites = append(suites, suite{Name: file})
		}
		s := &suites[len(suites)-1]
		c := testcase{Name: name, Class: file, Time: fmt.Sprintf("%.3f", took.Seconds())}
		for _, f := range found {
			if f.Severity == Error {
				c.Failures = append(c.Failures, failure{Message: f.Message, Text: fmt.Sprintf("%s:%s: %s\ndocumented: %s\nprinted: %s\n", f.File, f.at(), f.Message, f.Want, f.Got)})
			}
		}
		s.Tests++
		s.Failures += min(1, len(c.Failures))
		s.Cases = append(s.Cases, c)
	}
	own := map[string][]Finding{}
	for _, f := range r.Findings {
		own[f.File] = append(own[f.File], f)
	}
	for _, f := range r.Findings {
		if found := own[f.File]; found != nil {
			add(f.File, "the article", 0, found)
			delete(own, f.File)
		}
	}
	for _, b := range r.Blocks {
		add(b.File, b.ID, b.Took, b.Findings)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	err := e.Encode(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []suite  `xml:"testsuite"`
	}{Suites: suites})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// writeGitHub writes one command a finding, and the summary for the log.
func (r *Report) writeGitHub(w io.Writer) error {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range r.All() {
		text := f.Message
		if f.Block != "" {
			text = f.Block + ": " + text
		}
		if f.Want != "" {
			text += "\ndocumented: " + f.Want
		}
		if f.Got != "" {
			text += "\nprinted: " + f.Got
		}
		fmt.Fprintf(w, "::%s file=%s,line=%d::%s\n", f.Severity, property.Replace(f.File), f.Line, data.Replace(text))
	}
	_, err := fmt.Fprintln(w, r.summary())
	return err
}

func (r *Report) writeSARIF(w io.Writer) error {
	type m = map[string]any
	results := []m{}
	for _, f := range r.All() {
		region := m{"startLine": f.Line}
		if f.Column > 0 {
			region["startColumn"] = f.Column
		}
		results = append(results, m{
			"ruleId": f.Kind, "level": string(f.Severity), "message": m{"text": f.words()},
			"locations": []m{{"physicalLocation": m{"artifactLocation": m{"uri": f.File}, "region": region}}},
		})
	}
	rules := []m{}
	for _, kind := range []string{"article", "file", "compile", "output", "ends", "unstable", "oracle"} {
		rules = append(rules, m{"id": kind})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(m{
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
		"runs": []m{{"tool": m{"driver": m{"name": "playground check", "rules": rules}}, "results": results}},
	})
}
