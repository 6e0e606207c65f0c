package content_test

import (
	"bytes"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"playground/content"
)

// What the programs of the post promise to their readers.
const (
	minPrograms = 10
	maxLines    = 70 // a program fits on a screen and a half
	maxColumns  = 92 // with tabs of four; beyond, the widget scrolls
	parts       = 7  // and a closing after them
)

// fence is a fenced code block.
type fence struct {
	line int // of the opening fence, from 1
	info string
	body string
}

var (
	idAttr    = regexp.MustCompile(`\bid=([a-z][a-z0-9-]*)`)
	titleAttr = regexp.MustCompile(`\btitle="[^"]+"`)
)

func (f fence) runner() bool { return strings.HasPrefix(f.info, "go runner ") }

func (f fence) id() string {
	if m := idAttr.FindStringSubmatch(f.info); m != nil {
		return m[1]
	}
	return ""
}

func readPost(t *testing.T) string {
	t.Helper()
	post, err := content.FS.ReadFile(content.Post)
	if err != nil {
		t.Fatal(err)
	}
	return string(post)
}

// fences returns the post's fenced blocks, and the post without them.
func fences(t *testing.T, post string) (blocks []fence, prose string) {
	t.Helper()
	var open *fence
	var rest strings.Builder
	for n, line := range strings.SplitAfter(post, "\n") {
		mark := strings.HasPrefix(line, "```")
		switch {
		case mark && open == nil:
			open = &fence{line: n + 1, info: strings.TrimSpace(line[3:])}
		case mark:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.body += line
		default:
			rest.WriteString(line)
		}
	}
	if open != nil {
		t.Fatalf("post.md:%d: fence without an end", open.line)
	}
	return blocks, rest.String()
}

func runners(t *testing.T) []fence {
	t.Helper()
	blocks, _ := fences(t, readPost(t))
	var programs []fence
	for _, f := range blocks {
		if f.runner() {
			programs = append(programs, f)
		}
	}
	return programs
}

func TestFrontMatter(t *testing.T) {
	post := readPost(t)
	rest, ok := strings.CutPrefix(post, "---\n")
	head, _, found := strings.Cut(rest, "\n---\n")
	if !ok || !found {
		t.Fatal("post.md: no front matter")
	}
	fields := map[string]string{}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		fields[key] = strings.Trim(value, `"`)
	}
	if fields["title"] == "" || fields["summary"] == "" {
		t.Errorf("title %q, summary %q: both are needed", fields["title"], fields["summary"])
	}
	if _, err := time.Parse(time.DateOnly, fields["date"]); err != nil {
		t.Errorf("date: %v", err)
	}
}

func TestPrograms(t *testing.T) {
	programs := runners(t)
	if len(programs) < minPrograms {
		t.Errorf("%d programs, want at least %d", len(programs), minPrograms)
	}
	seen := map[string]int{}
	for _, f := range programs {
		if f.id() == "" || !titleAttr.MatchString(f.info) {
			t.Errorf("post.md:%d: program without id or title: %s", f.line, f.info)
		}
		if first := seen[f.id()]; first != 0 {
			t.Errorf("post.md:%d: id %q is taken by line %d", f.line, f.id(), first)
		}
		seen[f.id()] = f.line
		testSize(t, f)
	}
}

func testSize(t *testing.T, f fence) {
	t.Helper()
	if n := strings.Count(f.body, "\n"); n > maxLines {
		t.Errorf("post.md:%d: %s has %d lines, want at most %d", f.line, f.id(), n, maxLines)
	}
	n := f.line
	for line := range strings.Lines(f.body) {
		n++
		if w := len(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "    ")); w > maxColumns {
			t.Errorf("post.md:%d: %d columns, want at most %d", n, w, maxColumns)
		}
	}
}

// TestGofmt covers the fragments in the text as well as the programs.
func TestGofmt(t *testing.T) {
	blocks, _ := fences(t, readPost(t))
	for _, f := range blocks {
		if lang, _, _ := strings.Cut(f.info, " "); lang != "go" {
			continue
		}
		formatted, err := format.Source([]byte(f.body))
		if err != nil {
			t.Errorf("post.md:%d: %s: %v", f.line, f.id(), err)
		} else if string(formatted) != f.body {
			t.Errorf("post.md:%d: %s is not gofmt'ed; it should read\n%s", f.line, f.id(), formatted)
		}
	}
}

// TestVet compiles every program, and every program as the text invites the
// reader to change it, and vets them all.
func TestVet(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module post\n\ngo 1.26\n")
	sources := map[string]string{}
	for _, f := range runners(t) {
		sources[f.id()] = f.body
		write(t, dir, filepath.Join("programs", f.id(), "prog.go"), f.body)
	}
	for _, e := range edits() {
		if n := strings.Count(sources[e.id], e.old); n != 1 {
			t.Errorf("%s: the text to change occurs %d times, want once: %q", e.id, n, e.old)
		}
		edited := strings.Replace(sources[e.id], e.old, e.new, 1)
		write(t, dir, filepath.Join("edits", e.id+"-"+e.name, "prog.go"), edited)
	}
	vet(t, dir, "./programs/...")
	// One of the edits is there to show what this check finds.
	vet(t, dir, "-defers=false", "./edits/...")
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func vet(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"vet"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet %s: %v\n%s", strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
}

// TestParts holds the post to its plan: each part argues, shows and sums up.
func TestParts(t *testing.T) {
	sections := strings.Split(readPost(t), "\n## ")[1:]
	if len(sections) != parts+1 {
		t.Fatalf("%d sections, want %d parts and a closing", len(sections), parts)
	}
	for _, s := range sections[:parts] {
		heading, _, _ := strings.Cut(s, "\n")
		if !strings.Contains(s, "\n```go runner ") {
			t.Errorf("%s: no program", heading)
		}
		if !strings.Contains(s, "**Try this") {
			t.Errorf("%s: nothing to try", heading)
		}
		if n := strings.Count(s, "\n> [!TAKEAWAY]"); n != 1 {
			t.Errorf("%s: %d takeaways, want one", heading, n)
		}
	}
}

func TestLinks(t *testing.T) {
	_, prose := fences(t, readPost(t))
	link := regexp.MustCompile(`\]\(#([a-z0-9-]+)\)`)
	for _, m := range link.FindAllStringSubmatch(prose, -1) {
		if !strings.Contains(prose, " {#"+m[1]+"}\n") {
			t.Errorf("link to #%s, which no heading has", m[1])
		}
	}
}

// What a program prints alike each time stands below it, for those who do not run
// it: on paper, in feeds and without JavaScript. playground check holds it against
// runs.
func TestDocumentedOutputs(t *testing.T) {
	documented := map[string]bool{}
	blocks, _ := fences(t, readPost(t))
	for i, f := range blocks {
		if strings.HasPrefix(f.info, "output") && i > 0 {
			documented[blocks[i-1].id()] = true
		}
	}
	for _, id := range []string{"signature", "crash", "webhook", "slog-handler"} {
		if !documented[id] {
			t.Errorf("the output of %q is always the same, and not documented", id)
		}
	}
}
