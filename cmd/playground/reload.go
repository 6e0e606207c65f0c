package main

import (
	"fmt"
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
	return article, nil
}

// reload puts the article as it now is in the place of the one that is served.
// One with errors changes nothing. Programs that run are not touched.
func (c *serveCommand) reload(s *site.Site, logger *slog.Logger) {
	article, err := c.article()
	if err == nil {
		err = s.Publish(article)
	}
	if err != nil {
		logger.Error("article not reloaded; readers get the one from before", "err", err)
		return
	}
	logWarnings(logger, article)
	logger.Info("article reloaded", "title", article.Title)
}
