package render

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// media are the elements that show a file.
var media = []string{"img", "video", "audio", "source", "track"}

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
			tag := tokens.Token()
			for _, dead := range deadIn(tag) {
				d.warnf(line, "HTML: %s", dead)
			}
			d.useHTML(tag, line)
		}
		line += bytes.Count(raw, []byte("\n"))
	}
}

// useHTML notes what of a tag the rest of the page needs to know: places that links
// lead to, and files beside the article.
func (d *document) useHTML(t html.Token, line int) {
	for _, a := range t.Attr {
		switch {
		case a.Key == "id", a.Key == "name" && t.Data == "a":
			d.written[a.Val] = true
		case a.Key == "src" && slices.Contains(media, t.Data), a.Key == "poster" && t.Data == "video":
			d.showInHTML(a.Val, line)
		case a.Key == "srcset":
			for _, candidate := range strings.Split(a.Val, ",") {
				address, _, _ := strings.Cut(strings.TrimSpace(candidate), " ")
				d.showInHTML(address, line)
			}
		}
	}
}

func (d *document) showInHTML(address string, line int) {
	if address != "" && !isExternal([]byte(address)) {
		d.file("HTML", address, line)
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
	default:
		if slices.Contains(media, t.Data) && isExternal([]byte(source)) {
			dead = append(dead, fmt.Sprintf("%s is on another host, from which the page may not load: serve it with the article", source))
		}
	}
	return dead
}
