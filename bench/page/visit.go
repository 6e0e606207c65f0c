//go:build linux

package main

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// visitTimeout bounds a visit.
const visitTimeout = 2 * time.Minute

// line is what lies between the reader and the server.
type line struct {
	rtt  time.Duration
	mbps float64
}

// visit is what a page told of itself, by the names of figures.
type visit map[string]float64

// figures are the columns of the report: times in milliseconds since the reader
// followed a link, sizes in bytes.
var figures = []struct {
	name, format string
	scale        float64
}{
	{"painted", "%.0f ms", 1},
	{"interactive", "%.0f ms", 1},
	{"requests", "%.0f", 1},
	{"html", "%.1f KB", 1e-3},
	{"scripts", "%.1f KB", 1e-3},
	{"styles", "%.1f KB", 1e-3},
	{"all", "%.1f KB", 1e-3},
	{"tasks", "%.0f ms", 1},
	{"shifts", "%.3f", 1},
}

// watch is in the page before its own scripts are.
const watch = `
window.seen = {interactive: 0, task: 0, shift: 0};
new PerformanceObserver((list) => {
	for (const e of list.getEntries()) seen.task = Math.max(seen.task, e.duration);
}).observe({type: 'longtask', buffered: true});
new PerformanceObserver((list) => {
	for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value;
}).observe({type: 'layout-shift', buffered: true});
const look = setInterval(() => {
	const all = document.querySelectorAll('code-runner');
	if (document.readyState === 'loading' || all.length === 0) return;
	if ([...all].some((w) => !w.dataset.state)) return;
	seen.interactive = performance.now();
	clearInterval(look);
}, 4);`

// tell is what the page knows when everything has arrived.
const tell = `(() => {
	const files = performance.getEntriesByType('resource');
	const html = performance.getEntriesByType('navigation')[0].transferSize;
	const sum = (test) => files.filter(test).reduce((n, f) => n + f.transferSize, 0);
	return {
		painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
		interactive: seen.interactive,
		requests: files.length + 1,
		html,
		scripts: sum((f) => new URL(f.name).pathname.endsWith('.js')),
		styles: sum((f) => new URL(f.name).pathname.endsWith('.css')),
		all: html + sum(() => true),
		tasks: seen.task,
		shifts: seen.shift,
	};
})()`

// see visits a page in a new tab with nothing in its cache.
func see(browser context.Context, url string, l line, cpu float64) (visit, error) {
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	if err := chromedp.Do(tab); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(tab, visitTimeout)
	defer cancel()
	if err := arrange(ctx, l, cpu); err != nil {
		return nil, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		return nil, err
	}
	for {
		ready, err := chromedp.Run(ctx, chromedp.Evaluate[bool](
			`seen.interactive > 0 && performance.getEntriesByName('first-contentful-paint').length > 0`))
		if err != nil {
			return nil, err
		}
		if ready {
			break
		}
		if err := chromedp.Do(ctx, chromedp.Sleep(50*time.Millisecond)); err != nil {
			return nil, err
		}
	}
	return chromedp.Run(ctx, chromedp.Evaluate[visit](tell))
}

// emulateNetwork is deprecated, and so the bindings lack it; what is to replace
// it many browsers that are in use do not know.
var emulateNetwork = cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

type conditions struct {
	Offline  bool    `json:"offline"`
	Latency  float64 `json:"latency"`            // milliseconds from a request to its answer's headers
	Download float64 `json:"downloadThroughput"` // bytes a second
	Upload   float64 `json:"uploadThroughput"`
}

// arrange makes a tab a reader far away.
func arrange(ctx context.Context, l line, cpu float64) error {
	const bitsPerByte = 8
	bytes := l.mbps * 1e6 / bitsPerByte // a second
	if _, err := chromedp.Call(ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		return err
	}
	if _, err := chromedp.Call(ctx, emulateNetwork, conditions{
		Latency: float64(l.rtt.Milliseconds()), Download: bytes, Upload: bytes / 2,
	}); err != nil {
		return err
	}
	if _, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: cpu}); err != nil {
		return err
	}
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
	return err
}
