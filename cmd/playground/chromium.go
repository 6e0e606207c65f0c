package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"playground/internal/browser"
	"playground/internal/expect"
	"playground/internal/render"
)

// chromium runs programs in a browser, which is started for the first of them.
type chromium struct {
	start func() (*browser.Browser, error)
	used  atomic.Bool
}

func newChromium(path string, l browser.Limits) *chromium {
	return &chromium{start: sync.OnceValues(func() (*browser.Browser, error) { return browser.Start(path, l) })}
}

// RunScript implements author.ScriptRunner.
func (c *chromium) RunScript(ctx context.Context, b *render.Block) (expect.Ran, time.Duration, error) {
	c.used.Store(true)
	running, err := c.start()
	if err != nil {
		return expect.Ran{}, 0, err
	}
	return running.RunScript(ctx, b)
}

func (c *chromium) close() {
	if !c.used.Load() {
		return
	}
	if running, err := c.start(); err == nil {
		_ = running.Close() // the report is what counts
	}
}
