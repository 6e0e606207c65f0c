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
	"path"
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
	article   atomic.Pointer[render.Article]
	post      atomic.Pointer[asset.Asset] // article's page
	api       http.Handler
	logger    *slog.Logger
}

// New makes the handler of every route.
func New(c Config) (*Site, error) {
	files, version, err := web.Assets(web.Static())
	if err != nil {
		return nil, err
	}
	templates, err := template.ParseFS(web.Templates(), "*.html")
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	s := &Site{
		templates: templates, static: "/static/" + version, files: make(map[string]*asset.Asset, len(files)),
		url: c.URL, release: c.Go, api: c.API, logger: c.Logger,
	}
	for name, body := range files {
		// Their address names their content, so they may be kept for ever.
		s.files[name] = asset.New(body, contentType(name), "public, max-age=31536000, immutable")
	}
	if err := s.Publish(c.Article); err != nil {
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

// Publish makes a its article, from the next request on.
func (s *Site) Publish(a *render.Article) error {
	body, err := s.page(a)
	if err != nil {
		return err
	}
	s.article.Store(a)
	// Browsers always ask; the answer is mostly 304.
	s.post.Store(asset.New(body, echo.MIMETextHTMLCharsetUTF8, "no-cache"))
	return nil
}

// page is the page of an article.
func (s *Site) page(a *render.Article) ([]byte, error) {
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
	s.post.Load().ServeHTTP(c.Response(), c.Request())
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
