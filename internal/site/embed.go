package site

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"playground/internal/pages"
	"playground/web"
)

// shared lets pages of any site load what is the same for everybody: scripts,
// sheets and pictures, which tell nothing of who asks.
func shared(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// framed is the policy of what stands at a path: a program's own page may be
// framed by those origins.
func (s *Site) framed(h http.Header, path string) {
	switch {
	case path == pages.EmbedScript:
		shared(h)
	case strings.HasPrefix(path, pages.EmbedPath):
		h.Set("Content-Security-Policy", web.EmbedPolicy(s.embedders))
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		// A link in it opens a page of its own, which is to be an ordinary one.
		h.Del("Cross-Origin-Opener-Policy")
	}
}

// oembed answers sites that ask what to show for a link.
func (s *Site) oembed(c echo.Context) error {
	q := c.Request().URL.Query()
	if format := q.Get("format"); format != "" && format != "json" {
		return echo.NewHTTPError(http.StatusNotImplemented)
	}
	size := func(name string) int {
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 0 {
			return 0
		}
		return n
	}
	p := s.current.Load()
	answer, ok := p.pages.OEmbed(p.articles, q.Get("url"), size("maxwidth"), size("maxheight"))
	if !ok {
		return echo.ErrNotFound
	}
	shared(c.Response().Header())
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.JSONBlob(http.StatusOK, answer)
}
