package render

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"playground/internal/diag"
	"playground/internal/expect"
	"playground/internal/script"
	"playground/internal/suggest"
)

// Block is one program of an article that a reader can run.
type Block struct {
	ID    string // anchor, unique in the page
	Title string // plain text
	Lang  string // "go", "typescript" or "javascript"
	// Script is what browsers run of it, nil for a program that a server runs; and
	// Findings are what is to be said of its text.
	Script   *script.Script    `json:",omitempty"`
	Findings []diag.Diagnostic `json:",omitempty"`
	// Source is the program as the author wrote it, completed by its template.
	Source string
	// Line is the line of the opening fence in the article; the fence's first line
	// is the next one.
	Line int
	// Before are the lines that its template put before those of the fence.
	Before int `json:",omitempty"`
	// Hidden are the parts of the program that are folded away until the reader asks
	// for them, in its order, and Marked the lines that the author points at.
	Hidden []Span `json:",omitempty"`
	Marked []int  `json:",omitempty"`
	// Wall and CPU are the limits that the author asked for, at most the
	// operator's; zero where the author asked for none.
	Wall, CPU time.Duration
	// Template is what completes the program, or, of a script, that of the project
	// which it would stand in elsewhere.
	Template string
	ReadOnly bool
	// Leaks says that it leaves goroutines behind on purpose: nobody is told so.
	Leaks bool
	// Plot asks for a chart of the values that the program prints.
	Plot bool `json:",omitempty"`
	// Expected is what the author says that the program does, nil where nothing is
	// said.
	Expected *Expected

	titleHTML  template.HTML // the title with its inline markup
	scriptHTML string        // the attributes that a script runs with
}

// InArticle is the line of the article that a line of the program stands on; that
// of the fence for a line of its template.
func (b *Block) InArticle(line int) int {
	if line <= b.Before {
		return b.Line
	}
	return b.Line + line - b.Before
}

// MeantToCompile reports whether the author does not say that it does not compile.
func (b *Block) MeantToCompile() bool {
	return b.Expected == nil || b.Expected.Ends != "compile-error"
}

// Problem says in the article's file what is wrong with the program's text.
func (b *Block) Problem(file string, d diag.Diagnostic) *Error {
	return &Error{File: file, Line: b.InArticle(d.Line), Message: fmt.Sprintf("runner block %s: column %d: %s", b.ID, d.Column, d.Message)}
}

// minLimit is the least time that a block may ask for: less would not see a
// program through its start.
const minLimit = 10 * time.Millisecond

// runnerWord makes a fence a runner block.
const runnerWord = "runner"

// The attributes that an author can write, for suggestions.
func attributeNames() []string {
	return []string{"title", "id", "template", "wall", "cpu", "ends", "leaks", "plot", "readonly"}
}

// isForeign reports whether an item is one of those with which other systems
// number and mark lines.
func isForeign(name string) bool {
	switch strings.ToLower(name) {
	case "showlinenumbers", "nolinenumbers", "linenos", "linenostart", "linenums", "line-numbers", "linenumbers", "anchorlinenos", "lineanchors",
		"hl_lines", "hl", "highlight", "mark", "ins", "del", "start", "startline", "startfrom", "wrap", "nowrap", "copy", "nocopy", "noinline", "live", "run", "caption", "filename", "frame", "hidelines":
		return true
	}
	return strings.HasPrefix(name, "{") || strings.HasPrefix(name, "#") || strings.HasPrefix(name, ".")
}

// templateNames are the values that template= can have besides none. Those of
// scripts are what other systems call a project without a framework.
func templateNames(lang string) []string {
	switch script.Language(lang) {
	case script.TypeScript:
		return []string{"vanilla-ts"}
	case script.JavaScript:
		return []string{"vanilla"}
	}
	return nil
}

// canRun reports whether programs in the language lang run here.
func canRun(lang string) bool { return lang == "go" || isScript(lang) }

// isScript reports whether programs in that language run in the reader's browser.
func isScript(lang string) bool {
	l, ok := script.LanguageOf(lang)
	return ok && lang == string(l)
}

// canonicalLanguage spells a language one way.
func canonicalLanguage(lang string) string {
	lang = strings.ToLower(lang)
	switch lang {
	case "golang":
		return "go"
	case "go.mod", "go.sum", "go.work", "mod":
		return "gomod" // as editors call them; "mod" is another language to the highlighter
	}
	if l, ok := script.LanguageOf(lang); ok {
		return string(l)
	}
	return lang
}

// blockParser fills a Block from the items of an info string.
type blockParser struct {
	block   Block
	options Options
	seen    map[string]bool
	fail    func(format string, args ...any)
	warn    func(format string, args ...any)
}

func (p *blockParser) parse(s infoString) {
	p.seen = make(map[string]bool)
	p.block.Lang = canonicalLanguage(s.language)
	if s.language == runnerWord {
		p.fail("no language before the word %s: write ```go %s", runnerWord, runnerWord)
	}
	for _, it := range s.items {
		p.item(it)
	}
}

func (p *blockParser) item(it infoItem) {
	if it.name == "" {
		return // reported by the scanner
	}
	if p.seen[it.name] {
		p.fail("attribute %q is given twice", it.name)
		return
	}
	p.seen[it.name] = true
	switch it.name {
	case runnerWord, "leaks", "plot", "readonly":
		p.flag(it)
	case "title", "id", "template", "wall", "cpu", "ends":
		p.attribute(it)
	default:
		if isForeign(it.name) {
			p.warn("%s is another system's and means nothing here", it.name)
			return
		}
		p.fail("unknown attribute %q%s", it.name, suggest.Hint(it.name, append(attributeNames(), runnerWord)))
	}
}

func (p *blockParser) flag(it infoItem) {
	if it.hasValue {
		p.fail("%s takes no value: write %s alone, or leave it out", it.name, it.name)
	}
	switch it.name {
	case "plot":
		p.block.Plot = true
	case "readonly":
		p.block.ReadOnly = true
	case "leaks":
		p.block.Leaks = true
	}
}

func (p *blockParser) attribute(it infoItem) {
	if !it.hasValue {
		p.fail("attribute %q has no value: write %s=%s", it.name, it.name, example(it.name))
		return
	}
	switch it.name {
	case "title":
		p.title(it.value)
	case "id":
		p.id(it.value)
	case "template":
		p.template(it.value)
	case "ends":
		p.block.Expected = &Expected{Output: expect.Output{Mode: expect.Any, Ends: parseEnd(it.value, p.fail)}}
	case "wall":
		p.block.Wall = p.duration(it, p.options.MaxWall)
	case "cpu":
		p.block.CPU = p.duration(it, p.options.MaxCPU)
	}
}

func example(name string) string {
	switch name {
	case "wall", "cpu":
		return "2s"
	case "id":
		return "some-anchor"
	case "ends":
		return "panic"
	}
	return `"…"`
}

func (p *blockParser) title(v string) {
	v = strings.TrimSpace(v)
	if v == "" {
		p.fail("the title is empty: say what the program shows, or leave the attribute out")
	}
	p.block.Title = v
}

func (p *blockParser) id(v string) {
	if err := checkID(v); err != nil {
		p.fail("id %v", err)
		return
	}
	p.block.ID = v
}

func (p *blockParser) template(v string) {
	if v != "" {
		if p.block.Lang == "go" {
			p.block.Template = v // an author has files of these
			return
		}
		known := templateNames(p.block.Lang)
		if slices.Contains(known, v) {
			p.block.Template = v
			return
		}
		if len(known) == 0 {
			p.fail("unknown template %q: there are none for programs in %s, leave the attribute out", v, p.block.Lang)
			return
		}
		p.fail("unknown template %q%s", v, suggest.Hint(v, known))
	}
}

// duration parses a limit and caps it at most.
func (p *blockParser) duration(it infoItem, most time.Duration) time.Duration {
	if it.value == "" {
		return 0 // reported by the scanner, unless quoted: then as no limit
	}
	d, err := time.ParseDuration(it.value)
	switch {
	case err != nil:
		p.fail("%s=%q is not a duration%s", it.name, it.value, durationHint(it.value))
		return 0
	case d < minLimit:
		p.fail("%s=%s is too short: at least %v", it.name, it.value, minLimit)
		return 0
	case d > most:
		p.warn("%s=%s is more than this server allows: %v", it.name, it.value, most)
		return most
	}
	return d
}

func durationHint(v string) string {
	if strings.Trim(v, "0123456789.") == "" {
		if _, err := time.ParseDuration(v + "s"); err == nil {
			return fmt.Sprintf(" (did you mean %q?)", v+"s")
		}
	}
	return `: write a number and a unit, such as "8s" or "1500ms"`
}
