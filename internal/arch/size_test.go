package arch

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a reader can hold in mind: a file that is read in one sitting, a package
// whose list of files says what it does. One that has more files has them of
// several kinds, and its doc says where to look.
const (
	maxLines = 500
	maxFiles = 15
)

// TestRoomsAreSmall: no file is longer than maxLines, and a package that has more
// than maxFiles besides its tests and its doc names each of them in its doc. What
// generators write, and what tests read, is not for people.
func TestRoomsAreSmall(t *testing.T) {
	files := map[string]map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() && filepath.Ext(path) != ".go" {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "testdata" || len(name) > 2 && strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil || generated.Match(text) {
			return err
		}
		checkLines(t, path, text)
		if dir, name := filepath.Dir(path), noun(d.Name()); name != "" {
			if files[dir] == nil {
				files[dir] = map[string]bool{}
			}
			files[dir][name] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, names := range files {
		if len(names) <= maxFiles {
			continue
		}
		doc, err := os.ReadFile(filepath.Join(dir, "doc.go"))
		if err != nil {
			t.Fatal(err)
		}
		for name := range names {
			if !regexp.MustCompile(`\b` + name + `\b`).Match(doc) {
				t.Errorf("%s has %d files, and its doc does not say what %s is for: give those that belong together a package, or say where to look", dir, len(names), name)
			}
		}
	}
}

// TestScriptsAreSmall: it is the same to whoever reads what the page loads,
// besides what others have made.
func TestScriptsAreSmall(t *testing.T) {
	static := filepath.Join(root, "web", "static")
	read := 0
	err := filepath.WalkDir(static, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path == filepath.Join(static, "vendor") {
				return fs.SkipDir
			}
			return nil
		}
		text, err := os.ReadFile(path)
		checkLines(t, path, text)
		read++
		return err
	})
	if err != nil || read == 0 {
		t.Fatalf("read %d files: %v", read, err)
	}
}

// checkLines fails on a file that is longer than maxLines.
func checkLines(t *testing.T, path string, text []byte) {
	t.Helper()
	if n := bytes.Count(text, []byte("\n")); n > maxLines {
		t.Errorf("%s has %d lines; split it by what it does, %d are enough", path, n, maxLines)
	}
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

var system = regexp.MustCompile(`(_(linux|darwin|windows|unix|other|none))?(_(amd64|arm64))?\.go$`)

// noun is what a file of code is about, whatever the system; "" for tests and a
// package's doc.
func noun(name string) string {
	if strings.HasSuffix(name, "_test.go") || name == "doc.go" {
		return ""
	}
	return system.ReplaceAllString(name, "")
}
