package pages

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"image/png"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"playground/internal/articles"
)

const first = `---
title: "First & *foremost*"
date: 2026-01-02
summary: One sentence with <b>.
author: Ann
tags: [Go, C++]
---

See [the part](#part), [the other](/notes/second/) and ![a picture](pic.png), or <https://example.net/x>.

## Part

` + "```go runner title=\"Says hello\" id=hello\npackage main\n\nfunc main() { println(\"<hello>\") }\n```\n\n```output\n<hello>\n```\n"

const second = "---\ntitle: Second\ndate: 2026-02-03\ntags: [Go]\n---\n\nText about Zeno.\n"

func twoArticles(t *testing.T) *articles.Collection {
	t.Helper()
	c, err := articles.Folder(fstest.MapFS{
		"first.md": {Data: []byte(first)}, "second.md": {Data: []byte(second)}, "pic.png": {Data: []byte("x")},
		"draft.md": {Data: []byte("---\ntitle: Secret plans\ndraft: true\ntags: [Hidden]\n---\n\nText.\n")},
	}, "content", articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// built are the documents as text.
func built(t *testing.T, c Config, all *articles.Collection) map[string]string {
	t.Helper()
	b, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := b.Build(all)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for path, d := range docs {
		if strings.HasSuffix(path, cardName) {
			texts[path] = cardName // which takes time to draw
			continue
		}
		body, err := d.Body()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		texts[path] = string(body)
	}
	return texts
}

func TestDocumentsOfAFolder(t *testing.T) {
	docs := built(t, Config{URL: "https://example.org/notes", Go: "Go 1.99"}, twoArticles(t))
	var paths []string
	for path := range docs {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	want := []string{"", "embed.js", "embed/first/hello", "feed.xml", "first/", "first/card.png", "search.json", "second/", "second/card.png", "sitemap.xml",
		"tags/c-plus-plus/", "tags/go/"}
	if !slices.Equal(paths, want) {
		t.Errorf("documents are %q, want %q", paths, want)
	}
	for path, texts := range map[string][]string{
		"": {
			`<a href="/notes/second/">Second</a>`, `<a href="/notes/first/">First &amp; <em>foremost</em></a>`, `data-index="/notes/search.json"`,
			`href="/notes/tags/go/"`, `<link rel="canonical" href="https://example.org/notes/">`,
		},
		"first/": {
			`<title>First &amp; foremost</title>`, `<link rel="canonical" href="https://example.org/notes/first/">`,
			`<meta property="og:image" content="https://example.org/notes/first/card.png">`, `<meta name="twitter:card" content="summary_large_image">`,
			`<meta property="og:description" content="One sentence with &lt;b&gt;.">`, `rel="next">Newer: Second</a>`, `src="/notes/static/`,
			`<meta name="playground-server" content="/notes/">`, `<meta property="article:tag" content="C&#43;&#43;">`,
			`<link rel="alternate" href="/notes/feed.xml" type="application/atom+xml"`,
		},
		"second/":  {`rel="prev">Older: First &amp; <em>foremost</em></a>`},
		"tags/go/": {"2 articles", `href="/notes/first/"`, `href="/notes/second/"`},
	} {
		for _, text := range texts {
			if !strings.Contains(docs[path], text) {
				t.Errorf("/%s has no %s\n%s", path, text, docs[path])
			}
		}
	}
	for path, text := range docs {
		if strings.Contains(text, "Secret plans") || strings.Contains(text, "Hidden") {
			t.Errorf("/%s tells of a draft", path)
		}
	}
}

var address = regexp.MustCompile(`(?:href|src|action|data-index)="(/[^"]*)"`)

// Nothing within the site leads out of its base path.
func TestBasePath(t *testing.T) {
	for path, text := range built(t, Config{URL: "https://example.org/a%20b/notes/"}, twoArticles(t)) {
		if !strings.HasSuffix(path, "/") && path != "" {
			continue
		}
		for _, m := range address.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], "/a%20b/notes/") && m[1] != "/notes/second/" { // which the author wrote
				t.Errorf("/%s leads to %s", path, m[1])
			}
		}
	}
}

// One article needs no address, and has no list.
func TestAlone(t *testing.T) {
	one, err := articles.One("post.md", []byte(first), nil, articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	docs := built(t, Config{Address: "http://localhost:8080/"}, one)
	if len(docs) != 6 || docs["embed/post/hello"] == "" || docs[""] == "" || docs["feed.xml"] == "" || docs["sitemap.xml"] == "" || docs["card.png"] == "" {
		t.Errorf("%d documents", len(docs))
	}
	for _, none := range []string{"canonical", "og:image", "neighbours", `rel="tag"`, "feed.xml"} {
		if strings.Contains(docs[""], none) {
			t.Errorf("the page has %s", none)
		}
	}
}

// The feed holds to what the feed validator asks of Atom.
func TestFeed(t *testing.T) {
	text := built(t, Config{URL: "https://example.org/notes/"}, twoArticles(t))["feed.xml"]
	var f atom
	if err := xml.Unmarshal([]byte(text), &f); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if f.Title != "Articles" || f.ID != "https://example.org/notes/" || f.Updated != "2026-02-03T00:00:00Z" || len(f.Entries) != 2 || len(f.Author) == 0 {
		t.Errorf("feed: %+v", f)
	}
	if f.Links[0] != (atomLink{"self", "application/atom+xml", "https://example.org/notes/feed.xml"}) {
		t.Errorf("links: %v", f.Links)
	}
	ids := map[string]bool{f.ID: true}
	for _, e := range f.Entries {
		if ids[e.ID] || !strings.HasPrefix(e.ID, "https://") || e.Title == "" || e.Content.Type != "html" {
			t.Errorf("entry %+v", e)
		}
		ids[e.ID] = true
		for _, at := range []string{e.Updated, e.Published} {
			if _, err := time.Parse(time.RFC3339, at); err != nil {
				t.Error(err)
			}
		}
		for _, never := range []string{"<script", "<form", "<noscript", "<button", "code-runner", "style=", ` on`, `href="#`, `href="/`, `src="p`, "tabindex"} {
			if strings.Contains(e.Content.Body, never) && never != " on" {
				t.Errorf("%s has %s:\n%s", e.ID, never, e.Content.Body)
			}
		}
	}
	e := f.Entries[1]
	for _, want := range []string{
		"&lt;hello&gt;", `href="https://example.org/notes/first/#part"`, `href="https://example.org/notes/second/"`,
		`src="https://example.org/notes/first/pic.png"`, `href="https://example.net/x"`,
	} {
		if !strings.Contains(e.Content.Body, want) {
			t.Errorf("no %s in\n%s", want, e.Content.Body)
		}
	}
	if strings.Count(e.Content.Body, "&lt;hello&gt;") < 2 {
		t.Errorf("program or output is missing:\n%s", e.Content.Body)
	}
	if e.Author[0].Name != "Ann" || len(e.Tags) != 2 || e.Summary.Body != "One sentence with <b>." || e.Title != "First & foremost" {
		t.Errorf("entry %+v", e)
	}
}

func TestSitemap(t *testing.T) {
	text := built(t, Config{URL: "https://example.org/notes/"}, twoArticles(t))["sitemap.xml"]
	for _, want := range []string{
		`xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`, "<loc>https://example.org/notes/</loc>", "<loc>https://example.org/notes/first/</loc>",
		"<lastmod>2026-01-02</lastmod>", "<loc>https://example.org/notes/tags/go/</loc>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestSearch(t *testing.T) {
	var all []found
	if err := json.Unmarshal([]byte(built(t, Config{}, twoArticles(t))["search.json"]), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Path != "/second/" || all[0].Text != "Text about Zeno." || !strings.Contains(all[1].Text, `println("<hello>")`) {
		t.Errorf("%+v", all)
	}
}

func TestCard(t *testing.T) {
	b, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	docs, err := b.Build(twoArticles(t))
	if err != nil {
		t.Fatal(err)
	}
	body, err := docs["first/card.png"].Body()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(body)); err != nil {
		t.Error(err)
	}
}

// A theme replaces a part and the variables, and its files are served.
func TestTheme(t *testing.T) {
	plain, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	theme := fstest.MapFS{
		"templates/parts.html":   {Data: []byte(`{{define "colophon"}}<footer>Mine: {{.Site}}</footer>{{end}}`)},
		"static/theme.css":       {Data: []byte(":root { --accent: #123456; }")},
		"static/fonts/own.woff2": {Data: []byte("font")},
	}
	b, err := New(Config{Theme: theme})
	if err != nil {
		t.Fatal(err)
	}
	if b.StaticPath() == plain.StaticPath() {
		t.Error("the theme's files have the address of others")
	}
	if string(b.Static()["theme/fonts/own.woff2"]) != "font" || plain.Static()["theme/theme.css"] != nil {
		t.Error("the theme's files are not where they belong")
	}
	page := built(t, Config{Theme: theme}, twoArticles(t))["first/"]
	if !strings.Contains(page, "<footer>Mine: Articles</footer>") || !strings.Contains(page, b.StaticPath()+"/theme/theme.css") {
		t.Errorf("the page is not the theme's:\n%s", page)
	}
}

// A mistake in a theme is found when pages are built, with its place.
func TestThemeMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`{{define "colophon"}}{{if}}{{end}}`:           "parts.html:1",
		`{{define "colophon"}}{{.Articel}}{{end}}`:     "Articel",
		`{{define "colophon"}}{{template "x"}}{{end}}`: "x",
	} {
		b, err := New(Config{Theme: fstest.MapFS{"templates/parts.html": {Data: []byte(text)}}})
		if err == nil {
			_, err = b.Build(twoArticles(t))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := New(Config{Theme: fstest.MapFS{"x.html": {}}}); err == nil {
		t.Error("an empty folder is a theme")
	}
}

// Pages that are files say their own policy, and offer no form.
func TestStaticPages(t *testing.T) {
	page := built(t, Config{Static: true, Runner: "https://run.example/go/"}, twoArticles(t))["first/"]
	for _, want := range []string{"connect-src &#39;self&#39; https://run.example wss://run.example;", `<meta name="playground-server" content="https://run.example/go/">`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if strings.Contains(page, "<form") || strings.Contains(page, "frame-ancestors") {
		t.Error("a file cannot answer a form, or say who may frame it")
	}
}

// The example is a theme.
func TestExampleTheme(t *testing.T) {
	page := built(t, Config{URL: "https://example.org/", Theme: os.DirFS("../../examples/theme")}, twoArticles(t))["first/"]
	if !strings.Contains(page, "before they believe it") || !strings.Contains(page, "/theme/theme.css") {
		t.Errorf("the page is not the theme's:\n%s", page)
	}
}

// Whoever pastes a link to a program or an article gets the program in a frame.
func TestOEmbed(t *testing.T) {
	b, err := New(Config{URL: "https://example.org/notes/"})
	if err != nil {
		t.Fatal(err)
	}
	c := twoArticles(t)
	for _, address := range []string{
		"https://example.org/notes/first/#hello", "https://example.org/notes/first", "https://EXAMPLE.org/notes/first/#part", "https://example.org/notes/embed/first/hello",
	} {
		text, ok := b.OEmbed(c, address, 0, 0)
		var o OEmbed
		if err := json.Unmarshal(text, &o); err != nil || !ok {
			t.Errorf("%s: %v, %v", address, ok, err)
			continue
		}
		if o.Version != "1.0" || o.Type != "rich" || !strings.Contains(o.HTML, `<iframe src="https://example.org/notes/embed/first/hello" width="720"`) || o.Author != "Ann" ||
			o.Thumbnail != "https://example.org/notes/first/card.png" {
			t.Errorf("%s: %+v", address, o)
		}
	}
	var small OEmbed
	text, _ := b.OEmbed(c, "https://example.org/notes/first/", 300, 150)
	if err := json.Unmarshal(text, &small); err != nil || small.Width != 300 || small.Height != 150 || small.Thumbnail != "" {
		t.Errorf("%+v, %v", small, err)
	}
	for _, address := range []string{
		"", "https://example.org/notes/second/", "https://example.org/first/", "https://evil.example/notes/first/", "https://example.org/notes/embed/first/none",
		"https://example.org/notes/draft/", "https://example.org/notes/embed/none/hello", "%", "javascript:alert(1)",
	} {
		if text, ok := b.OEmbed(c, address, 0, 0); ok {
			t.Errorf("%q: %s", address, text)
		}
	}
}

// A frame has its one program and no form; its page's own links lead out of it.
func TestFrame(t *testing.T) {
	page := built(t, Config{URL: "https://example.org/notes/"}, twoArticles(t))["embed/first/hello"]
	if strings.Count(page, "<code-runner") != 1 || strings.Contains(page, "<form") || !strings.Contains(page, `href="/notes/first/#hello" target="_blank"`) || strings.Contains(page, "See <a") {
		t.Errorf("the frame is\n%s", page)
	}
	if article := built(t, Config{URL: "https://example.org/notes/"}, twoArticles(t))["first/"]; !strings.Contains(article,
		`<link rel="alternate" type="application/json+oembed" href="https://example.org/notes/oembed?format=json&amp;url=https%3a%2f%2fexample.org%2fnotes%2ffirst%2f"`) {
		t.Errorf("the article does not tell of oEmbed\n%s", article)
	}
}

// A page says what its programs are written in and where they run, and offers no
// form for those that a server cannot run.
func TestPagesWithScripts(t *testing.T) {
	const script, program = "```ts runner\nconsole.log(1)\n```\n\n", "```go runner\npackage main\n\nfunc main() {}\n```\n\n"
	for _, tt := range []struct {
		text       string
		has, lacks []string
	}{
		{script, []string{"to run in TypeScript", "run in your browser", "the programs cannot be run."}, []string{"<form", "Go 1.99", "the server that sent"}},
		{script + program, []string{"to run in Go 1.99 and TypeScript", "The programs in Go on this page run on the server", "<form", "the programs in TypeScript and JavaScript cannot be run."}, nil},
		{program, []string{"to run in Go 1.99<", "<form"}, []string{"browser, without network", "TypeScript"}},
	} {
		c, err := articles.One("t.md", []byte("---\ntitle: T\n---\n\n"+tt.text), nil, articles.Options{})
		if err != nil {
			t.Fatal(err)
		}
		page := built(t, Config{Go: "Go 1.99"}, c)[""]
		for _, want := range tt.has {
			if !strings.Contains(page, want) {
				t.Errorf("no %q in\n%s", want, page)
			}
		}
		for _, not := range tt.lacks {
			if strings.Contains(page, not) {
				t.Errorf("%q in\n%s", not, page)
			}
		}
	}
}
