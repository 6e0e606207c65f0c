package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"playground/internal/articles"
	"playground/internal/author"
)

// newCommand begins an article.
type newCommand struct {
	Title   string `arg:"" help:"The article's title."`
	Content string `name:"content" default:"." placeholder:"DIR" env:"PLAYGROUND_CONTENT" help:"The folder that gets it; the current one by default (${env})."`
}

// Run implements the command.
func (c *newCommand) Run(env environment) error {
	title := strings.Join(strings.Fields(c.Title), " ")
	slug := articles.Slug(title)
	if slug == "" {
		return fmt.Errorf("the title %q has no letter or digit to make an address of", c.Title)
	}
	dir := cmp.Or(c.Content, ".")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, slug+".md")
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: give another title, or edit it", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(author.Scaffold(title, time.Now()))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "%s\nIt is a draft. See it while you write: playground serve --dev --post %s\n", name, quoted(name))
	return err
}

// quoted is a file's name as a shell takes it.
func quoted(name string) string {
	if strings.IndexFunc(name, func(r rune) bool {
		return !strings.ContainsRune("./_-+,:@%", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
