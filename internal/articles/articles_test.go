package articles

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"playground/internal/render"
)

// folder is a folder of these files, name and text in turns.
func folder(files ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func article(head string) string { return "---\n" + head + "\n---\n\nText.\n" }

func slugs(c *Collection) (list []string) {
	for _, p := range c.Posts {
		list = append(list, p.Path)
	}
	return list
}

func TestFolder(t *testing.T) {
	c, err := Folder(folder(
		"index.md", article("title: Notes"),
		"2024-05-01-first.md", article("title: First\ndate: 2024-05-01\ntags: [Go, Time]"),
		"b/index.md", article("title: Second\ndate: 2024-06-01\ntags: [go]"),
		"deep/er/third.markdown", article("title: Third\ndate: 2024-07-01\nslug: The Third!"),
		"undated.md", article("title: Undated"),
		"draft.md", article("title: Draft\ndraft: true"),
		"README.md", "no article",
		"_partial.md", "no article",
		"_parts/x.md", "no article",
		".hidden/x.md", "no article",
		"picture.png", "no article",
	), "content", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := slugs(c), []string{"the-third/", "b/", "first/", "undated/"}; !slices.Equal(got, want) {
		t.Errorf("articles are %q, want %q", got, want)
	}
	if c.Title() != "Notes" || c.At("") != c.Index || c.At("b/") != c.Posts[1] || c.Named("draft") != nil {
		t.Errorf("title %q, index %v", c.Title(), c.Index)
	}
	first := c.Named("first")
	if first.Newer != c.Named("b") || first.Older != c.Named("undated") || c.Posts[0].Newer != nil {
		t.Error("neighbours are others")
	}
	if len(c.Tags) != 2 || c.Tags[0].Name != "go" || len(c.Tags[0].Posts) != 2 || c.Tags[1].Path() != "tags/time/" {
		t.Errorf("tags are %+v", c.Tags)
	}
	if got := c.Updated().Format("2006-01-02"); got != "2024-07-01" {
		t.Errorf("updated %s", got)
	}
}

func TestDraftsOnlyWhereAskedFor(t *testing.T) {
	files := folder("a.md", article("title: A"), "d.md", article("title: D\ndraft: true"))
	for _, drafts := range []bool{false, true} {
		c, err := Folder(files, "content", Options{Drafts: drafts})
		if err != nil || (c.Named("d") != nil) != drafts {
			t.Errorf("drafts %v: %v, %v", drafts, c, err)
		}
	}
}

// All mistakes of all articles are told at once, each with its file.
func TestMistakes(t *testing.T) {
	_, err := Folder(folder(
		"a.md", article("draft: perhaps"),
		"b.md", article("title: B")+"\n```go runner titel=x\npackage main\n```\n",
		"same.md", article("title: S"),
		"z/same.md", article("title: S"),
		"tags.md", article("title: T"),
		"+.md", article("title: P"),
	), "content", Options{})
	for _, want := range []string{
		"content/a.md:2: front matter: draft", `content/b.md:7:14: runner block: unknown attribute "titel"`, "content/z/same.md:1: its address same/ is also that of content/same.md",
		"content/tags.md:1: the address tags/ is the site's own", "content/+.md:1: its file's name has no letter",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
	if _, err := Folder(folder("x.txt", ""), "content", Options{}); err == nil || !strings.Contains(err.Error(), "playground new") {
		t.Errorf("an empty folder: %v", err)
	}
}

// Links between files lead from page to page; one that leads nowhere is a warning.
func TestLinksBetweenFiles(t *testing.T) {
	c, err := Folder(folder(
		"index.md", article("title: I")+"\n[a](a.md)\n",
		"a.md", article("title: A")+"\n[b](sub/b.md#part) [1](sub/b.md#1-c--go) [lost](sub/b.md#lost) [home](index.md) [gone](gone.md) [own](https://example.org/a.md) [root](/x.md)\n",
		"sub/b.md", article("title: B\nslug: größe")+"\n[a](../a.md) `<a href=\"a.md\">`\n\n## Part\n\n## 1. C++ & Go\n",
		"draft.md", article("title: D\ndraft: true")+"\n[gone](gone.md)\n",
	), "content", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for post, wants := range map[*Post][]string{
		c.Index:        {`href="a/"`},
		c.Named("a"):   {`href="../gr%C3%B6%C3%9Fe/#part"`, `/#part-1-c-go"`, `href="../"`, `href="gone.md"`, `href="https://example.org/a.md"`, `href="/x.md"`},
		c.At("größe/"): {`href="../a/"`, `href=&quot;a.md&quot;`},
	} {
		for _, want := range wants {
			if !strings.Contains(string(post.HTML), want) {
				t.Errorf("%s has no %s\n%s", post.File, want, post.HTML)
			}
		}
	}
	want := "content/a.md:7: link: nothing in sub/b.md has the anchor \"lost\"\ncontent/a.md:7: link: there is no article gone.md, or it is a draft"
	if c.Warnings.Error() != want {
		t.Errorf("warnings:\n%v", c.Warnings)
	}
}

// A link out of the folder, a pipe and what an article does not show are not read.
func TestOnlyTheFolder(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		filepath.Join(outside, "secret.md"): article("title: Secret"), filepath.Join(outside, "secret.png"): "secret",
		filepath.Join(dir, "a.md"): article("title: A") + "\n![x](secret.png) ![y](own.png)\n", filepath.Join(dir, "own.png"): "own", filepath.Join(dir, "other.png"): "other",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"secret.md", "secret.png"} {
		if err := os.Symlink(filepath.Join(outside, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.md"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	c, err := Folder(root.FS(), "content", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := slugs(c); !slices.Equal(got, []string{"a/"}) {
		t.Errorf("articles are %q", got)
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].Error(), "there is no file secret.png") {
		t.Errorf("warnings: %v", c.Warnings)
	}
	a := c.Posts[0]
	if !a.Shows("own.png") || a.Shows("other.png") || a.Shows("../secret.png") {
		t.Error("the article shows other files than it names")
	}
	if data, err := fsRead(a, "secret.png"); err == nil {
		t.Errorf("a link led out of the folder: %q", data)
	}
}

func fsRead(p *Post, name string) ([]byte, error) {
	f, err := p.Beside.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, 100)
	n, err := f.Read(b)
	return b[:n], err
}

func TestOne(t *testing.T) {
	c, err := One("/x/my post.md", []byte(article("title: My\ndraft: true")), nil, Options{Render: render.Options{}})
	if err != nil || !c.Alone || c.Posts[0].Slug != "my-post" || c.Posts[0].Path != "" || c.Title() != "My" || c.At("") != c.Posts[0] {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestSlug(t *testing.T) {
	for text, want := range map[string]string{
		"Hello, World!": "hello-world", "../../etc": "etc", "負荷 test": "負荷-test", "a/b": "a-b", "": "", "%2e%2e": "2e-2e", "Ünïcode": "ünïcode",
	} {
		if got := Slug(text); got != want {
			t.Errorf("Slug(%q) = %q, want %q", text, got, want)
		}
	}
	if a, b, c := tagSlug("C"), tagSlug("C++"), tagSlug("C#"); a == b || b == c || a == c || fmt.Sprint(a, b) == "" {
		t.Errorf("tags %s, %s and %s", a, b, c)
	}
}
