package pages

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"time"

	"playground/internal/articles"
)

// atom is a feed (RFC 4287).
type atom struct {
	XMLName xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string       `xml:"xml:lang,attr,omitempty"`
	Title   string       `xml:"title"`
	ID      string       `xml:"id"`
	Updated string       `xml:"updated"`
	Links   []atomLink   `xml:"link"`
	Author  []atomPerson `xml:"author"`
	Entries []atomEntry  `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	Title     string         `xml:"title"`
	ID        string         `xml:"id"`
	Updated   string         `xml:"updated"`
	Published string         `xml:"published,omitempty"`
	Links     []atomLink     `xml:"link"`
	Author    []atomPerson   `xml:"author"`
	Tags      []atomCategory `xml:"category"`
	Summary   *atomText      `xml:"summary"`
	Content   atomText       `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Lang string `xml:"xml:lang,attr,omitempty"`
	Body string `xml:",chardata"`
}

// mostEntries bounds a feed. Who has read none of so many reads the site.
const mostEntries = 20

// unknownDate stands for the date of articles without one: a feed must have
// one, and it must not change when nothing has.
var unknownDate = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// feed is the newest articles with their programs and documented outputs.
func (b *Builder) feed(c *articles.Collection) ([]byte, error) {
	home := b.whole("")
	id := home
	if c.Alone {
		id = b.whole(feedPath) // the article's is the site's own
	}
	f := atom{
		Title: c.Title(), ID: id, Updated: moment(c.Updated()), Author: []atomPerson{{c.Title()}},
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: b.whole(feedPath)}, {Rel: "alternate", Type: "text/html", Href: home}},
	}
	for _, p := range c.Posts[:min(len(c.Posts), mostEntries)] {
		f.Entries = append(f.Entries, b.entry(p))
	}
	return document(f)
}

func (b *Builder) entry(p *articles.Post) atomEntry {
	at := b.whole(p.Path)
	e := atomEntry{
		Title: p.Title, ID: at, Updated: moment(p.Date),
		Links:   []atomLink{{Rel: "alternate", Type: "text/html", Href: at}},
		Content: atomText{Type: "html", Lang: p.Lang, Body: b.elsewhere(string(p.HTML), at)},
	}
	if !p.Date.IsZero() {
		e.Published = e.Updated
	}
	if p.Summary != "" {
		e.Summary = &atomText{Type: "text", Lang: p.Lang, Body: p.Summary}
	}
	for _, name := range p.Authors {
		e.Author = append(e.Author, atomPerson{name})
	}
	for _, t := range p.Tags {
		e.Tags = append(e.Tags, atomCategory{t.Name})
	}
	return e
}

func moment(t time.Time) string {
	if t.IsZero() {
		t = unknownDate
	}
	return t.UTC().Format(time.RFC3339)
}

var (
	// What has a meaning on our page only: widgets, forms, and what takes the focus.
	ourOwn = regexp.MustCompile(`(?s)<noscript>.*?</noscript>|</?code-runner[^>]*>\n?| tabindex="0"| data-(?:mode|ends)="[^"]*"|<a class="anchor"[^>]*></a>`)
	// links are those of our own HTML.
	links = regexp.MustCompile(`(<[^<>]* (?:href|src))="([^"]*)"`)
)

// elsewhere is an article as it can stand on other sites: without what only runs
// here, and with whole addresses.
func (b *Builder) elsewhere(markup, at string) string {
	page, err := url.Parse(at)
	if err != nil {
		return markup // it is our own, and an address
	}
	return links.ReplaceAllStringFunc(ourOwn.ReplaceAllString(markup, ""), func(link string) string {
		m := links.FindStringSubmatch(link)
		target, err := url.Parse(html.UnescapeString(m[2]))
		if err != nil || target.Scheme != "" || target.Host != "" {
			return link
		}
		return m[1] + `="` + html.EscapeString(page.ResolveReference(target).String()) + `"`
	})
}

// sitemap tells crawlers what there is (sitemaps.org).
func (b *Builder) sitemap(c *articles.Collection) ([]byte, error) {
	type entry struct {
		Location string `xml:"loc"`
		Modified string `xml:"lastmod,omitempty"`
	}
	var s struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		Entries []entry  `xml:"url"`
	}
	add := func(path string, t time.Time) {
		e := entry{Location: b.whole(path)}
		if !t.IsZero() {
			e.Modified = t.Format(time.DateOnly)
		}
		s.Entries = append(s.Entries, e)
	}
	if !c.Alone {
		add("", c.Updated())
	}
	for _, p := range c.Posts {
		add(p.Path, p.Date)
	}
	for _, t := range c.Tags {
		add(t.Path(), t.Posts[0].Date)
	}
	return document(s)
}

func document(v any) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	e := xml.NewEncoder(&out)
	e.Indent("", " ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write XML: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
