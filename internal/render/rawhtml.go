package render

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// rawHTML warns of what the page's content security policy keeps from working,
// in HTML that the author wrote. It goes through all the same: a page elsewhere,
// or a feed, may show it.
func (d *document) rawHTML(lines *text.Segments) {
	if lines.Len() == 0 {
		return
	}
	start := lines.At(0).Start
	var source bytes.Buffer
	for i := range lines.Len() {
		segment := lines.At(i)
		source.Write(segment.Value(d.src))
	}
	tokens := html.NewTokenizer(&source)
	line := d.line(start)
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return
		}
		raw := tokens.Raw()
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			for _, dead := range deadIn(tokens.Token()) {
				d.warnf(line, "HTML: %s", dead)
			}
		}
		line += bytes.Count(raw, []byte("\n"))
	}
}

// deadIn says what of a tag does nothing in the page.
func deadIn(t html.Token) (dead []string) {
	source := ""
	for _, a := range t.Attr {
		switch {
		case a.Key == "style":
			dead = append(dead, fmt.Sprintf("the style of <%s> is not applied: the page's policy has style sheets only", t.Data))
		case strings.HasPrefix(a.Key, "on"):
			dead = append(dead, fmt.Sprintf("%s of <%s> does nothing: the page's policy runs no scripts but its own", a.Key, t.Data))
		case a.Key == "src":
			source = a.Val
		}
	}
	switch t.Data {
	case "script":
		dead = append(dead, "a <script> does not run: the page's policy runs no scripts but its own")
	case "style":
		dead = append(dead, "a <style> is not applied: the page's policy has style sheets only")
	case "iframe", "object", "embed", "frame":
		dead = append(dead, fmt.Sprintf("an <%s> stays empty: the page's policy lets no other page into it", t.Data))
	case "img", "video", "audio", "source", "track":
		if isExternal([]byte(source)) {
			dead = append(dead, fmt.Sprintf("%s is on another host, from which the page may not load: serve it with the article", source))
		}
	}
	return dead
}
