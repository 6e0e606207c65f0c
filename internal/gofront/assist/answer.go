package assist

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/txtar"

	"playground/internal/gofront/check"
	"playground/internal/gofront/stdlib/docs"
)

// MaxCompletions bounds an answer.
const MaxCompletions = 300

// Answer is what there is to say of a place.
type Answer struct {
	// From is where the name begins that a completion takes the place of.
	From        int          `json:"from"`
	Completions []Completion `json:"completions,omitempty"`
	Signature   *Signature   `json:"signature,omitempty"`
	Hover       *Hover       `json:"hover,omitempty"`
}

// Completion is one that could stand at a place.
type Completion struct {
	Label string `json:"label"`
	// Kind is one of keyword, package, const, var, field, func, method, type,
	// interface and path.
	Kind   string `json:"kind"`
	Detail string `json:"detail,omitempty"`
	Doc    string `json:"doc,omitempty"`
}

// Signature is that of the call whose arguments a place is among.
type Signature struct {
	Label string `json:"label"`
	// Params are the pieces of Label that are parameters, in bytes.
	Params [][2]int `json:"params,omitempty"`
	Active int      `json:"active"`
	Doc    string   `json:"doc,omitempty"`
}

// Hover is the meaning of the name at a place, and where that name is.
type Hover struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Text string `json:"text"`
	Doc  string `json:"doc,omitempty"`
}

// place is one in a file of the program.
type place struct {
	*check.Draft
	checker *check.Checker
	docs    *docs.Docs
	text    string // of the file, with the placeholder
	base    int    // where the file begins in the source
	offset  int    // in the file
	pos     token.Pos
}

// placeholder is the name that stands at the place while it is looked at. It
// continues what has been typed of a name.
const placeholder = "playgroundᐧ"

// Ask answers about the place at an offset of source.
func Ask(c *check.Checker, source string, at int) Answer {
	at = max(0, min(at, len(source)))
	answer := Answer{From: at - len(wordBefore(source[:at]))}
	library := docs.New()
	// Names and calls are looked at in the program as it is.
	if p, ok := find(c, library, source, at, ""); ok {
		answer.Hover = p.hover()
		answer.Signature = p.signature()
		if path, ok := p.importPath(); ok {
			answer.From, answer.Completions = at-len(path), p.paths(path)
			return answer
		}
	}
	if p, ok := find(c, library, source, at, placeholder); ok && !p.inText() {
		answer.Completions = p.completions(wordBefore(source[:at]))
		if answer.Signature == nil {
			answer.Signature = p.signature()
		}
	}
	return answer
}

// find takes the file apart that an offset of source is in, with more text at
// that place.
func find(c *check.Checker, library *docs.Docs, source string, at int, more string) (*place, bool) {
	name, base := fileAt(source, at)
	whole := source[:at] + more + source[at:]
	draft, ok := c.Draft(whole, name)
	if !ok {
		return nil, false
	}
	file := c.Fset().File(draft.File.FileStart)
	p := &place{Draft: draft, checker: c, docs: library, base: base, offset: at - base, text: whole[base:]}
	if file == nil || p.offset > file.Size() {
		return nil, false
	}
	p.text = p.text[:min(len(p.text), file.Size())] // an archive's last line gets a newline
	p.pos = file.Pos(p.offset)
	return p, true
}

// fileAt is the name of the file that an offset is in, and where that begins.
func fileAt(source string, at int) (name string, base int) {
	name = check.DefaultFile
	if a := txtar.Parse([]byte(source)); len(a.Files) > 0 {
		from := len(a.Comment)
		for _, f := range a.Files {
			line := strings.IndexByte(source[from:], '\n')
			if line < 0 || at <= from+line {
				break
			}
			from += line + 1
			name, base = f.Name, from
			from += len(f.Data)
			if from > len(source) {
				break
			}
		}
	}
	return name, base
}

// wordBefore is the part of a name that text ends with.
func wordBefore(text string) string {
	i := len(text)
	for i > 0 && (text[i-1] == '_' || text[i-1] >= 0x80 || isAlphanumeric(text[i-1])) {
		i--
	}
	return text[i:]
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// around calls f with the nodes around the place, from the outermost.
func (p *place) around(f func(ast.Node)) {
	ast.Inspect(p.File, func(n ast.Node) bool {
		if n == nil || n.Pos() > p.pos || n.End() < p.pos {
			return n == ast.Node(p.File)
		}
		f(n)
		return true
	})
}
