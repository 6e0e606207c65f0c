package render

import (
	"cmp"
	"fmt"
	"html"

	"playground/internal/diag"
	"playground/internal/script"
)

// compile makes of a block in TypeScript or JavaScript what browsers run. It
// travels with the page, so that the first run waits for no server.
func (d *document) compile(b *Block) {
	if !isScript(b.Lang) {
		return
	}
	for _, name := range b.ignored() {
		if name == "cpu" {
			d.warnf(b.Line, "runner block: cpu= means nothing in %s, whose processor time browsers do not tell: use wall=", b.Lang)
			continue
		}
		d.warnf(b.Line, "runner block: %s means nothing in %s, which browsers run: leave it out", name, b.Lang)
	}
	compiled, found := script.Compile(script.Language(b.Lang), b.Source)
	b.Script, b.Findings = &compiled, found
	// No server holds these limits, so the page has to know them.
	b.scriptHTML = fmt.Sprintf(" data-wall-ms=\"%d\" data-output=\"%d\"", cmp.Or(b.Wall, d.options.MaxWall).Milliseconds(), d.options.MaxOutput)
	if !b.Broken() {
		// Of what does not compile, the page asks the server, which says why.
		b.scriptHTML += fmt.Sprintf(" data-code=\"%s\" data-map=\"%s\"", html.EscapeString(compiled.Code), html.EscapeString(compiled.Map))
	}
}

// Broken reports whether the block is known not to compile.
func (b Block) Broken() bool {
	for _, f := range b.Findings {
		if f.Severity == diag.Error {
			return true
		}
	}
	return false
}

// InBrowser counts the programs that run in the reader's browser.
func (a *Article) InBrowser() (n int) {
	for _, b := range a.Blocks {
		if b.Script != nil {
			n++
		}
	}
	return n
}

// Served counts the programs that a server runs.
func (a *Article) Served() int { return len(a.Blocks) - a.InBrowser() }
