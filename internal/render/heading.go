package render

import (
	"cmp"
	"html"
	"html/template"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"playground/internal/suggest"

	"github.com/yuin/goldmark/ast"
)

// claimHeadings gives every heading its anchor and its plain text. What an author
// wrote comes first, then what the text of a heading gives, in the order of the
// article; only then do repeated texts take numbers. So a number never takes the
// anchor that another heading has by its own text, and a link that somebody made
// to a section is good as long as its heading is.
func (d *document) claimHeadings(nodes []ast.Node) {
	var repeated []*ast.Heading
	derived := make(map[string]bool)
	for _, n := range nodes {
		h, ok := n.(*ast.Heading)
		if !ok || h.Lines().Len() == 0 {
			continue
		}
		h.SetAttributeString(labelAttribute, strings.Join(strings.Fields(d.plain(h)), " "))
		if id := attribute(h, idAttribute); id != "" && !d.claimWritten(h, id) {
			repeated = append(repeated, h)
		}
	}
	for _, n := range nodes {
		h, ok := n.(*ast.Heading)
		if !ok || h.Lines().Len() == 0 || attribute(h, idAttribute) != "" {
			continue
		}
		base := baseOf(h)
		if _, taken := d.anchors[base]; taken || derived[base] {
			repeated = append(repeated, h)
			continue
		}
		derived[base] = true
		h.SetAttributeString(idAttribute, d.anchors.claimNext(base, d.headingOwner(h)))
	}
	for _, h := range repeated {
		written := attribute(h, idAttribute)
		id := d.anchors.claimNext(cmp.Or(written, baseOf(h)), d.headingOwner(h))
		if written != "" {
			d.warnf(d.headingOwner(h).line, "heading: line %d has the anchor %q already, so this one has %q: give it another with {#some-anchor} after its text",
				d.anchors[written].line, written, id)
		}
		h.SetAttributeString(idAttribute, id)
	}
}

// claimWritten gives a heading the anchor that its author wrote. It reports false
// where another has that.
func (d *document) claimWritten(h *ast.Heading, id string) bool {
	o := d.headingOwner(h)
	if bad := checkAnchor(id); bad != nil {
		d.failf(o.line, "heading: anchor %v", bad)
		return true
	}
	return d.anchors.claim(id, o) == nil
}

func (d *document) headingOwner(h *ast.Heading) owner {
	return owner{what: "heading", line: d.line(h.Lines().At(0).Start)}
}

func baseOf(h *ast.Heading) string { return cmp.Or(slug(attribute(h, labelAttribute)), "section") }

// titleOf takes the title from the first heading where the front matter has
// none, and that heading off the body if it is of the title's level.
func (d *document) titleOf(tree ast.Node) {
	if d.article.Title != "" || d.badTitle {
		return
	}
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok || h.Lines().Len() == 0 {
			continue
		}
		lines := h.Lines()
		var source strings.Builder
		for i := range lines.Len() {
			segment := lines.At(i)
			source.Write(segment.Value(d.src))
		}
		d.article.Title, d.article.TitleHTML = d.inline(strings.Join(strings.Fields(source.String()), " "), d.line(lines.At(0).Start))
		if h.Level == 1 {
			tree.RemoveChild(tree, h)
		}
		return
	}
}

// dated is a date before a file's name.
var dated = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}-`)

// titleOfFile makes a title of the file's name, as systems do whose posts are named
// by their titles.
func (d *document) titleOfFile() {
	if near := suggest.Nearest("title", d.unknownKeys); near != "" {
		d.failf(1, "front matter: there is no title (is %q meant?)", near)
		return
	}
	file := strings.ReplaceAll(d.name, `\`, "/")
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if dir := path.Base(path.Dir(file)); (name == "index" || name == "_index") && dir != "." && dir != "/" {
		name = dir
	}
	name = dated.ReplaceAllString(name, "")
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || unicode.IsSpace(r) })
	title := cmp.Or(strings.Join(words, " "), "Untitled")
	first, size := utf8.DecodeRuneInString(title)
	title = string(unicode.ToUpper(first)) + title[size:]
	d.article.Title, d.article.TitleHTML = title, template.HTML(html.EscapeString(title))
	d.warnf(1, "the article has no title, so it has its file's name, %q: begin it with a line \"---\", title: …, and another line \"---\", or with a heading", title)
}

// charactersPerWord is how many characters of a script without spaces are read
// in the time of a word.
const charactersPerWord = 2

// wordsOf counts words, and what takes as long to read as a word in scripts that
// have no spaces between them.
func wordsOf(prose string) int {
	dense := 0
	rest := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			dense++
			return ' '
		}
		return r
	}, prose)
	words := (dense + charactersPerWord - 1) / charactersPerWord
	for _, field := range strings.Fields(rest) {
		if strings.IndexFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 || dense == 0 {
			words++
		}
	}
	return words
}
