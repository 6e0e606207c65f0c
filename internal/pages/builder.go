package pages

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"playground/internal/articles"
	"playground/internal/asset"
	"playground/internal/render"
	"playground/internal/script"
	"playground/web"
)

// Config is what pages are made with.
type Config struct {
	// URL is the site's public address with its path, or "" where nobody has said.
	URL string
	// Address stands for URL where a document must have whole addresses: it is one
	// at which the site can be reached from somewhere.
	Address string
	// Theme is a folder of templates and static files; nil for the binary's own.
	Theme fs.FS
	// Go is the release that programs run with, as people write it.
	Go string
	// Runner is the address of the server that runs programs, with a slash at its
	// end; "" where that is the one that sends the pages.
	Runner string
	// Static tells that the pages are files: their policy stands in themselves, and
	// nobody answers forms.
	Static bool
	// Publication numbers what is built for an author who writes: its pages follow
	// what is saved. 0 is for readers.
	Publication int
}

// Builder makes documents. It does not change, and may be used by several
// goroutines.
type Builder struct {
	config    Config
	base      string
	templates *template.Template
	files     map[string][]byte
	version   string
	themed    bool
}

// own are the static files of every site of this binary, which never change.
var own = sync.OnceValues(func() (b bundle, err error) {
	b.files, b.version, err = asset.Bundle(web.Static())
	return b, err
})

type bundle struct {
	files   map[string][]byte
	version string
}

// themeSheet is loaded behind the page's own style sheet, if a theme has it.
const themeSheet = "theme/theme.css"

// New reads templates and static files.
func New(c Config) (*Builder, error) {
	if c.URL != "" {
		c.URL = strings.TrimSuffix(c.URL, "/") + "/"
	}
	base, err := basePath(c.URL)
	if err != nil {
		return nil, err
	}
	static, err := own()
	if err != nil {
		return nil, err
	}
	b := &Builder{config: c, base: base, files: maps.Clone(static.files), version: static.version}
	if b.templates, err = template.New("").Funcs(functions()).ParseFS(web.Templates(), "*.html"); err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	if c.Theme != nil {
		if err := b.theme(c.Theme); err != nil {
			return nil, fmt.Errorf("read the theme: %w", err)
		}
	}
	return b, nil
}

func functions() template.FuncMap {
	return template.FuncMap{
		"day":  func(t time.Time) string { return t.Format("2 January 2006") },
		"date": func(t time.Time) string { return t.Format(time.DateOnly) },
	}
}

// basePath is the path of a public address, with a slash at both ends.
func basePath(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("the site's address: %w", err)
	}
	return strings.TrimSuffix(u.EscapedPath(), "/") + "/", nil
}

// theme puts a theme's files over the binary's.
func (b *Builder) theme(theme fs.FS) error {
	names, err := fs.Glob(theme, "templates/*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(theme, name)
		if err != nil {
			return err
		}
		// A file that only defines parts leaves the template of its name as it is.
		if _, err := b.templates.New(path.Base(name)).Parse(string(text)); err != nil {
			return err
		}
	}
	before := len(b.files)
	static, err := fs.Sub(theme, "static")
	if err != nil {
		return err
	}
	err = fs.WalkDir(static, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b.files["theme/"+name], err = fs.ReadFile(static, name)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // it has templates only
	}
	if err == nil && len(names) == 0 && len(b.files) == before {
		err = errors.New("it has neither templates/*.html nor static/: see docs/publishing.md")
	}
	_, b.themed = b.files[themeSheet]
	b.version = asset.Version(b.files)
	return err
}

// Base is the path at which the site stands, with a slash at both ends.
func (b *Builder) Base() string { return b.base }

// Static are the static files by what follows StaticPath and a slash.
func (b *Builder) Static() map[string][]byte { return b.files }

// StaticPath is where static files are, below the site's address. It changes
// when any of them does.
func (b *Builder) StaticPath() string { return "static/" + b.version }

// Page is what a template gets.
type Page struct {
	Title   string
	Article *render.Article
	Post    *articles.Post
	Posts   []*articles.Post // of a list
	Tag     *articles.Tag    // that a list is of
	Tags    []*articles.Tag
	Site    string // the whole's title
	Alone   bool   // there is nothing but this article

	Base    string // where the site stands
	Static  string // where its static files are
	Server  string // where programs run
	URL     string // the page's public address, or ""
	Public  string // the site's
	Themed  bool
	Policy  string // for pages that are files
	Go      string
	Dev     int    // the number of a publication whose pages follow its author
	Message string // of an error page
	Block   string // id of the one program of a frame
	Figure  template.HTML
	Shared  *Shared // a program or a run that a reader shared
}

// WrittenIn names what the article's programs are written in.
func (p Page) WrittenIn() string {
	var names []string
	if p.Article.Served() > 0 {
		names = append(names, p.Go)
	}
	for _, l := range []struct {
		lang script.Language
		name string
	}{{script.TypeScript, "TypeScript"}, {script.JavaScript, "JavaScript"}} {
		if slices.ContainsFunc(p.Article.Blocks, func(b render.Block) bool { return b.Lang == string(l.lang) }) {
			names = append(names, l.name)
		}
	}
	return strings.Join(names, " and ")
}

// page is a page without its contents.
func (b *Builder) page(path string) Page {
	p := Page{
		Base: b.base, Static: b.base + b.StaticPath(), Server: b.base, Themed: b.themed, Go: b.config.Go, Dev: b.config.Publication,
		Public: b.config.URL,
	}
	if b.config.URL != "" {
		p.URL = b.config.URL + path
	}
	if b.config.Static {
		p.Server = b.config.Runner
		p.Policy = web.StaticPolicy(b.config.Runner)
	}
	return p
}

// Post is the page of an article of a collection, which may have been answered.
func (b *Builder) Post(c *articles.Collection, post *articles.Post, shown *render.Article) ([]byte, error) {
	if b.config.Static { // nobody answers its forms
		bare := *shown
		bare.HTML = template.HTML(forms.ReplaceAllString(string(shown.HTML), ""))
		shown = &bare
	}
	p := b.page(post.Path)
	p.Title, p.Article, p.Post, p.Site, p.Alone = post.Title, shown, post, c.Title(), c.Alone
	if post == c.Index {
		return b.list(c, nil, shown)
	}
	return b.execute("post.html", p)
}

// Frame is the page of one program, for frames on other sites.
func (b *Builder) Frame(c *articles.Collection, post *articles.Post, block *render.Block) ([]byte, error) {
	p := b.page(EmbedPath + post.Slug + "/" + block.ID)
	p.Title, p.Article, p.Post, p.Site, p.Alone = block.Title, post.Article, post, c.Title(), c.Alone
	p.Block, p.Figure = block.ID, template.HTML(forms.ReplaceAllString(string(post.Figure(block)), ""))
	return b.execute("embed.html", p)
}

// forms run programs for browsers without scripts.
var forms = regexp.MustCompile(`(?s)<noscript><form.*?</noscript>`)

// list is the list of all articles, or of a tag's.
func (b *Builder) list(c *articles.Collection, tag *articles.Tag, head *render.Article) ([]byte, error) {
	p := b.page("")
	p.Title, p.Site, p.Posts, p.Tags, p.Article, p.Post = c.Title(), c.Title(), c.Posts, c.Tags, head, c.Index
	if tag != nil {
		p = b.page(tag.Path())
		p.Title, p.Site, p.Posts, p.Tag, p.Tags = tag.Name, c.Title(), tag.Posts, tag, c.Tags
	}
	return b.execute("list.html", p)
}

// Failure is an error page.
func (b *Builder) Failure(title, message string) ([]byte, error) {
	p := b.page("")
	p.Title, p.Message, p.URL = title, message, ""
	return b.execute("error.html", p)
}

// Part executes a template that is no page.
func (b *Builder) Part(name string, data any) ([]byte, error) { return b.execute(name, data) }

func (b *Builder) execute(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := b.templates.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}
