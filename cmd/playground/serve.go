package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"

	"playground/content"
	"playground/internal/protocol"
	"playground/internal/render"
	"playground/internal/runs"
	"playground/internal/sandbox"
	"playground/internal/sandbox/confine"
	"playground/internal/stream"
)

// serveCommand serves the article and runs its readers' programs.
type serveCommand struct {
	Post        string `name:"post" placeholder:"FILE" env:"PLAYGROUND_POST" help:"The article, a Markdown file; the built-in one by default (${env})."`
	Concurrency count  `name:"concurrency" default:"auto" least:"1" most:"10000" placeholder:"N" env:"PLAYGROUND_CONCURRENCY" help:"Programs that run at once; 8 per core by default (${env})."`
	Queue       count  `name:"queue" default:"auto" least:"0" most:"100000" placeholder:"N" env:"PLAYGROUND_QUEUE" help:"Programs that may wait for their turn; 4 times --concurrency by default (${env})."`
	Pool        count  `name:"pool" default:"auto" least:"0" most:"1000" placeholder:"N" env:"PLAYGROUND_POOL" help:"Idle workers kept warm; 2 per core by default (${env})."`

	PrintConfig bool `name:"print-config" help:"Print each value and where it is from, and end."`

	listenFlags    `embed:""`
	hostFlags      `embed:""`
	limitFlags     `embed:""`
	isolationFlags `embed:""`
}

// shutdownGrace is how long connections and programs get to end on SIGTERM
// before the process ends without them.
const shutdownGrace = 5 * time.Second

// Run implements the command.
func (c *serveCommand) Run(ctx context.Context, env environment, parsed *kong.Context, values *settings) error {
	if c.PrintConfig {
		return values.print(env.stdout, parsed)
	}
	logger := slog.New(slog.NewTextHandler(env.stderr, nil))
	article, err := c.article()
	if err != nil {
		return err
	}
	for _, w := range article.Warnings {
		logger.Warn("article", "about", w.Error())
	}
	listener, err := c.listen(env.getenv)
	if err != nil {
		return err
	}
	defer listener.Close()

	server := confine.Server()
	logLayers(logger, []sandbox.Layer{server})
	box, err := sandbox.New(c.sandbox(logger))
	if err != nil {
		return err
	}
	logLayers(logger, box.Layers())
	level := confine.LevelOf(box.Layers())
	if err := checkExposure(level, listener.Addr()); err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	if level < confine.Seccomp {
		fmt.Fprintln(env.stderr, unconfined)
	}
	book, err := runs.New(runs.Config{Runner: box, Maxima: protocol.Maxima{Source: int64(c.Source)}, Logger: logger})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	hosts := c.hosts(listener.Addr())
	sockets, err := stream.New(stream.Config{
		Book: book, AllowedOrigins: c.origins(), AllowHost: hosts.allow, OwnHost: hosts.own, Logger: logger,
	})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	site, err := newSite(siteConfig{
		Article: article, URL: string(c.URL), Sockets: sockets, API: sockets.API(), Logger: logger,
		Ready: func() bool { return ctx.Err() == nil },
	})
	if err != nil {
		return errors.Join(err, box.Close(ctx))
	}
	fmt.Fprintf(env.stdout, "%s is served at %s\n", article.Title, shownAddress(listener.Addr()))
	s := service{site: site, sockets: sockets, book: book, box: box, logger: logger}
	return s.serve(ctx, listener)
}

func (c *serveCommand) sandbox(logger *slog.Logger) sandbox.Config {
	return sandbox.Config{
		Limits: c.limits(), Concurrency: int(c.Concurrency), Queue: int(c.Queue), Pool: int(c.Pool),
		Isolation: c.Require, Logger: logger,
	}
}

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

// service is what runs between the start and the end of serve.
type service struct {
	site    http.Handler
	sockets *stream.Server
	book    *runs.Book
	box     *sandbox.Sandbox
	logger  *slog.Logger
}

// serve answers requests until ctx ends, then shuts down: programs that run may
// finish within the grace period, sockets are closed with a code, requests
// finished, workers reaped.
func (s *service) serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s.site,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      time.Minute, // not for websockets: they keep their own time
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.logger.Info("shutting down")
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	s.book.Drain(grace)
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer done()
	// Sockets first: http.Server.Shutdown neither closes hijacked connections
	// nor waits for them.
	err = errors.Join(err, s.sockets.Shutdown(ending), server.Shutdown(ending), s.box.Close(ending))
	s.book.Close()
	return err
}

// logLayers tells operators what confines the programs, and what does not.
func logLayers(logger *slog.Logger, layers []sandbox.Layer) {
	for _, l := range layers {
		if l.Active {
			logger.Info("isolation", "layer", l.Name, "active", true, "detail", l.Detail)
		} else {
			logger.Warn("isolation", "layer", l.Name, "active", false, "why", l.Detail)
		}
	}
}
