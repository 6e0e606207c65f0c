package articles

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"playground/internal/render"
)

// Options say how articles are read.
type Options struct {
	Render render.Options
	Drafts bool // publish drafts as well
}

// Post is an article with its place in a collection.
type Post struct {
	*render.Article
	File string // its file, for messages
	Slug string // its name in addresses
	Path string // its address below the site's: "slug/", or "" for what stands at the top
	// Beside is the folder of its file; nil where it has none.
	Beside       fs.FS
	Newer, Older *Post // nil at the ends
	Tags         []*Tag

	within string // its file's path in the folder
}

// Shows reports whether the article shows that file from its folder, or leads to it.
// No other is to be served.
func (p *Post) Shows(name string) bool {
	return p.Beside != nil && slices.ContainsFunc(p.Files, func(f render.File) bool { return f.Path == name })
}

// Tag is a subject and its articles, the newest first.
type Tag struct {
	Name, Slug string
	Posts      []*Post
}

// Path is the tag's address below the site's.
func (t *Tag) Path() string { return "tags/" + t.Slug + "/" }

// Collection is all that a site publishes.
type Collection struct {
	// Posts are the articles, the newest first.
	Posts []*Post
	Tags  []*Tag // by name
	// Index is the text above the list of articles, nil where there is none.
	Index *Post
	// Alone tells that there is one article, which stands at the top, and no list.
	Alone bool
	// Warnings are findings that keep nothing from being published.
	Warnings render.Errors
}

// Title names the whole.
func (c *Collection) Title() string {
	switch {
	case c.Alone:
		return c.Posts[0].Title
	case c.Index != nil:
		return c.Index.Title
	}
	return "Articles"
}

// Updated is the date of the newest article, or the zero time.
func (c *Collection) Updated() time.Time {
	var newest time.Time
	for _, p := range c.Posts {
		if p.Date.After(newest) {
			newest = p.Date
		}
	}
	return newest
}

// At is what stands at a path below the site's address, or nil.
func (c *Collection) At(path string) *Post {
	if c.Index != nil && path == "" {
		return c.Index
	}
	for _, p := range c.Posts {
		if p.Path == path {
			return p
		}
	}
	return nil
}

// Named is the article of that slug, or nil.
func (c *Collection) Named(slug string) *Post {
	for _, p := range c.Posts {
		if p.Slug == slug {
			return p
		}
	}
	return nil
}

// One makes a collection of one article. It is published even if it is a draft:
// whoever names a file means it.
func One(file string, text []byte, beside fs.FS, o Options) (*Collection, error) {
	p, err := read(file, text, beside, o)
	if err != nil {
		return nil, err
	}
	p.Slug = cmp.Or(Slug(p.Article.Slug), slugOf(path.Base(strings.ReplaceAll(file, `\`, "/"))), "article")
	c := &Collection{Posts: []*Post{p}, Alone: true}
	c.warn(p)
	return c, nil
}

// read takes an article apart.
func read(file string, text []byte, beside fs.FS, o Options) (*Post, error) {
	o.Render.Beside = beside
	a, err := render.Render(file, text, o.Render)
	if err != nil {
		return nil, err
	}
	return &Post{Article: a, File: file, Beside: beside}, nil
}

// warn keeps what there is to say of an article.
func (c *Collection) warn(p *Post) {
	c.Warnings = append(c.Warnings, p.Warnings...)
	for _, b := range p.Blocks {
		if !b.MeantToCompile() {
			continue
		}
		for _, f := range b.Findings {
			c.Warnings = append(c.Warnings, b.Problem(p.File, f))
		}
	}
	for _, f := range p.Files {
		if p.Beside != nil {
			if info, err := fs.Stat(p.Beside, f.Path); err == nil && info.Mode().IsRegular() {
				continue
			}
		}
		c.Warnings = append(c.Warnings, &render.Error{File: p.File, Line: f.Line, Message: fmt.Sprintf("%s: there is no file %s beside the article", f.Kind, f.Path)})
	}
}
