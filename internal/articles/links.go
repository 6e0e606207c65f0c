package articles

import (
	"fmt"
	"html"
	"html/template"
	"net/url"
	"path"
	"regexp"
	"strings"

	"playground/internal/render"
)

// fileLink is a link of our own HTML to an article's file.
var fileLink = regexp.MustCompile(`(<a [^<>]*href=")([^"#?:]+\.(?:md|markdown))((?:#[^"]*)?)`)

// join makes links between the files of articles, which authors and other tools
// follow, into links between their pages.
func (c *Collection) join() {
	files := map[string]*Post{}
	all := c.Posts
	if c.Index != nil {
		all = append([]*Post{c.Index}, all...)
	}
	for _, p := range all {
		files[p.within] = p
	}
	for _, p := range all {
		up := ""
		if p.Path != "" {
			up = "../"
		}
		target := func(link string) *Post { return files[path.Join(path.Dir(p.within), link)] }
		for _, link := range p.Links {
			if message := dead(link, target(link.Path)); message != "" {
				c.Warnings = append(c.Warnings, &render.Error{File: p.File, Line: link.Line, Message: "link: " + message})
			}
		}
		p.HTML = template.HTML(fileLink.ReplaceAllStringFunc(string(p.HTML), func(link string) string {
			m := fileLink.FindStringSubmatch(link)
			name, err := url.PathUnescape(html.UnescapeString(m[2]))
			to := target(name)
			if err != nil || to == nil {
				return link
			}
			u := url.URL{Path: strings.TrimSuffix(to.Path, "/")}
			address := up + u.EscapedPath() + "/"
			if to.Path == "" {
				address = up
			}
			return m[1] + address + anchorIn(to, m[3])
		}))
	}
}

// dead says what is wrong with a link to an article, which may be nil.
func dead(link render.Link, to *Post) string {
	switch {
	case to == nil:
		return fmt.Sprintf("there is no article %s, or it is a draft", link.Path)
	case link.Anchor != "" && to.Anchor(link.Anchor) == "":
		return fmt.Sprintf("nothing in %s has the anchor %q%s", link.Path, link.Anchor, to.AnchorHint(link.Anchor))
	}
	return ""
}

// anchorIn is the end of a link to a place in an article, as its page has that place.
func anchorIn(to *Post, fragment string) string {
	if id := to.Anchor(html.UnescapeString(strings.TrimPrefix(fragment, "#"))); fragment != "" && id != "" {
		return (&url.URL{Fragment: id}).String()
	}
	return fragment
}
