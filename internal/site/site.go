// Package site is what the server shows by HTTP: the routes, the pages, the
// rate at which one client may ask, and the connections that are taken at all.
// What programs say goes through it and is not looked at.
package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"sync"
	"sync/atomic"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"playground/internal/asset"
	"playground/internal/render"
	"playground/web"
)

// Config is what the routes are made of.
type Config struct {
	Article *render.Article
	Beside  fs.FS  // the folder of the article; nil if it has none
	URL     string // the article's public address, or ""
	Go      string // the release that programs run with, as people write it
	Sockets http.Handler
	API     http.Handler
	Client  func(*http.Request) string // whom a request comes from
	Ready   func() bool                // whether new programs are accepted
	Logger  *slog.Logger
}

// Site answers requests. Pages are rendered when they are published.
type Site struct {
	http.Handler
	templates *template.Template
	static    string                  // prefix of the static files
	files     map[string]*asset.Asset // by what follows the prefix and a slash
	url       string
	release   string
	post      atomic.Pointer[published]
	api       http.Handler
	logger    *slog.Logger
}

// static are the files of every site of this binary, which never change.
var static = sync.OnceValues(func() (b bundle, err error) {
	b.files, b.version, err = asset.Bundle(web.Static())
	return b, err
})

type bundle struct {
	files   map[string][]byte
	version string
}

// New makes the handler of every route.
func New(c Config) (*Site, error) {
	own, err := static()
	if err != nil {
		return nil, err
	}
	templates, err := template.ParseFS(web.Templates(), "*.html")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	s := &Site{
		templates: templates, static: "/static/" + own.version, files: make(map[string]*asset.Asset, len(own.files)),
		url: c.URL, release: c.Go, api: c.API, logger: c.Logger,
	}
	for name, body := range own.files {
		// Their address names their content, so they may be kept for ever.
		s.files[name] = asset.New(body, contentType(name), "public, max-age=31536000, immutable")
	}
	if err := s.Publish(c.Article, c.Beside); err != nil {
		return nil, err
	}

	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	// Whoever connects is the client; a header can claim anything.
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = s.fail
	e.Use(middleware.Recover(), headers)
	read := []string{http.MethodGet, http.MethodHead}
	e.Match(read, "/", s.serve)
	e.POST("/", s.run)
	e.Match(read, HealthPath, alive)
	e.Match(read, ReadyPath, ready(c.Ready))
	e.GET("/ws", echo.WrapHandler(c.Sockets))
	e.Any("/api/*", echo.WrapHandler(c.API))
	e.Match(read, s.static+"/*", s.file)
	e.Match(read, "/favicon.ico", icon)
	e.Match(read, "/*", s.picture)
	s.Handler = rated(e, c.Client)
	return s, nil
}

// contentType is that of a static file. The table of package mime depends on
// the machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// published is an article with the files that it shows.
type published struct {
	article *render.Article
	page    *asset.Asset
	beside  fs.FS
	shows   map[string]bool // names in beside; no others are served
}

// Publish makes a its article, from the next request on, with the files that it
// shows from the folder beside.
func (s *Site) Publish(a *render.Article, beside fs.FS) error {
	body, err := s.pageOf(a)
	if err != nil {
		return err
	}
	p := &published{article: a, beside: beside, shows: make(map[string]bool, len(a.Files))}
	// Browsers always ask; the answer is mostly 304.
	p.page = asset.New(body, echo.MIMETextHTMLCharsetUTF8, "no-cache")
	for _, f := range a.Files {
		p.shows[f.Path] = true
	}
	s.post.Store(p)
	return nil
}

// pageOf is the page of an article.
func (s *Site) pageOf(a *render.Article) ([]byte, error) {
	return s.render("post.html", map[string]any{"Article": a, "Static": s.static, "URL": s.url, "Go": s.release})
}

// headers sets what every answer carries.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", web.ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		return next(c)
	}
}

// icon answers browsers that look at a text, which names no icon of its own.
func icon(c echo.Context) error {
	file, err := fs.ReadFile(web.Static(), "icon.svg")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Blob(http.StatusOK, "image/svg+xml", file)
}

func (s *Site) render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// serve answers with the article.
func (s *Site) serve(c echo.Context) error {
	s.post.Load().page.ServeHTTP(c.Response(), c.Request())
	return nil
}

// picture answers with a file that the article shows.
func (s *Site) picture(c echo.Context) error {
	post, name := s.post.Load(), c.Param("*")
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if !post.shows[name] || post.beside == nil {
		return echo.ErrNotFound
	}
	if info, err := fs.Stat(post.beside, name); err != nil || !info.Mode().IsRegular() {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(c.Response(), c.Request(), post.beside, name)
	return nil
}

// file answers with a static file.
func (s *Site) file(c echo.Context) error {
	file, ok := s.files[c.Param("*")]
	if !ok {
		return echo.ErrNotFound
	}
	file.ServeHTTP(c.Response(), c.Request())
	return nil
}

// fail answers with an error page.
func (s *Site) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, message := http.StatusInternalServerError, "Something went wrong on the server. Please try again."
	var he *echo.HTTPError
	if errors.As(err, &he) {
		status = he.Code
		message = http.StatusText(he.Code)
	}
	switch {
	case status == http.StatusNotFound:
		message = "There is no page at this address."
	case status >= http.StatusInternalServerError:
		s.logger.Error("request failed", "method", c.Request().Method, "path", c.Request().URL.Path, "err", err)
	}
	body, err := s.render("error.html", map[string]any{
		"Title": http.StatusText(status), "Message": message, "Static": s.static,
	})
	if err != nil {
		s.logger.Error("render error page", "err", err)
		_ = c.String(status, message)
		return
	}
	_ = c.HTMLBlob(status, body)
}
