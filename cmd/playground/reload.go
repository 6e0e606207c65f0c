package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"playground/content"
	"playground/internal/articles"
	"playground/internal/author"
	"playground/internal/pages"
	"playground/internal/sandbox"
	"playground/internal/site"
)

// contentFlags say what is published.
type contentFlags struct {
	Post    string `name:"post" placeholder:"FILE" env:"PLAYGROUND_POST" xor:"content" help:"The article, a Markdown file; the built-in one by default (${env})."`
	Content string `name:"content" placeholder:"DIR" env:"PLAYGROUND_CONTENT" xor:"content" help:"A folder of articles, published with a list of them, tags, a feed and a sitemap (${env})."`
	Theme   string `name:"theme" placeholder:"DIR" env:"PLAYGROUND_THEME" help:"A folder of templates and style sheets that replace the built-in ones (${env})."`
}

// articles reads what the flags name.
func (f contentFlags) articles(o articles.Options) (*articles.Collection, error) {
	c, err := f.read(o)
	if err != nil {
		if f.Content != "" {
			return nil, fmt.Errorf("the articles have errors:\n%w", err)
		}
		return nil, fmt.Errorf("the article has errors:\n%w", err)
	}
	return c, nil
}

func (f contentFlags) read(o articles.Options) (*articles.Collection, error) {
	switch {
	case f.Content != "":
		folder, err := openFolder(f.Content)
		if err != nil {
			return nil, err
		}
		return articles.Folder(folder, filepath.ToSlash(filepath.Clean(f.Content)), o)
	case f.Post != "":
		text, err := os.ReadFile(f.Post)
		if err != nil {
			return nil, err
		}
		beside, err := openFolder(filepath.Dir(f.Post))
		if err != nil {
			return nil, err
		}
		return articles.One(filepath.Clean(f.Post), text, beside, o)
	}
	text, err := content.FS.ReadFile(content.Post)
	if err != nil {
		return nil, err
	}
	return articles.One("content/"+content.Post, text, nil, o)
}

// openFolder is a folder out of which no link leads. It is closed when nobody
// reads from it any more.
func openFolder(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return root.FS(), nil
}

// theme is the folder of the theme, nil without one.
func (f contentFlags) theme() (fs.FS, error) {
	if f.Theme == "" {
		return nil, nil
	}
	return openFolder(f.Theme)
}

// articlesNow reads the articles as they now are.
func (c *serveCommand) articlesNow() (*articles.Collection, error) {
	return c.articles(articles.Options{Drafts: c.Dev, Render: c.rendering()})
}

// pages makes what makes pages; address is where the server can be reached, and
// publication numbers what an author's pages follow.
func (c *serveCommand) pages(address string, publication int) (*pages.Builder, error) {
	theme, err := c.theme()
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(address, "http") {
		address = "http://localhost/" // there is a proxy before the socket file
	}
	return pages.New(pages.Config{URL: string(c.URL), Address: address, Theme: theme, Go: goRelease(), Publication: publication})
}

// publisher puts articles and theme, as they now are, in the place of those that
// are served.
type publisher struct {
	command  *serveCommand
	site     *site.Site
	address  string
	logger   *slog.Logger
	follower *site.Follower        // nil where nobody writes
	number   int                   // of the last publication, for the follower
	written  chan []*articles.Post // the newest that nobody has compiled yet
}

// publisher makes the site with what is published first; address is where it can
// be reached.
func (c *serveCommand) publisher(ctx context.Context, first *articles.Collection, address string, s site.Config) (*publisher, error) {
	p := &publisher{command: c, address: address, logger: s.Logger, written: make(chan []*articles.Post, 1)}
	if c.Dev {
		p.follower, p.number = site.NewFollower(ctx.Done()), 1
	}
	var err error
	if s.Pages, err = c.pages(address, p.number); err != nil {
		return nil, err
	}
	s.Articles, s.Follower = first, p.follower
	p.site, err = site.New(s)
	p.wrote(first)
	return p, err
}

// reload reads again. With errors nothing changes. Programs that run are not
// touched.
func (p *publisher) reload() {
	now, err := p.command.articlesNow()
	if err == nil {
		err = p.publish(now)
	}
	if err != nil {
		p.logger.Error("article not reloaded; readers get the one from before", "err", err)
		if p.follower != nil {
			p.follower.Failed(err)
		}
		return
	}
	logWarnings(p.logger, now.Warnings)
	p.wrote(now)
	p.logger.Info("article reloaded", "title", now.Title(), "articles", len(now.Posts))
}

func (p *publisher) publish(now *articles.Collection) error {
	if p.follower != nil {
		p.number++
	}
	b, err := p.command.pages(p.address, p.number)
	if err != nil {
		return err
	}
	if err := p.site.Publish(b, now); err != nil {
		return err
	}
	if p.follower != nil {
		p.follower.Published(p.number)
	}
	return nil
}

// wrote leaves articles for compile, in the place of older ones that still wait.
// The built-in article was checked when it was built. The caller is the only one
// who sends.
func (p *publisher) wrote(now *articles.Collection) {
	if p.command.Post == "" && p.command.Content == "" {
		return
	}
	select {
	case <-p.written:
	default:
	}
	p.written <- now.Posts
}

// compile tells in the log which programs of what is published do not compile,
// until ctx ends. One at a time: readers come first.
func (p *publisher) compile(ctx context.Context, box *sandbox.Sandbox) {
	compiler := author.Compiler{Runner: box}
	for {
		select {
		case <-ctx.Done():
			return
		case posts := <-p.written:
			found, err := compiler.Compile(ctx, posts)
			logWarnings(p.logger, found)
			if err != nil && ctx.Err() == nil {
				p.logger.Warn("programs of articles could not be compiled; \"playground check\" tries again", "err", err)
			}
		}
	}
}
