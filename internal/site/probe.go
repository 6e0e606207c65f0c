package site

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Where those who watch the server ask.
const (
	HealthPath = "/healthz"
	ReadyPath  = "/readyz"
)

// alive answers that the process answers. Neither probe takes a lock or waits
// for anything that runs hold.
func alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready answers whether the server takes new work, so that a balancer sends
// none to one that drains, or is cut off from its cluster.
func ready(accepts func() bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		if !accepts() {
			return c.String(http.StatusServiceUnavailable, "not ready\n")
		}
		return c.String(http.StatusOK, "ready\n")
	}
}
