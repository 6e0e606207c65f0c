// Package site is what the server shows by HTTP: the routes, the pages, the
// rate at which one client may ask, and the connections that are taken at all.
// What programs say goes through it and is not looked at.
package site

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"playground/internal/admit"
	"playground/internal/articles"
	"playground/internal/asset"
	"playground/internal/pages"
	"playground/web"
)

// Config is what the routes are made of.
type Config struct {
	Articles *articles.Collection
	Pages    *pages.Builder
	Sockets  http.Handler
	API      http.Handler
	Client   func(*http.Request) string // whom a request comes from
	Ready    func() bool                // whether new programs are accepted
	// Embedders are the origins of other sites that may frame programs.
	Embedders []string
	// Shares has what readers share; nil where nothing is shared.
	Shares Shares
	// Follower tells pages what their author saves; nil where nobody writes.
	Follower *Follower
	Logger   *slog.Logger
}

// Site answers requests. What it answers with is made when it is published.
type Site struct {
	http.Handler
	current   atomic.Pointer[published]
	api       http.Handler
	embedders []string
	shares    Shares
	cards     *cards
	shelf     *admit.Throttle // what is taken from it, by size
	client    func(*http.Request) string
	logger    *slog.Logger
}

// New makes the handler of every route.
func New(c Config) (*Site, error) {
	s := &Site{api: c.API, embedders: c.Embedders, shares: c.Shares, cards: newCards(), shelf: newShelfThrottle(), client: c.Client, logger: c.Logger}
	if err := s.Publish(c.Pages, c.Articles); err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	// Whoever connects is the client; a header can claim anything.
	e.IPExtractor = echo.ExtractIPDirect()
	e.HTTPErrorHandler = s.fail
	e.Use(middleware.Recover(), headers)
	read := []string{http.MethodGet, http.MethodHead}
	e.Match(read, HealthPath, alive)
	e.Match(read, ReadyPath, ready(c.Ready))
	e.GET("/ws", echo.WrapHandler(c.Sockets))
	e.Any("/api/*", echo.WrapHandler(c.API))
	e.Match(read, "/static/*", s.file)
	e.Match(read, "/favicon.ico", icon)
	e.Match(read, "/oembed", s.oembed)
	if c.Shares != nil {
		e.Match(read, "/"+pages.SharedPath+":file", s.shared)
	}
	e.Match(read, "/", s.serve)
	e.Match(read, "/*", s.serve)
	if c.Follower != nil {
		e.GET(FollowPath, c.Follower.serve)
	}
	e.POST("/", s.run)
	e.POST("/:article/", s.run)
	s.Handler = rated(below(c.Pages.Base(), e), c.Client)
	return s, nil
}

// below takes the base path from the addresses of requests. A proxy may have
// taken it already; what does not begin with it is as it is.
func below(base string, next http.Handler) http.Handler {
	if base == "/" {
		return next
	}
	stem := strings.TrimSuffix(base, "/")
	stripped := http.StripPrefix(stem, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.EscapedPath(); {
		case path == stem:
			http.Redirect(w, r, base, http.StatusMovedPermanently)
		case strings.HasPrefix(path, base):
			stripped.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// contentType is that of a static file. The table of package mime depends on
// the machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".woff2":
		return "font/woff2"
	case ".json":
		return "application/json"
	}
	return "application/octet-stream"
}

// published is what is answered with.
type published struct {
	pages     *pages.Builder
	articles  *articles.Collection
	documents map[string]func() (*asset.Asset, error) // by their paths below the site's
	static    map[string]*asset.Asset
}

// Publish makes these articles the site's, from the next request on.
func (s *Site) Publish(b *pages.Builder, c *articles.Collection) error {
	docs, err := b.Build(c)
	if err != nil {
		return err
	}
	p := &published{pages: b, articles: c, documents: make(map[string]func() (*asset.Asset, error), len(docs)), static: map[string]*asset.Asset{}}
	for path, d := range docs {
		p.documents[path] = sync.OnceValues(func() (*asset.Asset, error) {
			body, err := d.Body()
			if err != nil {
				return nil, err
			}
			// Browsers always ask; the answer is mostly 304.
			return asset.New(body, d.Type, "no-cache"), nil
		})
	}
	for name, body := range b.Static() {
		// Their address names their content, so they may be kept for ever.
		p.static[b.StaticPath()+"/"+name] = asset.New(body, contentType(name), "public, max-age=31536000, immutable")
	}
	s.current.Store(p)
	return nil
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

// serve answers with a document, or with a file that an article shows.
func (s *Site) serve(c echo.Context) error {
	p, path := s.current.Load(), strings.TrimPrefix(c.Request().URL.Path, "/")
	if document := p.documents[path]; document != nil {
		body, err := document()
		if err != nil {
			return err
		}
		s.framed(c.Response().Header(), path)
		body.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	if p.documents[path+"/"] != nil {
		u := url.URL{Path: path + "/"}
		return c.Redirect(http.StatusMovedPermanently, p.pages.Base()+u.EscapedPath())
	}
	return p.picture(c, path)
}

// picture answers with a file that an article shows.
func (p *published) picture(c echo.Context, path string) error {
	post, name := p.articles.At(""), path
	if dir, rest, ok := strings.Cut(path, "/"); ok && p.articles.At(dir+"/") != nil {
		post, name = p.articles.At(dir+"/"), rest
	}
	if post == nil || !post.Shows(name) {
		return echo.ErrNotFound
	}
	if info, err := fs.Stat(post.Beside, name); err != nil || !info.Mode().IsRegular() {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	http.ServeFileFS(c.Response(), c.Request(), post.Beside, name)
	return nil
}

// file answers with a static file.
func (s *Site) file(c echo.Context) error {
	path := strings.TrimPrefix(c.Request().URL.Path, "/")
	file, ok := s.current.Load().static[path]
	if !ok {
		return echo.ErrNotFound
	}
	shared(c.Response().Header())
	if strings.HasSuffix(path, "/"+asset.FramePage) {
		// The rest of its policy is in the page itself.
		c.Response().Header().Set("Content-Security-Policy", asset.FrameHeader)
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
	body, err := s.current.Load().pages.Failure(http.StatusText(status), message)
	if err != nil {
		s.logger.Error("render error page", "err", err)
		_ = c.String(status, message)
		return
	}
	_ = c.HTMLBlob(status, body)
}
