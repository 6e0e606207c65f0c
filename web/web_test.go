package web

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"testing"
)

// The templates hold nothing that the content security policy would not allow.
func TestTemplatesHaveNothingInline(t *testing.T) {
	names, err := fs.Glob(Templates(), "*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(Templates(), name)
		if err != nil {
			t.Fatal(err)
		}
		checkInline(t, name, string(text))
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
