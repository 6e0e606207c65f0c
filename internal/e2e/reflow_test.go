package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// layoutChanges has every frame begin with a layout that is out of date, as it is while
// an article arrives: whatever asks for a place before the frame's own layout forces one.
const layoutChanges = `
	const request = window.requestAnimationFrame;
	let high = 0;
	const change = () => document.documentElement?.style.setProperty('padding-bottom', (high ^= 1) + 'px');
	window.requestAnimationFrame = (then) => request((now) => { change(); then(now); });
	(function frame() { change(); request(frame); })();`

// layoutEvent is what a trace tells of one layout, or one calculation of styles.
type layoutEvent struct {
	Name string
	Args struct {
		BeginData struct {
			StackTrace []struct {
				URL, FunctionName        string
				LineNumber, ColumnNumber int
			}
		}
	}
}

// While the article is loaded no script of the page forces a layout.
func TestLoadForcesNoLayout(t *testing.T) {
	p := newTab(t)
	var events []layoutEvent
	ended := make(chan struct{})
	if err := chromedp.Listen(p.ctx, func(event any) {
		switch e := event.(type) {
		case *tracing.EventDataCollected:
			for _, value := range e.Value {
				var event layoutEvent
				if json.Unmarshal(value, &event) == nil && slices.Contains([]string{"Layout", "UpdateLayoutTree"}, event.Name) {
					events = append(events, event)
				}
			}
		case *tracing.EventTracingComplete:
			close(ended)
		}
	}); err != nil {
		t.Fatal(err)
	}
	call(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: layoutChanges})
	call(p, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{
		IncludedCategories: []string{"-*", "devtools.timeline", "disabled-by-default-devtools.timeline.stack"},
	}})
	p.open(shared.post)
	p.until("two frames are drawn", `(window.drawn ??= 0,
		requestAnimationFrame(() => requestAnimationFrame(() => { drawn++; })), drawn > 0)`)
	call(p, tracing.End, cdp.Empty{})
	select {
	case <-ended:
	case <-p.ctx.Done():
		t.Fatal("the trace did not end")
	}
	if len(events) == 0 {
		t.Fatal("the trace tells of no layout")
	}
	for _, e := range events {
		if stack := e.Args.BeginData.StackTrace; len(stack) > 0 && strings.HasSuffix(stack[0].URL, "/bundle.js") {
			t.Errorf("%s was forced, and asked for by %+v", e.Name, stack)
		}
	}
}
