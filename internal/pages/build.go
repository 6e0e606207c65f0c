package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"playground/internal/articles"
	"playground/internal/asset"
	"playground/internal/card"
	"playground/internal/expect"
)

// Document is what stands at an address.
type Document struct {
	Type string // as Content-Type has it
	// Body makes it; the same each time.
	Body func() ([]byte, error)
}

// The types of documents.
const (
	typeHTML = "text/html; charset=utf-8"
	typeAtom = "application/atom+xml; charset=utf-8"
	typeXML  = "application/xml; charset=utf-8"
	typeJSON = "application/json"
	typeJS   = "text/javascript; charset=utf-8"
	typePNG  = "image/png"
)

// Documents of every site, below its address. cardName stands below an article's.
const (
	feedPath    = "feed.xml"
	sitemapPath = "sitemap.xml"
	searchPath  = "search.json"
	cardName    = "card.png"
)

// What other sites use: a script, and frames of single programs below a path.
const (
	EmbedScript = "embed.js"
	EmbedPath   = "embed/"
)

// Build makes the documents of a collection, by their paths below the site's
// address.
func (b *Builder) Build(c *articles.Collection) (map[string]Document, error) {
	docs := map[string]Document{}
	page := func(path string, body []byte, err error) error {
		docs[path] = Document{typeHTML, func() ([]byte, error) { return body, nil }}
		return err
	}
	later := func(path, kind string, make func() ([]byte, error)) {
		docs[path] = Document{kind, sync.OnceValues(make)}
	}
	for _, p := range c.Posts {
		if first := strings.Trim(b.base, "/"); first != "" && p.Slug == path.Base(first) {
			return nil, fmt.Errorf("%s: its address %s/ is also the end of the site's own: add another slug: … to its front matter", p.File, p.Slug)
		}
		body, err := b.Post(c, p, p.Article)
		if err := page(p.Path, body, err); err != nil {
			return nil, err
		}
		if !b.config.Static { // only a server can say who may frame a page
			for i := range p.Blocks {
				block := &p.Blocks[i]
				later(EmbedPath+p.Slug+"/"+block.ID, typeHTML, func() ([]byte, error) { return b.Frame(c, p, block) })
			}
		}
		later(p.Path+cardName, typePNG, func() ([]byte, error) { return card.Draw(b.card(p)) })
	}
	if !c.Alone {
		if err := b.lists(c, page); err != nil {
			return nil, err
		}
		later(searchPath, typeJSON, func() ([]byte, error) { return b.search(c) })
	}
	if !b.config.Static {
		docs[EmbedScript] = Document{typeJS, b.embedScript}
	}
	if b.config.URL == "" && b.config.Address == "" {
		return docs, nil // feeds need to know where they are
	}
	later(feedPath, typeAtom, func() ([]byte, error) { return b.feed(c) })
	later(sitemapPath, typeXML, func() ([]byte, error) { return b.sitemap(c) })
	return docs, nil
}

// embedScript is what other sites load; it is told where the rest is.
func (b *Builder) embedScript() ([]byte, error) {
	return bytes.Replace(b.files[asset.EmbedScript], []byte("STATIC"), []byte(b.StaticPath()), 1), nil
}

func (b *Builder) lists(c *articles.Collection, page func(string, []byte, error) error) error {
	first := func() ([]byte, error) { return b.list(c, nil, nil) }
	if c.Index != nil {
		first = func() ([]byte, error) { return b.Post(c, c.Index, c.Index.Article) }
	}
	body, err := first()
	if err := page("", body, err); err != nil {
		return err
	}
	for _, t := range c.Tags {
		body, err := b.list(c, t, nil)
		if err := page(t.Path(), body, err); err != nil {
			return err
		}
	}
	return nil
}

// whole is the address of something below the site's, for those who are elsewhere.
func (b *Builder) whole(path string) string {
	u := url.URL{Path: path}
	at := b.config.URL
	if at == "" {
		at = b.config.Address
	}
	return strings.TrimSuffix(at, "/") + "/" + u.EscapedPath()
}

// card is what the picture of an article's links says.
func (b *Builder) card(p *articles.Post) card.Card {
	c := card.Card{Title: p.Title, Text: p.Summary}
	if u, err := url.Parse(b.whole("")); err == nil {
		c.Foot = u.Host + strings.TrimSuffix(u.Path, "/")
	}
	for _, block := range p.Blocks {
		if e := block.Expected; e != nil && e.Line > 0 && e.Mode != expect.Regexp {
			c.Lines = expect.Lines(e.Text)
			break
		}
	}
	return c
}

// found is an article as the search knows it.
type found struct {
	Title   string   `json:"title"`
	Path    string   `json:"path"`
	Summary string   `json:"summary,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Text    string   `json:"text"`
}

// mostSearched bounds the text of one article in the search, in bytes.
const mostSearched = 64 << 10

// search is what readers search in.
func (b *Builder) search(c *articles.Collection) ([]byte, error) {
	all := []found{}
	for _, p := range c.Posts {
		text := plain(string(p.HTML))
		for len(text) > mostSearched {
			_, size := utf8.DecodeLastRuneInString(text[:mostSearched])
			text = text[:mostSearched-size]
		}
		all = append(all, found{Title: p.Title, Path: b.base + p.Path, Summary: p.Summary, Tags: p.Article.Tags, Text: text})
	}
	return json.Marshal(all)
}

var (
	inline = regexp.MustCompile(`</?(?:a|b|code|del|em|i|mark|s|span|strong|sub|sup|u)\b[^>]*>`)
	tag    = regexp.MustCompile(`<[^>]*>`)
)

// plain is the text of our own HTML.
func plain(markup string) string {
	markup = inline.ReplaceAllString(forms.ReplaceAllString(markup, ""), "")
	return strings.Join(strings.Fields(html.UnescapeString(tag.ReplaceAllString(markup, " "))), " ")
}
