package web

import (
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The templates parse together and need no more than doc.go promises.
func TestTemplates(t *testing.T) {
	templates, err := template.ParseFS(Templates(), "*.html")
	if err != nil {
		t.Fatal(err)
	}
	type heading struct {
		ID, Text string
		Children []any
	}
	post := map[string]any{
		"Static": "/static/0123", "URL": "", "Go": "Go 1.27.4",
		"Article": map[string]any{
			"Title": "A & <b>", "Date": time.Time{}, "Summary": "", "HTML": template.HTML("<p>x</p>"),
			"TOC": []heading{{ID: "größe", Text: "<Größe>"}}, "ReadingMinutes": 1, "Blocks": []string{"one"},
		},
	}
	page := map[string]any{"Static": "/static/0123", "Title": "Not Found", "Message": "<nothing>"}
	for name, data := range map[string]any{"post.html": post, "error.html": page} {
		var b strings.Builder
		if err := templates.ExecuteTemplate(&b, name, data); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkInline(t, name, b.String())
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:\s[^>]*)?>[^<]|javascript:`)

// checkInline fails on what the content security policy would not allow.
func checkInline(t *testing.T, name, page string) {
	t.Helper()
	if found := inline.FindString(page); found != "" {
		t.Errorf("%s has %q inline", name, found)
	}
}

// Nothing hostile can meet a parser of HTML: the scripts do not use one.
func TestScriptsWriteTextOnly(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc`)
	for _, name := range scripts(t) {
		text, err := fs.ReadFile(Static(), name)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.Find(text); found != nil {
			t.Errorf("%s uses %s", name, found)
		}
	}
}

// scripts returns the names of all modules, sorted.
func scripts(t *testing.T) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(Static(), ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".js" {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	slices.Sort(names)
	return names
}
