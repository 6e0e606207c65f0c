package main

import (
	"context"
	"errors"
	"html/template"
	"path/filepath"

	"playground/internal/articles"
	"playground/internal/author/watch"
	"playground/internal/render"
)

// errNothingToWatch is --dev without a file that could change.
var errNothingToWatch = errors.New("--dev needs an article to follow: name it with --post, or its folder with --content; \"playground new TITLE\" begins one")

// watched are the folders whose files an author saves.
func (f contentFlags) watched() []string {
	var dirs []string
	switch {
	case f.Content != "":
		dirs = append(dirs, f.Content)
	case f.Post != "":
		dirs = append(dirs, filepath.Dir(f.Post))
	}
	if f.Theme != "" {
		dirs = append(dirs, f.Theme)
	}
	return dirs
}

// firstArticles reads what is served at first. An author who begins with a
// mistake gets an empty page that tells it.
func (c *serveCommand) firstArticles() (*articles.Collection, error) {
	now, err := c.articlesNow()
	if err == nil || !c.Dev {
		return now, err
	}
	nothing := &render.Article{Title: "Nothing can be shown yet", TitleHTML: template.HTML("Nothing can be shown yet")}
	return &articles.Collection{Posts: []*articles.Post{{Article: nothing, Slug: "nothing"}}, Alone: true}, nil
}

// follow publishes what an author has saved and saves, until ctx ends. The first
// time tells pages of the mistakes that there were at the start.
func (c *serveCommand) follow(ctx context.Context, p *publisher) error {
	return watch.Folders(ctx, c.watched(), p.reload)
}
