package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"playground/internal/articles"
	"playground/internal/author"
	"playground/internal/option"
	"playground/internal/pages"
	"playground/internal/sandbox"
)

// exportCommand writes the site into a folder, for servers of files.
type exportCommand struct {
	Dir    string     `arg:"" help:"The folder that gets the site; an earlier export there is replaced."`
	URL    option.URL `name:"url" placeholder:"URL" env:"PLAYGROUND_URL" help:"Where readers will find the site, such as https://example.org/notes/; feed, sitemap and social tags need it (${env})."`
	Runner option.URL `name:"runner" placeholder:"URL" help:"The server that runs programs; its --origins must have the site's. Without one, readers see the runs that are recorded now."`

	contentFlags   `embed:""`
	moduleFlags    `embed:""`
	limitFlags     `embed:""`
	isolationFlags `embed:""`
}

// Run implements the command.
func (c *exportCommand) Run(ctx context.Context, env environment) error {
	all, err := c.articles(articles.Options{Render: c.rendering()})
	if err != nil {
		return err
	}
	for _, w := range all.Warnings {
		fmt.Fprintf(env.stderr, "warning: %v\n", w)
	}
	theme, err := c.theme()
	if err != nil {
		return err
	}
	runner := string(c.Runner)
	if runner != "" {
		runner = strings.TrimSuffix(runner, "/") + "/"
	}
	builder, err := pages.New(pages.Config{URL: string(c.URL), Theme: theme, Go: goRelease(), Runner: runner, Static: true})
	if err != nil {
		return err
	}
	box, err := sandboxFor(sandbox.Config{Limits: c.limits(), Modules: c.dir(), Isolation: c.Require, Pool: runtime.NumCPU()}, env)
	if err != nil {
		return err
	}
	defer box.Close(context.WithoutCancel(ctx))
	e := author.Exporter{
		Pages: builder, Runner: box, Go: goRelease(), Progress: progress(env.stderr),
		// A recorded time should be that of a program alone; most of them sleep.
		Parallel: runtime.NumCPU(),
	}
	if err := e.Export(ctx, all, c.Dir); err != nil {
		return err
	}
	if c.URL == "" {
		fmt.Fprintln(env.stderr, "There is no feed and no sitemap: they need to know where the site will be; say it with --url.")
	}
	_, err = fmt.Fprintf(env.stdout, "%s is in %s\n", all.Title(), c.Dir)
	return err
}
