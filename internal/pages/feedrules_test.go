package pages

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"playground/content"
	"playground/internal/articles"
)

const atomSpace = "http://www.w3.org/2005/Atom"

// element is a part of a feed as it was read.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) all(name string) (found []element) {
	for _, c := range e.Children {
		if c.XMLName == (xml.Name{Space: atomSpace, Local: name}) {
			found = append(found, c)
		}
	}
	return found
}

// atomRules are the rules of RFC 4287, by its sections, and what the W3C's feed
// validator says beyond them.
type atomRules struct {
	ids   map[string]bool
	found []string
}

// checkAtom names each rule that a feed breaks.
func checkAtom(text string) []string {
	r := &atomRules{ids: map[string]bool{}}
	var feed element
	d := xml.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&feed); err != nil {
		return []string{"2: it is not well-formed: " + err.Error()}
	}
	if _, err := d.Token(); !utf8.ValidString(text) || !errors.Is(err, io.EOF) && err != nil {
		r.say("2: it is not one document in UTF-8")
	}
	if feed.XMLName != (xml.Name{Space: atomSpace, Local: "feed"}) {
		r.say("4.1.1: the document is %v", feed.XMLName)
	}
	r.counts(feed, "feed", map[string][2]int{
		"id": {1, 1}, "title": {1, 1}, "updated": {1, 1}, "generator": {0, 1}, "icon": {0, 1}, "logo": {0, 1}, "rights": {0, 1}, "subtitle": {0, 1},
		"author": {0, -1}, "category": {0, -1}, "contributor": {0, -1}, "link": {0, -1}, "entry": {0, -1},
	})
	r.common(feed)
	if !slices.ContainsFunc(feed.all("link"), func(l element) bool { return l.attr("rel") == "self" }) {
		r.say("4.1.1: the feed has no link to itself")
	}
	for _, e := range feed.all("entry") {
		r.entry(e, feed)
	}
	return r.found
}

func (r *atomRules) say(format string, args ...any) {
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

// counts holds the children of an element against how often each may be there; -1
// is any number.
func (r *atomRules) counts(e element, what string, most map[string][2]int) {
	got := map[string]int{}
	for _, c := range e.Children {
		got[c.XMLName.Local]++
		if _, known := most[c.XMLName.Local]; !known || c.XMLName.Space != atomSpace {
			r.say("4.1: %s has a %v", what, c.XMLName)
		}
	}
	for name, n := range most {
		if got[name] < n[0] || n[1] >= 0 && got[name] > n[1] {
			r.say("4.1: %s has %d of %s", what, got[name], name)
		}
	}
	if strings.TrimSpace(e.Text) != "" {
		r.say("4.1: %s has text of its own: %q", what, e.Text)
	}
}

func (r *atomRules) entry(e, feed element) {
	r.counts(e, "entry", map[string][2]int{
		"id": {1, 1}, "title": {1, 1}, "updated": {1, 1}, "published": {0, 1}, "content": {0, 1}, "rights": {0, 1}, "source": {0, 1}, "summary": {0, 1},
		"author": {0, -1}, "category": {0, -1}, "contributor": {0, -1}, "link": {0, -1},
	})
	r.common(e)
	if len(e.all("author"))+len(feed.all("author")) == 0 {
		r.say("4.1.2: an entry has no author, and neither has the feed")
	}
	if len(e.all("content")) == 0 && !slices.ContainsFunc(e.all("link"), func(l element) bool { return l.attr("rel") == "alternate" }) {
		r.say("4.1.2: an entry has neither content nor an alternate link")
	}
	for _, c := range e.all("content") {
		if c.attr("type") != "html" || len(c.Children) > 0 {
			r.say("4.1.3: content is of type %q", c.attr("type"))
		}
		r.markup(c.Text)
	}
	if p, u := e.all("published"), e.all("updated"); len(p) == 1 && len(u) == 1 && p[0].Text > u[0].Text {
		r.say("4.2.15: an entry was updated %s, before it was published", u[0].Text)
	}
}

// common are the rules for what feeds and entries both have.
func (r *atomRules) common(e element) {
	for _, id := range e.all("id") {
		if u, err := url.Parse(id.Text); err != nil || !u.IsAbs() {
			r.say("4.2.6: the id %q is no absolute address", id.Text)
		}
		if r.ids[id.Text] {
			r.say("4.2.6: the id %q is not unique", id.Text)
		}
		r.ids[id.Text] = true
	}
	for _, name := range []string{"updated", "published"} {
		for _, d := range e.all(name) {
			if _, err := time.Parse(time.RFC3339, d.Text); err != nil {
				r.say("3.3: %s: %v", name, err)
			}
		}
	}
	for _, name := range []string{"title", "summary", "subtitle", "rights"} {
		for _, t := range e.all(name) {
			if len(t.Children) > 0 || !slices.Contains([]string{"", "text", "html"}, t.attr("type")) || strings.TrimSpace(t.Text) == "" {
				r.say("3.1: %s is no text: %+v", name, t)
			}
			if l := t.attr("lang"); l != "" && !languageTag.MatchString(l) {
				r.say("2: xml:lang is %q", l)
			}
		}
	}
	for _, person := range append(e.all("author"), e.all("contributor")...) {
		r.counts(person, "person", map[string][2]int{"name": {1, 1}, "uri": {0, 1}, "email": {0, 1}})
		for _, name := range person.all("name") {
			if strings.TrimSpace(name.Text) == "" {
				r.say("3.2.1: an author has no name")
			}
		}
	}
	for _, c := range e.all("category") {
		if c.attr("term") == "" {
			r.say("4.2.2.1: a category has no term")
		}
	}
	r.links(e)
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

func (r *atomRules) links(e element) {
	alternates := map[string]bool{}
	for _, l := range e.all("link") {
		if u, err := url.Parse(l.attr("href")); err != nil || !u.IsAbs() {
			r.say("4.2.7.1: a link leads to %q", l.attr("href"))
		}
		if _, _, err := mime.ParseMediaType(l.attr("type")); l.attr("type") != "" && err != nil {
			r.say("4.2.7.3: a link's type is %q", l.attr("type"))
		}
		if kind := l.attr("type") + " " + l.attr("hreflang"); l.attr("rel") == "alternate" {
			if alternates[kind] {
				r.say("4.1: two alternate links of type %s", kind)
			}
			alternates[kind] = true
		}
	}
}

// markup is what is safe, and means the same, wherever a reader shows it.
func (r *atomRules) markup(text string) {
	var open []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				r.say("content: %v are not closed", open)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			r.tag(t)
			if !slices.Contains([]string{"img", "br", "hr", "input", "wbr", "col"}, t.Data) && t.Type == html.StartTagToken {
				open = append(open, t.Data)
			}
		case html.EndTagToken:
			name := z.Token().Data
			if n := len(open) - 1; n < 0 || open[n] != name {
				r.say("content: </%s> closes %v", name, open)
			} else {
				open = open[:n]
			}
		}
	}
}

func (r *atomRules) tag(t html.Token) {
	if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "form", "button", "noscript", "link", "meta", "base"}, t.Data) || strings.Contains(t.Data, "-") {
		r.say("content: <%s> means nothing, or harm, elsewhere", t.Data)
	}
	for _, a := range t.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "data-") || a.Key == "style" || a.Key == "tabindex":
			r.say("content: <%s %s> means nothing, or harm, elsewhere", t.Data, a.Key)
		case a.Key == "href" || a.Key == "src":
			if u, err := url.Parse(a.Val); err != nil || !u.IsAbs() || !slices.Contains([]string{"http", "https", "mailto", "data"}, u.Scheme) {
				r.say("content: %s=%q leads nowhere elsewhere", a.Key, a.Val)
			}
		}
	}
}

// everyFence is an article with all that fences can be.
const everyFence = `---
title: "Every <fence> & \"more\""
date: 2026-03-04
lang: de-CH
author: [Ann, Ben]
tags: [C++]
---

A [link](#one), a [^note].

[^note]: Noted.

~~~go runner id=one title="One *part*" predict args="-n '<3>'" stdin="a\u0001\n" wall=2s
package main

//hide
func helper() {}
//show
func main() { println("]]>") } //highlight
~~~

~~~go file=two.go with=one
package main
~~~

~~~output unordered
]]>
~~~

~~~ts runner collapsed
console.log("<&>" as string);
~~~

~~~output
<&>
~~~

> [!TIP]
> | a | b |
> |--:|:--|
> | 1 | 2 |

- [ ] to do
- ~~done~~
`

// Whatever an article has, its feed is one that validators take.
func TestFeedIsValid(t *testing.T) {
	post, err := content.FS.ReadFile(content.Post)
	if err != nil {
		t.Fatal(err)
	}
	one := func(text string) *articles.Collection {
		c, err := articles.One("post.md", []byte(text), nil, articles.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	folder, err := articles.Folder(fstest.MapFS{"a.md": {Data: []byte(everyFence)}, "b.md": {Data: []byte("# Without a date\n\n<br>Text.\n")}, "c.md": {Data: []byte(first)}}, "c", articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]*articles.Collection{"our own": one(string(post)), "every fence": one(everyFence), "folder": folder, "two": twoArticles(t)} {
		for _, broken := range checkAtom(built(t, Config{URL: "https://example.org/notes/"}, c)["feed.xml"]) {
			t.Errorf("%s: %s", name, broken)
		}
	}
}

// The rules bite: a feed that breaks one is found out.
func TestFeedRules(t *testing.T) {
	text := built(t, Config{URL: "https://example.org/notes/"}, twoArticles(t))["feed.xml"]
	for _, test := range []struct{ old, new, want string }{
		{"</feed>", "", "2: it is not well-formed"},
		{`xmlns="http://www.w3.org/2005/Atom"`, `xmlns="http://example.org/"`, "4.1.1: the document is"},
		{"<updated>2026-02-03T00:00:00Z</updated>", "", "4.1: feed has 0 of updated"},
		{"<updated>2026-02-03T00:00:00Z</updated>", "<updated>2026-02-03</updated>", "3.3: updated"},
		{"<id>https://example.org/notes/second/</id>", "<id>https://example.org/notes/first/</id>", "4.2.6: the id \"https://example.org/notes/first/\" is not unique"},
		{"<id>https://example.org/notes/second/</id>", "<id>second</id>", "4.2.6: the id \"second\" is no absolute address"},
		{"<title>Second</title>", "<title></title>", "3.1: title is no text"},
		{"<title>Second</title>", "<headline>Second</headline>", "4.1: entry has a {http://www.w3.org/2005/Atom headline}"},
		{`rel="self"`, `rel="via"`, "the feed has no link to itself"},
		{"<name>Ann</name>", "<name> </name>", "3.2.1: an author has no name"},
		{`term="C++"`, `term=""`, "4.2.2.1: a category has no term"},
		{`type="text/html"`, `type="text html"`, "4.2.7.3: a link's type"},
		{`href="https://example.org/notes/second/"`, `href="second/"`, "4.2.7.1: a link leads to \"second/\""},
		{`<content type="html"`, `<content type="js"`, "4.1.3: content is of type \"js\""},
		{"<published>2026-02-03T00:00:00Z", "<published>2027-02-03T00:00:00Z", "before it was published"},
		{"Text about Zeno.&lt;/p&gt;", "Text about Zeno.", "content: [p] are not closed"},
		{"Text about Zeno.", "&lt;script&gt;&lt;/script&gt;", "content: <script> means nothing"},
		{"Text about Zeno.", "&lt;a href=&#34;#x&#34;&gt;x&lt;/a&gt;", "content: href=\"#x\" leads nowhere"},
		{"Text about Zeno.", "&lt;b onclick=&#34;x&#34;&gt;x&lt;/b&gt;", "content: <b onclick> means nothing"},
	} {
		broken := strings.Replace(text, test.old, test.new, 1)
		if broken == text {
			t.Errorf("the feed has no %q", test.old)
			continue
		}
		if found := strings.Join(checkAtom(broken), "\n"); !strings.Contains(found, test.want) {
			t.Errorf("with %q: no %q in:\n%s", test.new, test.want, found)
		}
	}
}
