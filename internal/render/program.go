package render

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"io/fs"
	"slices"
	"strings"

	markdown "github.com/yuin/goldmark/ast"

	"playground/internal/suggest"
)

// A program may be written in several fences: one continues another (after=), and
// files of it stand by themselves (file= with=). So programs are put together when
// all fences have been read.

// defaultFile is the name of a program that is no archive, in messages.
const defaultFile = "prog.go"

// writing is how a block was written: what is needed to put its program together.
type writing struct {
	fence   *markdown.FencedCodeBlock
	at      map[string]int // the offset of each attribute in the info string
	after   string         // the anchor of the block that it continues
	include string         // a file's lines stand in the place of the fence's
	own     []line         // the lines of the fence, or what it includes
	written []line         // those, behind the lines of the block that it continues
	parts   []*part        // the files that other fences add to it
}

// part is a fence that is one file of a block's program.
type part struct {
	markdown.BaseBlock
	fence            *markdown.FencedCodeBlock
	at               map[string]int
	lang             string
	file, with       string
	lines            []line
	belongs, caption string // the anchor and the title of its block
}

var kindPart = markdown.NewNodeKind("ProgramFile")

func (p *part) Kind() markdown.NodeKind       { return kindPart }
func (p *part) Dump(source []byte, level int) { markdown.DumpHelper(p, source, level, nil, nil) }

func partNames() []string { return []string{"file", "with", "include"} }

// part reads a fence that belongs to a program.
func (d *document) part(n *markdown.FencedCodeBlock, s infoString, problems []infoProblem, lines []line) *part {
	p := &part{fence: n, lang: canonicalLanguage(s.language), lines: lines, at: map[string]int{}}
	for _, problem := range problems {
		d.failAt(n, problem.at, "program file: %s", problem.what)
	}
	include := ""
	for _, it := range s.items {
		p.at[it.name] = it.at
		switch {
		case it.hasValue && it.name == "file":
			p.file = it.value
		case it.hasValue && it.name == "with":
			p.with = it.value
		case it.hasValue && it.name == "include":
			include = it.value
		case isForeign(it.name):
			d.warnings = append(d.warnings, d.problemAt(n, it.at, "program file: %s is another system's and means nothing here", it.name))
		default:
			d.failAt(n, it.at, "program file: unknown attribute %q%s", it.name, suggest.Hint(it.name, partNames()))
		}
	}
	if include != "" {
		p.lines = d.included(n, p.at["include"], include, lines)
	}
	switch {
	case p.file == "":
		d.failAt(n, p.at["with"], "program file: with=%s without file=: name the file that it is of that program, such as file=queue.go", p.with)
	case !fs.ValidPath(p.file) || p.file == "." || strings.ContainsAny(p.file, infoSpace) || p.file == defaultFile:
		d.failAt(n, p.at["file"], "program file: file=%q cannot be a file of a program: write a name such as queue.go, or a path such as queue/queue.go", p.file)
	}
	return p
}

// included are the lines that a fence includes in the place of its own.
func (d *document) included(n *markdown.FencedCodeBlock, at int, value string, own []line) []line {
	if strings.TrimSpace(textOfLines(own)) != "" {
		d.failAt(n, at, "include=%s brings the fence's lines: leave it empty, or leave include out", value)
		return own
	}
	lines, err := d.include(value)
	if err != nil {
		d.failAt(n, at, "include: %v", err)
	}
	return lines
}

// assemble puts the programs of all blocks together, and says of those that have
// become none what is wrong.
func (d *document) assemble() {
	for _, p := range d.parts {
		d.join(p)
	}
	for i, b := range d.blocks {
		broken := d.brokenAt(b.Line)
		fail := func(format string, args ...any) { d.failAt(b.fence, -1, "runner block: "+format, args...) }
		b.written = b.own
		if b.after != "" && !d.follow(b, d.blocks[:i]) {
			continue
		}
		lines := d.complete(b, broken, fail)
		for _, p := range b.parts {
			lines = append(lines, added("-- "+p.file+" --\n")...)
			lines = append(lines, folded(p.lines)...)
		}
		b.is(lines)
		b.regions(func(line int, format string, args ...any) { d.failAtLine(b, line, format, args...) })
		b.fitScreen(d.src)
		d.checkKnobs(b, fail)
		b.checkPrediction(fail)
		if !broken || b.include == "" { // else there is no text to judge
			d.checkSource(*b, fail)
		}
		if !canRun(b.Lang) {
			continue
		}
		d.compile(b)
		whole := *b
		whole.writing = writing{} // which has the article's tree
		d.article.Blocks = append(d.article.Blocks, whole)
	}
}

// failAtLine is about a line of a program, where that was written.
func (d *document) failAtLine(b *Block, line int, format string, args ...any) {
	at, elsewhere := b.InArticle(line)
	if elsewhere != "" {
		format = elsewhere + ": " + format
	}
	d.failf(at, "runner block: "+format, args...)
}

// brokenAt reports whether something is wrong with the fence at that line: then
// its text may not be what was meant.
func (d *document) brokenAt(line int) bool {
	return slices.ContainsFunc(d.errs, func(e *Error) bool { return e.Line == line })
}

// join gives a file to the block that it belongs to.
func (d *document) join(p *part) {
	var names []string
	for _, b := range d.blocks {
		names = append(names, b.ID)
		if b.ID != p.with {
			continue
		}
		p.belongs, p.caption = b.ID, string(b.titleHTML)
		clash := slices.ContainsFunc(b.parts, func(other *part) bool { return other.file == p.file })
		switch {
		case b.Lang != "go":
			d.failAt(p.fence, p.at["with"], "program file: the program %q is in %s, and only those in Go can have several files", p.with, b.Lang)
		case clash || strings.Contains("\n"+textOfLines(b.own), "\n-- "+p.file+" --\n"):
			d.failAt(p.fence, p.at["file"], "program file: the program %q has a file %s already", p.with, p.file)
		default:
			b.parts = append(b.parts, p)
		}
		return
	}
	d.failAt(p.fence, p.at["with"], "program file: with=%s names no program of this article%s", p.with, hintOf(p.with, names))
}

// hintOf is suggest.Hint for names of which there may be none.
func hintOf(word string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return suggest.Hint(word, known)
}

// follow puts the lines of the block that b continues before its own.
func (d *document) follow(b *Block, before []*Block) bool {
	fail := func(format string, args ...any) {
		d.failAt(b.fence, b.at["after"], "runner block: after="+b.after+" "+format, args...)
	}
	var names []string
	for _, first := range before {
		names = append(names, first.ID)
	}
	i := slices.Index(names, b.after)
	if i < 0 {
		fail("names no program before this one%s", hintOf(b.after, names))
		return false
	}
	first := before[i]
	switch {
	case first.Lang != b.Lang:
		fail("is a program in %s, and this one is in %s", first.Lang, b.Lang)
	case first.Lang == "go" && first.Template == "":
		fail("is a whole program, which nothing can continue: give it template=%s and its statements only, or template=%s and its declarations", mainTemplate, funcTemplate)
	case b.Template != "" && b.Template != first.Template:
		fail("is completed by template=%s, and this one goes on with it: leave template out", first.Template)
	default:
		b.Template = first.Template
		lines := first.written
		if b.Template == funcTemplate && hasMain(textOfLines(b.own)) {
			lines = withoutMain(lines)
		}
		b.written = append(folded(lines), b.own...)
		b.parts = append(slices.Clone(first.parts), b.parts...)
		return true
	}
	return false
}

const packageMain = "package main\n"

func hasMain(declarations string) bool {
	return slices.ContainsFunc(parse(packageMain+declarations).Decls, isMain)
}

// withoutMain are declarations without func main: what goes on with them has one of
// its own.
func withoutMain(lines []line) []line {
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, "", packageMain+textOfLines(lines), parser.ParseComments)
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || !isMain(decl) {
			continue
		}
		start := f.Pos()
		if f.Doc != nil {
			start = f.Doc.Pos()
		}
		// The package clause is a line, and lines count from 1.
		from, to := fset.Position(start).Line-2, fset.Position(f.End()).Line-1
		return append(slices.Clone(lines[:from]), lines[min(to, len(lines)):]...)
	}
	return lines
}

// partHTML is a file of a program, where it stands in the article.
func partHTML(p *part) string {
	return fmt.Sprintf("<figure class=\"runner runner-static\"><figcaption><a href=\"#%s\">%s · %s</a></figcaption>\n%s</figure>\n",
		html.EscapeString(p.belongs), html.EscapeString(p.file), p.caption, preHTML(p.lang, textOfLines(p.lines)))
}
