package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"playground/internal/sandbox/sandboxtest"
)

// day follows a page of the documentation in a folder of its own.
type day struct {
	*testing.T
	dir    string
	path   string // PATH, with the command
	server *server
}

// The author's day is as its page tells it.
func TestAuthorsDay(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/authors-day.md")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(sandboxtest.Binary(t), filepath.Join(bin, "playground")); err != nil {
		t.Fatal(err)
	}
	d := &day{T: t, dir: t.TempDir(), path: bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	steps := 0
	for _, s := range stepsOf(string(page)) {
		steps++
		switch s.kind {
		case "sh":
			if out, err := d.shell("set -e\n" + s.text); err != nil {
				t.Fatalf("%s\n%v\n%s", s.text, err, out)
			}
		case "console":
			d.console(s.text)
		case "open":
			d.open(s.url, s.text)
		}
	}
	if steps < 12 {
		t.Errorf("the page has %d steps", steps)
	}
	if d.server != nil {
		t.Error("the server still runs when the day ends")
	}
}

// pageStep is what the page says to do.
type pageStep struct{ kind, text, url string }

// stepsOf are the steps of a page, in its order.
func stepsOf(page string) (steps []pageStep) {
	lines := strings.Split(page, "\n")
	opens := regexp.MustCompile("Open <([^>]+)>: it has `([^`]+)`")
	for i := 0; i < len(lines); i++ {
		fence := strings.TrimRight(lines[i], "abcdefghijklmnopqrstuvwxyz")
		if len(fence) < 3 || strings.Trim(fence, "`") != "" {
			for _, m := range opens.FindAllStringSubmatch(lines[i], -1) {
				steps = append(steps, pageStep{"open", m[2], m[1]})
			}
			continue
		}
		kind, begin := lines[i][len(fence):], i+1
		for i++; i < len(lines) && lines[i] != fence; i++ {
		}
		if kind == "sh" || kind == "console" {
			steps = append(steps, pageStep{kind: kind, text: strings.Join(lines[begin:i], "\n") + "\n"})
		}
	}
	return steps
}

// shell runs a script in the folder, and returns what it prints.
func (d *day) shell(script string) (printed string, err error) {
	cmd := exec.CommandContext(d.Context(), "sh", "-c", script)
	cmd.Dir, cmd.Env = d.dir, append(os.Environ(), "PATH="+d.path, "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// console types each command and compares what it prints with what the page shows.
func (d *day) console(text string) {
	d.Helper()
	for _, part := range strings.Split("\n"+text, "\n$ ")[1:] {
		command, want, _ := strings.Cut(part, "\n")
		want = strings.TrimRight(want, "\n")
		if rest, ok := strings.CutSuffix(command, " &"); ok {
			d.start(strings.Fields(rest)[2:], want)
			continue
		}
		if command == "kill %1" {
			if err := d.server.stop(d.T); err != nil {
				d.Error(err)
			}
			d.server = nil
			continue
		}
		out, _ := d.shell(command) // the page shows commands that fail
		if got := strings.TrimRight(out, "\n"); got != want {
			d.Errorf("$ %s\nprints\n%s\nthe page says\n%s", command, got, want)
		}
	}
}

// start begins a server on a port of its own.
func (d *day) start(args []string, want string) {
	d.Helper()
	cmd := exec.Command(filepath.Join(strings.Split(d.path, string(os.PathListSeparator))[0], "playground"), append([]string{"serve", "--addr=localhost:0", "--admin=off", "--drain=100ms"}, args...)...)
	cmd.Dir = d.dir
	d.server = &server{cmd: cmd}
	d.server.start(d.T)
	said := strings.ReplaceAll(d.server.line, d.server.url, "http://localhost:8080")
	if begin, _, _ := strings.Cut(want, "…"); !strings.HasPrefix(said, begin) {
		d.Errorf("the server says %s, the page %s", said, want)
	}
}

// open waits until a page has a text: it follows what is saved.
func (d *day) open(url, text string) {
	d.Helper()
	url = strings.Replace(url, "http://localhost:8080", d.server.url, 1)
	poll(d.T, fmt.Sprintf("%s never has %q", url, text), func() bool {
		resp, err := http.Get(url)
		if err != nil {
			d.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), text)
	})
}
