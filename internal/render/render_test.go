package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the tests got over their golden files")

// TestGolden renders the post.md of each archive under testdata and compares
// the sections that the archive has:
//
//	html      the body
//	errors    what Render refused the article for
//	warnings  Article.Warnings
//	article   everything else, as JSON
//
// The archive's comment says which rule it protects. A file options.json
// holds the Options, and content/… are the files of the folder in which the article
// is posts/post.md. A post.md is stored with ␍ for a carriage return.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	ar, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var o Options
	if data := section(ar, "options.json"); data != nil {
		if err := json.Unmarshal(data.Data, &o); err != nil {
			t.Fatal(err)
		}
	}
	o.Content, o.Dir = folder(ar), "posts"
	o.Beside, _ = fs.Sub(o.Content, o.Dir)
	post := bytes.ReplaceAll(section(ar, "post.md").Data, []byte("␍"), []byte("\r"))
	got := sections(Render("post.md", post, o))
	if *update {
		rewrite(t, file, ar, got)
		return
	}
	compared := 0
	for _, f := range ar.Files {
		if want, ok := got[f.Name]; ok {
			compared++
			if diff := cmp.Diff(string(f.Data), want); diff != "" {
				t.Errorf("%s (-want +got):\n%s", f.Name, diff)
			}
		}
	}
	if compared == 0 {
		t.Errorf("no section to compare; got %v", got)
	}
	if got["errors"] != "" && section(ar, "errors") == nil {
		t.Errorf("unexpected errors:\n%s", got["errors"])
	}
}

// folder is the folder of articles: the files content/… of an archive.
func folder(ar *txtar.Archive) fs.FS {
	files := fstest.MapFS{}
	for _, f := range ar.Files {
		if name, ok := strings.CutPrefix(f.Name, "content/"); ok {
			files[name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return files
}

// sections are what an archive can hold of a result.
func sections(a *Article, err error) map[string]string {
	if err != nil {
		return map[string]string{"errors": err.Error() + "\n"}
	}
	s := map[string]string{"html": string(a.HTML), "article": articleJSON(a)}
	if len(a.Warnings) > 0 {
		s["warnings"] = a.Warnings.Error() + "\n"
	}
	return s
}

func articleJSON(a *Article) string {
	b := *a
	b.HTML, b.Warnings = "", nil
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(data) + "\n"
}

// rewrite updates the sections that the archive has. One that has none yet
// gets the html, or the errors.
func rewrite(t *testing.T, file string, ar *txtar.Archive, got map[string]string) {
	known := 0
	for i, f := range ar.Files {
		if text, ok := got[f.Name]; ok {
			ar.Files[i].Data = []byte(text)
			known++
		}
	}
	for _, name := range []string{"errors", "html"} {
		if text := got[name]; text != "" && known == 0 {
			ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

func section(ar *txtar.Archive, name string) *txtar.File {
	for i := range ar.Files {
		if ar.Files[i].Name == name {
			return &ar.Files[i]
		}
	}
	return nil
}

// Errors come one by one for those who ask, in the order of the lines.
func TestErrorsAreSeparate(t *testing.T) {
	_, err := Render("post.md", []byte("---\ntitel: x\n---\n\n```go runner wall=soon\n```\n"), Options{})
	var first *Error
	if !errors.As(err, &first) {
		t.Fatalf("no Error in %v", err)
	}
	if first.File != "post.md" || first.Line != 1 {
		t.Errorf("first error is at %s:%d, want post.md:1", first.File, first.Line)
	}
	var all Errors
	if !errors.As(err, &all) || len(all) != 3 {
		t.Errorf("want three errors (title, duration, empty), got:\n%v", err)
	}
}

func TestReadingTime(t *testing.T) {
	for _, test := range []struct{ words, minutes int }{
		{1, 1}, {220, 1}, {329, 1}, {330, 2}, {2200, 10},
	} {
		body := strings.Repeat("word ", test.words) + "\n\n```go\nnot prose at all\n```\n"
		a, err := Render("post.md", []byte("---\ntitle: x\n---\n\n"+body), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Words != test.words || a.ReadingMinutes != test.minutes {
			t.Errorf("%d words: got %d words, %d minutes; want %d minutes", test.words, a.Words, a.ReadingMinutes, test.minutes)
		}
	}
}

func TestDates(t *testing.T) {
	for _, test := range []struct {
		text string
		want time.Time
	}{
		{"2026-10-01", time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)},
		{"\"2026-10-01\"", time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)},
		{"2026-10-01T12:30:00Z", time.Date(2026, 10, 1, 12, 30, 0, 0, time.UTC)},
	} {
		a, err := Render("post.md", []byte("---\ntitle: x\ndate: "+test.text+"\n---\n"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !a.Date.Equal(test.want) {
			t.Errorf("date %s: got %v", test.text, a.Date)
		}
	}
}
