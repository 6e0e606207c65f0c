package render

import (
	"html/template"
	"strings"
	"time"

	"playground/internal/diag"
	"playground/internal/script"
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
	// Origins say where the program's lines were written, where not all of them are
	// those of the fence.
	Origins []Origin `json:",omitempty"`
	// Hidden are the parts of the program that are folded away until the reader asks
	// for them, in its order, and Marked the lines that the author points at.
	Hidden []Span `json:",omitempty"`
	Marked []int  `json:",omitempty"`
	// Wall and CPU are the limits that the author asked for, at most the
	// operator's; zero where the author asked for none.
	Wall, CPU time.Duration
	Memory    int64 `json:",omitempty"` // the same, in bytes
	Procs     int   `json:",omitempty"` // its GOMAXPROCS, 0 for the machine's
	// Args are the program's os.Args[1:], and Stdin is all that it reads; nil leaves
	// that to the reader.
	Args  []string `json:",omitempty"`
	Stdin *string  `json:",omitempty"`
	// Template is what completes the program, or, of a script, that of the project
	// which it would stand in elsewhere.
	Template string
	ReadOnly bool
	// Leaks says that it leaves goroutines behind on purpose: nobody is told so.
	Leaks bool
	// Plot asks for a chart of the values that the program prints.
	Plot bool `json:",omitempty"`
	// Knobs are numbers of it that readers turn; more may stand in comments of it.
	Knobs []Knob `json:",omitempty"`
	// Predict asks readers what it prints before they see it.
	Predict bool `json:",omitempty"`
	// Observe asks for the timeline of each run.
	Observe bool `json:",omitempty"`
	// Unfolded is shown whole, however long it is.
	Unfolded bool `json:",omitempty"`
	// Collapsed shows its title only, until the reader asks for more.
	Collapsed bool `json:",omitempty"`
	// Expected is what the author says that the program does, nil where nothing is
	// said.
	Expected *Expected

	titleHTML  template.HTML // the title with its inline markup
	scriptHTML string        // the attributes that a script runs with
	writing
}

// MeantToCompile reports whether the author does not say that it does not compile.
func (b *Block) MeantToCompile() bool {
	return b.Expected == nil || b.Expected.Ends != "compile-error"
}

// runnerWord makes a fence a runner block.
const runnerWord = "runner"

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
