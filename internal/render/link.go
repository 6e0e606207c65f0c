package render

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
)

// places are what links into an article may lead to.
type places struct {
	ids     anchors
	written map[string]bool // ids in the author's HTML
	// headings are anchors by the letters and digits of their headings' texts, in the
	// article's order.
	headings map[string][]string
}

func (d *document) placesOf(nodes []ast.Node) places {
	p := places{ids: d.anchors, written: d.written, headings: make(map[string][]string)}
	for _, n := range nodes {
		if h, ok := n.(*ast.Heading); ok {
			key := lettersOf(attribute(h, labelAttribute))
			p.headings[key] = append(p.headings[key], attribute(h, idAttribute))
		}
	}
	return p
}

// Anchor is the id of the place that a link's fragment means, "" if there is none.
// Every system makes anchors of headings in its own way: of "1. C++ & Go" one makes
// 1-c--go and another 1-c-go. They agree in letters and digits, and many number
// repeated texts from 1.
func (a *Article) Anchor(fragment string) string {
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	if _, ok := a.places.ids[fragment]; ok || a.places.written[fragment] || strings.EqualFold(fragment, "top") {
		return fragment // browsers have a top of their own
	}
	key := lettersOf(fragment)
	if same := a.places.headings[key]; key != "" && len(same) > 0 {
		return same[0]
	}
	text, number := cutNumber(fragment)
	if same := a.places.headings[lettersOf(text)]; number > 0 && number < len(same) {
		return same[number]
	}
	return ""
}

// cutNumber takes the number of a repeated text off an anchor, 0 without one.
func cutNumber(anchor string) (text string, number int) {
	i := strings.LastIndexByte(anchor, '-')
	if i < 0 || len(anchor)-i > 4 {
		return anchor, 0
	}
	if _, err := fmt.Sscanf(anchor[i+1:], "%d", &number); err != nil {
		return anchor, 0
	}
	return anchor[:i], number
}

// lettersOf is what all systems keep of a text.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// AnchorHint is what anchor a fragment likely meant.
func (a *Article) AnchorHint(fragment string) string { return a.places.ids.hint(fragment) }

// link looks at where a link leads: to a place in the page, which has to exist, to
// another article's file, or to a file beside the article.
func (d *document) link(link *ast.Link) {
	line := d.line(link.Pos())
	u, err := url.Parse(string(link.Destination))
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(u.Path, "/") {
		return
	}
	ext := path.Ext(u.Path)
	switch {
	case u.Path == "":
		d.linkWithin(link, u.Fragment, line)
	case ext == ".md" || ext == ".markdown":
		d.article.Links = append(d.article.Links, Link{Path: u.Path, Anchor: u.Fragment, Line: line})
	case ext != "":
		d.file("link", u.Path, line)
	}
}

func (d *document) linkWithin(link *ast.Link, fragment string, line int) {
	if fragment == "" {
		return
	}
	id := d.article.Anchor(fragment)
	if id == "" {
		d.warnf(line, "link: nothing in the article has the anchor %q%s", fragment, d.article.AnchorHint(fragment))
		return
	}
	if id != fragment {
		link.Destination = []byte("#" + id)
	}
}
