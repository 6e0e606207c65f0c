package articles

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"playground/internal/render"
)

// mostText bounds the size in bytes of an article's file.
const mostText = 4 << 20

// Folder reads the articles of a folder, which messages call by name. Its error
// has what is wrong with any of them.
func Folder(folder fs.FS, name string, o Options) (*Collection, error) {
	files, err := Files(folder)
	if err != nil {
		return nil, fmt.Errorf("read the articles of %s: %w", name, err)
	}
	c := &Collection{}
	var bad render.Errors
	for _, file := range files {
		p, err := c.add(folder, name, file, o)
		var mistakes render.Errors
		switch {
		case errors.As(err, &mistakes):
			bad = append(bad, mistakes...)
		case err != nil:
			return nil, err
		case p != nil:
			c.warn(p)
		}
	}
	c.sort()
	bad = append(bad, c.clashes()...)
	if len(bad) > 0 {
		return nil, bad
	}
	if len(c.Posts) == 0 && len(files) == 0 {
		return nil, fmt.Errorf("there is no article in %s: no file whose name ends in .md; \"playground new TITLE\" begins one", name)
	}
	c.link()
	c.join()
	return c, nil
}

// Files are the names of the articles in a folder, by name.
func Files(folder fs.FS) (names []string, err error) {
	err = fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case name != "." && strings.ContainsRune("._", rune(base[0])):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir() || !IsArticle(base):
		default:
			// A pipe would be waited for, and a link may lead out of the folder.
			if info, err := fs.Stat(folder, name); err == nil && info.Mode().IsRegular() {
				names = append(names, name)
			}
		}
		return nil
	})
	return names, err
}

// IsArticle reports whether a file is one by its name.
func IsArticle(base string) bool {
	ext := path.Ext(base)
	return (ext == ".md" || ext == ".markdown") && !strings.EqualFold(base, "README.md")
}

// add reads a file; nil is a draft that is not published.
func (c *Collection) add(folder fs.FS, name, file string, o Options) (*Post, error) {
	shown := path.Join(name, file)
	info, err := fs.Stat(folder, file)
	if err == nil && info.Size() > mostText {
		err = fmt.Errorf("%s has %d bytes; an article has at most %d", shown, info.Size(), mostText)
	}
	if err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(folder, file)
	if err != nil {
		return nil, err
	}
	beside, err := fs.Sub(folder, path.Dir(file))
	if err != nil {
		return nil, err
	}
	o.Render.Content, o.Render.Dir = folder, path.Dir(file)
	p, err := read(shown, text, beside, o)
	if err != nil {
		return nil, err
	}
	if p.Draft && !o.Drafts {
		return nil, nil
	}
	p.within = file
	if file == "index.md" {
		c.Index = p
		return p, nil
	}
	p.Slug = cmp.Or(Slug(p.Article.Slug), slugOf(file))
	p.Path = p.Slug + "/"
	c.Posts = append(c.Posts, p)
	return p, nil
}

func (c *Collection) sort() {
	slices.SortStableFunc(c.Posts, func(a, b *Post) int {
		return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.File, b.File))
	})
}

// link joins neighbours, and articles with their tags.
func (c *Collection) link() {
	tags := map[string]*Tag{}
	for i, p := range c.Posts {
		if i > 0 {
			p.Newer = c.Posts[i-1]
			p.Newer.Older = p
		}
		for _, name := range p.Article.Tags {
			slug := tagSlug(name)
			t := tags[slug]
			if t == nil {
				t = &Tag{Name: name, Slug: slug}
				tags[slug] = t
				c.Tags = append(c.Tags, t)
			}
			if !slices.Contains(t.Posts, p) {
				t.Posts = append(t.Posts, p)
				p.Tags = append(p.Tags, t)
			}
		}
	}
	slices.SortFunc(c.Tags, func(a, b *Tag) int { return strings.Compare(a.Slug, b.Slug) })
}

// reserved are the addresses of the site's own.
func reserved() []string {
	return []string{"api", "card.png", "dev", "embed", "embed.js", "favicon.ico", "feed.xml", "healthz", "index.html", "metrics", "oembed",
		"p", "readyz", "robots.txt", "search.json", "sitemap.xml", "static", "tags", "ws"}
}

// clashes are articles that cannot have the address that they ask for.
func (c *Collection) clashes() (bad render.Errors) {
	taken := map[string]string{}
	for _, p := range c.Posts {
		switch first := taken[p.Slug]; {
		case p.Slug == "":
			bad = append(bad, &render.Error{File: p.File, Line: 1, Message: "its file's name has no letter or digit to make an address of: add slug: … to its front matter"})
		case slices.Contains(reserved(), p.Slug):
			bad = append(bad, &render.Error{File: p.File, Line: 1, Message: fmt.Sprintf("the address %s/ is the site's own: add another slug: … to its front matter", p.Slug)})
		case first != "":
			bad = append(bad, &render.Error{File: p.File, Line: 1, Message: fmt.Sprintf("its address %s/ is also that of %s: add another slug: … to the front matter of one of them", p.Slug, first)})
		default:
			taken[p.Slug] = p.File
		}
	}
	return bad
}

// dated is a date before a file's name, as Jekyll wants it.
var dated = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-`)

// slugOf makes a slug of a file's name: of its folder's if it is an index.
func slugOf(file string) string {
	name := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if dir := path.Dir(file); name == "index" && dir != "." {
		name = path.Base(dir)
	}
	if rest := dated.ReplaceAllString(name, ""); rest != "" {
		name = rest
	}
	return Slug(name)
}

// Slug makes of a text what can stand in an address without being escaped by
// people who type it: its letters and digits, small, with hyphens between.
func Slug(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), "-")
}

// tagSlug is the slug of a tag. Signs tell tags apart that letters do not: C, C++
// and C# are three.
func tagSlug(name string) string {
	name = strings.NewReplacer("+", " plus ", "#", " sharp ", "&", " and ").Replace(name)
	return cmp.Or(Slug(name), fmt.Sprintf("tag-%x", name))
}
