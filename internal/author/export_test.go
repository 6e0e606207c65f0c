package author

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"playground/internal/articles"
	"playground/internal/pages"
	"playground/internal/sandbox"
)

// sayer is a runner whose programs all say the same.
type sayer struct{}

func (sayer) Run(ctx context.Context, p sandbox.Program, sink sandbox.Sink) (sandbox.Result, error) {
	if err := sink(ctx, sandbox.Started{}); err != nil {
		return sandbox.Result{}, err
	}
	if err := sink(ctx, sandbox.Output{Stream: sandbox.Stdout, Data: []byte("said\n")}); err != nil {
		return sandbox.Result{}, err
	}
	return sandbox.Result{Status: sandbox.StatusOK}, nil
}

func exporter(t *testing.T) (*Exporter, *articles.Collection) {
	t.Helper()
	b, err := pages.New(pages.Config{URL: "https://example.org/notes/", Runner: "https://run.example/", Static: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := articles.Folder(fstest.MapFS{
		"one.md":     {Data: []byte("---\ntitle: One\n---\n\n![](pic.png) ![](none.png)\n\n```go runner id=hi\npackage main\n```\n")},
		"two.md":     {Data: []byte("---\ntitle: Two\ndraft: true\n---\n\nSecret.\n")},
		"pic.png":    {Data: []byte("picture")},
		"secret.png": {Data: []byte("secret")},
	}, "content", articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &Exporter{Pages: b, Runner: sayer{}, Go: "Go 1.99"}, c
}

func TestExport(t *testing.T) {
	e, c := exporter(t)
	dir := filepath.Join(t.TempDir(), "a", "site")
	if err := e.Export(t.Context(), c, dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"index.html": `href="/notes/one/"`, "one/index.html": `content="/notes/one/recorded/"`, "one/pic.png": "picture", "feed.xml": "https://example.org/notes/one/",
		"sitemap.xml": "urlset", "one/card.png": "PNG", "search.json": "One", "404.html": "no page", "one/recorded/hi.json": `"body":"said\n"`,
		e.Pages.StaticPath() + "/bundle.js": "", e.Pages.StaticPath() + "/backend/recorded.js": "play",
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, no %s in\n%.300s", name, err, want, text)
		}
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "one/recorded/hi.json")); !strings.Contains(string(text), `"go":"Go 1.99"`) || strings.Count(string(text), "\n") != 4 {
		t.Errorf("the recording is\n%s", text)
	}
	_ = filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		if base := filepath.Base(name); err != nil || base == "two" || base == "secret.png" {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	// The next one replaces it, with all that is gone.
	if err := os.WriteFile(filepath.Join(dir, "gone.html"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := e.Export(t.Context(), c, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone.html")); err == nil {
		t.Error("a page of the export before is there")
	}
	if rest, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(rest) > 0 {
		t.Errorf("left over: %q", rest)
	}
}

// What no export has written is not replaced.
func TestExportLeavesOtherFolders(t *testing.T) {
	e, c := exporter(t)
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious.txt")
	if err := os.WriteFile(precious, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := e.Export(t.Context(), c, dir); err == nil || !strings.Contains(err.Error(), "no export has written") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}
