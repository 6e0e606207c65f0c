package e2e

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// exported is a site of one article that is served as files. It calls runner with
// the site's address before the site is written, for the address of the server
// that runs its programs.
func exported(t *testing.T, runner func(site string) string) (url string) {
	t.Helper()
	program := binary(t)
	dir := filepath.Join(t.TempDir(), "site")
	files := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(func() {
		files.CloseClientConnections() // browsers keep some that they never use
		files.Close()
	})
	post := filepath.Join(t.TempDir(), "post.md")
	save(t, post, `---
title: Exported
---

`+"```go runner id=paced\n"+`package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("first")
	time.Sleep(400 * time.Millisecond)
	fmt.Println("second")
}
`+"```\n\n```output\nfirst\nsecond\n```\n")
	args := []string{"export", dir, "--post", post, "--url", files.URL + "/"}
	if at := runner(files.URL); at != "" {
		args = append(args, "--runner", at)
	}
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return files.URL + "/"
}

// recordedRun presses Run and expects what was recorded, in its time.
func recordedRun(t *testing.T, p *tab) {
	t.Helper()
	w := p.widget("paced")
	begin := eval[float64](p, `performance.now()`)
	w.run()
	w.waitOutput("second")
	if took := eval[float64](p, `performance.now()`) - begin; took < 400 { // which is the program's pause
		t.Errorf("the second line came within %v ms", took)
	}
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status %s", status)
	}
	if said := w.text(".status"); !strings.Contains(said, "recorded on ") || !strings.Contains(said, "as documented") {
		t.Errorf("it says %q", said)
	}
}

// Without any server readers see what was recorded, labelled so, and are told why
// what they change cannot run.
func TestExportedAlone(t *testing.T) {
	p := newTab(t)
	p.open(exported(t, func(string) string { return "" }))
	recordedRun(t, p)
	w := p.widget("paced")
	w.edit("package main")
	w.run()
	if status := w.waitEnd(); status != "lost" || !strings.Contains(w.text(".status"), "no server that runs what you have changed") {
		t.Errorf("status %s: %q", status, w.text(".status"))
	}
	// Nothing of the page is still on its way when the files are gone.
	p.until("what comes with an edit is there", `performance.getEntriesByType('resource').some((e) => e.name.endsWith('/changes.css'))`)
}

// With one, they run there; and when it is down, the recording is played.
func TestExportedWithRunner(t *testing.T) {
	var stop func()
	p := newTab(t)
	site := exported(t, func(site string) string {
		url, end, err := serve(binary(t), "--admin=off", "--drain=100ms", "--origins", site)
		if err != nil {
			t.Fatal(err)
		}
		stop = end
		return strings.Replace(url, "localhost", "127.0.0.1", 1)
	})
	defer func() { stop() }()
	p.open(site)
	w := p.widget("paced")
	w.run()
	w.waitOutput("second")
	if w.waitEnd(); strings.Contains(w.text(".status"), "recorded") {
		t.Errorf("with a server it says %q", w.text(".status"))
	}
	// By requests as well, which another origin's answers must allow.
	p.script(`sessionStorage.setItem('playground:requests-until', String(Date.now() + 60_000))`)
	p.reopen(site)
	w.edit("package main\n\nfunc main() { println(\"changed\") }\n")
	w.run()
	w.waitOutput("changed")
	w.waitEnd()
	if by := eval[[]string](p, `performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/run')).map((e) => e.name)`); len(by) == 0 {
		t.Error("it did not go by requests")
	}

	stop()
	stop = func() {}
	p.tolerate("ERR_CONNECTION_REFUSED")
	p.tolerate("WebSocket")
	p.open(site)
	recordedRun(t, p)
}
