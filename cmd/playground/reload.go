package main

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"playground/content"
	"playground/internal/render"
	"playground/internal/site"
)

// article renders the post that the flags name.
func (c *serveCommand) article() (*render.Article, error) {
	name, read := "content/post.md", func() ([]byte, error) { return content.FS.ReadFile("post.md") }
	if c.Post != "" {
		name, read = filepath.Clean(c.Post), func() ([]byte, error) { return os.ReadFile(c.Post) }
	}
	source, err := read()
	if err != nil {
		return nil, err
	}
	article, err := render.Render(name, source, render.Options{MaxWall: c.Wall, MaxCPU: c.CPU, MaxSource: int(c.Source)})
	if err != nil {
		return nil, fmt.Errorf("the article has errors:\n%w", err)
	}
	article.Warnings = append(article.Warnings, missing(name, article.Files, c.beside())...)
	return article, nil
}

// missing tells of the files that an article shows and that are not there.
func missing(name string, files []render.File, beside fs.FS) (w render.Errors) {
	for _, f := range files {
		if beside != nil {
			if info, err := fs.Stat(beside, f.Path); err == nil && info.Mode().IsRegular() {
				continue
			}
		}
		w = append(w, &render.Error{File: name, Line: f.Line, Message: fmt.Sprintf("image: there is no file %s beside the article", f.Path)})
	}
	return w
}

// beside is the folder of the article, nil for the built-in one, which is alone.
func (c *serveCommand) beside() fs.FS {
	if c.Post == "" {
		return nil
	}
	return os.DirFS(filepath.Dir(c.Post))
}

// reload puts the article as it now is in the place of the one that is served.
// One with errors changes nothing. Programs that run are not touched.
func (c *serveCommand) reload(s *site.Site, logger *slog.Logger) {
	article, err := c.article()
	if err == nil {
		err = s.Publish(article, c.beside())
	}
	if err != nil {
		logger.Error("article not reloaded; readers get the one from before", "err", err)
		return
	}
	logWarnings(logger, article)
	logger.Info("article reloaded", "title", article.Title)
}
